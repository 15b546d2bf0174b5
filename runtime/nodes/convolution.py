"""Convolutions: learned filters that slide over series, pictures and volumes."""

from runtime.check.rules.windows import pair, repeated, slid
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Choice, Inferred, Int, Sizes
from runtime.spec.tensor import Tensor


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
        size = slid(self, input)
        if isinstance(size, Misfit):
            return size
        return repeated(self, input) or input.with_shape(input.shape[0], self.out_channels, *size)

    def summary(self) -> str:
        kernel = " × ".join(map(str, pair(self.kernel_size)))
        return f"{self.in_channels or '?'} → {self.out_channels}, {kernel}"
