"""The problems of the open graph as a list: what is wrong, where, and buttons with repairs that were tried."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QToolButton, QVBoxLayout, QWidget

from editor.document.document import Document
from editor.looks.pieces import Line, colour, once_released
from editor.looks.theme import family_font, icon, theme_changes
from editor.window.problem_row import ProblemRow
from runtime.check.problem import ERROR, OPEN, WARNING, Problem

if TYPE_CHECKING:
    from editor.running.session import Session

MOST = 200  # rows; whoever has more problems mends the first ones first


class Fold(QToolButton):
    """The grey line "3 to connect", which opens to what is unfinished."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setFont(family_font(12))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(14, 14))
        self.setStyleSheet("QToolButton { border: none; background: transparent; padding: 4px 10px; }")
        self.toggled.connect(self.recolour)
        theme_changes.changed.connect(self.recolour)
        self.recolour()

    def recolour(self) -> None:
        """Point where it opens."""
        self.setIcon(icon("chevron-down" if self.isChecked() else "chevron-right", colour("muted").name(), 14))
        palette = self.palette()
        palette.setColor(palette.ColorRole.ButtonText, QColor(colour("muted")))
        self.setPalette(palette)


class ProblemsPanel(QWidget):
    """Errors first, then warnings, then one line for what is unfinished."""

    problem_chosen = Signal(object)  # Problem, that is at a node
    help_wanted = Signal(object)  # Problem

    def __init__(self, session: "Session", document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.document = session, document
        self.setAccessibleName("Problems")
        self.shown: tuple[Problem, ...] | None = None
        self.of_nothing = True  # whether the graph was empty then
        self.rows: list[ProblemRow] = []
        self.fold = Fold()
        self.fold.toggled.connect(self._show_open)
        self.list = QWidget()
        self.column = QVBoxLayout(self.list)
        self.column.setContentsMargins(0, 6, 0, 6)
        self.column.setSpacing(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.list)
        self.area = area
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        self._due = once_released(self, self.refresh)
        session.checked.connect(self._due.start)
        self.refresh()

    def refresh(self) -> None:
        """Show the problems of the report, if they are others than before."""
        problems, of_nothing = self.session.report.problems, not self.document.graph.nodes
        if (problems, of_nothing) == (self.shown, self.of_nothing):
            return
        alone = _only_open(problems) and not _only_open(self.shown or ())
        focused = next((at for at, row in enumerate(self.rows) if _holds_focus(row)), None)
        self.shown, self.of_nothing = problems, of_nothing
        self._fill(problems)
        if alone:
            self.fold.setChecked(True)  # a panel of one folded line would tell nothing
        if focused is not None and self.rows:
            self.rows[min(focused, len(self.rows) - 1)].setFocus()

    def _fill(self, problems: Sequence[Problem]) -> None:
        self._clear()
        for severity in (ERROR, WARNING):
            self._add_rows([problem for problem in problems if problem.severity == severity])
        unfinished = [problem for problem in problems if problem.severity == OPEN]
        if unfinished:
            self.fold.setText(f"{len(unfinished)} to connect")
            self.fold.setAccessibleName(f"{len(unfinished)} to connect, show them")
            self.column.addWidget(self.fold)
            self.fold.show()
            if self.fold.isChecked():
                self._add_rows(unfinished)
        if not problems:
            self._say_nothing_wrong()
        self.column.addStretch(1)

    def _say_nothing_wrong(self) -> None:
        nothing = Line("Nothing wrong" if self.document.graph.nodes else "Nothing wrong: the graph is empty", "muted")
        nothing.setContentsMargins(12, 4, 12, 4)
        self.column.addWidget(nothing)

    def _clear(self) -> None:
        self.rows = []
        while (item := self.column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is self.fold:
                self.fold.hide()
            elif widget is not None:
                widget.hide()
                widget.deleteLater()

    def _add_rows(self, problems: Sequence[Problem]) -> None:
        for problem in problems[:MOST]:
            row = ProblemRow(problem)
            self._join(row, problem)
            row.repaired.connect(self._repair)
            row.help_wanted.connect(self.help_wanted)
            row.moved.connect(self._move)
            self.rows.append(row)
            self.column.addWidget(row)
        if len(problems) > MOST:
            more = Line(f"and {len(problems) - MOST} more", "muted")
            more.setContentsMargins(36, 4, 12, 4)
            self.column.addWidget(more)

    def _show_open(self) -> None:
        if self.shown is not None:
            self._fill(self.shown)

    def _join(self, row: ProblemRow, problem: Problem) -> None:
        row.chosen.connect(lambda node: self.problem_chosen.emit(problem) if node else None)

    def _repair(self, repair: Any) -> None:
        self.session.apply_repair(repair)

    def _move(self, steps: int) -> None:
        at = next((at for at, row in enumerate(self.rows) if row.hasFocus()), 0) + steps
        if 0 <= at < len(self.rows):
            self.rows[at].setFocus()
            self.area.ensureWidgetVisible(self.rows[at])


def _only_open(problems: Sequence[Problem]) -> bool:
    return bool(problems) and all(problem.severity == OPEN for problem in problems)


def _holds_focus(row: QWidget) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and (focus is row or row.isAncestorOf(focus))
