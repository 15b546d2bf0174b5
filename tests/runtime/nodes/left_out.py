"""What torch takes and the catalogue leaves out, each with its reason."""

# Arguments.
LEFT_OUT = {
    "device": "the program moves the whole model",
    "dtype": "layers are float32; Tensor.to changes what flows",
    "inplace": "saves memory, changes no number",
    "size_average": "deprecated in torch",
    "reduce": "deprecated in torch",
    "foreach": "how torch computes, not what",
    "fused": "how torch computes, not what",
    "capturable": "how torch computes, not what",
    "differentiable": "for gradients of a step, which no program takes",
    "params": "the layers that an optimizer trains are drawn",
    "weight": "a tensor, which no parameter holds",
    "pos_weight": "a tensor, which no parameter holds",
    "max_norm": "changes weights while it looks them up",
    "norm_type": "goes with max_norm",
    "scale_grad_by_freq": "hardly used",
    "sparse": "needs optimizers of its own",
    "_weight": "private",
    "_freeze": "private",
    "bias": "of batch norm: newer than the oldest torch that we take",
    "padding_mode": "of transposed convolutions: torch takes zeros alone",
    "_random_samples": "private",
    "decoupled_weight_decay": "optim.AdamW is optim.Adam with it",
}
