"""Functions that make one number of many: over one dimension, several or all."""

from runtime.check.rules.limits import written_in
from runtime.check.rules.reduce import counted, decided, picked, positioned, reduced, smooth, spread
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Int, Number, Sizes
from runtime.spec.tensor import Tensor


class Reduction:
    """One number for each place that the chosen dimensions do not count."""

    input = Input("tensor[...]", "Numbers of any shape.")
    output = Output("One number for all that stand along the dimensions.")
    dim = Sizes("The dimensions that go; none means all of them.", None, least=-64, start=1)
    keepdim = Bool("Keep each of them with size 1.")

    def summary(self) -> str:
        return "over everything" if self.dim is None else f"over dim {self.dim}"


@node("torch.mean", "transform", words="average reduce pool")
class Mean(Reduction):
    """Average over one or more dimensions, or over everything."""

    input = Input("float[...]", "Numbers of any shape.")
    output = Output("The averages.")

    rule = reduced


@node("torch.sum", "transform", words="add up total reduce", called="total")
class Sum(Reduction):
    """Add up over one or more dimensions, or over everything."""

    output = Output("The sums; those of whole numbers are int64.")

    rule = counted


@node("torch.prod", "transform", words="product multiply reduce", called="product")
class Prod(Reduction):
    """Multiply along a dimension, or everything."""

    output = Output("The products; those of whole numbers are int64.")
    dim = Int("The dimension that goes; none means all of them.", None, least=-64, start=1)
    keepdim = Bool("Keep it with size 1; only with a dim.")

    def rule(self, input: Tensor) -> Tensor | Misfit:
        if self.keepdim and self.dim is None:
            repairs = ("Drop it", (("unset", "{node}", "keepdim"),)), ("Set dim to 1", (("set", "{node}", "dim", 1),))
            return Misfit("needs a dim to keep", None, repairs)
        return counted(self, input)


@node("torch.amax", "transform", words="maximum largest max reduce pool", called="largest")
class Amax(Reduction):
    """Keep the largest number along one or more dimensions, or of everything."""

    output = Output("The largest numbers.")

    rule = picked


@node("torch.amin", "transform", words="minimum least smallest min reduce", called="least")
class Amin(Reduction):
    """Keep the least number along one or more dimensions, or of everything."""

    output = Output("The least numbers.")

    rule = picked


@node("torch.std", "transform", words="standard deviation spread statistics")
class Std(Reduction):
    """Take the standard deviation over one or more dimensions, or over everything."""

    input = Input("float[...]", "Numbers of any shape.")
    output = Output("The deviations.")
    correction = Int("Taken from the count before it divides; none means 1.", least=-64)

    rule = reduced

    def doubts(self, input: Tensor) -> list[Misfit]:
        return spread(self, input)


@node("torch.var", "transform", words="variance spread statistics", called="variance")
class Var(Std):
    """Take the variance over one or more dimensions, or over everything."""

    output = Output("The variances.")


@node("torch.logsumexp", "transform", words="soft maximum logarithm sum exponential", called="log_total")
class Logsumexp(Reduction):
    """Take the logarithm of the sum of exponentials, a smooth maximum, along dimensions."""

    output = Output("The smooth maxima; those of whole numbers are float32.")
    dim = Sizes("The dimensions that go.", -1, least=-64)

    rule = smooth


@node("torch.linalg.vector_norm", "transform", words="length euclidean l2 l1 distance magnitude", called="norm")
class VectorNorm:
    """Measure the length of vectors: the root of the sum of squares, or another norm."""

    x = Input("float[...]", "Numbers of any shape.")
    output = Output("One length for all numbers along the dimensions.")
    ord = Number("Which norm: 2 for lengths, 1 for sums of amounts, inf for the largest amount.")
    dim = Sizes("The dimensions that go; none means all of them.", None, least=-64, start=-1)
    keepdim = Bool("Keep each of them with size 1.")

    function = "torch.linalg.vector_norm"

    def rule(self, x: Tensor) -> Tensor | Misfit:
        return written_in("ord", self.ord, x, "x") or reduced(self, x)

    def summary(self) -> str:
        return f"{self.ord}, over everything" if self.dim is None else f"{self.ord}, over dim {self.dim}"


@node("torch.any", "transform", words="some exists or reduce", called="some")
class Any(Reduction):
    """Say whether something is true, or not 0, along one or more dimensions, or anywhere."""

    output = Output("True or false; for bytes 1 or 0.")

    rule = decided


@node("torch.all", "transform", words="every and reduce", called="every")
class All(Reduction):
    """Say whether everything is true, or not 0, along one or more dimensions, or everywhere."""

    output = Output("True or false; for bytes 1 or 0.")

    rule = decided


@node("torch.argmax", "transform", words="class predicted index position best label", called="best")
class Argmax(Reduction):
    """Say where the largest number stands along a dimension: the class with the best score."""

    input = Input("number[...]", "Numbers of any shape.")
    output = Output("Positions as int64, from 0 on.")
    dim = Int("The dimension that goes; none means the position in everything.", None, least=-64, start=1)
    keepdim = Bool("Keep it with size 1.")

    rule = positioned


@node("torch.argmin", "transform", words="index position nearest least", called="nearest")
class Argmin(Argmax):
    """Say where the least number stands along a dimension: the nearest of many."""
