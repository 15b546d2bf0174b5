"""Numbers along one dimension seen together: shares that add up to 1, and gates."""

from math import inf

from runtime.check.rules.dims import place
from runtime.check.rules.elementwise import counts_rows, elementwise
from runtime.check.rules.ranges import said
from runtime.spec.code import Code, call
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Int
from runtime.spec.tensor import Dim, Tensor


class Shares:
    """A softmax of some kind; torch guesses a dim where none is given, which it gives up."""

    input = Input("float[...]", "Any shape.")
    output = Output("The same shape.")
    dim = Int("The dimension along which the shares add up to 1.", least=-64, start=-1)

    alone = "nn.Sigmoid"  # what one does with a single number

    def rule(self, input: Tensor) -> Tensor | Misfit:
        at = 0 if self.dim is None else place(self.dim, input.rank)
        return at if isinstance(at, Misfit) else elementwise(self, input)

    def doubts(self, input: Tensor) -> list[Misfit]:
        at = self._at(input)
        if at is None:
            return []
        others = (1, -1) if input.rank > 3 else (-1, 1)
        repairs = tuple((f"Set dim to {dim}", (("set", "{node}", "dim", dim),)) for dim in others)
        size = input.shape[at]
        if counts_rows(size):
            return [Misfit(f"makes shares over the rows of {input}, so that samples mix", "input", repairs)]
        if size == 1:
            become = (f"Use {self.alone}", (("become", self.alone),))
            why = f"makes shares of a single number along dim {at} of {input}, which gets all of it"
            return [Misfit(why, "input", (become, *repairs))]
        if input.bounds is not None and input.bounds[0] >= 0 and input.bounds[1] <= 1:
            skip = ("Remove the squashing node", (("skip", "input"),))
            why = f"makes shares of {said(input.bounds)}, which lie too close together for that"
            return [Misfit(why, "input", (skip,))]
        if self.dim is None:
            return [Misfit(f"has no dim; torch guesses {at}, and says that it will not for long", None, repairs)]
        return []

    def mixes(self, input: Tensor) -> bool:
        at = self._at(input)
        return at is not None and counts_rows(input.shape[at])

    def _at(self, input: Tensor) -> int | None:
        """The dimension that the shares are of."""
        guess = 0 if input.rank in (0, 1, 3) else 1  # torch's own
        at = place(guess if self.dim is None else self.dim, input.rank)
        return None if isinstance(at, Misfit) or not input.shape else at

    def summary(self) -> str:
        return "no dim" if self.dim is None else f"dim {self.dim}"


@node("nn.Softmax", "layer", words="probability classes normalize activation")
class Softmax(Shares):
    """Make shares that add up to 1 along a dimension; larger numbers get larger shares."""

    bounds = (0.0, 1.0)


@node("nn.Softmin", "layer", words="probability smallest distance activation")
class Softmin(Shares):
    """Make shares that add up to 1 along a dimension; smaller numbers get larger shares."""

    bounds = (0.0, 1.0)


@node("nn.LogSoftmax", "layer", words="probability classes logarithm nll activation")
class LogSoftmax(Shares):
    """The logarithm of softmax along a dimension, which stays finite for tiny shares."""

    alone = "nn.LogSigmoid"
    bounds = (-inf, 0.0)


@node("nn.Softmax2d", "layer", words="probability classes segmentation picture channels activation")
class Softmax2d:
    """Make shares of the channels that add up to 1 at every point of a picture."""

    input = Input("float[B, C, H, W]", "A batch of pictures, channels first.")
    output = Output("The same shape.")

    rule = elementwise
    function = "F.softmax"
    bounds = (0.0, 1.0)

    def doubts(self, input: Tensor) -> list[Misfit]:
        if input.shape[1] != 1:
            return []
        become = (("Use nn.Sigmoid", (("become", "nn.Sigmoid"),)),)
        return [Misfit(f"makes shares of the only channel of {input}, which gets all of it", "input", become)]

    def forward(self, input: Code) -> Code:
        return call("F.softmax", input, dim=1)


@node("nn.GLU", "layer", words="gate gated linear unit sigmoid activation")
class GLU:
    """Multiply the first half of a dimension by the sigmoid of the second half."""

    input = Input("float[...]", "Any shape.")
    output = Output("Half as large along the dimension.")
    dim = Int("The dimension that is halved.", least=-64)

    def rule(self, input: Tensor) -> Tensor | Misfit:
        if not input.shape:
            return Misfit(f"needs a dimension to halve, got {input}", "input")
        at = place(self.dim, input.rank)
        if isinstance(at, Misfit):
            return at
        size = input.shape[at]
        if not _even(size):
            last = ("Halve the last dim", (("unset", "{node}", "dim"),))
            wider = (f"Give the last layer {size + 1} outputs", (("widen", "input", size + 1),))
            repairs = (last, wider) if isinstance(size, int) else (last,)
            return Misfit(f"needs an even size along dim {at}, got {input}", "input", repairs)
        return input.with_shape(*input.shape[:at], size // 2, *input.shape[at + 1 :])

    def doubts(self, input: Tensor) -> list[Misfit]:
        at = place(self.dim, input.rank)
        if isinstance(at, Misfit) or not counts_rows(input.shape[at]):
            return []
        repair = (("Halve the last dim", (("unset", "{node}", "dim"),)),)
        return [Misfit("multiplies one half of the rows by the other, so that samples mix", "input", repair)]

    def summary(self) -> str:
        return f"dim {self.dim}"


def _even(size: Dim) -> bool:
    """Whether a size is even, whatever its symbol stands for."""
    return size % 2 == 0 if isinstance(size, int) else size.factor % 2 == 0 and size.offset % 2 == 0
