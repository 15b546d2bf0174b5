"""Python of the user's own in a parameter: a function that puts samples together, for one field or for all."""

import re
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap, QTextCursor
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from editor.inspector.entry import Entry, Seen
from editor.inspector.line import CommitLine
from editor.looks.pieces import Elided, IconButton, Line, TextButton, colour
from editor.looks.theme import icon_pixmap, theme_changes
from editor.source.text import CodeText
from editor.source.window import write_large
from runtime.spec.parameter import Parameter
from runtime.spec.tensor import parse_type

PATH = re.compile(r"\S*[/\\].*")  # with blanks, to the end of the line
JOINED, BREAKS, BLANK = "\u2060", "\u200b", "\u00a0"


class Shield(QWidget):
    """Says that Python in this graph is not run until the user has looked at it."""

    def __init__(self) -> None:
        super().__init__()
        self.sign = QLabel()
        self.words = Line("Not trusted yet: nothing of it is run.", "warning").wrapped()
        self.trust = TextButton("trust", "Trust it", "Trust this text: it may run on this computer")
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setSpacing(6)
        self.grid.setColumnStretch(1, 1)
        for at, part in enumerate((self.sign, self.words, self.trust)):
            self.grid.addWidget(part, 0, at)
        theme_changes.changed.connect(self.recolour)
        self.recolour()

    def say(self, what: str) -> None:
        """Say what it is that would be trusted, where it does not stand beside it: often a path, which needs room."""
        self.setToolTip(what)
        first = what.partition("\n")[0]
        told = f"Not trusted yet: {first[:1].lower()}{first[1:]}"
        self.words.setText(PATH.sub(lambda found: broken(found[0]), told))
        self.words.setAccessibleName(told)
        self.grid.addWidget(self.trust, 1, 1, Qt.AlignmentFlag.AlignLeft)

    def recolour(self) -> None:
        """Draw the shield in the colours of the theme."""
        shield: QPixmap = icon_pixmap("trust", colour("warning").name(), 16, self.devicePixelRatioF())
        self.sign.setPixmap(shield)


def broken(path: str) -> str:
    """A path that is broken between lines behind its separators alone."""
    whole = re.sub(r"([^\w/\\])", rf"\1{JOINED}", path.replace(" ", BLANK))
    inner = re.sub(r"([/\\])", rf"\1{BREAKS}", whole[1:])
    return f"{whole[:1]}{JOINED}{inner}"


class FunctionBox(QWidget):
    """The text of a function with the type of what it gives, one for each name in `outputs`."""

    edited = Signal(object, object)  # lines, {name: type}
    trusted = Signal(str)

    def __init__(self, sentence: str, observed: bool = False) -> None:
        super().__init__()
        self.observed = observed  # whether it is tried where no type is told
        self.told: tuple[list[str], dict[str, str]] = ([], {})
        self.code = CodeText(numbered=False, px=11)
        self.code.setAccessibleName(sentence)
        self.code.left.connect(self.commit)
        self.large = IconButton("fit", "Write in a larger window", size=14)
        self.large.clicked.connect(self._enlarge)
        self.shield = Shield()
        self.shield.trust.clicked.connect(self._trust)
        self.types = QVBoxLayout()
        self.types.setSpacing(4)
        self.lines: dict[str, CommitLine] = {}
        foot = QHBoxLayout()
        foot.setSpacing(4)
        foot.addLayout(self.types, 1)
        foot.addWidget(self.large, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.shield)
        layout.addWidget(self.code)
        layout.addLayout(foot)
        self.setFocusProxy(self.code)

    def tell(self, lines: list[str], outputs: Mapping[str, str], inert: bool) -> None:
        """Show a function; a text that is being written stays."""
        if "\n".join(lines) != self.code.toPlainText() and (lines != self.told[0] or not self.code.hasFocus()):
            self.code.setPlainText("\n".join(lines))
        elif "\n".join(lines) == self.code.toPlainText():
            self.code.document().setModified(False)
        self.told = (list(lines), dict(outputs))
        high = min(max(len(lines), 4), 14)
        self.code.setFixedHeight(high * self.code.fontMetrics().lineSpacing() + 30)
        self.shield.setVisible(inert)
        for name in [*self.lines.keys() - outputs.keys()]:
            drop(self.lines.pop(name).parentWidget())
        for name, type in outputs.items():
            if name not in self.lines:
                self._add_type(name)
            self.lines[name].keep(type)

    def commit(self) -> None:
        """Tell the text and the types if they changed; the text first, which no wrong type is to hold back."""
        lines, told = self.told
        if self.code.document().isModified():
            lines = self.code.toPlainText().rstrip().split("\n")
        types = {
            name: told[name] if line.text() == told.get(name) else line.text().strip()
            for name, line in self.lines.items()
        }
        if lines != self.told[0]:
            self.edited.emit(lines, told)
        for name, line in self.lines.items():
            if types[name] and parse_type(types[name]) is None:
                line.setModified(True)  # it is refused, and stays to be mended
        if types != told:
            self.edited.emit(lines, types)

    def begin(self) -> None:
        """Write, at the beginning: it is seen from there."""
        self.code.setFocus()
        self.code.moveCursor(QTextCursor.MoveOperation.Start)

    def _trust(self) -> None:
        """The text that is shown, what was typed into it included."""
        written = self.code.toPlainText().rstrip() if self.code.document().isModified() else "\n".join(self.told[0])
        self.commit()
        self.trusted.emit(written)

    def _add_type(self, name: str) -> None:
        row, line = QWidget(), CommitLine(figures=True)
        line.setAccessibleName(f"Type of {name} that the function gives")
        line.setPlaceholderText("found by trying" if self.observed else "such as int64[10]")
        line.setToolTip("The type of one sample of the batch, without B")
        line.committed.connect(lambda _: self.commit())
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        label = Elided("gives" if name == "output" else name, "muted")
        label.setFixedWidth(56)
        layout.addWidget(label)
        layout.addWidget(line, 1)
        self.lines[name] = line
        self.types.addWidget(row)

    def _enlarge(self) -> None:
        title, text = self.code.accessibleName(), self.code.toPlainText()
        names = list(self.lines)

        def written(text: str) -> bool:
            if not isValid(self):  # type: ignore[no-untyped-call]
                return False
            self.edited.emit(text.rstrip().split("\n"), {name: self.told[1].get(name, "") for name in names})
            return True

        write_large(self, title, text, written)


class SourceEntry(Entry):
    """A function on whole samples, or none."""

    wide = True

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter)
        self.box = FunctionBox(
            f"Function {parameter.name}", observed=parameter.kind == "source" and bool(parameter.start)
        )
        self.box.trusted.connect(self.trusted)
        self.box.edited.connect(lambda lines, types: self.give(_function(lines, types)))
        self.write = TextButton("plus", "Write a function")
        self.write.clicked.connect(self._begin)
        self.fresh = False  # a function was begun: it wants to be written
        self.away = TextButton("minus", "Remove the function")
        self.away.clicked.connect(lambda: self.give(None))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.write, self.box, self.away):
            column.addWidget(widget)

    def show_seen(self, seen: Seen) -> None:
        """Show the function, or the button that begins one."""
        super().show_seen(seen)
        value = seen.value if isinstance(seen.value, dict) else None
        self.write.setVisible(value is None)
        self.box.setVisible(value is not None)
        self.away.setVisible(value is not None)
        if value is not None:
            told = value.get("outputs")
            told = told if isinstance(told, dict) else {}
            outputs = {name: str(told.get(name, "")) for name in seen.names}
            lines = value.get("function") or []
            self.box.tell(lines, outputs, seen.inert(lines))
        if value is not None and self.fresh:
            self.fresh = False
            self.box.begin()

    def commit(self) -> None:
        """Tell what was written."""
        if self.seen.value is not None:
            self.box.commit()

    def _begin(self) -> None:
        self.fresh = True
        lines = begun("join_samples", "samples: list[dict]", "torch.utils.data.default_collate(samples)")
        self.give(self.parameter.start or _function(lines, {}))


def begun(name: str, samples: str, value: str) -> list[str]:
    """The lines of a function to begin with."""
    return ["import torch", "", "", f"def {name}({samples}):", f"    return {value}"]


def _function(lines: list[str], types: Mapping[str, str]) -> dict[str, Any]:
    outputs = {name: type for name, type in types.items() if type}
    return {"function": lines, "outputs": outputs} if outputs else {"function": lines}


def drop(widget: QWidget | None) -> None:
    """Take a widget away, if there is one."""
    if widget is not None:
        widget.hide()
        widget.deleteLater()
