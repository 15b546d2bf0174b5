"""Arithmetic: two tensors number by number, or a tensor and one number."""

from runtime.check.rules.arithmetic import Made, added, divided, met, raised, stops, together_or_not
from runtime.spec.node import Example, Input, Misfit, Output, node
from runtime.spec.parameter import Choice, Number
from runtime.spec.tensor import Tensor


class Two:
    """A tensor, and another one or a number."""

    input = Input("tensor[...]", "A tensor of any shape.")
    other = Input("tensor[...]", "A tensor whose shape is the same, or 1 where it differs.", unless="other")
    output = Output("The result, in the shape that both stretch to.")
    other_ = Number("A number in place of the other tensor; it takes the port away.", None)

    does, crosses = "", ""

    def rule(self, input: Tensor, other: Tensor | None = None) -> Made:
        return met(self, input, other, self.other)

    def doubts(self, input: Tensor, other: Tensor | None = None) -> list[Misfit]:
        return together_or_not(self, input, other)

    def summary(self) -> str:
        return "" if self.other is None else str(self.other)


@node("torch.add", "join", words="sum plus residual skip connection merge combine", called="added")
class Add(Two):
    """Add two tensors, number by number, or a number to a tensor."""

    alpha = Number("Multiplies what is added.")

    operator = "+"
    does, crosses = "add {other} to {input}", "adds every row to every other"
    takes_away = False

    def rule(self, input: Tensor, other: Tensor | None = None) -> Made:
        return added(self, input, other)

    def summary(self) -> str:
        shown = [] if self.other is None else [str(self.other)]
        return ", ".join(shown if self.alpha == 1 else [*shown, f"alpha {self.alpha:g}"])


@node("torch.sub", "join", words="subtract minus difference", called="difference")
class Sub(Add):
    """Subtract a tensor or a number, number by number."""

    alpha = Number("Multiplies what is subtracted.")

    operator = "-"
    does, crosses = "subtract {other} from {input}", "subtracts every row from every other"
    takes_away = True


@node("torch.mul", "join", words="multiply times product scale gate hadamard", called="scaled")
class Mul(Two):
    """Multiply by a tensor or a number, number by number."""

    operator = "*"
    does, crosses = "multiply {input} by {other}", "multiplies every row by every other"


@node("torch.div", "join", words="divide quotient ratio scale over", called="quotient")
class Div(Two):
    """Divide by a tensor or a number, number by number."""

    rounding_mode = Choice("Leave the quotient as it is, cut it towards zero, or round it down.", ("trunc", "floor"))

    operator = "/"
    does, crosses = "divide {input} by {other}", "divides every row by every other"

    def rule(self, input: Tensor, other: Tensor | None = None) -> Made:
        return divided(self, input, other)

    def doubts(self, input: Tensor, other: Tensor | None = None) -> list[Misfit]:
        rounded = [] if self.rounding_mode is None else stops(input, other, "other", "0")
        return [*rounded, *together_or_not(self, input, other)]


@node("torch.pow", "join", words="power exponent square root raise", called="power")
class Pow:
    """Raise every number to a power: that of a tensor, or one for all."""

    input = Input("tensor[...]", "A tensor of any shape.")
    exponent = Input("tensor[...]", "Powers in the same shape, or 1 where it differs.", unless="exponent")
    output = Output("The powers, in the shape that both stretch to.")
    exponent_ = Number("One power for all, in place of a tensor; it takes the port away.", None)
    example = Example(exponent=2)  # noise holds negative numbers, which have no root

    does, crosses = "raise {input} to {other}", "raises every row to every other"

    def rule(self, input: Tensor, exponent: Tensor | None = None) -> Made:
        return raised(self, input, exponent)

    def doubts(self, input: Tensor, exponent: Tensor | None = None) -> list[Misfit]:
        signed = exponent is not None and exponent.dtype not in ("uint8", "bool") and exponent.classes is None
        negative = stops(input, exponent, "exponent", "negative number") if signed else []
        return [*negative, *together_or_not(self, input, exponent, "exponent")]

    def summary(self) -> str:
        return "" if self.exponent is None else f"to {self.exponent}"


class Pair:
    """Two tensors, number by number."""

    input = Input("tensor[...]", "A tensor of any shape.")
    other = Input("tensor[...]", "A tensor whose shape is the same, or 1 where it differs.")
    output = Output("The result, in the shape that both stretch to.")

    does, crosses = "compare {input} with {other}", "compares every row with every other"

    def rule(self, input: Tensor, other: Tensor) -> Made:
        return met(self, input, other, None)

    def doubts(self, input: Tensor, other: Tensor) -> list[Misfit]:
        return together_or_not(self, input, other)


@node("torch.maximum", "join", words="max larger elementwise", called="larger")
class Maximum(Pair):
    """Keep the larger of two tensors, number by number."""


@node("torch.minimum", "join", words="min smaller elementwise", called="smaller")
class Minimum(Pair):
    """Keep the smaller of two tensors, number by number."""
