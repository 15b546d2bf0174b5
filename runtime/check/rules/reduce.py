"""Rules of functions that make one number of many, or look along one dimension."""

from typing import Any

from runtime.check.rules.dims import at_least, place, places, reaches
from runtime.check.rules.repairs import insert
from runtime.spec.node import Misfit
from runtime.spec.tensor import FLOATS, Tensor, product

Made = Tensor | Misfit


def reduced(self: Any, input: Tensor) -> Made:
    """Without the dimensions in `dim`, all of them for None, or with 1 in their places; the same dtype."""
    gone = places(self.dim, input.rank)
    if isinstance(gone, Misfit):
        return gone
    kept = [1 if at in gone else size for at, size in enumerate(input.shape) if self.keepdim or at not in gone]
    return input.with_shape(*kept)


def counted(self: Any, input: Tensor) -> Made:
    """Sums and products: whole numbers, yes and no add up in int64."""
    made = reduced(self, input)
    return made if isinstance(made, Misfit) else _summed(made)


def smooth(self: Any, input: Tensor) -> Made:
    """What comes out has a fraction: whole numbers become float32."""
    made = reduced(self, input)
    return made if isinstance(made, Misfit) or made.dtype in FLOATS else made.with_dtype("float32")


def decided(self: Any, input: Tensor) -> Made:
    """True or false, but bytes for bytes, as torch has it."""
    made = reduced(self, input)
    return made if isinstance(made, Misfit) or made.dtype == "uint8" else made.with_dtype("bool")


def picked(self: Any, input: Tensor) -> Made:
    """The largest or least numbers: there must be one. They are numbers of the input, and what is known of it holds."""
    gone = places(self.dim, input.rank)
    if not isinstance(gone, Misfit) and any(input.shape[at] == 0 for at in gone if input.shape):
        return Misfit(f"needs numbers to choose from, got {input}", "input")
    made = reduced(self, input)
    return made if isinstance(made, Misfit) else input.rearranged(*made.shape)


def positioned(self: Any, input: Tensor) -> Made:
    """Where the largest or least number stands: a whole number below the size of the dimension."""
    made = picked(self, input)
    if isinstance(made, Misfit):
        return made
    at = None if self.dim is None else place(self.dim, input.rank)
    size = product(input.shape) if at is None else input.shape[at] if isinstance(at, int) and input.shape else 1
    return Tensor("int64", made.shape, size if isinstance(size, int) else None)


def spread(self: Any, input: Tensor) -> list[Misfit]:
    """A deviation of one number is none."""
    gone = places(self.dim, input.rank)
    count = 0 if isinstance(gone, Misfit) else product([input.shape[at] for at in gone if input.shape])
    correction = 1 if self.correction is None else self.correction
    if not isinstance(count, int) or isinstance(gone, Misfit) or count > correction:
        return []
    wide = [at for at, size in enumerate(input.shape) if at and isinstance(size, int) and size > correction]
    repairs = tuple((f"Set dim to {at}", (("set", "{node}", "dim", at),)) for at in wide)
    numbers = "one number" if count == 1 else f"{count} numbers"
    return [Misfit(f"compares {numbers} of {input}, so that what comes out is not a number", "input", repairs)]


def along(self: Any, input: Tensor) -> Made:
    """Same shape and dtype; looks along dimension `dim`."""
    at = place(self.dim, input.rank)
    return at if isinstance(at, Misfit) else Tensor(input.dtype, input.shape)


def running(self: Any, input: Tensor) -> Made:
    """Running sums and products: whole numbers, yes and no add up in int64."""
    made = along(self, input)
    return made if isinstance(made, Misfit) else _summed(made)


def ordered(self: Any, input: Tensor) -> dict[str, Tensor] | Misfit:
    """The numbers in their order along a dimension, and where each of them stood."""
    at = place(self.dim, input.rank)
    return at if isinstance(at, Misfit) else _with_places(input, at, input.shape)


def largest(self: Any, input: Tensor) -> dict[str, Tensor] | Misfit:
    """The k largest or least numbers along a dimension, and where each of them stood."""
    at = place(self.dim, input.rank)
    if isinstance(at, Misfit):
        return at
    if input.dtype == "bool":
        cast = insert("Tensor.to", "Insert Tensor.to float32")
        return Misfit(f"needs numbers, got {input}", "input", (cast,))
    size = input.shape[at] if input.shape else 1
    if not reaches(size, self.k):
        all_of_them = ((f"Set k to {at_least(size)}", (("set", "{node}", "k", at_least(size)),)),)
        return Misfit(f"needs at least {self.k} numbers along dim {at}, got {input}", "input", all_of_them)
    shape = (*input.shape[:at], self.k, *input.shape[at + 1 :]) if input.shape else ()
    return _with_places(input, at, shape)


def _with_places(input: Tensor, at: int, shape: tuple[Any, ...]) -> dict[str, Tensor]:
    size = input.shape[at] if input.shape else 1
    return {
        "values": input.rearranged(*shape),
        "indices": Tensor("int64", shape, size if isinstance(size, int) else None),
    }


def _summed(made: Tensor) -> Tensor:
    return made if made.dtype in FLOATS else made.with_dtype("int64")
