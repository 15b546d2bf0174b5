"""Comparisons, what follows from several of them, and a choice between two tensors."""

from runtime.check.rules.arithmetic import Made, together_or_not
from runtime.check.rules.comparison import chosen, compared, judged, masked
from runtime.spec.node import Example, Input, Misfit, Output, node
from runtime.spec.parameter import Number
from runtime.spec.tensor import Tensor


class Comparison:
    """A tensor, and another one or a number."""

    input = Input("tensor[...]", "A tensor of any shape.")
    other = Input("tensor[...]", "A tensor whose shape is the same, or 1 where it differs.", unless="other")
    output = Output("True or false for every number.")
    other_ = Number("A number in place of the other tensor; it takes the port away.", None)

    does, crosses = "compare {input} with {other}", "compares every row with every other"

    def rule(self, input: Tensor, other: Tensor | None = None) -> Made:
        return compared(self, input, other)

    def doubts(self, input: Tensor, other: Tensor | None = None) -> list[Misfit]:
        return together_or_not(self, input, other)

    def summary(self) -> str:
        return "" if self.other is None else f"{self.sign} {self.other}"

    sign = "="


@node("torch.eq", "join", words="equal same compare ==", called="equal")
class Eq(Comparison):
    """Say for every number whether it equals another one."""


@node("torch.ne", "join", words="not equal different compare !=", called="different")
class Ne(Comparison):
    """Say for every number whether it differs from another one."""

    sign = "≠"


@node("torch.lt", "join", words="less smaller below compare <", called="below")
class Lt(Comparison):
    """Say for every number whether it is less than another one."""

    sign = "<"


@node("torch.le", "join", words="less equal at most compare <=", called="at_most")
class Le(Comparison):
    """Say for every number whether it is at most another one."""

    sign = "≤"


@node("torch.gt", "join", words="greater larger above threshold compare >", called="above")
class Gt(Comparison):
    """Say for every number whether it is greater than another one."""

    sign = ">"


@node("torch.ge", "join", words="greater equal at least compare >=", called="at_least")
class Ge(Comparison):
    """Say for every number whether it is at least another one."""

    sign = "≥"


class Both:
    """Two tensors of yes and no; numbers count as yes where they are not 0."""

    input = Input("tensor[...]", "Yes and no, or numbers, of any shape.")
    other = Input("tensor[...]", "Yes and no in the same shape, or 1 where it differs.")
    output = Output("True or false for every place.")

    does, crosses = Comparison.does, Comparison.crosses

    def rule(self, input: Tensor, other: Tensor) -> Made:
        return compared(self, input, other)

    def doubts(self, input: Tensor, other: Tensor) -> list[Misfit]:
        return together_or_not(self, input, other)


@node("torch.logical_and", "join", words="both mask combine &", called="both")
class LogicalAnd(Both):
    """Say for every place whether both tensors are true there."""


@node("torch.logical_or", "join", words="either mask combine |", called="either")
class LogicalOr(Both):
    """Say for every place whether at least one of two tensors is true there."""


@node("torch.logical_xor", "join", words="exclusive different mask combine ^", called="one_of")
class LogicalXor(Both):
    """Say for every place whether exactly one of two tensors is true there."""


@node("torch.logical_not", "transform", "either", words="invert mask opposite ~", called="inverted")
class LogicalNot:
    """Turn true into false and false into true; numbers count as true where they are not 0."""

    input = Input("tensor[...]", "Yes and no, or numbers, of any shape.")
    output = Output("True or false for every place.")

    exact = True
    rule = judged


@node("torch.isnan", "transform", "either", words="missing not a number check", called="missing")
class IsNan(LogicalNot):
    """Say for every number whether it is none: what 0 divided by 0 gives, or a missing value."""

    input = Input("tensor[...]", "Numbers of any shape.")
    output = Output("True or false for every number.")


@node("torch.where", "join", words="choose select mask condition if else switch", called="chosen")
class Where:
    """Take a number from one tensor where a condition is true, and from another where it is false."""

    condition = Input("bool[...]", "True or false for every place.")
    input = Input("tensor[...]", "What stands where the condition is true.", unless="input")
    other = Input("tensor[...]", "What stands where the condition is false.", unless="other")
    output = Output("The chosen numbers, in the shape that all stretch to.")
    input_ = Number("A number where the condition is true; it takes the port away.", None)
    other_ = Number("A number where the condition is false; it takes the port away.", None)

    def rule(self, condition: Tensor, input: Tensor | None = None, other: Tensor | None = None) -> Made:
        return chosen(self, condition, input, other)


@node("torch.masked_fill", "join", words="mask attention replace fill infinity padding", called="masked")
class MaskedFill:
    """Replace the numbers where a mask is true by one number, such as -inf before a softmax."""

    input = Input("tensor[...]", "A tensor of any shape.")
    mask = Input("bool[...]", "True where a number is replaced; it may stretch.")
    output = Output("The same dtype, in the shape that both stretch to.")
    value = Number("What stands where the mask is true: a number, inf or -inf.", "-inf")
    example = Example(value=0)  # with infinite numbers the loss would be none

    does, crosses = "fill {input} where {other} is true", "masks every row by every other"

    def rule(self, input: Tensor, mask: Tensor) -> Made:
        return masked(self, input, mask)

    def doubts(self, input: Tensor, mask: Tensor) -> list[Misfit]:
        return together_or_not(self, input, mask, "mask")

    def summary(self) -> str:
        return str(self.value)
