"""Windows as columns: taken out of a picture one by one, and laid back."""

from math import prod

from runtime.check.rules.transposed import folded
from runtime.check.rules.windows import each, shown, slid
from runtime.spec.node import Example, Input, Misfit, Output, node
from runtime.spec.parameter import Sizes
from runtime.spec.tensor import Tensor, product


@node("nn.Unfold", "layer", words="im2col patches windows columns picture image")
class Unfold:
    """Take every window out of a picture and make a column of it."""

    rank = 2
    input = Input("float[B, C, H, W] | bool[B, C, H, W]", "A batch of pictures.")
    output = Output("A column a window, with its numbers channel by channel.")
    kernel_size = Sizes("Height and width of a window.", 3, least=1, length=2)
    dilation = Sizes("Distance between the points of a window.", least=1, length=2)
    padding = Sizes("Zeros added on each side.", length=2)
    stride = Sizes("How far a window moves.", least=1, length=2)

    def rule(self, input: Tensor) -> Tensor | Misfit:
        counts = slid(self, input)
        if isinstance(counts, Misfit):
            return counts
        numbers = input.shape[1] * prod(each(self.kernel_size, 2))
        return input.with_shape(input.shape[0], numbers, product(counts))

    def summary(self) -> str:
        return shown(self.kernel_size, 2)


@node("nn.Fold", "layer", words="col2im patches windows columns picture image")
class Fold:
    """Lay columns back into a picture, a window each, and add where windows overlap."""

    rank = 2
    input = Input("float[B, K, L] | bool[B, K, L]", "L columns a sample, each with the numbers of one window.")
    output = Output("Pictures of the given size.")
    output_size = Sizes("Height and width of the pictures.", 8, least=1, length=2)
    kernel_size = Sizes("Height and width of a window.", 3, least=1, length=2)
    dilation = Sizes("Distance between the points of a window.", least=1, length=2)
    padding = Sizes("Zeros that stood on each side, and are left out.", length=2)
    stride = Sizes("How far a window moves.", least=1, length=2)
    example = Example(input="float32[27, 36]")  # three channels in windows of 9 points, 36 of which fit

    rule = folded

    def summary(self) -> str:
        return shown(self.output_size, 2)
