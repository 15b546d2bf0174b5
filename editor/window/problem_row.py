"""One problem as a row: its sign, its sentence and buttons with repairs; in the list and in the inspector."""

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from editor.looks.flow import Beside, Flow
from editor.looks.pieces import IconButton, Line, TextButton, colour, mixed
from editor.looks.theme import icon_pixmap, theme_changes
from editor.looks.unharmed import unharmed
from editor.window.presenting import presentation
from runtime.check.problem import ERROR, OPEN, WARNING, Problem, Repair

TOKENS = {ERROR: "error", WARNING: "warning", OPEN: "muted"}
NAMES = 180  # pixels
SAID = {ERROR: "Error", WARNING: "Warning", OPEN: "To connect"}


class SeverityIcon(QLabel):
    """The sign of a severity: its shape differs as well as its colour."""

    def __init__(self, severity: str) -> None:
        super().__init__()
        self.severity = severity
        self.setFixedSize(16, 18)
        self.setAlignment(Qt.AlignmentFlag.AlignBottom)
        self.setAccessibleName(SAID[severity])
        self.setToolTip(SAID[severity])
        theme_changes.changed.connect(self.recolour)
        self.recolour()

    def recolour(self) -> None:
        """Draw in the colours of the theme."""
        name = colour(TOKENS[self.severity]).name()
        self.setPixmap(icon_pixmap(f"problem-{self.severity}", name, 16, self.devicePixelRatioF()))


class RepairButton(TextButton):
    """Says what it mends, on two lines where one is too short; away while something is presented."""

    def __init__(self, problem: Problem, repair: Repair) -> None:
        super().__init__("repair", _capital(repair.label), f"Repair {problem.node}: {repair.label}")
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        presentation.changed.connect(self._follow)
        if presentation.on:
            self.hide()

    def heightForWidth(self, width: int) -> int:
        """One line, or two."""
        return 26 if width >= self.sizeHint().width() else 42

    def _cut(self) -> None:
        lines, room = self._lines(), self.width() - 40
        metrics = QFontMetrics(self.font())
        self.setText("\n".join(metrics.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in lines))
        self.setToolTip(self.sentence)

    def _lines(self) -> tuple[str, ...]:
        """The words, broken before the first one that has no room in the first line."""
        if self.width() >= self.sizeHint().width():
            return (self.words,)
        metrics, words = QFontMetrics(self.font()), self.words.split(" ")
        fit = sum(
            metrics.horizontalAdvance(" ".join(words[:end])) <= self.width() - 40 for end in range(1, len(words) + 1)
        )
        return tuple(filter(None, (" ".join(words[: max(fit, 1)]), " ".join(words[max(fit, 1) :]))))

    def _follow(self) -> None:
        self.setVisible(not presentation.on)


class ProblemRow(QFrame):
    """One problem. A click or Enter chooses its node, a button applies a repair; `narrow` stands in the inspector."""

    chosen = Signal(str)
    repaired = Signal(object)  # Repair
    help_wanted = Signal(object)  # Problem
    moved = Signal(int)  # arrow keys: one row up or down

    def __init__(self, problem: Problem, narrow: bool = False) -> None:
        super().__init__()
        self.problem, self.narrow = problem, narrow
        self.setAccessibleName(f"{SAID[problem.severity]}, {problem.node}: {problem.message}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        theme_changes.changed.connect(self.update)
        if narrow:
            self._lay_narrow()
        else:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self._lay_wide()

    def _lay_narrow(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(6)
        subject, sentence = parted(self.problem)
        port = subject.partition(".")[2]
        row.addWidget(SeverityIcon(self.problem.severity), 0, Qt.AlignmentFlag.AlignTop)
        named = not port or port in sentence.split()  # "needs a target of ..." says which port it is
        row.addWidget(Line(_capital(sentence) if named else f"{port} {sentence}").wrapped(), 1)
        row.addWidget(self._help(), 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        if self.problem.repairs:
            buttons = Flow()
            self._add_repairs(buttons)
            column.addWidget(buttons)

    def _lay_wide(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 10, 3)
        row.setSpacing(8)
        row.addWidget(SeverityIcon(self.problem.severity))
        subject, said = parted(self.problem)
        self.subject = Line(broken(subject), "text", 12, 500).wrapped()
        self.subject.setFixedWidth(NAMES)
        sentence = Line(_capital(said), "muted" if self.problem.severity == OPEN else "text").wrapped()
        row.addWidget(self.subject)
        beside = Beside(sentence, QFontMetrics(sentence.font()).horizontalAdvance(sentence.text()) + 4)
        self._add_repairs(beside)
        row.addWidget(beside, 1)
        row.addWidget(self._help())

    def _help(self) -> IconButton:
        button = IconButton("help", "What this means, and how to mend it", size=14)
        button.clicked.connect(lambda: self.help_wanted.emit(self.problem))
        return button

    def _add_repairs(self, flow: Flow) -> None:
        for repair in self.problem.repairs:
            button = RepairButton(self.problem, repair)
            button.clicked.connect(lambda _=False, repair=repair: self.repaired.emit(repair))
            flow.add(button)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the node."""
        if not self.narrow and event.button() == Qt.MouseButton.LeftButton:
            self.setFocus()
            self.chosen.emit(self.problem.node)
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses the node, arrows go to the next row."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.problem.node)
        elif event.key() in steps:
            self.moved.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """A tint in the inspector, a bar at the row that has the focus in the list."""
        painter = QPainter(self)
        if self.narrow:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            token = TOKENS[self.problem.severity]
            painter.setPen(mixed(token, "panel", 0.35))
            painter.setBrush(mixed(token, "panel", 0.10))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 5, 5)
        elif self.hasFocus() or self.underMouse():
            painter.fillRect(self.rect(), mixed("accent", "panel", 0.16 if self.hasFocus() else 0.07))

    def enterEvent(self, event: object) -> None:
        """Show what a click would choose."""
        self.update()

    def leaveEvent(self, event: object) -> None:
        """Show so no longer."""
        self.update()


def parted(problem: Problem) -> tuple[str, str]:
    """What a problem is about, ``node`` or ``node.port``, and the rest of its sentence without what its button says."""
    message = problem.message
    if problem.repairs:
        message = message.removesuffix(f" {problem.repairs[0].label}.")
    for subject in (f"{problem.node}.{problem.port}", problem.node):
        if message.startswith(f"{subject} "):
            return subject, message.removeprefix(f"{subject} ")
    return problem.node or "graph", message


def broken(name: str) -> str:
    """A name that may be broken between its words, and within one that fills a line: none of it is cut."""
    return re.sub(r"([_.]|[^_.]{18})(?=.)", "\\1\u200b", name)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
