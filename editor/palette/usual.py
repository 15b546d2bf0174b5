"""The node types that most people want most of the time; within a family they come first, in this order.

Chosen by what published models and torch's own tutorials are made of: what one of them rarely does without is here.
"""

USUAL = (
    "data.Table", "data.Pictures", "data.Texts", "data.Lines", "data.Arrays", "data.Idx", "data.HuggingFace",
    "data.Torchvision", "data.Digits", "data.Noise", "Collate",
    "nn.Linear", "nn.Conv2d", "nn.ReLU", "nn.GELU", "nn.MaxPool2d", "nn.AdaptiveAvgPool2d", "nn.BatchNorm2d",
    "nn.LayerNorm", "nn.Dropout", "nn.Flatten", "nn.Embedding", "nn.LSTM", "nn.MultiheadAttention",
    "Tensor.to", "torch.squeeze", "torch.unsqueeze", "torch.reshape", "torch.permute", "torch.mean", "torch.sigmoid",
    "transform.Scale", "transform.Normalize", "transform.Resize", "transform.RandomHorizontalFlip",
    "torch.cat", "torch.stack", "torch.add", "torch.mul", "torch.matmul",
    "nn.CrossEntropyLoss", "nn.BCEWithLogitsLoss", "nn.MSELoss", "nn.L1Loss",
    "metric.Accuracy", "metric.F1Score", "metric.AUROC", "metric.MeanSquaredError", "metric.MeanAbsoluteError",
    "optim.AdamW", "optim.Adam", "optim.SGD",
)  # fmt: skip
PLACE = {name: place for place, name in enumerate(USUAL)}
