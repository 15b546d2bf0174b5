"""Offers unsaved work whose editor ended without a word: a crash, a kill, a power cut."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from editor.beside import Beside
from editor.leaving import begin_graph
from editor.pieces import Line, TextButton
from runtime.graph.journal import Lost, lost
from runtime.places import journals_folder

if TYPE_CHECKING:
    from editor.window import Window

MOST = 3  # rows at once; the others follow as these are answered


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
        self._beside = Beside(self)
        self.hide()

    def look(self) -> None:
        """Look for journals beside the window: there may be many, and long ones."""
        self._beside.do(lambda: list(lost(journals_folder())), self._show_found)

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
        while (item := self.rows.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for each in self.offers[:MOST]:
            self.rows.addWidget(self._row(each))
        if len(self.offers) > 1:
            self.rows.addWidget(self._all())
        self.setVisible(bool(self.offers))

    def _row(self, work: Lost) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(Line(sentence(work, datetime.now()), "text", 13).wrapped(), 1)
        for icon, words, tip, does in (
            ("open", "Open", "Go on with this work; undo works as before", self._open),
            ("close", "Discard", "Give this work up", self._discard),
        ):
            button = TextButton(icon, words, tip)
            button.clicked.connect(partial(does, work))
            line.addWidget(button)
        return row

    def _all(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        button = TextButton("open", f"Open all {len(self.offers)}", "Go on with all of it, each in a tab of its own")
        button.clicked.connect(self._open_all)
        line.addStretch(1)
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

    def _answered(self, work: Lost) -> None:
        self.offers.remove(work)
        self._show()


def sentence(work: Lost, now: datetime) -> str:
    """``Unsaved work of 14:02: text_and_image, 12 edits``."""
    time, edits = work.time, work.kept.edits
    day = "" if time.date() == now.date() else f"{time.day} {time:%b} "
    many = f"{edits} edit{'s' * (edits != 1)}"
    return f"Unsaved work of {day}{time:%H:%M}: {work.kept.about.get('title')}, {many}"
