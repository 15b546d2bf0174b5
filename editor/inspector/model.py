"""A module that a node names: which class, and what it is made with."""

import ast
import json
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor.inspector.choice import StillCombo
from editor.inspector.entry import Entry, Seen
from editor.inspector.functions import Shield, drop
from editor.inspector.line import CommitLine
from editor.looks.pieces import Elided, Line
from runtime.spec.parameter import Parameter

NAME_WIDTH, WIDEST_NAME = 98, 150


class CalledEntry(Entry):
    """One of the classes of the file, or a name that is typed; below it what has to be trusted."""

    wide = True

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter)
        self.line = CommitLine()
        self.line.setPlaceholderText("torchvision.models.resnet18")
        self.line.committed.connect(lambda text: self.give(text.strip()))
        self.combo = StillCombo()
        self.combo.activated.connect(lambda at: self.give(self.combo.itemText(at)))
        self.shield = Shield()
        self.shield.trust.clicked.connect(lambda: self.trusted.emit(self.seen.to_trust))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.line, self.combo, self.shield):
            column.addWidget(part)

    def show_seen(self, seen: Seen) -> None:
        """The classes that a look at the file told, or the line."""
        super().show_seen(seen)
        found = seen.about.get("classes")
        classes = [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
        self.line.setVisible(not classes)
        self.combo.setVisible(bool(classes))
        self.setFocusProxy(self.combo if classes else self.line)
        if [self.combo.itemText(at) for at in range(self.combo.count())] != classes:
            self.combo.clear()
            self.combo.addItems(classes)
        self.combo.setPlaceholderText(str(seen.value or "no class"))
        self.combo.setCurrentIndex(classes.index(seen.value) if seen.value in classes else -1)
        self.line.keep("" if seen.mixed else str(seen.value))
        self.shield.setVisible(seen.to_trust in seen.untrusted)
        self.shield.say(seen.to_trust)

    def commit(self) -> None:
        """Tell what was typed."""
        self.line.commit()


class ArgumentsEntry(Entry):
    """A line for each argument that the class is made with; its default stands in grey."""

    wide = True

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter)
        self.lines: dict[str, CommitLine] = {}
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self.none = Line("None that are known", "muted")
        self.column.addWidget(self.none)

    def show_seen(self, seen: Seen) -> None:
        """One line for each argument that is known or given."""
        super().show_seen(seen)
        given = seen.value if isinstance(seen.value, dict) else {}
        empty = self.empty(seen)
        names = list(dict.fromkeys([*empty, *given]))
        for name in [*self.lines.keys() - set(names)]:
            drop(self.lines.pop(name).parentWidget())
        for at, name in enumerate(names):
            line = self.lines.get(name) or self._line(name, at)
            line.setPlaceholderText(empty.get(name, "None"))
            line.keep(as_text(given[name]) if name in given else "")
        self.none.setVisible(not names)

    def empty(self, seen: Seen) -> dict[str, str]:
        """What stands in grey in a line where nothing is given, by the names that are known."""
        known, needed = seen.about.get("arguments"), seen.about.get("needed")
        needs = needed if isinstance(needed, list) else []
        defaults = known.items() if isinstance(known, dict) else ()
        return {name: "needs a value" if name in needs else as_text(value) for name, value in defaults}

    def commit(self) -> None:
        """Tell what was typed."""
        for line in list(self.lines.values()):
            line.commit()

    def _line(self, name: str, at: int) -> CommitLine:
        row, line = QWidget(), CommitLine()
        line.setAccessibleName(f"Argument {name}")
        line.committed.connect(lambda text: self._set(name, text.strip()))
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        label = Elided(name, "muted")
        label.setFixedWidth(min(max(NAME_WIDTH, label.sizeHint().width()), WIDEST_NAME))
        layout.addWidget(label)
        layout.addWidget(line, 1)
        self.lines[name] = line
        self.column.insertWidget(at, row)
        return line

    def _set(self, name: str, text: str) -> None:
        given = dict(self.seen.value) if isinstance(self.seen.value, dict) else {}
        given.pop(name, None)
        if text:
            given[name] = from_text(text)
        self.give(given)


class TypesEntry(ArgumentsEntry):
    """A line for the type of each output, without B; most are seen by trying the module."""

    def empty(self, seen: Seen) -> dict[str, str]:
        """Nothing has to be told."""
        return dict.fromkeys(seen.names, "found by trying")


def as_text(value: Any) -> str:
    """A value as Python writes it; a text without its quotes, unless it would be read as something else."""
    if isinstance(value, str):
        return value if from_text(value) == value and value else repr(value)
    return repr(value)


def from_text(text: str) -> Any:
    """The value that a text stands for, in Python's words or in JSON's; else the text itself."""
    for read in (ast.literal_eval, json.loads):
        try:
            value = read(text)
            return json.loads(json.dumps(value, allow_nan=False))  # what a graph file can hold
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
    return text
