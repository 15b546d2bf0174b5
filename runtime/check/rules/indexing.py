"""Rules of functions that take a part: pieces, slices, and numbers picked by index."""

from typing import Any

from runtime.check.rules.dims import at_least, place, reaches, rows, smaller
from runtime.check.rules.elementwise import broadcast
from runtime.check.rules.repairs import as_whole, insert
from runtime.check.rules.reshape import inside, listed
from runtime.spec.node import Misfit
from runtime.spec.tensor import Dim, Tensor, product

Made = Tensor | Misfit


def _with(input: Tensor, at: int, *sizes: Dim) -> Tensor:
    """The input with other sizes in the place of dimension `at`; what is known of its numbers stays."""
    return input.rearranged(*input.shape[:at], *sizes, *input.shape[at + 1 :])


def _set(name: str, value: Any) -> tuple[str, tuple[Any, ...]]:
    return f"Set {name} to {value}", (("set", "{node}", name, value),)


def chunked(self: Any, input: Tensor) -> dict[str, Tensor] | Misfit:
    """So many pieces of equal size, the last one smaller where they do not divide; torch gives fewer where it must."""
    at = inside(self.dim, input)
    if isinstance(at, Misfit):
        return at
    size, count = input.shape[at], self.chunks
    if isinstance(size, int):
        each = max(1, -(-size // count))
        pieces = [min(each, size - start) for start in range(0, size, each)] or [0]
        if len(pieces) != count:
            fewer = (_set("chunks", len(pieces)),) if len(pieces) > 1 else ()
            return Misfit(f"gives {len(pieces)} pieces of dim {at} of {input}, not {count}", "input", fewer)
        return {f"output_{number}": _with(input, at, piece) for number, piece in enumerate(pieces)}
    if size.factor % count or size.offset % count:
        last = (("Split the last dim", (("set", "{node}", "dim", -1),)),)
        return Misfit(f"needs a size that divides into {count} pieces along dim {at}, got {input}", "input", last)
    return {f"output_{number}": _with(input, at, size // count) for number in range(count)}


def split(self: Any, input: Tensor, most: int) -> dict[str, Tensor] | Misfit:
    """Pieces of the sizes that are named, which must add up."""
    at = inside(self.dim, input)
    if isinstance(at, Misfit):
        return at
    sizes, size = listed(self.split_size_or_sections), input.shape[at]
    if len(sizes) > most:
        return Misfit(f"needs at most {most} sizes, got {len(sizes)}")
    if size != sum(sizes):
        rest = size - sum(sizes[:-1]) if isinstance(size, int) else 0
        known = (_set("split_size_or_sections", [*sizes[:-1], rest]),) if rest > 0 else ()
        why = f"needs sizes that add up to {size}, dim {at} of {input}, got {sizes}, which add up to {sum(sizes)}"
        return Misfit(why, "input", known)
    return {f"output_{number}": _with(input, at, piece) for number, piece in enumerate(sizes)}


def selected(self: Any, input: Tensor) -> Made:
    """One slice, without its dimension."""
    at = inside(self.dim, input)
    if isinstance(at, Misfit):
        return at
    index = self.index
    wanted = index + 1 if index >= 0 else -index
    if not reaches(input.shape[at], wanted):
        nearest = (_set("index", -1), _set("index", 0))
        return Misfit(f"has no index {index} along dim {at} of {input}", "input", nearest)
    return _with(input, at)


def narrowed(self: Any, input: Tensor) -> Made:
    """So many slices in a row."""
    at = inside(self.dim, input)
    if isinstance(at, Misfit):
        return at
    size, start, length = input.shape[at], self.start, self.length
    # a start that counts from the end needs as much before it, and leaves no more than that behind it
    wanted = start + length if start >= 0 else max(-start, length)
    if not reaches(size, wanted) or (start < 0 and length > -start):
        known = at_least(size)
        fits = ((known - start) if start >= 0 else -start) if known is not None else -start
        repairs = (_set("length", fits),) if fits > 0 else (_set("start", 0),)
        return Misfit(f"needs {length} slices from {start} on along dim {at}, got {input}", "input", repairs)
    return _with(input, at, length)


def sliced(self: Any, input: Tensor) -> Made:
    """Every so-many-th slice from one to another; as in Python, ends beyond the dimension mean its end."""
    at = inside(self.dim, input)
    if isinstance(at, Misfit):
        return at
    size, start = input.shape[at], self.start or 0
    if self.end is None:
        between = smaller(size, -start) if start < 0 else size + smaller(size, start) * -1
    else:
        high = _bound(size, self.end)
        between = high + smaller(_bound(size, start), high) * -1
    return _with(input, at, between if self.step == 1 else (between + (self.step - 1)) // self.step)


def _bound(size: Dim, end: int) -> Dim:
    """Where a slice begins or ends, counted from the left."""
    return smaller(size, end) if end >= 0 else size + smaller(size, -end) * -1


def one_slice_of_the_batch(self: Any, input: Tensor) -> list[Misfit]:
    """Whoever takes one sample of a batch mostly meant another dimension."""
    at = place(self.dim, input.rank)
    if isinstance(at, Misfit) or not rows(input, at):
        return []
    second = (_set("dim", 1),) if input.rank > 1 else ()
    return [Misfit(f"takes one sample out of the batch of {input}", "input", second)]


def gathered(self: Any, input: Tensor, index: Tensor) -> Made:
    """A number for every index, from the same place along all dimensions but one."""
    at = place(self.dim, input.rank)
    if isinstance(at, Misfit):
        return at
    if 0 in index.shape:  # nothing is looked up
        return input.rearranged(*index.shape)
    if max(input.rank, 1) != max(index.rank, 1):
        wide = insert("torch.unsqueeze", "Insert torch.unsqueeze before index", "index", dim=-1)
        return Misfit(f"needs an index of as many dimensions as {input}, got {index}", "index", (wide,))
    for dim, (size, wanted) in enumerate(zip(input.shape, index.shape, strict=False)):
        if dim != at and not _within(wanted, size):
            why = f"needs an index no larger than {input} except along dim {at}, got {index}"
            return Misfit(why, "index", tuple(_set("dim", d) for d in range(input.rank) if d != at))
    return input.rearranged(*index.shape)


def _within(wanted: Dim, size: Dim) -> bool:
    """Whether one size is at most another, whatever batch or length comes."""
    if wanted == size:
        return True
    if isinstance(wanted, int):
        return reaches(size, wanted)
    return not isinstance(size, int) and (
        wanted.symbol,
        wanted.factor <= size.factor,
        wanted.offset <= size.offset,
    ) == (size.symbol, True, True)


def index_selected(self: Any, input: Tensor, index: Tensor) -> Made:
    """The slices that a list of indices names."""
    at = place(self.dim, input.rank)
    if isinstance(at, Misfit):
        return at
    if index.rank > 1:
        flat = insert("nn.Flatten", "Insert nn.Flatten before index", "index", start_dim=0)
        return Misfit(f"needs a list of indices, one dimension, got {index}", "index", (flat,))
    count: Dim = index.shape[0] if index.shape else 1
    if not input.shape:
        return input if count == 1 else Misfit(f"needs one index for a single number, got {index}", "index")
    return _with(input, at, count)


def taken_along(self: Any, input: Tensor, indices: Tensor) -> Made:
    """A number for every index along a dimension; both are stretched along all others."""
    if self.dim is None:
        return input.rearranged(product(indices.shape))
    if indices.dtype != "int64":
        cast = insert("Tensor.to", "Insert Tensor.to int64 before indices", "indices", dtype="int64")
        return Misfit(f"needs int64, got {indices}", "indices", as_whole(cast, indices, "indices"))
    if input.rank != indices.rank:
        wide = insert("torch.unsqueeze", "Insert torch.unsqueeze before indices", "indices", dim=-1)
        return Misfit(f"needs indices of as many dimensions as {input}, got {indices}", "indices", (wide,))
    at = inside(self.dim, input)
    if isinstance(at, Misfit):
        return at
    one, other = ((*each.shape[:at], 1, *each.shape[at + 1 :]) for each in (input, indices))
    shape = broadcast(one, other)
    if shape is None:
        why = f"needs indices of the sizes of {input}, or 1, except along dim {at}, got {indices}"
        return Misfit(why, "indices")
    return input.rearranged(*shape[:at], indices.shape[at], *shape[at + 1 :])


def below_size(self: Any, input: Tensor) -> Dim:
    """What indices along `dim` lie below."""
    if self.dim is None:
        return product(input.shape)
    at = place(self.dim, input.rank)
    return input.shape[at] if isinstance(at, int) and input.shape else 1


def too_many_classes(self: Any, input: Tensor, index: Tensor, port: str) -> list[Misfit]:
    """Indices are known to go beyond what they index."""
    size = below_size(self, input)
    if index.classes is None or (isinstance(size, int) and index.classes <= size):
        return []
    last = index.classes - 1
    if isinstance(size, int):
        return [Misfit(f"gets indices up to {last} for {size} numbers of {input}, so training would stop", port)]
    if reaches(size, index.classes):
        return []
    what = f"the {size} numbers of {input}"
    return [Misfit(f"gets indices up to {last} for {what}, so training would stop at the first batch of fewer", port)]


def one_hot(self: Any, tensor: Tensor) -> Made:
    """A last dimension more, as large as there are classes."""
    if self.num_classes is None:
        why = "needs num_classes: how many classes there are is not known"
        return Misfit(why, "tensor", (_set("num_classes", 10),))
    return Tensor("int64", (*tensor.shape, self.num_classes))
