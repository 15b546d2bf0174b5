"""Work: how many multiply-adds a layer or a product of tensors takes for one sample."""

from collections.abc import Iterable
from math import prod

from runtime.check.rules.einsum import DOTS, Term, parsed
from runtime.spec.tensor import Dim, Tensor

Sizes = dict[str, int]


def numbers(type: Tensor) -> int:
    """How many numbers it holds; one row, and one step, where it is not known how many there are."""
    return prod(map(size, type.shape))


def size(dim: Dim) -> int:
    """A dimension as a number: of one row, or of one step."""
    return dim if isinstance(dim, int) else max(1, dim.factor + dim.offset)


def looked(length: int, steps: int, features: int, taken: int | None = None) -> int:
    """Attention itself: so many steps with each of others, once for the scores and once for what is taken."""
    return length * steps * (features + (features if taken is None else taken))


def contracted(equation: str, operands: list[Tensor]) -> int:
    """Of an equation of Einstein, its operands multiplied one after the other."""
    terms, result = parsed(equation)
    named = [_named(term, operand) for term, operand in zip(terms, operands, strict=True)]
    sizes: Sizes = {}
    for each in named:
        sizes |= {name: max(length, sizes.get(name, 1)) for name, length in each.items()}
    there, total = set(named[0]), 0
    for at, each in enumerate(named[1:], start=2):
        wanted = {name for name in sizes if name in result or name.startswith(DOTS)}
        later = wanted.union(*named[at:])
        both = {name for name in there | each.keys() if name in later or (name in there and name in each)}
        total += prod(sizes[name] for name in both)
        there = both & later
    return total


def _named(term: Term, operand: Tensor) -> Sizes:
    """The sizes of an operand by their letters; what stands for the dots is counted from the right."""
    named: Iterable[str] = term
    if DOTS in term:
        at, more = term.index(DOTS), operand.rank - len(term) + 1
        named = [*term[:at], *(f"{DOTS}{place}" for place in reversed(range(more))), *term[at + 1 :]]
    return dict(zip(named, map(size, operand.shape), strict=True))
