"""Convolutions: learned filters that slide over series, pictures and volumes."""

from math import prod

from runtime.check.rules.convolution import channels_last, convolved
from runtime.check.rules.ranges import unnormalised
from runtime.check.rules.transposed import transposed
from runtime.check.rules.windows import each, shown
from runtime.check.rules.work import numbers
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Choice, Inferred, Int, Sizes
from runtime.spec.tensor import ANY, Shapes, Tensor
from runtime.spec.value import counted


class Convolution:
    """A learned filter for every channel that comes out."""

    rank: int
    output = Output("One channel a filter.")
    in_channels = Inferred("Channels that come in.")
    out_channels = Int("Number of filters.", 16, least=1)
    kernel_size = Sizes("Size of a filter: one number, or one a dimension.", 3, least=1, length="rank")
    stride = Sizes("How far a filter moves.", least=1, length="rank")
    padding = Sizes('Added on each side; "same" keeps the size.', choices=("same", "valid"), length="rank")
    dilation = Sizes("Distance between the points of a filter.", least=1, length="rank")
    groups = Int("Groups of channels that do not see each other.", least=1)
    bias = Bool("Add a learned bias.")
    padding_mode = Choice("What is added on each side.", ("zeros", "reflect", "replicate", "circular"))

    rule = convolved
    bounds = ANY

    def doubts(self, input: Tensor) -> list[Misfit]:
        return channels_last(input) or unnormalised(input)

    def tensors(self) -> Shapes:
        filters = (self.out_channels, self.in_channels // self.groups, *each(self.kernel_size, self.rank))
        return {"weight": filters} | ({"bias": (self.out_channels,)} if self.bias else {})

    def multiply_adds(self, made: Tensor, input: Tensor) -> int:
        return numbers(made) * prod(self.tensors()["weight"][1:])

    def summary(self) -> str:
        return f"{counted(self.in_channels)} → {counted(self.out_channels)}, {shown(self.kernel_size, self.rank)}"


@node("nn.Conv1d", "layer", weights=True, words="convolution convolutional filter series sequence audio text cnn")
class Conv1d(Convolution):
    """Slide learned filters over series."""

    rank = 1
    input = Input("float32[B, in_channels, L]", "A batch of series, channels first.")


@node("nn.Conv2d", "layer", weights=True, words="convolution convolutional filter picture image cnn")
class Conv2d(Convolution):
    """Slide learned filters over pictures."""

    rank = 2
    input = Input("float32[B, in_channels, H, W]", "A batch of pictures, channels first.")


@node("nn.Conv3d", "layer", weights=True, words="convolution convolutional filter volume video scan cnn")
class Conv3d(Convolution):
    """Slide learned filters over volumes or videos."""

    rank = 3
    input = Input("float32[B, in_channels, D, H, W]", "A batch of volumes, channels first.")


class TransposedConvolution:
    """A learned window for every channel that comes in."""

    rank: int
    output = Output("One channel a filter, larger where the stride is above 1.")
    in_channels = Inferred("Channels that come in.")
    out_channels = Int("Channels that come out.", 16, least=1)
    kernel_size = Sizes("Size of a filter: one number, or one a dimension.", 3, least=1, length="rank")
    stride = Sizes("How far apart the windows of two numbers lie.", least=1, length="rank")
    padding = Sizes("Taken away on each side.", length="rank")
    output_padding = Sizes("Added on one side, below stride or dilation.", length="rank")
    groups = Int("Groups of channels that do not see each other.", least=1)
    bias = Bool("Add a learned bias.")
    dilation = Sizes("Distance between the points of a filter.", least=1, length="rank")

    rule = transposed
    bounds = ANY

    def tensors(self) -> Shapes:
        windows = (self.in_channels, self.out_channels // self.groups, *each(self.kernel_size, self.rank))
        return {"weight": windows} | ({"bias": (self.out_channels,)} if self.bias else {})

    def multiply_adds(self, made: Tensor, input: Tensor) -> int:
        return numbers(input) * prod(self.tensors()["weight"][1:])

    def summary(self) -> str:
        return f"{counted(self.in_channels)} → {counted(self.out_channels)}, {shown(self.kernel_size, self.rank)}"


@node("nn.ConvTranspose1d", "layer", weights=True, words="deconvolution transposed upsample series audio decoder")
class ConvTranspose1d(TransposedConvolution):
    """Lay a learned window for every number of a series, and add where windows overlap."""

    rank = 1
    input = Input("float32[B, in_channels, L]", "A batch of series, channels first.")


@node("nn.ConvTranspose2d", "layer", weights=True, words="deconvolution transposed upsample picture image decoder")
class ConvTranspose2d(TransposedConvolution):
    """Lay a learned window for every pixel of a picture, and add where windows overlap."""

    rank = 2
    input = Input("float32[B, in_channels, H, W]", "A batch of pictures, channels first.")


@node("nn.ConvTranspose3d", "layer", weights=True, words="deconvolution transposed upsample volume video decoder")
class ConvTranspose3d(TransposedConvolution):
    """Lay a learned window for every point of a volume, and add where windows overlap."""

    rank = 3
    input = Input("float32[B, in_channels, D, H, W]", "A batch of volumes, channels first.")
