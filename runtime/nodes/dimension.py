"""Functions along one dimension: running sums, order, shares, and vectors of length 1."""

from math import inf

from runtime.check.rules.reduce import along, largest, ordered, running
from runtime.check.rules.rows import along_dim, over_rows
from runtime.nodes.softmax import Shares
from runtime.spec.node import Example, Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Float, Int
from runtime.spec.tensor import Tensor


class Running:
    """Every number together with those before it."""

    input = Input("tensor[...]", "Numbers of any shape.")
    output = Output("The same shape; whole numbers become int64.")
    dim = Int("The dimension along which it runs.", -1, least=-64)

    rule = running
    mixes = along_dim

    def doubts(self, input: Tensor) -> list[Misfit]:
        return over_rows(self, input, "runs")

    def summary(self) -> str:
        return f"along dim {self.dim}"


@node("torch.cumsum", "transform", words="cumulative running sum total prefix", called="running")
class Cumsum(Running):
    """Add every number to the sum of those before it."""


@node("torch.cumprod", "transform", words="cumulative running product prefix", called="running")
class Cumprod(Running):
    """Multiply every number by the product of those before it."""


@node("torch.sort", "transform", words="order rank ascending descending", called="ordered")
class Sort:
    """Put numbers in order along a dimension, and say where each of them stood."""

    input = Input("tensor[...]", "Numbers of any shape.")
    values = Output("The numbers in order.")
    indices = Output("Where each of them stood, as int64.")
    dim = Int("The dimension that is put in order.", least=-64)
    descending = Bool("The largest first.")

    mixes = along_dim

    def rule(self, input: Tensor) -> dict[str, Tensor] | Misfit:
        return ordered(self, input)

    def doubts(self, input: Tensor) -> list[Misfit]:
        return over_rows(self, input, "puts in order")

    def summary(self) -> str:
        return f"dim {self.dim}, {'largest' if self.descending else 'least'} first"


@node("torch.topk", "transform", words="largest best top k beam nearest", called="top")
class Topk:
    """Keep the k largest numbers along a dimension, and say where each of them stood."""

    input = Input("tensor[...]", "Numbers of any shape.")
    values = Output("The k numbers.")
    indices = Output("Where each of them stood, as int64.")
    k = Int("How many numbers are kept.", 1)
    dim = Int("The dimension along which they are kept.", least=-64)
    largest = Bool("Keep the largest, not the least.")
    sorted = Bool("In order, the first one the best.")

    mixes = along_dim

    example = Example(k=3)

    def rule(self, input: Tensor) -> dict[str, Tensor] | Misfit:
        return largest(self, input)

    def doubts(self, input: Tensor) -> list[Misfit]:
        return over_rows(self, input, "picks")

    def summary(self) -> str:
        return f"{self.k} {'largest' if self.largest else 'least'}"


@node("F.normalize", "transform", words="unit length norm cosine similarity embedding l2", called="unit")
class Normalize:
    """Divide vectors by their length, so that it becomes 1."""

    input = Input("float[...]", "Numbers of any shape.")
    output = Output("The same shape.")
    p = Float("Which norm measures the length.")
    dim = Int("The dimension along which the vectors stand.", least=-64, start=-1)
    eps = Float("Lengths below this count as this, so that nothing divides by 0.", least=0.0)

    rule = along
    mixes = along_dim

    def doubts(self, input: Tensor) -> list[Misfit]:
        return over_rows(self, input, "measures lengths")

    def summary(self) -> str:
        return f"dim {self.dim}"


@node("torch.softmax", "transform", words="probability classes weights shares", called="shares")
class Softmax(Shares):
    """Make shares that add up to 1 along a dimension, such as the weights of attention."""

    dim = Int("The dimension along which the shares add up to 1.", -1, least=-64)

    alone = "torch.sigmoid"
    bounds = (0.0, 1.0)


@node("torch.log_softmax", "transform", words="probability logarithm classes nll", called="log_shares")
class LogSoftmax(Softmax):
    """Take the logarithm of softmax along a dimension, which stays finite for tiny shares."""

    alone = "nn.LogSigmoid"
    bounds = (-inf, 0.0)
