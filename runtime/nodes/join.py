"""Joins: where branches meet."""

from functools import reduce

from runtime.check.rules.dims import place, rows
from runtime.check.rules.elementwise import promoted
from runtime.check.rules.fitting import sides_alike
from runtime.check.rules.repairs import insert
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Int
from runtime.spec.tensor import FLOATS, Dim, Size, Tensor


@node("torch.cat", "join", words="concat concatenate join merge combine", called="joined")
class Cat:
    """Join tensors end to end along one dimension."""

    tensors = Input(
        "tensor[...]",
        "Tensors of one rank, equal in every other dimension.",
        many=True,
        instead="Tensor.repeat joins a tensor with itself",
    )
    output = Output("The joined tensor.")
    dim = Int("The dimension that grows.", least=-64, start=1)

    def rule(self, tensors: list[Tensor]) -> Tensor | Misfit:
        first = tensors[0]
        odd = next((at for at, each in enumerate(tensors) if each.rank != first.rank), None)
        if odd is not None:
            why = f"needs inputs of one rank; input 1 is {first}, input {odd + 1} is {tensors[odd]}"
            flat = insert("nn.Flatten", "Insert nn.Flatten", "tensors", odd if first.rank == 2 else 0)
            return Misfit(why, "tensors", (flat,))
        if first.rank == 0:
            return Misfit("cannot join single numbers; give each a dimension with torch.unsqueeze", "tensors")
        at = place(self.dim, first.rank, "tensors")
        if isinstance(at, Misfit):
            return Misfit(at.message, "tensors", (("Join on dim 1", (("set", "{node}", "dim", 1),)),))
        odd = next((i for i, each in enumerate(tensors) if _without(each, at) != _without(first, at)), None)
        if odd is not None:
            others = [d for d in range(first.rank) if d != at]
            alike = sides_alike(tensors, [("tensors", i) for i in range(len(tensors))]) if at == 1 else ()
            repairs = [*alike, *((f"Join on dim {d}", (("set", "{node}", "dim", d),)) for d in others)]
            repairs.append(insert("nn.Flatten", "Flatten all of them", "tensors"))
            why = (
                f"needs sizes that are equal except in dim {at}; input 1 is {first}, input {odd + 1} is {tensors[odd]}"
            )
            return Misfit(why, "tensors", tuple(repairs))
        total: Dim = sum((each.shape[at] for each in tensors[1:]), first.shape[at])
        return _of_all(tensors, (*first.shape[:at], total, *first.shape[at + 1 :]))

    def doubts(self, tensors: list[Tensor]) -> list[Misfit]:
        batch = self.dim in (0, -tensors[0].rank) and len(tensors) > 1 and isinstance(tensors[0].shape[0], Size)
        repair = (("Join on dim 1", (("set", "{node}", "dim", 1),)),)
        return [Misfit("joins along the batch, so that it has more rows than the target", "tensors", repair)] * batch

    def summary(self) -> str:
        return f"dim {self.dim}"


def _without(tensor: Tensor, at: int) -> tuple[Dim, ...]:
    return (*tensor.shape[:at], *tensor.shape[at + 1 :])


@node("torch.stack", "join", words="join new dimension combine merge list", called="stacked")
class Stack:
    """Put tensors of one shape side by side along a new dimension."""

    tensors = Input(
        "tensor[...]",
        "Tensors of one shape.",
        many=True,
        instead="torch.unsqueeze and Tensor.repeat stack a tensor with itself",
    )
    output = Output("With one dimension more, as large as there are tensors.")
    dim = Int("Where the new dimension stands.", least=-64, start=1)

    def rule(self, tensors: list[Tensor]) -> Tensor | Misfit:
        first = tensors[0]
        odd = next((at for at, each in enumerate(tensors) if each.shape != first.shape), None)
        if odd is not None:
            why = f"needs tensors of one shape; input 1 is {first}, input {odd + 1} is {tensors[odd]}"
            return Misfit(why, "tensors", (("Use torch.cat", (("become", "torch.cat"),)),))
        at = place(self.dim, first.rank + 1, "tensors")
        if isinstance(at, Misfit):
            return Misfit(at.message, "tensors", (("Stack along dim 1", (("set", "{node}", "dim", 1),)),))
        return _of_all(tensors, (*first.shape[:at], len(tensors), *first.shape[at:]))

    def doubts(self, tensors: list[Tensor]) -> list[Misfit]:
        if place(self.dim, tensors[0].rank + 1) != 0 or not rows(tensors[0], 0):
            return []
        repair = (("Stack along dim 1", (("set", "{node}", "dim", 1),)),)
        return [Misfit("puts the new dimension before the batch, which the rest takes for samples", "tensors", repair)]

    def summary(self) -> str:
        return f"dim {self.dim}"


def _of_all(tensors: list[Tensor], shape: tuple[Dim, ...]) -> Tensor:
    """The numbers of several tensors together in a shape, with what is known of all of them."""
    dtype = reduce(promoted, (each.dtype for each in tensors))
    classes = [each.classes for each in tensors if each.classes is not None]
    bounds = [each.bounds for each in tensors if each.bounds is not None]
    if dtype not in FLOATS:
        return Tensor(dtype, shape, max(classes) if len(classes) == len(tensors) else None)
    if len(bounds) < len(tensors):
        return Tensor(dtype, shape)
    return Tensor(dtype, shape, None, (min(low for low, _ in bounds), max(high for _, high in bounds)))
