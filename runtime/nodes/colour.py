"""The colours of pictures, and how sharp they are, changed at random in training only; and gray ones."""

from math import inf

from runtime.check.rules.ranges import even, said
from runtime.check.rules.repairs import insert
from runtime.check.rules.windows import SAID, empty, pair, shown
from runtime.nodes.crop import PICTURES
from runtime.spec.code import Code, call
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Factors, Float, Int, Sizes
from runtime.spec.tensor import Tensor

COLOURED = "float32[..., 3, H, W] | uint8[..., 3, H, W]"


@node("transform.Grayscale", "transform", "either", words="gray grey black white luminance colour color picture image")
class Grayscale:
    """Make colours gray: how bright red, green and blue look together."""

    input = Input(COLOURED, "A picture of three channels, or a batch of them.")
    output = Output("The gray picture.")
    num_output_channels = Int("How many channels, all the same: 1, or 3 for a model of colours.", 1, least=1, most=3)

    exact = True  # the same bytes for one sample as for many

    def rule(self, input: Tensor) -> Tensor:
        return input.rearranged(*input.shape[:-3], self.num_output_channels, *input.shape[-2:])

    def forward(self, input: Code) -> Code:
        return call("as_gray", input, *([self.num_output_channels] if self.num_output_channels > 1 else []))


@node(
    "transform.RandomGrayscale",
    "transform",
    "either",
    words="augment augmentation gray grey colour color picture image",
)
class RandomGrayscale:
    """Take the colours out of a picture, now and then; in training only."""

    input = Input(COLOURED, "A picture of three channels, or a batch of them.")
    output = Output("The picture, gray or not.")
    p = Float("How likely a picture becomes gray.", 0.1, least=0.0, most=1.0)

    random = True

    def rule(self, input: Tensor) -> Tensor:
        return input.rearranged(*input.shape)

    def forward(self, input: Code) -> Code:
        return call("gray_at_random", input, self.p)

    def summary(self) -> str:
        return f"p {self.p:g}, training only"


@node(
    "transform.ColorJitter",
    "transform",
    "either",
    words="augment augmentation colour brightness contrast picture image",
)
class ColorJitter:
    """Change brightness, contrast and colours of a picture, in any order; in training only."""

    input = Input(
        f"{COLOURED} | float32[..., 1, H, W] | uint8[..., 1, H, W]", "A picture in colours or gray, or a batch."
    )
    output = Output("The picture in other colours.")
    brightness = Float("How much darker or brighter at most: 0.4 is from 0.6 to 1.4 times.", 0.2, least=0.0)
    contrast = Float("How much less or more contrast at most.", 0.2, least=0.0)
    saturation = Float("How much paler or fuller colours at most.", 0.2, least=0.0)
    hue = Float("How far around the circle of colours at most.", 0.0, least=0.0, most=0.5)

    random = True

    def rule(self, input: Tensor) -> Tensor | Misfit:
        if wrong := empty(input, 0):
            return wrong
        bounds = input.bounds and (min(input.bounds[0], 0.0), max(input.bounds[1], 1.0))
        return Tensor(input.dtype, input.shape, None, bounds)

    def doubts(self, input: Tensor) -> list[Misfit]:
        if input.bounds is None or input.bounds[1] <= 1:
            return []
        why, most = f"is for numbers from 0 to 1, but gets {said(input.bounds)}", input.bounds[1]
        scale = insert("transform.Scale", "Insert transform.Scale", "input", maximum=even(most)) if most < inf else None
        return [Misfit(why, "input", (scale,) if scale else ())]

    def forward(self, input: Code) -> Code:
        return call("jitter_at_random", input, self.brightness, self.contrast, self.saturation, self.hue)


@node("transform.GaussianBlur", "transform", "either", words="augment augmentation smooth soft picture image")
class GaussianBlur:
    """Blur a picture, more or less; in training only."""

    input = Input(PICTURES, "A picture or a batch of them.")
    output = Output("The picture, blurred.")
    kernel_size = Sizes("Height and width of what is put together; odd.", 5, least=1, length=2)
    sigma = Factors("Width of the bell in pixels; or from and to.", [0.1, 2.0], above=0, length=2)

    random = True

    def rule(self, input: Tensor) -> Tensor | Misfit:
        if wrong := empty(input, 0):
            return wrong
        sizes = pair(self.kernel_size)
        odd = [size - 1 + size % 2 for size in sizes]
        if odd != [*sizes]:
            sized = (f"Set kernel_size to {odd}", (("set", "{node}", "kernel_size", odd),))
            return Misfit(f"needs odd numbers for kernel_size, got {shown(self.kernel_size, 2)}", None, (sized,))
        fits = [
            min(want, 2 * has - 1) if isinstance(has, int) else want
            for has, want in zip(input.shape[-2:], odd, strict=True)
        ]
        if fits != odd:
            side = "height" if fits[0] != odd[0] else "width"
            has = input.shape[-2 if side == "height" else -1]
            sized = (f"Set kernel_size to {fits}", (("set", "{node}", "kernel_size", fits),))
            why = f"needs a kernel_size of at most {fits[side == 'width']}: the picture is {has} {SAID[side]}"
            return Misfit(why, "input", (sized,))
        return input.rearranged(*input.shape)

    def forward(self, input: Code) -> Code:
        sigma = self.sigma if isinstance(self.sigma, list) else [self.sigma] * 2
        return call("blur_at_random", input, pair(self.kernel_size), tuple(sigma))

    def summary(self) -> str:
        return f"{shown(self.kernel_size, 2)}, training only"
