"""One row of the form: a parameter's name, its entry, reset or pin, and below what is wrong with it."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from editor.inspector.choice import ChoiceEntry, FieldEntry, ToggleEntry
from editor.inspector.entry import Entry, Seen
from editor.inspector.functions import SourceEntry
from editor.inspector.joining import JoiningEntry
from editor.inspector.line import LineEntry
from editor.inspector.model import ArgumentsEntry, CalledEntry, TypesEntry
from editor.inspector.path import PathEntry
from editor.inspector.rows import RowsEntry
from editor.inspector.schedule import ScheduleEntry
from editor.inspector.standing import Link, Standing, Within
from editor.inspector.text import bounds, written
from editor.looks.pieces import Elided, IconButton, Line
from editor.window.problem_row import ProblemRow
from runtime.check.problem import Problem
from runtime.spec.parameter import Parameter

ENTRIES: dict[str, Callable[[Parameter], Entry]] = {
    "bool": ToggleEntry,
    "choice": ChoiceEntry,
    "field": FieldEntry,
    "path": PathEntry,
    "fields": RowsEntry,
    "joining": JoiningEntry,
    "source": SourceEntry,
    "called": CalledEntry,
    "arguments": ArgumentsEntry,
    "types": TypesEntry,
    "schedule": lambda parameter: ScheduleEntry(parameter, Row),
}
NAME_WIDTH, WIDEST_NAME = 104, 150  # most names have one width, so that entries stand below each other
VISITS = count()  # of all rows: one that is made anew for the same node begins no visit that was there before


def entry_for(parameter: Parameter, makes_ports: bool) -> Entry:
    """The entry of a kind; names that are ports get a row each, so that a rename can be told from a new one."""
    if parameter.kind == "names" and makes_ports:
        return RowsEntry(parameter)
    return ENTRIES.get(parameter.kind, LineEntry)(parameter)


class Row(QWidget):
    """A parameter of one node, or of several alike."""

    edited = Signal(str, object, object, str)  # parameter, value, renamed fields, key under which edits become one
    pinned = Signal(str, bool)
    reset = Signal(str)
    repaired = Signal(object)
    problem_asked = Signal(object)  # Problem
    helped = Signal(object)  # the Parameter to explain, or None
    trusted = Signal(str)
    linked = Signal(str, str, bool)  # parameter, the definition's that it is to stand for or "", whether that is new

    def __init__(self, parameter: Parameter, makes_ports: bool = False) -> None:
        super().__init__()
        self.parameter = parameter
        self.setToolTip(f"{parameter.name}: {explained(parameter)}")
        self.visit = next(VISITS)
        self.refusal = self.remark = ""
        self.entry = entry_for(parameter, makes_ports)
        self.entry.setAccessibleName(parameter.name)
        self.name = Elided(parameter.name, "muted")
        self.long = False  # whether the name has a line of its own
        self.back = IconButton("pin" if parameter.inferred else "reset", "Reset", size=14)
        self.standing, self.link = Standing(), Link(parameter)
        self.link.chosen.connect(lambda name, new: self.linked.emit(parameter.name, name, new))
        self.wrong = Line("", "error").wrapped()
        self.wrong.hide()
        self.problems = QVBoxLayout()
        self.problems.setSpacing(4)
        self.shown: tuple[Problem, ...] = ()
        self._lay()
        self.entry.edited.connect(self._edited)
        self.entry.refused.connect(self._refused)
        self.entry.helped.connect(self.helped)
        self.entry.trusted.connect(self.trusted)
        self.back.clicked.connect(self._back)
        for part in (self.entry, self.entry.head, *self.entry.findChildren(QWidget)):
            if part is not None:
                part.installEventFilter(self)
        self._name_parts()

    def _lay(self) -> None:
        grid = self.grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(3)
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(policy)
        if self.entry.wide:
            beside = QHBoxLayout(spacing=6)  # as far apart as in a row whose entry stands there
            if self.entry.head is not None:
                beside.addWidget(self.entry.head, 1)
            else:
                beside.addStretch(1)
            beside.addWidget(self.back)
            grid.addLayout(beside, 0, 1, 1, 2)
            grid.addWidget(self.entry, 1, 0, 1, 3)
            grid.addWidget(self.standing, 0, 1, 1, 2)
        self.begin_at(NAME_WIDTH)
        grid.addWidget(self.link, 0, 3)
        grid.addWidget(self.wrong, 2, 0 if self.entry.wide else 1, 1, 3 if self.entry.wide else 2)
        grid.addLayout(self.problems, 3, 0, 1, 3)
        grid.setColumnStretch(1, 1)

    def begin_at(self, left: int) -> None:
        """Let the entry begin so many pixels from the left; a name that is longer has a line of its own above it."""
        wished = self.name.sizeHint().width()
        self.long = wished > left and not self.entry.wide
        self.name.setFixedWidth(wished if self.long else min(max(left, wished), WIDEST_NAME))
        self.grid.setColumnMinimumWidth(0, left)
        self.grid.addWidget(self.name, 0, 0, 1, 2 if self.long else 1)
        if not self.entry.wide:
            line = int(self.long)
            self.grid.addWidget(self.entry, line, 1)
            self.grid.addWidget(self.back, line, 2)
            self.grid.addWidget(self.standing, line, 1, 1, 2)  # over the reset: the menu of the link has the way back

    def _name_parts(self) -> None:
        """A screen reader says the parameter's name at whatever part of the entry has the focus."""
        part = self.entry.head or self.entry.focusProxy()
        if part is not None and not part.accessibleName():
            part.setAccessibleName(self.parameter.name)
            part.setAccessibleDescription(explained(self.parameter))

    def show_seen(self, seen: Seen, given: bool, problems: Sequence[Problem] = (), told: bool = False) -> None:
        """Show a value; `given` says that the graph holds it, so that there is something to reset or unpin.

        What is wrong with it is said here, unless it is `told` elsewhere.
        """
        if not self.standing.isHidden():
            self.standing.hide()
            self.entry.show()
        self.entry.show_seen(seen)
        self.name.in_colour("text" if given else "muted")
        if self.parameter.inferred:
            self._show_pin(seen, given)
        else:
            self.back.setVisible(given)
            self.back.say(f"Back to {written(self.parameter.default) or 'the default'}")
        own = None if problems or told or seen.mixed else self.parameter.problem(seen.value)
        self._say(self.refusal or own or "")
        self._show_problems(tuple(problems))

    def show_standing(self, name: str, within: Within, problems: Sequence[Problem] = ()) -> None:
        """Show that it stands for a parameter of the definition, instead of a value."""
        self.entry.hide()
        self.standing.tell(name, within)
        self.standing.show()
        self.name.in_colour("text")
        self.back.hide()
        self._say("")
        self._show_problems(tuple(problems))

    def _show_pin(self, seen: Seen, given: bool) -> None:
        self.back.setVisible(given or seen.told is not None)
        self.back.show_icon("pin", "accent" if given else "muted")
        unpin = f"Take {self.parameter.name} from the wire"  # as the repair is called that does the same
        self.back.say(unpin if given else f"Pin {written(seen.told)}: keep it if the wire changes")

    def _show_problems(self, problems: tuple[Problem, ...]) -> None:
        if problems == self.shown:
            return
        self.shown = problems
        while (item := self.problems.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.problems.setContentsMargins(0, 6 if problems else 0, 0, 0)  # apart from the entry above
        for problem in problems:
            row = ProblemRow(problem, narrow=True)
            row.repaired.connect(self.repaired)
            row.help_wanted.connect(self.problem_asked)
            self.problems.addWidget(row)

    def _say(self, sentence: str) -> None:
        text = sentence or self.remark
        self.wrong.in_colour("error" if sentence else "muted")
        self.wrong.setText(text[:1].upper() + text[1:])
        self.wrong.setVisible(bool(text))

    def tell(self, sentence: str, wrong: bool) -> None:
        """Say below the entry what a look at it told."""
        self.refusal, self.remark = (sentence, "") if wrong else ("", sentence)
        self._say(self.refusal)

    def _edited(self, value: Any, renames: Any) -> None:
        self.edited.emit(
            self.parameter.name, value, renames, f"{self.visit}{self.entry.visit}" if self.entry.stepping else ""
        )

    def _refused(self, sentence: str) -> None:
        self.refusal = sentence
        if QApplication.mouseButtons() == Qt.MouseButton.NoButton:
            self._say(sentence)

    def _back(self) -> None:
        self.refusal = ""
        if self.parameter.inferred:
            self.pinned.emit(self.parameter.name, self.entry.seen.value is None)
        else:
            self.reset.emit(self.parameter.name)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Steps of a new visit are a new undo step; whoever visits is told what the parameter is."""
        if event.type() == QEvent.Type.FocusIn:
            self.visit = next(VISITS)
            self.helped.emit(self.parameter)
        return False

    def enterEvent(self, event: QEnterEvent) -> None:
        """Explain the parameter under the pointer."""
        self.helped.emit(self.parameter)

    def leaveEvent(self, event: QEvent) -> None:
        """Explain it no longer."""
        self.helped.emit(None)


def explained(parameter: Parameter) -> str:
    """What a parameter is, with its limits, unit and default, in one or two sentences."""
    limits = ", ".join(part for part in (bounds(parameter), parameter.unit) if part)
    default = written(parameter.default)
    if parameter.inferred:
        more = "Told by the wire; a value pins it."
    elif default and not parameter.positional and len(default) < 30 and parameter.kind != "bool":
        more = f"Default {default}" + (f" ({limits})." if limits else ".")
    else:
        more = f"{limits[:1].upper()}{limits[1:]}." if limits else ""
    return f"{parameter.doc} {more}".strip()
