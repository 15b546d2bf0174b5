"""Where a rule and torch differ on purpose, each with its reason."""

DECIDED = "Precision Recall F1Score FBetaScore Specificity NegativePredictiveValue HammingDistance JaccardIndex".split()
SCORED = "ExactMatch MatthewsCorrCoef CohenKappa AUROC AveragePrecision CalibrationError HingeLoss".split()
MEANS = "SquaredError AbsoluteError SquaredLogError AbsolutePercentageError".split()
AMOUNTS = [
    "CriticalSuccessIndex",
    "MinkowskiDistance",
    "TweedieDevianceScore",
    "NormalizedRootMeanSquaredError",
    *(f"Mean{n}" for n in MEANS),
]
SHARES = ["SymmetricMeanAbsolutePercentageError", "WeightedMeanAbsolutePercentageError"]

FLOATS = "ExplainedVariance R2Score LogCoshError RelativeSquaredError KendallRankCorrCoef".split()

COLUMNS = ["R2Score", "ExplainedVariance", "CosineSimilarity"]

# Where we refuse more than torch does, on purpose, although every wire brings what its port declares.
STRICTER = {
    "transform.Standardize": "channels are those of pictures [C, H, W]",
    "nn.ZeroPad1d": "the last batch may have fewer rows than are cut off",
    "nn.ZeroPad2d": "the last batch may have fewer rows than are cut off",
    "nn.ZeroPad3d": "the last batch may have fewer rows than are cut off",
    "nn.ConstantPad1d": "the last batch may have fewer rows than are cut off",
    "nn.ConstantPad2d": "the last batch may have fewer rows than are cut off",
    "nn.ConstantPad3d": "the last batch may have fewer rows than are cut off",
    "nn.Upsample": "between the pixels of bytes torch stops, or gives wrong numbers, for some sizes",
    "F.interpolate": "between the pixels of bytes torch stops, or gives wrong numbers, for some sizes",
    "F.pad": "torch takes up numbers that nobody wrote where it goes round what was cut off",
    "nn.ConvTranspose1d": "an empty result is refused, or not, by how torch computes it that day",
    "nn.ConvTranspose2d": "an empty result is refused, or not, by how torch computes it that day",
    "nn.ConvTranspose3d": "an empty result is refused, or not, by how torch computes it that day",
    "nn.FractionalMaxPool2d": "torch's class refuses a size and a ratio together, its function does not",
    "nn.FractionalMaxPool3d": "torch's class refuses a size and a ratio together, its function does not",
    "torch.einsum": "by how torch computes it two dtypes go together, or do not",
    "F.scaled_dot_product_attention": "by how torch computes it a mask goes with is_causal, or does not, and "
    "steps of key that value does not have are left out without a word",
    **dict.fromkeys(["torch.full", "torch.full_like"], "of a single half-precision number torch makes infinity"),
    "F.one_hot": "without num_classes the shape follows the data",
    "Tensor.expand": "torch keeps what is not there beside a size of 0, and gives negative sizes",
    "transform.Normalize": "a mean a channel is ours; torch would stretch a picture without channels into one with",
    "nn.Hardtanh": "torch's class refuses equal limits, the function that a program calls takes them",
    "metric.Accuracy": "counting is ours; torch would compare every row with every other",
    **{
        f"metric.{name}": "torchmetrics would compare one target with every row, and some count nothing without a word"
        for name in [*DECIDED, *SCORED]
    },
    **{f"metric.{name}": "batches of other columns cannot be added up, of which a judge sees one" for name in COLUMNS},
    "nn.BCEWithLogitsLoss": "a weight an answer; torch would stretch one answer over several",
    "nn.MultiLabelSoftMarginLoss": "a weight an answer; torch would stretch one answer over several",
}
# Where a port declares less than torch takes, on purpose.
NARROWER = {
    "transform.Standardize": "whole numbers are classes or counts, which stay what they are",
    "transform.Impute": "whole numbers have no gaps",
    "transform.RandomScale": "in evaluation whole numbers would stay whole",
    "nn.TransformerEncoder": "right of collate everything is a batch",
    "nn.TransformerEncoderLayer": "right of collate everything is a batch",
    "nn.TransformerDecoder": "right of collate everything is a batch",
    "nn.TransformerDecoderLayer": "right of collate everything is a batch",
    "nn.Transformer": "right of collate everything is a batch",
    "nn.MultiheadAttention": "right of collate everything is a batch",
    "F.scaled_dot_product_attention": "by how torch computes it a mask of one dimension goes, or does not",
    "nn.RNN": "right of collate everything is a batch",
    "nn.GRU": "right of collate everything is a batch",
    "nn.LSTM": "right of collate everything is a batch",
    "nn.RNNCell": "right of collate everything is a batch",
    "nn.GRUCell": "right of collate everything is a batch",
    "nn.LSTMCell": "right of collate everything is a batch",
    "transform.Normalize": "whole numbers are brought into a range first",
    "transform.Resize": "pictures are float32 or uint8",
    **dict.fromkeys(
        [f"transform.{name}" for name in ("RandomHorizontalFlip", "RandomVerticalFlip", "CenterCrop", "RandomCrop")],
        "a picture has channels, a height and a width",
    ),
    **dict.fromkeys(
        [f"transform.{name}" for name in ("RandomResizedCrop", "RandomRotation", "RandomAffine", "GaussianBlur")],
        "pictures are float32 or uint8",
    ),
    **dict.fromkeys(["transform.MixUp", "transform.CutMix"], "classes are int64, one a row, and samples are floats"),
    **dict.fromkeys(
        [f"transform.{name}" for name in ("Grayscale", "RandomGrayscale", "ColorJitter", "RandomErasing")],
        "pictures are float32 or uint8, in three channels where colours are meant",
    ),
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
    "nn.MultiMarginLoss": "right of collate everything is a batch",
    "nn.Conv1d": "right of collate everything is a batch",
    "nn.Conv2d": "right of collate everything is a batch",
    "nn.Conv3d": "right of collate everything is a batch",
    "nn.ConvTranspose1d": "right of collate everything is a batch",
    "nn.ConvTranspose2d": "right of collate everything is a batch",
    "nn.ConvTranspose3d": "right of collate everything is a batch",
    "nn.MaxPool2d": "right of collate everything is a batch",
    "nn.MaxPool3d": "right of collate everything is a batch",
    "nn.AvgPool1d": "right of collate everything is a batch",
    "nn.AvgPool2d": "right of collate everything is a batch",
    "nn.AvgPool3d": "right of collate everything is a batch",
    "nn.MaxUnpool1d": "right of collate everything is a batch",
    "nn.MaxUnpool2d": "right of collate everything is a batch",
    "nn.MaxUnpool3d": "right of collate everything is a batch",
    "nn.AdaptiveAvgPool1d": "right of collate everything is a batch",
    "nn.AdaptiveAvgPool2d": "right of collate everything is a batch",
    "nn.AdaptiveAvgPool3d": "right of collate everything is a batch",
    "nn.AdaptiveMaxPool1d": "right of collate everything is a batch",
    "nn.AdaptiveMaxPool2d": "right of collate everything is a batch",
    "nn.AdaptiveMaxPool3d": "right of collate everything is a batch",
    "nn.FractionalMaxPool2d": "right of collate everything is a batch",
    "nn.FractionalMaxPool3d": "right of collate everything is a batch",
    "nn.MaxPool1d": "whole numbers pass only where indices are wanted",
    "nn.LPPool1d": "roots are seldom whole numbers",
    "nn.LPPool2d": "roots are seldom whole numbers",
    "nn.LPPool3d": "roots are seldom whole numbers",
    "nn.Unfold": "right of collate everything is a batch",
    "nn.Fold": "right of collate everything is a batch",
    "nn.ChannelShuffle": "right of collate everything is a batch",
    "F.interpolate": "where the size stays, torch takes any dtype for some modes",
    "nn.UpsamplingNearest2d": "what has 2d in its name is for pictures",
    "nn.UpsamplingBilinear2d": "between the pixels of bytes torch stops, or gives wrong numbers, for some sizes",
    "torch.einsum": "by how torch computes it whole numbers come out in one dtype or another",
    "torch.where": "torch gives up conditions of bytes",
    "nn.CrossEntropyLoss": "right of collate everything is a batch",
    "nn.MultiLabelMarginLoss": "right of collate everything is a batch",
    "nn.MultiLabelSoftMarginLoss": "the answers of a row lie along its only dimension",
    "nn.CosineEmbeddingLoss": "right of collate everything is a batch",
    "nn.TripletMarginLoss": "right of collate everything is a batch; whole numbers from the model have no gradient",
    "nn.HingeEmbeddingLoss": "whole numbers from the model have no gradient",
    "nn.MarginRankingLoss": "whole numbers from the model have no gradient",
    "nn.L1Loss": "whole numbers from the model have no gradient",
    "nn.MSELoss": "whole numbers from the model have no gradient",
    "nn.SmoothL1Loss": "a yes or no is no amount",
    "nn.PoissonNLLLoss": "whole numbers from the model have no gradient; a yes or no is no count",
    "nn.GaussianNLLLoss": "a variance that a model gives is no whole number",
    "metric.Accuracy": "right of collate everything is a batch",
    **{f"metric.{name}": "classes are int64, as losses take them" for name in [*DECIDED, *SCORED]},
    **{f"metric.{name}": "a yes or no is no amount, and a number no batch" for name in [*AMOUNTS, *SHARES]},
    **{f"metric.{name}": "torchmetrics stops at some mixtures of dtypes" for name in FLOATS},
    "metric.CosineSimilarity": "whole numbers are no directions",
    "metric.KLDivergence": "whole numbers are no probabilities",
}
# Settings of optimizers and schedules whose limits are narrower than torch's, on purpose.
RATE = "a learning rate below zero climbs where it should descend, and one beyond float32 stops torch later"
COUNT = "torch counts on and never gets there, or divides by zero once it does"
LIMITED = {
    "clip_grad_norm": "below zero it turns gradients around",
    "clip_grad_value": "below zero it makes all gradients alike",
    "lambd": "below zero torch divides by zero, or takes a root of less, after some steps",
    "alpha": "beyond some powers numbers are too large for Python after some steps",
    "eps": "optim.Muon and ReduceLROnPlateau take less than zero, which is less than nothing",
    "ns_steps": "torch takes less than none for none",
    **dict.fromkeys(("gamma", "factor", "eta_min", "min_lr", "base_lr", "max_lr"), RATE),
    **dict.fromkeys(("step_size", "step_size_up", "step_size_down", "total_iters", "T_max", "warmup"), COUNT),
    **dict.fromkeys(("patience", "cooldown", "power"), COUNT),
    "threshold": "below zero an epoch without improvement is none",
    "base_momentum": "outside of 0 to 1 steps only grow; optim.Adam divides by zero at 1, if it gets there",
    "max_momentum": "the same; optim.RMSprop fails where it begins with 0",
    "div_factor": "torch divides by it; below zero the learning rate is",
    "final_div_factor": "torch divides by it; below zero the learning rate is",
}
