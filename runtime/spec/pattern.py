"""What an input accepts, written like a type: ``float32[B, C, H, W]``, ``float[..., in_features]``, ``any``."""

import re
from dataclasses import dataclass
from functools import cached_property

from runtime.spec.tensor import FLOATS, INTEGERS, Dim, Loss, Picture, Tensor, Text, Type

KINDS = {
    "float": FLOATS,
    "int": INTEGERS,
    "index": ("int32", "int64"),
    "number": (*FLOATS, *INTEGERS),
    "tensor": (*FLOATS, *INTEGERS, "bool"),
    "inexact": FLOATS,
}
WORDS = {"text": Text, "picture": Picture, "loss": Loss}


@dataclass(frozen=True)
class Pattern:
    """A dtype or kind of dtypes and dimensions; a name binds a dimension, ``...`` stands for any number of them.

    ``any`` accepts everything; alternatives stand on both sides of ``|``.
    """

    text: str

    @cached_property
    def options(self) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...] | None], ...]:
        """(kind, dtypes, dimensions) for each alternative; dimensions None where the rank is free."""
        return tuple(_option(part.strip()) for part in self.text.split("|"))

    def bound(self, type: Type) -> dict[str, Dim] | None:
        """The dimensions by name where `type` fits, otherwise None."""
        for kind, dtypes, dims in self.options:
            if kind == "any" or (kind in WORDS and isinstance(type, WORDS[kind])):
                return {}
            if isinstance(type, Tensor) and type.dtype in dtypes:
                found = _dimensions(dims, type.shape)
                if found is not None:
                    return found
        return None

    def accepts_dtype(self, dtype: str) -> bool:
        """Whether a tensor of this dtype could fit."""
        return any(kind == "any" or dtype in dtypes for kind, dtypes, _ in self.options)

    def __str__(self) -> str:
        return self.text


def _option(text: str) -> tuple[str, tuple[str, ...], tuple[str, ...] | None]:
    if text == "any" or text in WORDS:
        return text, (), None
    found = re.fullmatch(r"(\w+)\[(.*)\]", text)
    if not found:
        raise ValueError(f"not a pattern: {text!r}")
    dims = tuple(part.strip() for part in found[2].split(",")) if found[2].strip() else ()
    return found[1], KINDS.get(found[1], (found[1],)), None if dims == ("...",) else dims


def _dimensions(wanted: tuple[str, ...] | None, shape: tuple[Dim, ...]) -> dict[str, Dim] | None:
    """Bind names to dimensions, from the left up to ``...`` and from the right down to it."""
    if wanted is None:
        return {}
    if "..." in wanted:
        left, right = wanted[: wanted.index("...")], wanted[wanted.index("...") + 1 :]
        if len(shape) < len(left) + len(right):
            return None
        shape = (*shape[: len(left)], *shape[len(shape) - len(right) :])
        wanted = (*left, *right)
    elif len(shape) != len(wanted):
        return None
    found: dict[str, Dim] = {}
    for name, dim in zip(wanted, shape, strict=True):
        if found.setdefault(name, int(name) if name.isdigit() else dim) != dim:
            return None
    return found
