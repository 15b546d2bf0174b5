"""Rules of rows: which functions let the samples of a batch see each other, and what is said where that is no plan."""

from typing import Any

from runtime.check.rules.dims import place, places
from runtime.check.rules.elementwise import broadcast, counts_rows
from runtime.check.rules.reshape import listed
from runtime.spec.node import Misfit
from runtime.spec.tensor import Dim, Tensor


def batch_first(*tensors: Tensor) -> bool:
    """Whether the first dimension of one of these is the batch."""
    return any(counts_rows(each.shape[0]) for each in tensors if each.shape)


def along(dims: Any, input: Tensor) -> bool:
    """Whether one of these dims is the batch; None names all."""
    found = places(dims, input.rank)
    return not isinstance(found, Misfit) and any(counts_rows(input.shape[at]) for at in found if input.shape)


def along_dim(self: Any, input: Tensor) -> bool:
    """Whether a node's `dim` is the batch."""
    return along(self.dim, input)


def along_dims(self: Any, input: Tensor) -> bool:
    """Whether one of a node's `dims` is the batch."""
    return along(None if self.dims is None else listed(self.dims), input)


def meet(*shapes: tuple[Dim, ...]) -> bool:
    """Whether stretching two shapes puts every row of one together with every row of the other."""
    made = broadcast(*shapes) or ()
    return sum(map(counts_rows, made)) > max(sum(map(counts_rows, shape)) for shape in shapes)


def over_rows(self: Any, input: Tensor, what: str, name: str = "dim") -> list[Misfit]:
    """A doubt where a node that works along dimensions does so over the rows of a batch."""
    if not along(getattr(self, name), input):
        return []
    kept = [[d] if isinstance(getattr(self, name), list) else d for d in (-1, 1)] if input.rank > 1 else []
    kept = kept if input.rank > 2 else kept[:1]
    repairs = tuple((f"Set {name} to {dim}", (("set", "{node}", name, dim),)) for dim in kept)
    return [Misfit(f"{what} over the rows of {input}, so that samples mix", "input", repairs)]


def picked_from(self: Any, input: Tensor) -> bool:
    """Whether an index picks among the rows of the batch."""
    if self.dim is None:
        return batch_first(input)
    at = place(self.dim, input.rank)
    return not isinstance(at, Misfit) and input.rank > 0 and counts_rows(input.shape[at])
