"""Pooling: one number for every window that slides over series, pictures or volumes."""

from runtime.check.rules.pooling import averaged, inside, largest, pooled
from runtime.check.rules.transposed import misplaced, places, unpooled
from runtime.check.rules.windows import shown
from runtime.spec.node import Input, Output, node
from runtime.spec.parameter import Bool, Float, Int, Sizes


class Pool:
    """A window that slides over the last dimensions."""

    rank: int
    kernel_size = Sizes("Size of a window: one number, or one a dimension.", 2, least=1, length="rank")
    stride = Sizes("How far a window moves; none means its own size.", least=1, length="rank")

    def summary(self) -> str:
        return shown(self.kernel_size, self.rank)


class MaxPool(Pool):
    """The largest number of a window."""

    output = Output("The largest number of every window.")
    indices = Output("Where in its channel each of them stood, for unpooling.", when="return_indices")
    padding = Sizes("Added on each side, at most half a window.", length="rank")
    dilation = Sizes("Distance between the points of a window.", least=1, length="rank")
    return_indices = Bool("Give the places of the largest numbers too.")
    ceil_mode = Bool("Keep a last window that is cut off.")

    rule = largest


@node("nn.MaxPool1d", "layer", words="max pooling downsample series sequence")
class MaxPool1d(MaxPool):
    """Keep the largest number of every window of a series."""

    rank = 1
    input = Input("float[B, C, L]", "A batch of series.")


@node("nn.MaxPool2d", "layer", words="max pooling downsample picture image")
class MaxPool2d(MaxPool):
    """Keep the largest number of every window of a picture."""

    rank = 2
    input = Input("number[B, C, H, W]", "A batch of pictures.")


@node("nn.MaxPool3d", "layer", words="max pooling downsample volume video")
class MaxPool3d(MaxPool):
    """Keep the largest number of every window of a volume."""

    rank = 3
    input = Input("number[B, C, D, H, W]", "A batch of volumes.")


class AvgPool(Pool):
    """The average of a window."""

    output = Output("The average of every window.")
    padding = Sizes("Zeros added on each side, at most half a window.", length="rank")
    ceil_mode = Bool("Keep a last window that is cut off.")
    count_include_pad = Bool("Let the zeros that were added count in the average.")

    rule = pooled
    doubts = averaged


@node("nn.AvgPool1d", "layer", words="average mean pooling downsample smooth series sequence")
class AvgPool1d(AvgPool):
    """Average every window of a series."""

    rank = 1
    input = Input("float[B, C, L] | int64[B, C, L]", "A batch of series.")


@node("nn.AvgPool2d", "layer", words="average mean pooling downsample smooth picture image")
class AvgPool2d(AvgPool):
    """Average every window of a picture."""

    rank = 2
    input = Input("float[B, C, H, W] | int64[B, C, H, W]", "A batch of pictures.")
    divisor_override = Int("Divides the sum instead of how many numbers there are.", least=1)


@node("nn.AvgPool3d", "layer", words="average mean pooling downsample smooth volume video")
class AvgPool3d(AvgPool):
    """Average every window of a volume."""

    rank = 3
    input = Input("float32[B, C, D, H, W] | float64[B, C, D, H, W] | int64[B, C, D, H, W]", "A batch of volumes.")
    divisor_override = Int("Divides the sum instead of how many numbers there are.", least=1)

    rule = inside


class LPPool:
    """The power sum of a window, and its root."""

    rank: int
    output = Output("The root of every window's sum of powers.")
    norm_type = Float("The power: 1 adds up, a large one comes close to the largest.", 2.0, least=1.0)
    kernel_size = Sizes("Size of a window: one number, or one a dimension.", 2, least=1, length="rank")
    stride = Sizes("How far a window moves; none means its own size.", least=1, length="rank")
    ceil_mode = Bool("Keep a last window that is cut off.")

    rule = pooled

    def summary(self) -> str:
        return f"power {self.norm_type:g}, {shown(self.kernel_size, self.rank)}"


@node("nn.LPPool1d", "layer", words="power norm pooling downsample series sequence")
class LPPool1d(LPPool):
    """Add up a power of every window of a series, and take the root."""

    rank = 1
    input = Input("float[B, C, L]", "A batch of series.")
    kernel_size = Int("Length of a window.", 2, least=1)


@node("nn.LPPool2d", "layer", words="power norm pooling downsample picture image")
class LPPool2d(LPPool):
    """Add up a power of every window of a picture, and take the root."""

    rank = 2
    input = Input("float[B, C, H, W]", "A batch of pictures.")


@node("nn.LPPool3d", "layer", words="power norm pooling downsample volume video")
class LPPool3d(LPPool):
    """Add up a power of every window of a volume, and take the root."""

    rank = 3
    input = Input("float32[B, C, D, H, W] | float64[B, C, D, H, W]", "A batch of volumes.")

    rule = inside


class MaxUnpool(Pool):
    """The way back from max pooling."""

    output = Output("Zeros, and every number at its place.")
    kernel_size = Sizes("Size of a pooled window.", 2, least=1, length="rank", listed=True)
    stride = Sizes("How far a window moved; none means its own size.", least=1, length="rank", listed=True)
    padding = Sizes("What was added on each side before pooling.", length="rank", listed=True)
    output_size = Sizes(
        "The size before pooling; none takes the usual one.", None, least=1, length="rank", ours=True, listed=True
    )

    rule = unpooled
    below = places
    doubts = misplaced


@node("nn.MaxUnpool1d", "layer", words="unpooling inverse upsample decoder series sequence")
class MaxUnpool1d(MaxUnpool):
    """Put the pooled numbers of a series back where they stood."""

    rank = 1
    input = Input("float[B, C, L]", "A batch of pooled series.")
    indices = Input("int64[B, C, L]", "Where the numbers stood, from nn.MaxPool1d.")


@node("nn.MaxUnpool2d", "layer", words="unpooling inverse upsample decoder picture image")
class MaxUnpool2d(MaxUnpool):
    """Put the pooled numbers of a picture back where they stood."""

    rank = 2
    input = Input("float[B, C, H, W]", "A batch of pooled pictures.")
    indices = Input("int64[B, C, H, W]", "Where the numbers stood, from nn.MaxPool2d.")


@node("nn.MaxUnpool3d", "layer", words="unpooling inverse upsample decoder volume video")
class MaxUnpool3d(MaxUnpool):
    """Put the pooled numbers of a volume back where they stood."""

    rank = 3
    input = Input("float[B, C, D, H, W]", "A batch of pooled volumes.")
    indices = Input("int64[B, C, D, H, W]", "Where the numbers stood, from nn.MaxPool3d.")
