"""Where everything that can be read lies, and what of it overlaps: the measure of a layout."""

from collections.abc import Mapping
from itertools import combinations

from PySide6.QtCore import QRectF

from editor.canvas.node import NodeBox


def boxes(nodes: Mapping[str, NodeBox]) -> dict[str, QRectF]:
    """``node:ID``, ``chip:ID.PORT`` and ``label:ID.NAME`` with their rectangles in the scene."""
    found: dict[str, QRectF] = {}
    for id, box in nodes.items():
        found[f"node:{id}"] = box.rect
        for label in box.shape_.labels:
            name = (
                f"chip:{id}.{label.name.removeprefix('chip.')}" if label.style == "chip" else f"label:{id}.{label.name}"
            )
            found[name] = label.rect.translated(box.pos())
    return found


def overlaps(found: Mapping[str, QRectF]) -> list[tuple[str, str]]:
    """The pairs that touch each other; a chip or label inside its own node does not count, one outside it does."""
    wrong = [(a, b) for a, b in combinations(found, 2) if not _inside(a, b) and found[a].intersects(found[b])]
    return wrong + [(f"node:{_owner(name)}", name) for name in found if not _contained(found, name)]


def _owner(name: str) -> str:
    return name.partition(":")[2].partition(".")[0]


def _inside(a: str, b: str) -> bool:
    """Whether one is a node and the other a part of it."""
    return _owner(a) == _owner(b) and (a.startswith("node:") or b.startswith("node:"))


def _contained(found: Mapping[str, QRectF], name: str) -> bool:
    return found[f"node:{_owner(name)}"].contains(found[name])
