"""The fields of a sample as a form: a text, numbers, a class or a picture, which may be others than the row has."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from editor.document.recent import usual_folder
from editor.inspector.choice import StillCombo
from editor.looks.file_dialog import FileDialog
from editor.looks.pieces import Line, TextButton
from editor.looks.theme import family_font, mono_font
from editor.preview.drawn import Pictures

Field = dict[str, Any]  # as `runtime.train.tried` tells of one
SIDE, COLUMNS = 96, 4
ENDINGS = "*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff"


class Form(QWidget):
    """Emits `changed` when a field is another one than that of the row; `values` are those that are."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self.pictures: dict[str, Pictures] = {}
        self.fields: list[Field] = []
        self.shown, self.typed = QVBoxLayout(), QVBoxLayout()  # pictures stand beside what is typed: the panel is low
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addLayout(self.shown)
        row.addLayout(self.typed, 1)

    def tell(self, fields: list[Field]) -> None:
        """Show a row; where the user has changed it, only its pictures are others."""
        for field in fields:
            if field["name"] in self.pictures:
                self.pictures[field["name"]].tell(field.get("pictures", []), 1)
        if self.values:
            return
        kept = self._focused()
        self.fields, self.pictures = fields, {}
        for column in (self.shown, self.typed):
            while item := column.takeAt(0):
                if (old := item.widget()) is not None:
                    old.hide()
                    old.deleteLater()
        for field in fields:
            (self.shown if field["kind"] == "picture" else self.typed).addWidget(self._made(field))
        self.shown.addStretch(1)
        self.typed.addStretch(1)
        if kept and (again := self.findChild(QWidget, kept)) is not None:
            again.setFocus()

    def _focused(self) -> str:
        inside = self.focusWidget()
        return inside.objectName() if inside is not None and inside.hasFocus() else ""

    def give(self, name: str, value: Any) -> None:
        """The user wants this instead of what the row has."""
        self.values[name] = value
        self.changed.emit()

    def give_picture(self, file: Path) -> bool:
        """A picture for the first field that takes one; whether there is one."""
        name = next(iter(self.pictures), "")
        if name:
            self.give(name, str(file.resolve()))
        return bool(name)

    def _made(self, field: Field) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(Line(field["name"], "muted", 11))
        kinds = {"text": self._text, "class": self._class, "numbers": self._numbers, "picture": self._picture}
        column.addWidget(kinds[field["kind"]](field) if field["kind"] in kinds else Line("as the row has it", "muted"))
        return made

    def _text(self, field: Field) -> QWidget:
        line = self._line(field["name"], str(field["value"]))
        line.setFont(family_font(12))
        line.textEdited.connect(lambda text: self.give(field["name"], text))
        return line

    @staticmethod
    def _line(name: str, text: str) -> QLineEdit:
        line = QLineEdit(text, objectName=f"field {name}")
        line.setAccessibleName(name)
        line.setCursorPosition(0)
        return line

    def _class(self, field: Field) -> QWidget:
        combo = StillCombo()
        combo.setObjectName(f"field {field['name']}")
        combo.setAccessibleName(field["name"])
        combo.addItems([name or "empty" for name in field["names"]])
        combo.setCurrentIndex(field["value"])
        combo.activated.connect(lambda at: self.give(field["name"], at))
        return combo

    def _numbers(self, field: Field) -> QWidget:
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        lines: list[QLineEdit] = []
        for at, number in enumerate(field["value"]):
            called = field["names"][at] if field["names"] else f"{field['name']} {at}"
            line = self._line(called, f"{number:.7g}" if isinstance(number, float) else str(number))
            line.setFont(mono_font(11))
            line.textEdited.connect(lambda _: self.give(field["name"], [each.text().strip() for each in lines]))
            lines.append(line)
            row, place = divmod(at, COLUMNS)
            if len(field["value"]) > 1:
                grid.addWidget(Line(called if field["names"] else str(at), "muted", 10), 2 * row, place)
            grid.addWidget(line, 2 * row + 1, place)
        return made

    def _picture(self, field: Field) -> QWidget:
        made, shown = QWidget(), Pictures(1, SIDE)
        shown.tell(field.get("pictures", []), 1)
        self.pictures[field["name"]] = shown
        shown.setFixedWidth(SIDE)
        other = TextButton("picture", "Another picture", "Choose a picture file, or drop one here")
        other.setObjectName(f"field {field['name']}")
        other.clicked.connect(lambda: self._ask(field["name"]))
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        for part in (shown, other):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft)
        return made

    def _ask(self, name: str) -> None:
        dialog = FileDialog(self, "A picture to try", usual_folder(), f"Pictures ({ENDINGS});;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda file: self.give(name, file))
        dialog.open()
