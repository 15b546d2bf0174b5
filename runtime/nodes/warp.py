"""Pictures turned, mirrored, shifted, scaled and sheared at random, in training only."""

from typing import Any

from runtime.check.rules.elementwise import elementwise, reaching
from runtime.check.rules.windows import empty
from runtime.nodes.crop import PICTURES
from runtime.spec.code import Code, call
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Choice, Factors, Float, Numbers
from runtime.spec.tensor import Tensor


class Mirrored:
    """Pictures mirrored now and then."""

    input = Input("tensor[..., C, H, W]", "A picture or a batch of them.")
    output = Output("The picture, mirrored or not.")
    p = Float("How likely a picture is mirrored.", 0.5, least=0.0, most=1.0)

    random = True
    same_numbers = True
    rule = elementwise

    def summary(self) -> str:
        return f"p {self.p:g}, training only"


@node("transform.RandomHorizontalFlip", "transform", "either", words="augment augmentation mirror picture image")
class RandomHorizontalFlip(Mirrored):
    """Mirror a picture left to right, now and then; in training only."""

    def forward(self, input: Code) -> Code:
        return call("flip_at_random", input, self.p)


@node("transform.RandomVerticalFlip", "transform", "either", words="augment augmentation mirror picture image")
class RandomVerticalFlip(Mirrored):
    """Turn a picture upside down, now and then; in training only."""

    def forward(self, input: Code) -> Code:
        return call("flip_upside_down_at_random", input, self.p)


class Warped:
    """Pictures read at other places; zeros stand where nothing was."""

    input = Input(PICTURES, "A picture or a batch of them.")
    output = Output("The picture, in its size.")
    interpolation = Choice("What lies between pixels: the nearest, or a mean.", ("nearest", "bilinear"), "nearest")

    random = True

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return empty(input, 0) or reaching(input, 0.0)


def ends(value: Any) -> tuple[float, float]:
    """One number reaches as far below zero as above."""
    low, high = value if isinstance(value, list) else (-value, value)
    return low, high


def _said(value: Any) -> str:
    low, high = ends(value)
    return f"± {high:g}°" if low == -high else f"{low:g}° to {high:g}°"


@node("transform.RandomRotation", "transform", "either", words="augment augmentation turn rotate degrees picture image")
class RandomRotation(Warped):
    """Turn a picture around its middle; in training only."""

    degrees = Factors("How far at most, both ways; or from and to, counterclockwise.", 15.0, length=2)

    def forward(self, input: Code) -> Code:
        still = ((0.0, 0.0), (1.0, 1.0), (0.0, 0.0), self.interpolation)
        return call("warp_at_random", input, ends(self.degrees), *still)

    def summary(self) -> str:
        return f"{_said(self.degrees)}, training only"


@node(
    "transform.RandomAffine",
    "transform",
    "either",
    words="augment augmentation turn rotate shift translate scale zoom shear picture image",
)
class RandomAffine(Warped):
    """Turn, shift, scale and shear a picture around its middle; in training only."""

    degrees = Factors("How far it is turned at most, both ways; or from and to, clockwise.", 10.0, length=2)
    translate = Numbers(
        "Share of its width, and of its height, by which it is shifted at most.", [0.0, 0.0], least=0, most=1, length=2
    )
    scale = Numbers("How large it becomes, at least and at most.", [1.0, 1.0], above=0, length=2)
    shear = Factors(
        "By how many degrees it leans at most, both ways; or from and to.", 0.0, least=-80, most=80, length=2
    )

    def forward(self, input: Code) -> Code:
        low, high = ends(self.degrees)
        moved = (tuple(self.translate), tuple(self.scale), ends(self.shear))
        return call("warp_at_random", input, (-high, -low), *moved, self.interpolation)

    def summary(self) -> str:
        return f"{_said(self.degrees)}, training only"
