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
    "decoupled_weight_decay": "of optim.Adam: optim.AdamW is optim.Adam with it",
}

# Arguments of schedules.
LEFT_OUT_OF_SCHEDULES = {
    "optimizer": "the one whose parameter the schedule is",
    "last_epoch": "the checkpoint knows it",
    "total_steps": "follows from epochs and batches, which the program counts",
    "epochs": "instead of total_steps",
    "steps_per_epoch": "instead of total_steps",
    "scale_fn": "a function, which no parameter holds",
    "scale_mode": "goes with scale_fn",
}

# Whole modules and functions.
NOT_OFFERED = {
    "optim.Optimizer": "what optimizers inherit from",
    "optim.LBFGS": "steps with a closure that computes the loss again",
    "optim.SparseAdam": "needs sparse gradients, which no layer here gives",
    "optim.lr_scheduler.LRScheduler": "what schedules inherit from",
    "optim.lr_scheduler.LambdaLR": "takes a function, which no parameter holds",
    "optim.lr_scheduler.MultiplicativeLR": "takes a function, which no parameter holds",
    "optim.lr_scheduler.SequentialLR": "holds other schedules; warmup puts a climb before one",
    "optim.lr_scheduler.ChainedScheduler": "holds other schedules",
}
