"""Rules of other shapes for the same numbers: dimensions split, put together, moved, stretched and repeated."""

from math import prod
from typing import Any

from runtime.check.rules.dims import place, places, rows, smaller
from runtime.spec.node import Misfit
from runtime.spec.tensor import Dim, Tensor, product

Made = Tensor | Misfit


def listed(value: Any) -> list[int]:
    """One number, or a list of them, as a list."""
    return value if isinstance(value, list) else [value]


def inside(dim: int, input: Tensor, port: str = "input") -> int | Misfit:
    """A dim as an index from the left; there must be one, which torch does not always ask for."""
    return place(dim, input.rank, port) if input.shape else Misfit(f"has no dim {dim}: {input} has none", port)


def reshaped(self: Any, input: Tensor) -> Made:
    """The same numbers in another shape, in which one size may be left open."""
    shape = listed(self.shape)
    total = product(input.shape)
    found = _filled(shape, total)
    if found is None:
        why = _why_not(shape, total)
        return Misfit(f"cannot make {shape} of {input}: {why}", "input", _rows_kept(input, shape))
    return input.rearranged(*found)


def _filled(shape: list[int], total: Dim) -> list[Dim] | None:
    """The sizes with the open one worked out; None where the numbers do not go into them."""
    known = prod(size for size in shape if size != -1)
    if shape.count(-1) == 0:
        return list(shape) if total == known else None
    if shape.count(-1) > 1 or not known or not _divides(total, known):
        return None
    return [total // known if size == -1 else size for size in shape]


def _divides(total: Dim, by: int) -> bool:
    if isinstance(total, int):
        return total % by == 0
    return total.factor % by == 0 and total.offset % by == 0


def _why_not(shape: list[int], total: Dim) -> str:
    known = prod(size for size in shape if size != -1)
    if shape.count(-1) > 1:
        return "only one size can be left open"
    if -1 not in shape:
        return f"that takes {known} numbers, there are {total}"
    if not known:
        return "beside a size of 0 the open one can be anything"
    return f"{total} numbers do not go into rows of {known}"


def _rows_kept(input: Tensor, shape: list[int]) -> tuple[Any, ...]:
    """Shapes in which every sample stays one row: with these last sizes, or flat."""
    each = product(input.shape[1:])
    if not isinstance(each, int) or not input.shape:
        return ()
    tail = [size for size in shape[1:] if size > 0]
    wide = [[-1, each // prod(tail), *tail]] if tail and each and each % prod(tail) == 0 else []
    same = [[-1, *tail]] if wide and each == prod(tail) else []
    labels = {f"Set shape to {found}": found for found in (*same, *wide, [-1, each]) if found != shape}
    return tuple((label, (("set", "{node}", "shape", found),)) for label, found in labels.items())


def mixed(self: Any, input: Tensor) -> list[Misfit]:
    """Rows that are no longer samples; the first dimensions put together are no mix: that is how series are folded."""
    made = reshaped(self, input)
    if isinstance(made, Misfit) or not rows(input, 0) or (made.shape and made.shape[0] == input.shape[0]):
        return []
    if made.shape and made.shape == (made.shape[0], *input.shape[input.rank - made.rank + 1 :]):
        return []
    count = made.shape[0] if made.shape else 1
    why = f"makes {count} rows of {input.shape[0]} samples: {input} becomes {made}, so that samples mix"
    return [Misfit(why, "input", _rows_kept(input, listed(self.shape)))]


def unflattened(self: Any, input: Tensor) -> Made:
    """One dimension as several, of which one size may be left open."""
    at = inside(self.dim, input)
    if isinstance(at, Misfit):
        return at
    sizes, size = listed(self.unflattened_size), input.shape[at]
    found = _filled(sizes, size)
    if found is None:
        known = prod(each for each in sizes if each != -1)
        part = known if isinstance(size, int) and known and size % known == 0 else 1
        fits = ((f"Set unflattened_size to {[-1, part]}", (("set", "{node}", "unflattened_size", [-1, part]),)),)
        why = f"cannot make {sizes} of dim {at} of {input}: {_why_not(sizes, size)}"
        return Misfit(why, "input", fits)
    return input.rearranged(*input.shape[:at], *found, *input.shape[at + 1 :])


def permuted(self: Any, input: Tensor) -> Made:
    """The dimensions in the order of `dims`, which names each of them once."""
    found = places(listed(self.dims), input.rank)
    whole = list(range(input.rank))
    turned = [*whole[:1], *whole[:0:-1]]
    repair = ((f"Set dims to {turned}", (("set", "{node}", "dims", turned),)),) if whole else ()
    if isinstance(found, Misfit):
        return Misfit(found.message, "input", repair)
    if len(found) != input.rank:
        return Misfit(f"needs {input.rank} dims for {input}, got {self.dims}", "input", repair)
    return input.rearranged(*(input.shape[at] for at in found))


def transposed(self: Any, input: Tensor) -> Made:
    """Two dimensions in each other's place."""
    shape = list(input.shape)
    found = [place(dim, input.rank) for dim in (self.dim0, self.dim1)]
    for name, at in zip(("dim0", "dim1"), found, strict=True):
        if isinstance(at, Misfit):
            last = -1 if name == "dim1" else -2
            return Misfit(at.message, "input", ((f"Set {name} to {last}", (("set", "{node}", name, last),)),))
    one, other = (at for at in found if isinstance(at, int))
    if shape:
        shape[one], shape[other] = shape[other], shape[one]
    return input.rearranged(*shape)


def moved(self: Any, input: Tensor) -> Made:
    """Dimensions at other places, the rest in their order."""
    if isinstance(self.source, list) != isinstance(self.destination, list):
        return Misfit(f"needs two numbers or two lists, got {self.source} and {self.destination}", None)
    source, destination = (places(listed(each), input.rank) for each in (self.source, self.destination))
    for found in (source, destination):
        if isinstance(found, Misfit):
            return Misfit(found.message, "input")
    assert isinstance(source, list) and isinstance(destination, list)
    if len(source) != len(destination):
        return Misfit(f"needs a destination for every source, got {self.source} and {self.destination}", None)
    rest = iter([at for at in range(input.rank) if at not in source])
    order = dict(zip(destination, source, strict=True))
    shape = [input.shape[order[at] if at in order else next(rest)] for at in range(input.rank)]
    return input.rearranged(*shape)


def expanded(self: Any, input: Tensor, like: Tensor | None = None) -> Made:
    """Dimensions of size 1, and new ones in front, stretched; the batch's size is that of `like`."""
    wanted: list[Dim] = [*([like.shape[0]] if like else []), *listed(self.sizes)]
    ahead = len(wanted) - input.rank
    if ahead < 0:
        same = [-1] * (input.rank - (like is not None))
        repair = ((f"Set sizes to {same}", (("set", "{node}", "sizes", same),)),) if same else ()
        return Misfit(f"needs at least {input.rank} sizes for {input}, got {len(wanted)}", "input", repair)
    shape: list[Dim] = []
    for at, size in enumerate(wanted):
        there = input.shape[at - ahead] if at >= ahead else 1
        if size == -1 and at < ahead:
            return Misfit(f"cannot keep dim {at}: {input} has {input.rank} dimensions, sizes are {wanted}", "input")
        if size not in (-1, there) and there != 1:
            same = [-1] * len(listed(self.sizes))
            repair = ((f"Set sizes to {same}", (("set", "{node}", "sizes", same),)),)
            return Misfit(f"cannot stretch size {there} to {size}: only 1 stretches, got {input}", "input", repair)
        shape.append(there if size == -1 else size)
    return input.rearranged(*shape)


def repeated(self: Any, input: Tensor) -> Made:
    """Copies side by side: so many along each dimension, new ones in front."""
    times = listed(self.repeats)
    if len(times) < input.rank:
        padded = [1] * (input.rank - len(times)) + times
        repair = ((f"Set repeats to {padded}", (("set", "{node}", "repeats", padded),)),)
        return Misfit(f"needs a number for each dimension of {input}, got {self.repeats}", "input", repair)
    return _copied(input, times)


def tiled(self: Any, input: Tensor) -> Made:
    """The same, where dimensions without a number come once."""
    times = listed(self.dims)
    return _copied(input, [1] * (input.rank - len(times)) + times)


def _copied(input: Tensor, times: list[int]) -> Tensor:
    shape = (1,) * (len(times) - input.rank) + input.shape
    return input.rearranged(*(size * count for size, count in zip(shape, times, strict=True)))


def interleaved(self: Any, input: Tensor) -> Made:
    """Every number, or slice, several times in a row."""
    if self.dim is None:
        return input.rearranged(product(input.shape) * self.repeats)
    at = inside(self.dim, input)
    if isinstance(at, Misfit):
        return at
    return input.rearranged(*input.shape[:at], input.shape[at] * self.repeats, *input.shape[at + 1 :])


def more_rows(input: Tensor, made: Made, what: str, name: str, value: Any) -> list[Misfit]:
    """A doubt where a batch gets more rows than there are targets."""
    if isinstance(made, Misfit) or not rows(input, 0) or made.rank != input.rank or made.shape[0] == input.shape[0]:
        return []
    repair = ((f"Set {name} to {value}", (("set", "{node}", name, value),)),)
    return [Misfit(f"{what} along the batch, so that it has more rows than the target", "input", repair)]


def flipped(self: Any, input: Tensor) -> Made:
    """The same shape, other order."""
    found = places(listed(self.dims), input.rank)
    return found if isinstance(found, Misfit) else input.rearranged(*input.shape)


def rolled(self: Any, input: Tensor) -> Made:
    """The same shape; a shift for each dimension, or one for everything."""
    shifts, dims = listed(self.shifts), [] if self.dims is None else listed(self.dims)
    if len(shifts) != (len(dims) or 1):
        first = (("Shift by one number", (("set", "{node}", "shifts", shifts[0]),)),)
        why = f"needs a shift for each of its dims, got {self.shifts} for {'none' if self.dims is None else self.dims}"
        return Misfit(why, None, first)
    for dim in dims:
        at = inside(dim, input)
        if isinstance(at, Misfit):
            return Misfit(at.message, "input", (("Shift along the last dim", (("set", "{node}", "dims", -1),)),))
    return input.rearranged(*input.shape)


def diagonal(self: Any, input: Tensor) -> Made:
    """The numbers on a diagonal of two dimensions, which become one behind the others."""
    found = [place(dim, input.rank) if input.rank > 1 else None for dim in (self.dim1, self.dim2)]
    if None in found:
        return Misfit(f"needs two dimensions, got {input}", "input")
    wrong = next((at for at in found if isinstance(at, Misfit)), None)
    if wrong is not None:
        return Misfit(wrong.message, "input", (_last_two(),))
    down, right = (at for at in found if isinstance(at, int))
    if down == right:
        return Misfit(f"needs two different dims, got {self.dim1} and {self.dim2}", None, (_last_two(),))
    high, wide = input.shape[down], input.shape[right]
    rest = [size for at, size in enumerate(input.shape) if at not in (down, right)]
    return input.rearranged(*rest, smaller(_left(high, -self.offset), _left(wide, self.offset)))


def _left(size: Dim, offset: int) -> Dim:
    """What is left of a dimension behind an offset."""
    return size + smaller(size, offset) * -1 if offset > 0 else size


def _last_two() -> tuple[str, tuple[Any, ...]]:
    return "Take the last two dims", (("set", "{node}", "dim1", -2), ("set", "{node}", "dim2", -1))
