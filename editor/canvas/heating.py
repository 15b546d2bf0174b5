"""Which figure the nodes of a canvas show, if any."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from editor.canvas.heat import OFF, Heat, heats
from runtime.check.figures import KINDS
from runtime.check.problem import Report

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas


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
