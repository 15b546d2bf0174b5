"""Offers unsaved work whose editor ended without a word: a crash, a kill, a power cut."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from editor.document.leaving import begin_graph
from editor.looks.pieces import Line, TextButton
from editor.workers.in_thread import InThread
from runtime.graph.journal import Lost, lost
from runtime.places import draft_runs, is_draft, journals_folder, runs_folder
from runtime.train.at_work import at_work
from runtime.train.belonging import of_draft

if TYPE_CHECKING:
    from editor.window.window import Window

FEW, MOST = 4, 3.5  # rows that are seen whole, and of more of them at once; half of one tells that there are others


class Rows(QScrollArea):
    """As high as its rows are at this width, up to so many."""

    def __init__(self) -> None:
        super().__init__(objectName="recoveryRows", widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

        self.most = 0.0
        inside = QWidget(objectName="recoveryInside")
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self.setWidget(inside)

    def show_rows(self, rows: Sequence[QWidget]) -> None:
        """These in the place of those before; what is scrolled to stays in sight."""
        emptied(self.column)
        for row in rows:
            self.column.addWidget(row)
        self.most = max((row.sizeHint().height() + 4 for row in rows), default=0) * (MOST if len(rows) > FEW else FEW)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another height."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        column = self.column
        whole = max(column.totalHeightForWidth(self.viewport().width()), column.totalMinimumSize().height())
        self.setFixedHeight(int(min(self.most, whole)))


def emptied(layout: QLayout) -> None:
    """Take the widgets of a layout away."""
    while (item := layout.takeAt(0)) is not None:
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()


class Recovery(QFrame):
    """Rows above start page or canvas, one for each journal that is left; nothing is given up unless that is said."""

    offered = Signal()  # it is known what there is to offer

    def __init__(self, window: "Window") -> None:
        super().__init__(objectName="recovery")
        self.window_ = window
        self.offers: list[Lost] = []
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(14, 6, 8, 6)
        self.rows.setSpacing(4)
        self.works, self.below = Rows(), QVBoxLayout()
        self.rows.addWidget(self.works)
        self.rows.addLayout(self.below)
        self._in_thread = InThread(self)
        self.hide()

    def look(self) -> None:
        """Look for journals in a thread: there may be many, and long ones."""
        self._in_thread.do(lambda: list(lost(journals_folder())), self._show_found)

    def close_all(self) -> None:
        """The window goes: what was not answered is offered again next time."""
        for each in self.offers:
            each.leave()
        self.offers = []

    def _show_found(self, found: list[Lost]) -> None:
        self.offers += sorted(found, key=lambda each: each.time, reverse=True)
        self._show()
        self.offered.emit()

    def _show(self) -> None:
        self.works.show_rows([self._row(each) for each in self.offers])
        emptied(self.below)
        beside = self.works.verticalScrollBar().sizeHint().width() if len(self.offers) > FEW else 0
        self.below.setContentsMargins(0, 4, beside, 2)  # below the other buttons
        if len(self.offers) > 1:
            button = TextButton(
                "open", f"Open all {len(self.offers)}", "Go on with all of it, each in a tab of its own"
            )
            button.clicked.connect(self._open_all)
            self.below.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)
        self.setVisible(bool(self.offers))

    def _row(self, work: Lost) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        said = f"{sentence(work, datetime.now())}{', its run goes on' * trained(work)}"
        line.addWidget(Line(said, "text", 13).wrapped(), 1)
        for icon, words, tip, does in (
            ("open", "Open", "Go on with this work; undo works as before", self._open),
            ("close", "Discard", "Give this work up", self._discard),
        ):
            button = TextButton(icon, words, tip)
            button.clicked.connect(partial(does, work))
            line.addWidget(button)
        return row

    def _open_all(self) -> None:
        for each in reversed(self.offers):  # the latest is looked at then
            self._open(each)

    def _open(self, work: Lost) -> None:
        """There where its file is open and nothing was done to it, else in a place of its own."""
        path = work.kept.file("path")
        place = self.window_.shows_already(path) if path else None
        if place is not None and not place.document.unsaved and not place.session.at_work:
            self._restore(work, place)
        else:
            begin_graph(self.window_, lambda place: self._restore(work, place))

    def _restore(self, work: Lost, place: "Window") -> None:
        """Its own journal goes when a new one holds all of it."""
        place.files.restore(work.kept)
        place.journal.then(work.end)
        self._answered(work)
        state = "it is not saved yet" if place.document.unsaved else "its file holds the same"
        place.say(f"Here is {place.document.title} as it was; {state}")

    def _discard(self, work: Lost) -> None:
        work.end()
        self._answered(work)
        if trained(work):
            self.window_.say('Its run goes on: the Runs panel shows it under "all graphs".')

    def _answered(self, work: Lost) -> None:
        self.offers.remove(work)
        self._show()


def trained(work: Lost) -> bool:
    """Whether a run of work that has no file goes on; one of a file is found there."""
    about, origin = work.kept.about, work.kept.file("origin")
    if work.kept.file("path") or not is_draft(draft := str(about.get("draft"))):
        return False
    return any(map(at_work, of_draft(runs_folder(origin) if origin else draft_runs(draft), draft)))


def sentence(work: Lost, now: datetime) -> str:
    """``Unsaved work of 14:02: text_and_image, 12 edits``."""
    time, edits = work.time, work.kept.edits
    day = "" if time.date() == now.date() else f"{time.day} {time:%b} "
    none = "the same as its file" if work.kept.index else "all edits undone"
    many = f"{edits} edit{'s' * (edits != 1)}" if edits else none
    return f"Unsaved work of {day}{time:%H:%M}: {work.kept.about.get('title')}, {many}"
