"""What is known of a file of weights without reading it again: its tensors, or in one sentence why it has none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

MOST_TENSORS = 100_000
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Card:
    """The tensors by name, and the nodes of the graph whose run wrote the file, where that is known."""

    shapes: Mapping[str, Shape] = field(default_factory=dict)
    nodes: tuple[tuple[str, str], ...] = ()  # id and type, in their order
    problem: str = ""

    @cached_property
    def inside(self) -> Mapping[str, frozenset[str]]:
        """All names by what they are within: themselves, each part before a dot, and the whole."""
        found: dict[str, list[str]] = {"": list(self.shapes)}
        for name in self.shapes:
            part = name
            while part:
                found.setdefault(part, []).append(name)
                part = part.rpartition(".")[0]
        return {part: frozenset(names) for part, names in found.items()}


def card(found: Any) -> Card | None:
    """A card from what a look printed; None for what is none."""
    if not isinstance(found, dict):
        return None
    if isinstance(found.get("problem"), str):
        return Card(problem=found["problem"])
    shapes, nodes = found.get("shapes"), found.get("nodes", [])
    if not isinstance(shapes, dict) or not all(map(_is_shape, shapes.values())) or not isinstance(nodes, list):
        return None
    pairs = [tuple(each) for each in nodes if isinstance(each, list) and len(each) == 2]
    known = tuple((str(id), str(type)) for id, type in pairs)
    return Card({name: tuple(shape) for name, shape in shapes.items()}, known)


def _is_shape(found: Any) -> bool:
    return isinstance(found, list) and all(type(size) is int and size >= 0 for size in found)
