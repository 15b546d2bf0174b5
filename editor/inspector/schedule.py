"""A schedule: one of several types, and below it the settings that the chosen one has."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.inspector.choice import StillCombo
from editor.inspector.edits import same
from editor.inspector.entry import Entry, Seen
from editor.inspector.text import NONE
from editor.looks.pieces import Line, colour
from editor.looks.theme import family_font
from editor.looks.unharmed import unharmed
from runtime.spec.parameter import Parameter

if TYPE_CHECKING:
    from editor.inspector.row import Row

INDENT = 10  # px from the line that holds the settings together


class Settings(QWidget):
    """What belongs to the chosen type, beside a thin line."""

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("border"))
        painter.drawRoundedRect(QRectF(1, 2, 2, self.height() - 4), 1, 1)


class ScheduleEntry(Entry):
    """A combo of types; `makes_row` makes the row of a setting."""

    wide = True

    def __init__(self, parameter: Parameter, makes_row: "Callable[[Parameter], Row]") -> None:
        super().__init__(parameter)
        self.makes_row = makes_row
        self.rows: dict[str, Row] = {}
        self.shown = ""  # the type whose settings are there
        self.head = self.combo = StillCombo()
        self.combo.addItems([NONE, *(option.name for option in parameter.options)])
        for at, option in enumerate(parameter.options, start=1):
            self.combo.setItemData(at, option.doc, Qt.ItemDataRole.ToolTipRole)
        self.combo.activated.connect(self._choose)
        self.doc = Line("", "muted").wrapped()
        self.settings = Settings()
        self.column = QVBoxLayout(self.settings)
        self.column.setContentsMargins(INDENT, 0, 0, 0)
        self.column.setSpacing(8)
        self.column.addWidget(self.doc)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 3, 0, 0)
        layout.addWidget(self.settings)
        self.hide()

    def show_seen(self, seen: Seen) -> None:
        """Show the type and its settings; nothing where the nodes differ, its name alone where it is not known."""
        super().show_seen(seen)
        value = seen.value if isinstance(seen.value, dict) else {}
        option = self._option(value.get("type"))
        unknown = str(value.get("type", seen.value))
        self.combo.setPlaceholderText("mixed" if seen.mixed else unknown)
        known = not seen.mixed and (seen.value is None or option is not None)
        self.combo.setCurrentIndex(self.combo.findText(option.name if option else NONE) if known else -1)
        self._fill(option)
        for name, row in self.rows.items():
            given = value.get(name, row.parameter.default)
            row.show_seen(Seen(given), name in value, told=True)  # by the check, at the row of the schedule

    def commit(self) -> None:
        """Tell what was typed in any setting."""
        for row in list(self.rows.values()):
            row.entry.commit()

    def _option(self, name: Any) -> Any:
        return next((option for option in self.parameter.options if option.name == name), None)

    def _fill(self, option: Any) -> None:
        """The rows of a type; those that are there stay, with what is being typed in them."""
        self.setVisible(option is not None)
        name = option.name if option else ""
        if name == self.shown:
            return
        self.shown = name
        for row in self.rows.values():
            row.hide()
            row.deleteLater()
        self.rows = {each.name: self._row(each) for each in (option.parameters if option else ())}
        self.doc.setText(option.doc if option else "")

    def _row(self, parameter: Parameter) -> "Row":
        row = self.makes_row(parameter)
        row.name.setFont(family_font(11))  # so that the longest fits beside the line
        row.begin_at(row.grid.columnMinimumWidth(0) - INDENT)
        row.edited.connect(lambda name, value, renames, visit: self._set(name, value, visit))
        row.reset.connect(lambda name: self._set(name, parameter.default, ""))
        row.helped.connect(self.helped)
        self.column.addWidget(row)
        return row

    def _choose(self, at: int) -> None:
        """Another type keeps the settings that both have."""
        option = self._option(self.combo.itemText(at))
        if option is None:
            self._tell(None)
            return
        before = self.seen.value if isinstance(self.seen.value, dict) else {}
        kept = {
            name: before[name]
            for name, each in option.parameter.items()
            if name in before and each.problem(before[name]) is None and not same(before[name], each.default)
        }
        self._tell({"type": option.name, **kept})

    def _set(self, name: str, value: Any, visit: str) -> None:
        """Another value for one setting; the default is given by writing nothing."""
        rest = {key: given for key, given in self.seen.value.items() if key != name}
        default = same(value, self.rows[name].parameter.default)
        self.stepping, self.visit = bool(visit), f".{visit}"
        self._tell(rest if default else {**rest, name: value})
        self.stepping = False

    def _tell(self, value: Any) -> None:
        """Tell a value whose new part is sound; what else is wrong in it is told by the check."""
        self.refused.emit("")
        self.seen = replace(self.seen, value=value, mixed=False)
        self.edited.emit(value, {})
