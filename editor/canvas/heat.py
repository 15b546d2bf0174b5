"""Figures on the canvas: which one is shown, and for each node its number and how near it is to the largest."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from runtime.check.figures import KINDS, Figures, brief
from runtime.check.problem import Report
from runtime.check.rules.room import in_bytes

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas

OFF = ""
UNKNOWN = "?"  # what Python of the user's own holds


@dataclass(frozen=True)
class Heat:
    """A figure of one node: its number in words, and how warm that is, from 0 to 1."""

    text: str
    warmth: float


class Heating(QObject):
    """Shows one of the figures on all nodes of a canvas. `changed` tells that another one is shown, or none."""

    changed = Signal()

    def __init__(self, canvas: "Canvas") -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self.kind = OFF
        self._known: tuple[Report, int, str, Mapping[str, Heat]] | None = None

    def show(self, kind: str) -> None:
        """Show the figure of a kind, or none."""
        if kind != self.kind:
            self.kind = kind
            self.canvas.mirror.refresh(self.canvas.scenery)
            self.changed.emit()

    def turn(self) -> None:
        """The next kind; behind the last one none."""
        kinds = [OFF, *KINDS]
        self.show(kinds[(kinds.index(self.kind) + 1) % len(kinds)])

    def of_nodes(self) -> Mapping[str, Heat]:
        """By node; nothing where no figure is shown."""
        if not self.kind:
            return {}
        level = self.canvas.level
        known = self._known
        if known is None or known[0] is not level.report or known[1:3] != (level.batch, self.kind):
            known = self._known = (level.report, level.batch, self.kind, heats(level.figures(), self.kind))
        return known[3]


def heats(found: Mapping[str, Figures], kind: str) -> dict[str, Heat]:
    """The figures of one kind; nodes that have none of it stay cold, without a number."""
    counts = {id: getattr(each, kind) for id, each in found.items()}
    most = max(counts.values(), default=0) or 1
    heats = {id: Heat(said(count, kind), sqrt(count / most)) for id, count in counts.items() if count}
    unknown = (id for id, each in found.items() if each.unknown and not counts[id] and kind != "memory")
    return heats | dict.fromkeys(unknown, Heat(UNKNOWN, 0.0))


def said(count: int, kind: str) -> str:
    """``11.2 M``, or an amount of memory."""
    return in_bytes(count) if kind == "memory" else brief(count)
