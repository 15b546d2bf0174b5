"""Transforms of pictures: the same for one sample left of collate and for a batch right of it."""

from runtime.check.rules.elementwise import elementwise, elementwise_float
from runtime.check.rules.ranges import moved, normalised_otherwise, scaled_already
from runtime.check.rules.repairs import insert
from runtime.check.rules.windows import empty, pair
from runtime.spec.code import Code, call, code
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Float, Numbers, Sizes
from runtime.spec.tensor import Tensor


@node("transform.Scale", "transform", "either", words="divide rescale range normalise 255 float")
class Scale:
    """Divide by the largest value, so that pictures from 0 to 255 lie between 0 and 1."""

    input = Input("tensor[...]", "Numbers of any shape.")
    output = Output("The numbers as float32, divided.")
    maximum = Float("The value that becomes 1.", 255.0)

    exact = True  # the same bytes for one sample as for many

    def rule(self, input: Tensor) -> Tensor:
        return moved(input, elementwise_float(self, input), (0.0, self.maximum))

    def forward(self, input: Code) -> Code:
        return code("{} / {}", input, self.maximum)

    def doubts(self, input: Tensor) -> list[Misfit]:
        if self.maximum == 0:
            return [Misfit("divides by 0; every number becomes infinite or not a number")]
        return scaled_already(self, input)

    def summary(self) -> str:
        return f"÷ {self.maximum:g}"


@node("transform.Normalize", "transform", "either", words="standardize standardise mean std imagenet z-score")
class Normalize:
    """Subtract a mean and divide by a standard deviation: one of each, or one a channel."""

    input = Input("float[...]", "A picture [..., C, H, W] where there is one a channel; any shape for one number.")
    output = Output("The same shape.")
    mean = Numbers("What is subtracted: one number, or one a channel.", [0.5])
    std = Numbers("What is divided by: one number, or one a channel.", [0.5])

    exact = True  # the same bytes for one sample as for many

    def rule(self, input: Tensor) -> Tensor | Misfit:
        counts = {len(self.mean), len(self.std)} - {1}
        if not counts:
            return self._moved(input)
        if input.rank < 3:
            return Misfit(f"needs pictures [..., C, H, W] for one mean a channel, got {input}", "input")
        if counts != {input.shape[-3]}:
            needed = f"one mean and one std, or one for each of {input.shape[-3]} channels"
            plain = ("Use the defaults of mean and std", (("unset", "{node}", "mean"), ("unset", "{node}", "std")))
            return Misfit(f"needs {needed}, got {len(self.mean)} and {len(self.std)}", "input", (plain,))
        return self._moved(input)

    def _moved(self, input: Tensor) -> Tensor:
        count = max(len(self.mean), len(self.std))
        each = [values if len(values) > 1 else values * count for values in (self.mean, self.std)]
        return moved(input, elementwise(self, input), *zip(*each, strict=True))

    def doubts(self, input: Tensor) -> list[Misfit]:
        if 0 in self.std:
            return [Misfit("divides by a standard deviation of 0")]
        return normalised_otherwise(self, input)

    def forward(self, input: Code) -> Code:
        if len(self.mean) == len(self.std) == 1:
            return code("({} - {}) / {}", input, self.mean[0], self.std[0])
        return call("normalize_channels", input, self.mean, self.std)

    def summary(self) -> str:
        return f"mean {_brief(self.mean)}, std {_brief(self.std)}"


def _brief(values: list[float]) -> str:
    return f"{values[0]:g}" if len(values) == 1 else "[" + ", ".join(f"{value:g}" for value in values) + "]"


@node("transform.Resize", "transform", "either", words="scale size picture image interpolate 224")
class Resize:
    """Resize pictures to a height and width, smoothly."""

    input = Input("float32[..., C, H, W] | uint8[..., C, H, W]", "A picture or a batch of them.")
    output = Output("The picture in its new size.")
    size = Sizes("Height and width; one number gives a square.", [224, 224], least=1, length=2)

    exact = True  # the same bytes for one sample as for many

    def rule(self, input: Tensor) -> Tensor | Misfit:
        if wrong := empty(input, 0):
            return wrong
        shrinks = pair(self.size) == (1, 1) and input.shape[-2:] != (1, 1)
        if shrinks and input.dtype == "uint8" and input.shape[-3] == 3:  # torch stops, or writes beyond memory
            to_float = insert("Tensor.to", "Insert Tensor.to float32", "input")
            return Misfit("cannot make one pixel of a uint8 picture", "input", (to_float,))
        return input.rearranged(*input.shape[:-2], *pair(self.size))

    def forward(self, input: Code) -> Code:
        return call("resize_picture", input, pair(self.size))

    def summary(self) -> str:
        return " × ".join(map(str, pair(self.size)))
