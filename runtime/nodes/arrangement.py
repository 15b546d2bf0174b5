"""Functions that put numbers in another order, or repeat them."""

from runtime.check.rules.reshape import flipped, interleaved, listed, more_rows, repeated, rolled, tiled
from runtime.check.rules.rows import along_dims, over_rows
from runtime.spec.code import Code, call
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Int, Sizes
from runtime.spec.tensor import Tensor


class Arranged:
    """The numbers that come in, in another order or several times."""

    input = Input("tensor[...]", "A tensor of any shape.")
    output = Output("The same shape.")

    same_numbers = True


@node("torch.flip", "transform", words="mirror reverse order", called="mirrored")
class Flip(Arranged):
    """Turn the order of the numbers round along dimensions."""

    dims = Sizes("The dimensions along which the order is turned.", -1, least=-64, listed=True)

    mixes = along_dims

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return flipped(self, input)

    def doubts(self, input: Tensor) -> list[Misfit]:
        return over_rows(self, input, "turns the order round", "dims")

    def summary(self) -> str:
        return f"dims {self.dims}"


@node("torch.roll", "transform", words="shift rotate circular move window", called="shifted")
class Roll(Arranged):
    """Shift numbers along dimensions; what falls out at one end comes in at the other."""

    shifts = Sizes("How far: one number a dimension.", 1, least=-(2**31))
    dims = Sizes("The dimensions; none shifts all numbers in a row.", None, least=-64, start=-1)

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return rolled(self, input)

    mixes = along_dims

    def summary(self) -> str:
        return f"by {self.shifts}" if self.dims is None else f"by {self.shifts} along {self.dims}"


@node("torch.repeat_interleave", "transform", words="repeat upsample copy each", called="repeated")
class RepeatInterleave(Arranged):
    """Repeat every number, or every slice along a dimension, several times in a row."""

    output = Output("More of the same.")
    repeats = Int("How often each comes.", 2, least=1)
    dim = Int("The dimension along which slices are repeated; none makes a row of all numbers.", least=-64, start=1)

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return interleaved(self, input)

    def doubts(self, input: Tensor) -> list[Misfit]:
        return more_rows(input, self.rule(input), "repeats", "dim", 1)

    def summary(self) -> str:
        return f"{self.repeats} times" if self.dim is None else f"{self.repeats} times, dim {self.dim}"


@node("Tensor.repeat", "transform", words="tile copy copies", called="copies")
class Repeat(Arranged):
    """Put copies of the whole tensor side by side."""

    output = Output("More of the same.")
    repeats = Sizes("How many copies along each dimension, the batch's first.", [1, 2], least=1)

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return repeated(self, input)

    def doubts(self, input: Tensor) -> list[Misfit]:
        return more_rows(input, self.rule(input), "puts copies", "repeats", [1, *listed(self.repeats)[1:]])

    def forward(self, input: Code) -> Code:
        return call(f"{input}.repeat", *listed(self.repeats))

    def summary(self) -> str:
        return f"{self.repeats} times"


@node("torch.tile", "transform", words="repeat copy copies", called="tiles")
class Tile(Arranged):
    """Put copies of the whole tensor side by side, along the last dimensions that are named."""

    output = Output("More of the same.")
    dims = Sizes("How many copies along each of the last dimensions.", 2, least=1, listed=True)

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return tiled(self, input)

    def doubts(self, input: Tensor) -> list[Misfit]:
        return more_rows(input, self.rule(input), "puts copies", "dims", [1, *listed(self.dims)[1:]])

    def summary(self) -> str:
        return f"{self.dims} times"
