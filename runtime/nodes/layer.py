"""Layers: torch.nn. Those with weights become modules of the model, the others plain function calls."""

from runtime.check import rules
from runtime.spec.code import Code, call
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import MOST, Bool, Choice, Float, Inferred, Int, Sizes
from runtime.spec.tensor import Size, Tensor


@node("nn.Linear", "layer", weights=True, words="dense fully connected affine perceptron")
class Linear:
    """Multiply the last dimension by learned weights and add a learned bias."""

    input = Input("float32[..., in_features]", "Any shape; the last dimension is mapped.")
    output = Output("The same shape but for the last dimension.")
    in_features = Inferred("Size of the last dimension.")
    out_features = Int("Size of the output's last dimension.", 64, least=1)
    bias = Bool("Add a learned bias.")

    def rule(self, input: Tensor) -> Tensor:
        return input.with_shape(*input.shape[:-1], self.out_features)

    def summary(self) -> str:
        return f"{self.in_features or '?'} → {self.out_features}"


@node("nn.Conv2d", "layer", weights=True, words="convolution convolutional filter picture image cnn")
class Conv2d:
    """Slide learned filters over pictures."""

    input = Input("float32[B, in_channels, H, W]", "A batch of pictures, channels first.")
    output = Output("One channel a filter.")
    in_channels = Inferred("Channels of the picture.")
    out_channels = Int("Number of filters.", 16, least=1)
    kernel_size = Sizes("Height and width of a filter.", 3, least=1, length=2)
    stride = Sizes("How far a filter moves.", least=1, length=2)
    padding = Sizes("Zeros added on each side.", length=2)
    dilation = Sizes("Distance between the points of a filter.", least=1, length=2)
    groups = Int("Groups of channels that do not see each other.", least=1)
    bias = Bool("Add a learned bias.")
    padding_mode = Choice("What is added on each side.", ("zeros", "reflect", "replicate", "circular"))

    def rule(self, input: Tensor) -> Tensor | Misfit:
        channels = input.shape[1]
        if (isinstance(channels, int) and channels % self.groups) or self.out_channels % self.groups:
            why = f"needs channels that divide into {self.groups} groups, got {channels} in and {self.out_channels} out"
            return Misfit(why, "input", (("Set groups to 1", (("unset", "{node}", "groups"),)),))
        size = rules.slid(self, input)
        if isinstance(size, Misfit):
            return size
        return rules.repeated(self, input) or input.with_shape(input.shape[0], self.out_channels, *size)

    def summary(self) -> str:
        kernel = " × ".join(map(str, rules.pair(self.kernel_size)))
        return f"{self.in_channels or '?'} → {self.out_channels}, {kernel}"


@node("nn.BatchNorm1d", "layer", weights=True, words="batch normalization normalisation norm")
class BatchNorm1d:
    """Normalise each feature over the batch, then scale and shift it."""

    input = Input("float32[B, num_features] | float32[B, num_features, L]", "Rows of features, or series of them.")
    output = Output("The same shape.")
    num_features = Inferred("Size of dimension 1.")
    eps = Float("Added to the variance.", least=1e-12)
    momentum = Float("How fast the running averages follow.", least=0.0, most=1.0)
    affine = Bool("Learn a scale and a shift.")
    track_running_stats = Bool("Keep running averages for evaluation.")

    rule = rules.batch_normalized
    over_batch = True

    def learns(self) -> bool:
        return bool(self.affine)

    def summary(self) -> str:
        return f"{self.num_features or '?'} features"


@node("nn.BatchNorm2d", "layer", weights=True, words="batch normalization normalisation norm picture image")
class BatchNorm2d:
    """Normalise each channel over the batch, then scale and shift it."""

    input = Input("float32[B, num_features, H, W]", "A batch of pictures, channels first.")
    output = Output("The same shape.")
    num_features = Inferred("Channels of the picture.")
    eps = Float("Added to the variance.", least=1e-12)
    momentum = Float("How fast the running averages follow.", least=0.0, most=1.0)
    affine = Bool("Learn a scale and a shift.")
    track_running_stats = Bool("Keep running averages for evaluation.")

    rule = rules.batch_normalized
    over_batch = True

    def learns(self) -> bool:
        return bool(self.affine)

    def summary(self) -> str:
        return f"{self.num_features or '?'} channels"


@node("nn.LayerNorm", "layer", weights=True, words="layer normalization normalisation norm transformer")
class LayerNorm:
    """Normalise the last dimension of every row, then scale and shift it."""

    input = Input("float32[..., normalized_shape]", "Any shape; the last dimension is normalised.")
    output = Output("The same shape.")
    normalized_shape = Inferred("Size of the last dimension.")
    eps = Float("Added to the variance.", least=0.0)
    elementwise_affine = Bool("Learn a scale and a shift.")
    bias = Bool("Learn the shift too.")

    rule = rules.elementwise

    def learns(self) -> bool:
        return bool(self.elementwise_affine)

    def summary(self) -> str:
        return f"{self.normalized_shape or '?'} features"


@node("nn.Embedding", "layer", weights=True, words="lookup vocabulary tokens words text categories")
class Embedding:
    """Look up a learned vector for every whole number."""

    input = Input("index[...]", "Whole numbers below num_embeddings.")
    output = Output("One vector a number: a last dimension more.")
    num_embeddings = Int("How many different numbers there are.", 1000, least=1)
    embedding_dim = Int("Size of a vector.", 32, least=1)
    padding_idx = Int("This number's vector stays zero.", least=-MOST)

    def rule(self, input: Tensor) -> Tensor | Misfit:
        padding = self.padding_idx
        if padding is not None and not -self.num_embeddings <= padding < self.num_embeddings:
            repair = (("Use no padding_idx", (("unset", "{node}", "padding_idx"),)),)
            return Misfit(f"has padding_idx {padding}, but numbers lie below {self.num_embeddings}", None, repair)
        return Tensor("float32", (*input.shape, self.embedding_dim))

    def doubts(self, input: Tensor) -> list[Misfit]:
        if input.classes is None or input.classes <= self.num_embeddings:
            return []
        repair = ((f"Set num_embeddings to {input.classes}", (("set", "{node}", "num_embeddings", input.classes),)),)
        why = f"gets numbers up to {input.classes - 1}, but knows only those below {self.num_embeddings}"
        return [Misfit(why, "input", repair)]

    def summary(self) -> str:
        return f"{self.num_embeddings:,} × {self.embedding_dim}"


@node("nn.Dropout", "layer", words="regularization regularisation random")
class Dropout:
    """Set numbers to zero at random, in training only."""

    input = Input("float[...]", "Any shape.")
    output = Output("The same shape.")
    p = Float("How likely a number becomes zero.", least=0.0, most=1.0)

    rule = rules.elementwise

    def summary(self) -> str:
        return f"p {self.p:g}"


@node("nn.ReLU", "layer", words="activation rectifier nonlinearity")
class ReLU:
    """Replace negative numbers by zero."""

    input = Input("number[...]", "Any shape.")
    output = Output("The same shape.")

    rule = rules.elementwise


@node("nn.GELU", "layer", words="activation gaussian nonlinearity transformer")
class GELU:
    """A smooth ReLU: each number times the chance that a normal draw lies below it."""

    input = Input("float[...]", "Any shape.")
    output = Output("The same shape.")
    approximate = Choice("Exact, or by tanh, which is faster.", ("none", "tanh"))

    rule = rules.elementwise


@node("nn.Flatten", "layer", words="reshape view vector")
class Flatten:
    """Make one dimension of several; by default every sample becomes one row of numbers."""

    input = Input("tensor[...]", "Any shape.")
    output = Output("With dimensions start_dim to end_dim multiplied.")
    start_dim = Int("The first dimension that is flattened.", least=-64)
    end_dim = Int("The last dimension that is flattened.", least=-64)

    function = "torch.flatten"

    def rule(self, input: Tensor) -> Tensor | Misfit:
        start, end = rules.place(self.start_dim, input.rank), rules.place(self.end_dim, input.rank)
        repair = (
            ("Flatten from dim 1 to the last", (("unset", "{node}", "start_dim"), ("unset", "{node}", "end_dim"))),
        )
        if isinstance(start, Misfit):
            return Misfit(start.message, "input", repair)
        if isinstance(end, Misfit):
            return Misfit(end.message, "input", repair)
        if start > end:
            return Misfit(f"needs start_dim before end_dim, got {self.start_dim} and {self.end_dim}", "input", repair)
        return input.with_shape(*(rules.flattened(input.shape, start, end) if input.shape else (1,)))

    def doubts(self, input: Tensor) -> list[Misfit]:
        if rules.place(self.start_dim, input.rank) == 0 and input.rank > 1 and isinstance(input.shape[0], Size):
            repair = (("Flatten from dim 1", (("unset", "{node}", "start_dim"),)),)
            return [Misfit("flattens the batch dimension too, so that samples mix", "input", repair)]
        return []

    def forward(self, input: Code) -> Code:
        end = [] if self.end_dim == -1 else [self.end_dim]
        return call("torch.flatten", input, self.start_dim, *end)

    def summary(self) -> str:
        return "" if (self.start_dim, self.end_dim) == (1, -1) else f"dims {self.start_dim} to {self.end_dim}"


@node("nn.MaxPool2d", "layer", words="pooling downsample picture image")
class MaxPool2d:
    """Keep the largest number of every window of a picture."""

    input = Input("number[B, C, H, W]", "A batch of pictures.")
    output = Output("Smaller pictures.")
    kernel_size = Sizes("Height and width of a window.", 2, least=1, length=2)
    stride = Sizes("How far a window moves; none means its own size.", least=1, length=2)
    padding = Sizes("Added on each side, at most half a window.", length=2)
    dilation = Sizes("Distance between the points of a window.", least=1, length=2)
    ceil_mode = Bool("Keep a last window that is cut off.")

    function = "F.max_pool2d"

    def rule(self, input: Tensor) -> Tensor | Misfit:
        if any(2 * p > k for p, k in zip(rules.pair(self.padding), rules.pair(self.kernel_size), strict=True)):
            repair = (("Use no padding", (("unset", "{node}", "padding"),)),)
            return Misfit(f"has a padding of {self.padding}, more than half of its window", None, repair)
        size = rules.slid(self, input, self.ceil_mode)
        if isinstance(size, Misfit):
            return size
        return rules.unseen(self, input) or input.with_shape(*input.shape[:2], *size)

    def summary(self) -> str:
        return " × ".join(map(str, rules.pair(self.kernel_size)))


@node("nn.AdaptiveAvgPool2d", "layer", words="global average pooling picture image gap")
class AdaptiveAvgPool2d:
    """Average pictures down to a given height and width."""

    input = Input("float[B, C, H, W]", "A batch of pictures.")
    output = Output("Pictures of the given size.")
    output_size = Sizes("Height and width of the output.", 1, least=1, length=2)

    function = "F.adaptive_avg_pool2d"

    def rule(self, input: Tensor) -> Tensor:
        return input.with_shape(*input.shape[:2], *rules.pair(self.output_size))

    def summary(self) -> str:
        return " × ".join(map(str, rules.pair(self.output_size)))
