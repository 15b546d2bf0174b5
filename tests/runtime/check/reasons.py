"""Where a rule and torch differ on purpose, each with its reason."""

# Where we refuse more than torch does, on purpose, although every wire brings what its port declares.
STRICTER = {
    "transform.Normalize": "a mean a channel is ours; torch would stretch a picture without channels into one with",
    "nn.Hardtanh": "torch's class refuses equal limits, the function that a program calls takes them",
    "metric.Accuracy": "counting is ours; torch would compare every row with every other",
}
# Where a port declares less than torch takes, on purpose.
NARROWER = {
    "transform.Normalize": "whole numbers are brought into a range first",
    "transform.Resize": "pictures are float32 or uint8",
    "transform.RandomHorizontalFlip": "a picture has channels, a height and a width",
    **dict.fromkeys(
        [f"nn.{norm}Norm{n}d" for norm in ("Batch", "Instance") for n in (1, 2, 3)]
        + ["nn.SyncBatchNorm", "nn.GroupNorm", "nn.LayerNorm", "nn.RMSNorm"],
        "weights are float32 and a sample has its channels; a pinned size counts, also where nothing is learned",
    ),
    "nn.LocalResponseNorm": "torch computes single squares of int64, with fractions cut off, and takes half floats "
    "for series alone",
    **dict.fromkeys(
        [f"nn.{way}Dropout" for way in ("", "Alpha", "FeatureAlpha")],
        "whole numbers pass only where nothing is dropped",
    ),
    **dict.fromkeys(
        [f"nn.Dropout{n}d" for n in (1, 2, 3)] + ["nn.Softmax2d"],
        "series have three dimensions, pictures four, volumes five; torch takes others for samples, or warns",
    ),
    "nn.MaxPool2d": "right of collate everything is a batch",
    "nn.AdaptiveAvgPool2d": "right of collate everything is a batch",
    "nn.Conv2d": "right of collate everything is a batch",
    "nn.CrossEntropyLoss": "right of collate everything is a batch",
    "nn.MSELoss": "whole numbers from the model have no gradient",
    "metric.Accuracy": "right of collate everything is a batch",
}
