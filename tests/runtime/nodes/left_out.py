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
    "validate_args": "how torchmetrics computes, not what",
    "multidim_average": "gives a figure a row, not one",
    "num_outputs": "gives a figure a column, not one",
    "multiclass_mode": "gives a figure a class, not one",
    "keep_sequence_dim": "gives a figure a step, not one",
    "zero_division": "which torchmetrics offers for some of its metrics alone",
    "max_fpr": "for the task binary alone",
    "t_test": "gives a second figure",
    "alternative": "goes with t_test",
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

KINDS = ("Sensitivity", "Specificity")

# Optimizers, schedules and metrics that are no node types; modules and functions are in walk.py.
NOT_OFFERED = {
    "optim.Optimizer": "what optimizers inherit from",
    "optim.LBFGS": "steps with a closure that computes the loss again",
    "optim.SparseAdam": "needs sparse gradients, which no layer here gives",
    "optim.lr_scheduler.LRScheduler": "what schedules inherit from",
    "optim.lr_scheduler.LambdaLR": "takes a function, which no parameter holds",
    "optim.lr_scheduler.MultiplicativeLR": "takes a function, which no parameter holds",
    "optim.lr_scheduler.SequentialLR": "holds other schedules; warmup puts a climb before one",
    "optim.lr_scheduler.ChainedScheduler": "holds other schedules",
    **dict.fromkeys(
        [f"metric.{name}" for name in ("ConfusionMatrix", "ROC", "PrecisionRecallCurve", "StatScores")],
        "many figures, of which an epoch reports one",
    ),
    **dict.fromkeys(
        [f"metric.{one}AtFixed{other}" for one, other in (("Precision", "Recall"), ("Recall", "Precision"))]
        + [f"metric.{one}At{other}" for one in KINDS for other in KINDS if one != other],
        "two figures, the threshold is the other",
    ),
    **dict.fromkeys(["metric.EER", "metric.LogAUC"], "a figure a class, of which an epoch reports one"),
    **dict.fromkeys(
        ["metric.ContinuousRankedProbabilityScore", "metric.JensenShannonDivergence"],
        "torchmetrics keeps it apart from the others",
    ),
}
