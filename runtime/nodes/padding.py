"""Padding: more numbers at the ends of series, pictures and volumes, or fewer."""

from typing import Any

from runtime.check.rules.padding import at_ends, padded, padded_anywhere, padded_oddly, shifts_rows
from runtime.check.rules.windows import each
from runtime.spec.code import Code, call
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Choice, Float, Sizes
from runtime.spec.tensor import Tensor
from runtime.spec.value import MOST


class Pad:
    """Something added at both ends of the last dimensions."""

    rank: int
    mode = "constant"
    value: Any = 0.0
    output = Output("The same with longer last dimensions.")

    function = "F.pad"

    def rule(self: Any, input: Tensor) -> Tensor | Misfit:
        return padded(self, input, at_ends(self.padding, self.rank))

    def mixes(self: Any, input: Tensor) -> bool:
        return shifts_rows(input, at_ends(self.padding, self.rank))

    def instead(self) -> tuple[str, tuple[Any, ...]]:
        """What there is where this padding does not go."""
        return f"Use nn.ZeroPad{self.rank}d", (("become", f"nn.ZeroPad{self.rank}d"),)

    def forward(self: Any, input: Code) -> Code:
        around = each(self.padding, 2 * self.rank)
        named = {"mode": self.mode, "value": self.value}
        given = {name: each for name, each in named.items() if each not in ("constant", 0)}
        return call("F.pad", input, around, **given)

    def summary(self: Any) -> str:
        return str(self.padding)


class Pad1d(Pad):
    """Before and after a series."""

    rank = 1
    padding = Sizes("One number, or before and after; below 0 cuts off.", 1, -MOST, length=2)


class Pad2d(Pad):
    """Around a picture."""

    rank = 2
    padding = Sizes("One number, or left, right, top, bottom; below 0 cuts off.", 1, -MOST, length=4)


class Pad3d(Pad):
    """Around a volume."""

    rank = 3
    padding = Sizes("One number, or left, right, top, bottom, front, back; below 0 cuts off.", 1, -MOST, length=6)


@node("nn.ZeroPad1d", "layer", "either", words="zeros constant sequence series")
class ZeroPad1d(Pad1d):
    """Add zeros around series."""

    input = Input("tensor[..., L]", "One of the series or a batch of them.")

    exact = True


@node("nn.ZeroPad2d", "layer", "either", words="zeros constant picture image border")
class ZeroPad2d(Pad2d):
    """Add zeros around pictures."""

    input = Input("tensor[..., H, W]", "One of the pictures or a batch of them.")

    exact = True


@node("nn.ZeroPad3d", "layer", "either", words="zeros constant volume video border")
class ZeroPad3d(Pad3d):
    """Add zeros around volumes."""

    input = Input("tensor[..., D, H, W]", "One of the volumes or a batch of them.")

    exact = True


@node("nn.ConstantPad1d", "layer", "either", words="value constant sequence series")
class ConstantPad1d(Pad1d):
    """Add a number of your own around series."""

    input = Input("tensor[..., L]", "One of the series or a batch of them.")
    value = Float("What is added.", 0.0)

    exact = True


@node("nn.ConstantPad2d", "layer", "either", words="value constant picture image border")
class ConstantPad2d(Pad2d):
    """Add a number of your own around pictures."""

    input = Input("tensor[..., H, W]", "One of the pictures or a batch of them.")
    value = Float("What is added.", 0.0)

    exact = True


@node("nn.ConstantPad3d", "layer", "either", words="value constant volume video border")
class ConstantPad3d(Pad3d):
    """Add a number of your own around volumes."""

    input = Input("tensor[..., D, H, W]", "One of the volumes or a batch of them.")
    value = Float("What is added.", 0.0)

    exact = True


@node("nn.ReflectionPad1d", "layer", words="mirror reflect sequence series")
class ReflectionPad1d(Pad1d):
    """Add what lies inside series, mirrored at the edge."""

    mode = "reflect"
    input = Input("number[B, L] | number[B, C, L]", "A batch of series, with channels or without.")


@node("nn.ReflectionPad2d", "layer", words="mirror reflect picture image border")
class ReflectionPad2d(Pad2d):
    """Add what lies inside pictures, mirrored at the edge."""

    mode = "reflect"
    input = Input("number[B, H, W] | number[B, C, H, W]", "A batch of pictures, with channels or without.")


@node("nn.ReflectionPad3d", "layer", words="mirror reflect volume video border")
class ReflectionPad3d(Pad3d):
    """Add what lies inside volumes, mirrored at the edge."""

    mode = "reflect"
    input = Input("number[B, D, H, W] | number[B, C, D, H, W]", "A batch of volumes, with channels or without.")


@node("nn.ReplicationPad1d", "layer", words="edge repeat replicate sequence series")
class ReplicationPad1d(Pad1d):
    """Repeat the last numbers at the edge of series."""

    mode = "replicate"
    input = Input("number[B, L] | number[B, C, L]", "A batch of series, with channels or without.")


@node("nn.ReplicationPad2d", "layer", words="edge repeat replicate picture image border")
class ReplicationPad2d(Pad2d):
    """Repeat the last numbers at the edge of pictures."""

    mode = "replicate"
    input = Input("number[B, H, W] | number[B, C, H, W]", "A batch of pictures, with channels or without.")


@node("nn.ReplicationPad3d", "layer", words="edge repeat replicate volume video border")
class ReplicationPad3d(Pad3d):
    """Repeat the last numbers at the edge of volumes."""

    mode = "replicate"
    input = Input("number[B, D, H, W] | number[B, C, D, H, W]", "A batch of volumes, with channels or without.")


@node("nn.CircularPad1d", "layer", words="wrap periodic sequence series")
class CircularPad1d(Pad1d):
    """Add what lies at the other end of series, as if they went round."""

    mode = "circular"
    input = Input("tensor[B, L] | tensor[B, C, L]", "A batch of series, with channels or without.")
    padding = Sizes("One number, or before and after.", 1, length=2)


@node("nn.CircularPad2d", "layer", words="wrap periodic picture image border")
class CircularPad2d(Pad2d):
    """Add what lies at the other end of pictures, as if they went round."""

    mode = "circular"
    input = Input("tensor[B, H, W] | tensor[B, C, H, W]", "A batch of pictures, with channels or without.")
    padding = Sizes("One number, or left, right, top, bottom.", 1, length=4)


@node("nn.CircularPad3d", "layer", words="wrap periodic volume video border")
class CircularPad3d(Pad3d):
    """Add what lies at the other end of volumes, as if they went round."""

    mode = "circular"
    input = Input("tensor[B, D, H, W] | tensor[B, C, D, H, W]", "A batch of volumes, with channels or without.")
    padding = Sizes("One number, or left, right, top, bottom, front, back.", 1, length=6)


@node("F.pad", "transform", words="padding border zeros constant reflect replicate circular crop")
class PadAnything:
    """Add numbers at the ends of the last dimensions, or cut off below 0."""

    input = Input("tensor[...]", "A tensor of any shape.")
    output = Output("The same, longer or shorter in its last dimensions.")
    pad = Sizes("Before and after the last dimension, then the one before it; one number is both.", 1, -MOST)
    mode = Choice("What is added.", ("constant", "reflect", "replicate", "circular"))
    value = Float("What is added where mode is constant.", 0.0)

    rule = padded_anywhere
    doubts = padded_oddly

    def mixes(self, input: Tensor) -> bool:
        return shifts_rows(input, at_ends(self.pad, 1))

    def instead(self) -> tuple[str, tuple[Any, ...]]:
        """What goes where this mode does not."""
        return "Pad with zeros", (("unset", "{node}", "mode"),)

    def forward(self, input: Code) -> Code:
        named = {"mode": self.mode} if self.mode != "constant" else {"value": self.value} if self.value else {}
        return call("F.pad", input, each(self.pad, 2), **named)

    def summary(self) -> str:
        return f"{self.mode} {self.pad}"
