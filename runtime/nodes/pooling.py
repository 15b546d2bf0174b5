"""Pooling: one number for every window."""

from runtime.check.rules.windows import pair, slid, unseen
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Sizes
from runtime.spec.tensor import Tensor


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
        if any(2 * p > k for p, k in zip(pair(self.padding), pair(self.kernel_size), strict=True)):
            repair = (("Use no padding", (("unset", "{node}", "padding"),)),)
            return Misfit(f"has a padding of {self.padding}, more than half of its window", None, repair)
        size = slid(self, input, self.ceil_mode)
        if isinstance(size, Misfit):
            return size
        return unseen(self, input) or input.with_shape(*input.shape[:2], *size)

    def summary(self) -> str:
        return " × ".join(map(str, pair(self.kernel_size)))


@node("nn.AdaptiveAvgPool2d", "layer", words="global average pooling picture image gap")
class AdaptiveAvgPool2d:
    """Average pictures down to a given height and width."""

    input = Input("float[B, C, H, W]", "A batch of pictures.")
    output = Output("Pictures of the given size.")
    output_size = Sizes("Height and width of the output.", 1, least=1, length=2)

    function = "F.adaptive_avg_pool2d"

    def rule(self, input: Tensor) -> Tensor:
        return input.with_shape(*input.shape[:2], *pair(self.output_size))

    def summary(self) -> str:
        return " × ".join(map(str, pair(self.output_size)))
