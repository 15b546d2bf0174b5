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
    "max_norm": "changes weights while it looks them up",
    "norm_type": "goes with max_norm",
    "scale_grad_by_freq": "hardly used",
    "sparse": "needs optimizers of its own",
    "_weight": "private",
    "_freeze": "private",
    "bias": "of norms but nn.LayerNorm: newer than the oldest torch that we take",
    "include_last_offset": "goes with offsets, for which rows of a batch stand",
    "min_value": "deprecated in torch: min_val",
    "max_value": "deprecated in torch: max_val",
    "process_group": "all processes of a run train together",
    "padding_mode": "of transposed convolutions: torch takes zeros alone",
    "_random_samples": "private",
    "encoder_layer": "its parameters stand in the node of the stack",
    "decoder_layer": "its parameters stand in the node of the stack",
    "norm": "of a stack of layers: a node of its own behind it",
    "enable_nested_tensor": "how torch computes, not what",
    "mask_check": "how torch computes, not what",
    "custom_encoder": "a module, which no parameter holds",
    "custom_decoder": "a module, which no parameter holds",
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
    "torch.flatten": "nn.Flatten, which leaves the batch as it is",
    "torch.unflatten": "nn.Unflatten",
    "torch.norm": "given up by torch; torch.linalg.vector_norm",
    "torch.swapaxes": "torch.transpose",
    "torch.moveaxis": "torch.movedim",
    "torch.concat": "torch.cat",
    "torch.clip": "torch.clamp",
    "torch.absolute": "torch.abs",
    "torch.negative": "torch.neg",
    "torch.multiply": "torch.mul",
    "torch.subtract": "torch.sub",
    "torch.divide": "torch.div",
    "Tensor.view": "torch.reshape, which need not know how the numbers lie in memory",
    "optim.Optimizer": "what optimizers inherit from",
    "optim.LBFGS": "steps with a closure that computes the loss again",
    "optim.SparseAdam": "needs sparse gradients, which no layer here gives",
    "optim.lr_scheduler.LRScheduler": "what schedules inherit from",
    "optim.lr_scheduler.LambdaLR": "takes a function, which no parameter holds",
    "optim.lr_scheduler.MultiplicativeLR": "takes a function, which no parameter holds",
    "optim.lr_scheduler.SequentialLR": "holds other schedules; warmup puts a climb before one",
    "optim.lr_scheduler.ChainedScheduler": "holds other schedules",
    **dict.fromkeys(
        ["nn.LazyLinear"] + [f"nn.Lazy{norm}Norm{n}d" for norm in ("Batch", "Instance") for n in (1, 2, 3)],
        "the wire tells the sizes before the program is written",
    ),
    "nn.AdaptiveLogSoftmaxWithLoss": "a loss with weights; a program computes losses outside of its model",
    "nn.CrossMapLRN2d": "nn.LocalResponseNorm as it was once; in torch its windows are a channel too wide",
}
