"""Where a rule and torch differ on purpose, each with its reason."""

# Where we refuse more than torch does, on purpose, although every wire brings what its port declares.
STRICTER = {
    "transform.Normalize": "a mean a channel is ours; torch would stretch a picture without channels into one with",
    "metric.Accuracy": "counting is ours; torch would compare every row with every other",
}
# Where a port declares less than torch takes, on purpose.
NARROWER = {
    "transform.Normalize": "whole numbers are brought into a range first",
    "transform.Resize": "pictures are float32 or uint8",
    "transform.RandomHorizontalFlip": "a picture has channels, a height and a width",
    "nn.BatchNorm1d": "weights are float32; a pinned size counts, also where nothing is learned",
    "nn.BatchNorm2d": "weights are float32; a pinned size counts, also where nothing is learned",
    "nn.LayerNorm": "weights are float32; a pinned size counts, also where nothing is learned",
    "nn.Dropout": "whole numbers pass only where nothing is dropped",
    "nn.MaxPool2d": "right of collate everything is a batch",
    "nn.AdaptiveAvgPool2d": "right of collate everything is a batch",
    "nn.Conv2d": "right of collate everything is a batch",
    "nn.CrossEntropyLoss": "right of collate everything is a batch",
    "nn.MSELoss": "whole numbers from the model have no gradient",
    "metric.Accuracy": "right of collate everything is a batch",
}
