"""Pooling to a given size, whatever the size of what comes in."""

from runtime.check.rules.pooling import adaptive_average, adaptive_largest, fractional
from runtime.check.rules.windows import shown
from runtime.spec.node import Input, Output, node
from runtime.spec.parameter import Bool, Factors, Sizes


class Adaptive:
    """A size that is given."""

    rank: int
    output_size = Sizes("Size of the output: one number, or one a dimension.", 1, least=1, length="rank")

    def summary(self) -> str:
        return shown(self.output_size, self.rank)


class AdaptiveAvgPool(Adaptive):
    """Averages."""

    output = Output("Averages, of the given size.")

    rule = adaptive_average


@node("nn.AdaptiveAvgPool1d", "layer", words="global average mean pooling series sequence gap")
class AdaptiveAvgPool1d(AdaptiveAvgPool):
    """Average series down, or up, to a given length."""

    rank = 1
    input = Input("float[B, C, L]", "A batch of series.")


@node("nn.AdaptiveAvgPool2d", "layer", words="global average mean pooling picture image gap")
class AdaptiveAvgPool2d(AdaptiveAvgPool):
    """Average pictures down, or up, to a given height and width."""

    rank = 2
    input = Input("float[B, C, H, W]", "A batch of pictures.")


@node("nn.AdaptiveAvgPool3d", "layer", words="global average mean pooling volume video gap")
class AdaptiveAvgPool3d(AdaptiveAvgPool):
    """Average volumes down, or up, to a given depth, height and width."""

    rank = 3
    input = Input("float[B, C, D, H, W]", "A batch of volumes.")


class AdaptiveMaxPool(Adaptive):
    """The largest numbers."""

    output = Output("The largest numbers, in the given size.")
    indices = Output("Where in its channel each of them stood.", when="return_indices")
    return_indices = Bool("Give the places of the largest numbers too.")

    rule = adaptive_largest


@node("nn.AdaptiveMaxPool1d", "layer", words="global max pooling series sequence")
class AdaptiveMaxPool1d(AdaptiveMaxPool):
    """Keep the largest numbers of series, as many as are wanted."""

    rank = 1
    input = Input("float[B, C, L]", "A batch of series.")


@node("nn.AdaptiveMaxPool2d", "layer", words="global max pooling picture image")
class AdaptiveMaxPool2d(AdaptiveMaxPool):
    """Keep the largest numbers of pictures, in a given height and width."""

    rank = 2
    input = Input("float[B, C, H, W]", "A batch of pictures.")


@node("nn.AdaptiveMaxPool3d", "layer", words="global max pooling volume video")
class AdaptiveMaxPool3d(AdaptiveMaxPool):
    """Keep the largest numbers of volumes, in a given depth, height and width."""

    rank = 3
    input = Input("float[B, C, D, H, W]", "A batch of volumes.")


class FractionalMaxPool:
    """Windows that lie at random."""

    rank: int
    output = Output("The largest number of every window.")
    indices = Output("Where in its channel each of them stood.", when="return_indices")
    kernel_size = Sizes("Size of a window: one number, or one a dimension.", 2, least=1, length="rank")
    output_size = Sizes("Size of the output; none where output_ratio says it.", least=1, length="rank")
    output_ratio = Factors("Share of the input's size that is kept.", least=0.01, most=0.99, length="rank",
                           listed=True, start=0.7)  # fmt: skip
    return_indices = Bool("Give the places of the largest numbers too.")

    rule = fractional

    def summary(self) -> str:
        return shown(self.output_size or self.output_ratio, self.rank)


@node("nn.FractionalMaxPool2d", "layer", words="random stochastic max pooling picture image")
class FractionalMaxPool2d(FractionalMaxPool):
    """Keep the largest numbers of windows that lie at random in a picture, in training and after."""

    rank = 2
    input = Input("float[B, C, H, W]", "A batch of pictures.")


@node("nn.FractionalMaxPool3d", "layer", words="random stochastic max pooling volume video")
class FractionalMaxPool3d(FractionalMaxPool):
    """Keep the largest numbers of windows that lie at random in a volume, in training and after."""

    rank = 3
    input = Input("float[B, C, D, H, W]", "A batch of volumes.")
