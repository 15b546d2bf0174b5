"""What an input accepts, written like a type: ``float32[B, C, H, W]``, ``float[..., in_features]``, ``any``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from runtime.spec.tensor import FLOATS, INTEGERS, Dim, Loss, Picture, Tensor, Text, Type

KINDS = {
    "float": FLOATS,
    "int": INTEGERS,
    "index": ("int32", "int64"),
    "number": (*FLOATS, *INTEGERS),
    "tensor": (*FLOATS, *INTEGERS, "bool"),
}
NOTHING: Mapping[str, Dim] = {}
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

    @cached_property
    def _ready(self) -> tuple[tuple[str, tuple[str, ...], "_Dimensions | None"], ...]:
        return tuple((kind, dtypes, None if dims is None else _ready(dims)) for kind, dtypes, dims in self.options)

    def bound(self, type: Type) -> Mapping[str, Dim] | None:
        """The dimensions by name where `type` fits, otherwise None."""
        for kind, dtypes, dims in self._ready:
            if isinstance(type, Tensor) and type.dtype in dtypes:
                found = NOTHING if dims is None else _bound(dims, type.shape)
                if found is not None:
                    return found
            elif kind == "any" or (kind in WORDS and isinstance(type, WORDS[kind])):
                return NOTHING
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


class _Dimensions(NamedTuple):
    """Where each name or number stands, counted from the left or, behind ``...``, from the right."""

    places: tuple[tuple[int, str | int], ...]
    more: bool  # any number of dimensions lies between


def _ready(dims: tuple[str, ...]) -> _Dimensions:
    at = dims.index("...") if "..." in dims else len(dims)
    places = [*enumerate(dims[:at]), *((place - len(dims), dims[place]) for place in range(at + 1, len(dims)))]
    return _Dimensions(tuple((p, int(name) if name.isdigit() else name) for p, name in places), at < len(dims))


def _bound(wanted: _Dimensions, shape: tuple[Dim, ...]) -> dict[str, Dim] | None:
    """Bind names to dimensions; one name stands for one size, a number for itself."""
    places, more = wanted
    if len(shape) < len(places) or (len(shape) > len(places) and not more):
        return None
    found: dict[str, Dim] = {}
    for at, name in places:
        dim = shape[at]
        known = name if isinstance(name, int) else found.setdefault(name, dim)
        if known is not dim and known != dim:
            return None
    return found
