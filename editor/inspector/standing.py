"""What a parameter shows that stands for one of its definition, and the menu in which that is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from editor.inspector.text import written
from editor.looks.pieces import Elided, IconButton
from runtime.spec.parameter import Parameter

OWN = ""  # the name under which a value of its own is chosen


@dataclass(frozen=True)
class Within:
    """The parameters of the definition that is shown: as they are written, and as the use has them that sees it."""

    defaults: Mapping[str, Any]
    values: Mapping[str, Any]


class Standing(QWidget):
    """The name of the definition's parameter, with the value that it has now."""

    def __init__(self) -> None:
        super().__init__()
        self.said = Elided("", "accent", 11, 500)
        self.said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 0, 2)
        layout.addWidget(self.said)
        self.hide()

    def tell(self, name: str, within: Within) -> None:
        """Show a parameter of the definition."""
        there = name in within.values
        self.said.tell(f"{name} = {written(within.values[name])}" if there else f"{name} is no parameter here")
        self.said.in_colour("accent" if there else "error")
        said = f"The definition's parameter {name}"
        if there:
            said += f", {written(within.values[name])} as it is seen here, {written(within.defaults[name])} by default"
        self.setToolTip(f"{said}.")


class Link(IconButton):
    """Opens the menu; lit where the parameter stands for one of the definition."""

    chosen = Signal(str, bool)  # the definition's parameter, or OWN; and whether it is to be made

    def __init__(self, parameter: Parameter) -> None:
        super().__init__("link", f"Let {parameter.name} stand for a parameter of the definition", size=14)
        self.parameter = parameter
        self.within = Within({}, {})
        self.standing: str | None = None
        self.fresh = ""  # the name of a new one
        self.choosing: QMenu | None = None
        self.clicked.connect(self._open)
        self.hide()

    def tell(self, within: Within | None, standing: str | None, fresh: str) -> None:
        """Show whether there is something to choose, and what is chosen."""
        self.setVisible(within is not None)
        self.within, self.standing, self.fresh = within or Within({}, {}), standing, fresh
        self.show_icon("link", "accent" if standing else "muted")

    def choices(self) -> list[tuple[str, str, bool]]:
        """What the menu offers: its words, the name, and whether that is new."""
        fits = [
            (f"{name} ({written(default) or 'none'})", name, False)
            for name, default in self.within.defaults.items()
            if self.parameter.problem(default) is None and name != self.standing
        ]
        own = [("A value of its own", OWN, False)] if self.standing else []
        return [*fits, *own, *([(f"New parameter {self.fresh}", self.fresh, True)] if self.fresh else [])]

    def _open(self) -> None:
        menu = self.choosing = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, name, new in self.choices():
            self._add(menu, words, name, new)
        if menu.isEmpty():
            menu.addAction("Set a value first, which is the default then").setEnabled(False)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def _add(self, menu: QMenu, words: str, name: str, new: bool) -> None:
        menu.addAction(words).triggered.connect(lambda: self.chosen.emit(name, new))
