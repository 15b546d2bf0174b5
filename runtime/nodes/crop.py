"""Parts of pictures: cut out of the middle or at random, or blotted out."""

from typing import Any

from runtime.check.rules.elementwise import reaching
from runtime.check.rules.windows import empty, pair, shown
from runtime.spec.code import Code, call
from runtime.spec.node import Example, Input, Misfit, Output, node
from runtime.spec.parameter import Float, Int, Numbers, Sizes
from runtime.spec.tensor import Tensor

PICTURES = "float32[..., C, H, W] | uint8[..., C, H, W]"


def _cut(self: Any, input: Tensor, around: int = 0) -> Tensor:
    """The same numbers in another size; zeros too where a picture may be smaller than that."""
    size = pair(self.size)
    fits = all(isinstance(there, int) and there >= wanted for there, wanted in zip(input.shape[-2:], size, strict=True))
    made = input if fits and not around else reaching(input, 0.0)
    return made.rearranged(*input.shape[:-2], *size)


@node("transform.CenterCrop", "transform", "either", words="cut middle picture image square 224")
class CenterCrop:
    """Cut out the middle of pictures; zeros stand around those that are smaller."""

    input = Input("tensor[..., C, H, W]", "A picture or a batch of them.")
    output = Output("The middle.")
    size = Sizes("Height and width; one number gives a square.", [224, 224], least=1, length=2)

    exact = True  # the same bytes for one sample as for many
    rule = _cut

    def forward(self, input: Code) -> Code:
        return call("crop_center", input, pair(self.size))

    def summary(self) -> str:
        return shown(self.size, 2)


@node("transform.RandomCrop", "transform", "either", words="augment augmentation cut pad picture image shift")
class RandomCrop:
    """Cut a part of a size out of pictures, anywhere; in evaluation the middle."""

    input = Input("tensor[..., C, H, W]", "A picture or a batch of them.")
    output = Output("The part.")
    size = Sizes("Height and width of the part; one number gives a square.", [224, 224], least=1, length=2)
    padding = Int("Zeros that are put around a picture before.", 0)
    example = Example(size=[12, 12])

    random = True

    def rule(self, input: Tensor) -> Tensor | Misfit:
        if wrong := empty(input, 0):
            return wrong
        size, room = pair(self.size), [side + 2 * self.padding for side in input.shape[-2:]]
        lacks = [want - has for has, want in zip(room, size, strict=True) if isinstance(has, int)]
        if max(lacks, default=0) <= 0:
            return _cut(self, input, self.padding)
        fits = [min(want, has) if isinstance(has, int) else want for has, want in zip(room, size, strict=True)]
        padding = self.padding + (max(lacks) + 1) // 2
        repairs = (
            (f"Set size to {fits}", (("set", "{node}", "size", fits),)),
            (f"Set padding to {padding}", (("set", "{node}", "padding", padding),)),
        )
        why = f"cuts {size[0]} x {size[1]} out of pictures that are {room[0]} x {room[1]}"
        return Misfit(why + (" with padding" if self.padding else ""), "input", repairs)

    def forward(self, input: Code) -> Code:
        return call("crop_at_random", input, pair(self.size), self.padding)

    def steady(self, input: Code) -> Code:
        return call("crop_center", input, pair(self.size))

    def summary(self) -> str:
        return shown(self.size, 2) + (f", padding {self.padding}" if self.padding else "")


class Boxes:
    """Boxes that are drawn in pictures."""

    scale: list[float]
    ratio: list[float]

    @property
    def told(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        return tuple(self.scale), tuple(self.ratio)


@node(
    "transform.RandomResizedCrop", "transform", "either", words="augment augmentation cut zoom picture image imagenet"
)
class RandomResizedCrop(Boxes):
    """Cut a part of any size and shape out of pictures and resize it; in evaluation the whole picture is resized."""

    input = Input(PICTURES, "A picture or a batch of them.")
    output = Output("The part in its new size.")
    size = Sizes("Height and width of what comes out; one number gives a square.", [224, 224], least=1, length=2)
    scale = Numbers("How much of the area the part has, at least and at most.", [0.08, 1.0], above=0, most=1, length=2)
    ratio = Numbers("Its width by its height, at least and at most.", [0.75, 4 / 3], above=0, length=2)

    random = True

    def rule(self, input: Tensor) -> Tensor | Misfit:
        if wrong := empty(input, 0):
            return wrong
        shrinks = pair(self.size) == (1, 1) and input.shape[-2:] != (1, 1)
        if shrinks and input.dtype == "uint8" and input.shape[-3] == 3:  # torch stops, or writes beyond memory
            larger = ("Use the default size", (("unset", "{node}", "size"),))
            return Misfit("cannot make one pixel of a uint8 picture", "input", (larger,))
        return input.rearranged(*input.shape[:-2], *pair(self.size))

    def forward(self, input: Code) -> Code:
        return call("crop_and_resize_at_random", input, pair(self.size), *self.told)

    def steady(self, input: Code) -> Code:
        return call("resize_picture", input, pair(self.size))

    def summary(self) -> str:
        return shown(self.size, 2)


@node("transform.RandomErasing", "transform", "either", words="augment augmentation cutout box hole picture image")
class RandomErasing(Boxes):
    """Blot a box out of a picture, now and then; in training only."""

    input = Input("float[..., C, H, W]", "A picture or a batch of them.")
    output = Output("The picture, whole or not.")
    p = Float("How likely a box is blotted out.", 0.5, least=0.0, most=1.0)
    scale = Numbers("How much of the area the box has, at least and at most.", [0.02, 0.33], above=0, most=1, length=2)
    ratio = Numbers("Its width by its height, at least and at most.", [0.3, 3.3], above=0, length=2)
    value = Float("What is written into the box.", 0.0)

    random = True

    def rule(self, input: Tensor) -> Tensor | Misfit:
        if wrong := empty(input, 0):
            return wrong
        return reaching(input, self.value)

    def forward(self, input: Code) -> Code:
        return call("erase_at_random", input, self.p, *self.told, self.value)

    def summary(self) -> str:
        return f"p {self.p:g}, training only"
