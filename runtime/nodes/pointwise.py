"""Functions that work number by number."""

from math import inf

from runtime.check.rules.elementwise import elementwise, elementwise_float, number_by_number, reaching, unchanged
from runtime.check.rules.limits import bounded, doubtful_bounds
from runtime.check.rules.ranges import cut_off, known
from runtime.spec.node import Example, Input, Misfit, Output, node
from runtime.spec.parameter import Number
from runtime.spec.tensor import Tensor


class Curve:
    """A curve; whole numbers become float32."""

    input = Input("tensor[...]", "Numbers of any shape.")
    output = Output("The same shape.")

    rule = elementwise_float


class Step:
    """Numbers to numbers of the same dtype, exactly."""

    input = Input("number[...]", "Numbers of any shape.")
    output = Output("The same shape and dtype.")

    exact = True
    rule = unchanged


@node("torch.sigmoid", "transform", "either", words="logistic activation squash probability")
class Sigmoid(Curve):
    """Squash every number into 0 to 1."""

    output = Output("The same shape, between 0 and 1.")

    bounds = (0.0, 1.0)


@node("torch.tanh", "transform", "either", words="hyperbolic tangent activation squash")
class Tanh(Curve):
    """Squash every number into -1 to 1."""

    output = Output("The same shape, between -1 and 1.")

    bounds = (-1.0, 1.0)


@node("torch.exp", "transform", "either", words="exponential e power", called="grown")
class Exp(Curve):
    """Raise e to every number."""

    bounds = (0.0, inf)


class Positive(Curve):
    """Numbers above 0 have finite results."""

    example = Example(input="torch.sigmoid")


@node("torch.log", "transform", "either", words="logarithm ln natural", called="logs")
class Log(Positive):
    """Take the natural logarithm of every number; 0 becomes minus infinity."""


@node("torch.log1p", "transform", "either", words="logarithm counts skewed amounts")
class Log1p(Positive):
    """Take the natural logarithm of 1 plus every number, which keeps 0 at 0."""


@node("torch.sqrt", "transform", "either", words="square root", called="root")
class Sqrt(Positive):
    """Take the square root of every number."""

    bounds = (0.0, inf)


@node("torch.rsqrt", "transform", "either", words="inverse square root reciprocal norm")
class Rsqrt(Positive):
    """Divide 1 by the square root of every number."""

    bounds = (0.0, inf)


@node("torch.sin", "transform", "either", words="sine wave position angle", called="sine")
class Sin(Curve):
    """Take the sine of every number."""

    bounds = (-1.0, 1.0)


@node("torch.cos", "transform", "either", words="cosine wave position angle", called="cosine")
class Cos(Curve):
    """Take the cosine of every number."""

    bounds = (-1.0, 1.0)


@node("torch.erf", "transform", "either", words="error function gaussian normal")
class Erf(Curve):
    """Apply the error function, the smooth step of a normal distribution, to every number."""

    bounds = (-1.0, 1.0)


@node("torch.reciprocal", "transform", "either", words="inverse one over divide")
class Reciprocal(Curve):
    """Divide 1 by every number."""


@node("torch.abs", "transform", "either", words="absolute value magnitude", called="amounts")
class Abs(Step):
    """Drop the sign of every number."""

    bounds = (0.0, inf)


@node("torch.neg", "transform", "either", words="negative minus opposite", called="negative")
class Neg(Step):
    """Turn the sign of every number."""

    rule = elementwise


@node("torch.sign", "transform", "either", words="direction plus minus", called="signs")
class Sign(Step):
    """Replace every number by -1, 0 or 1; nothing is learned through it, for its slope is 0."""

    input = Input("tensor[...]", "Numbers of any shape.")

    def rule(self, input: Tensor) -> Tensor:
        return Tensor(input.dtype, input.shape, 2 if input.classes and input.classes > 1 else input.classes)


@node("torch.round", "transform", "either", words="nearest whole integer quantize", called="rounded")
class Round(Step):
    """Round every number to the nearest whole one; nothing is learned through it, for its slope is 0."""


@node("torch.floor", "transform", "either", words="round down whole integer", called="lower")
class Floor(Step):
    """Round every number down to a whole one; nothing is learned through it, for its slope is 0."""


@node("torch.ceil", "transform", "either", words="round up whole integer ceiling", called="upper")
class Ceil(Step):
    """Round every number up to a whole one; nothing is learned through it, for its slope is 0."""


@node("torch.square", "transform", "either", words="power two squared", called="squares")
class Square:
    """Multiply every number by itself."""

    input = Input("tensor[...]", "Numbers of any shape.")
    output = Output("The same shape.")

    bounds = (0.0, inf)
    exact = True
    rule = number_by_number


@node("torch.clamp", "transform", "either", words="clip limit bound cut range", called="clamped")
class Clamp:
    """Move what lies outside of two limits onto them."""

    input = Input("tensor[...]", "Numbers of any shape.")
    output = Output("The same shape, inside the limits.")
    min = Number("The lower limit; none for no limit.", start=0)
    max = Number("The upper limit; none for no limit.")

    exact = True

    def rule(self, input: Tensor) -> Tensor | Misfit:
        found = bounded(self, input)
        return found if isinstance(found, Misfit) else cut_off(found, known(input), self.min, self.max)

    def doubts(self, input: Tensor) -> list[Misfit]:
        return doubtful_bounds(self)

    def summary(self) -> str:
        least, most = ("" if limit is None else str(limit) for limit in (self.min, self.max))
        return f"{least} to {most}" if least and most else f"at least {least}" if least else f"at most {most}"


@node("torch.nan_to_num", "transform", "either", words="missing nan infinite clean replace fill", called="filled")
class NanToNum:
    """Replace what is not a number, and what is infinite, by numbers."""

    input = Input("tensor[...]", "Numbers of any shape.")
    output = Output("The same shape, finite.")
    nan = Number("Stands for what is not a number; none means 0.")
    posinf = Number("Stands for infinity; none means the largest number there is.")
    neginf = Number("Stands for minus infinity; none means the least number there is.")

    exact = True

    def rule(self, input: Tensor) -> Tensor:
        return reaching(input, 0.0 if self.nan is None else self.nan)
