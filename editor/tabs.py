"""Several graphs in one window: each tab is a whole `Window` with a document, a session and a canvas of its own."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from editor.closed import Closed, closed, show_closed
from editor.frame import column
from editor.leaving import begin_graph, leave_all
from editor.tab_row import TabRow
from editor.window import Window

MOST_CLOSED = 10


class Tabs(QMainWindow):
    """Makes, shows and closes tabs. No tab knows of the others; what one wants of them it says by its signals."""

    painted = Signal()  # once, after the first frame

    def __init__(self) -> None:
        super().__init__()
        self.pages: list[Window] = []  # as they stand in the row
        self.closed: list[Closed] = []
        self.row, self.stack = TabRow(), QStackedWidget()
        self.setCentralWidget(column((self.row,), self.stack))
        self.row.chosen.connect(lambda at: self.go(self.pages[at]))
        self.row.closed.connect(lambda at: self.pages[at].close())
        self.row.moved.connect(lambda source, target: self.pages.insert(target, self.pages.pop(source)))
        self.row.added.connect(lambda: self.blank())
        for keys, step in (("Ctrl+Tab", 1), ("Ctrl+Shift+Tab", -1)):
            QShortcut(QKeySequence(keys), self).activated.connect(partial(self._travel, step))
        self._leaving = False
        self.add().painted.connect(self.painted)
        self.resize(1366, 768)

    @property
    def current(self) -> Window:
        """The one that is looked at."""
        shown = self.stack.currentWidget()
        assert isinstance(shown, Window)
        return shown

    def settle(self) -> None:
        """What the first frame need not wait for."""
        self.current.settle()

    def refuse(self, sentence: str) -> None:
        """One sentence that stays until it has been read."""
        self.current.refuse(sentence)

    # --- tabs come, are looked at, and go

    def add(self) -> Window:
        """Another tab, the last in the row, with its start page; it is looked at."""
        page = Window(self.stack)  # made where it is to be: to go there with all its parts takes Qt long
        page.room, page.shows_already = partial(self._room, page), self._shows
        wishes = self._wishes(page)
        page.tab_wanted.connect(lambda what: wishes[what]())
        page.left.connect(lambda: self._left(page))
        page.document.filed.connect(lambda: self._tell(page))
        page.windowTitleChanged.connect(lambda _: self._tell(page))
        for change in (page.session.run_started, page.session.run_ended, page.session.run_released):
            change.connect(lambda *_: self._tell(page))
        self.pages.append(page)
        self.stack.addWidget(page)
        self.row.add()
        page.document.tell_apart(lambda: [each.document.title for each in self.pages if each is not page])
        self.go(page)
        return page

    def go(self, page: Window) -> None:
        """Look at a tab. The spare process of the one before goes with the user, its run goes on."""
        before = self.current
        self.stack.setCurrentWidget(page)
        self.row.choose(self.pages.index(page))
        if before is not page and before.awake:
            before.rest()
            before.session.hand_over(page.session)
            page.wake()
        self._tell(page)

    def blank(self) -> None:
        """A tab with the start page: another one, where a graph is open in this."""
        page = self._room(self.current)
        page.frame.show_start()

    def reopen(self) -> None:
        """The tab that was closed last, as it was."""
        if not self.closed:
            self.current.say("No tab was closed.")
            return
        kept = self.closed.pop()
        if kept.path is None or not self._shows(kept.path):
            begin_graph(self.current, lambda page: show_closed(page, kept))

    def _wishes(self, page: Window) -> dict[str, Callable[[], object]]:
        return {
            "add": self.blank,
            "close": page.close,
            "reopen": self.reopen,
            "next": partial(self._travel, 1),
            "previous": partial(self._travel, -1),
        }

    def _travel(self, step: int) -> None:
        at = self.pages.index(self.current)
        self.go(self.pages[(at + step) % len(self.pages)])

    def _room(self, page: Window) -> Window:
        """Where another graph is shown: there where nothing is open, else in a tab beside."""
        if page.vacant:
            return page
        page.frame.leave_start()
        return self.add()

    def _shows(self, path: Path) -> bool:
        """Go to the tab in which a file is open; whether there is one."""
        for page in self.pages:
            if page.document.path and page.document.path.resolve() == path.resolve():
                self.go(page)
                page.frame.show_canvas()
                return True
        return False

    def _left(self, page: Window) -> None:
        """A tab goes; the last one gives way to a new one."""
        if self._leaving:
            return
        at = self.pages.index(page)
        if not page.vacant:
            self.closed = [*self.closed, closed(page)][-MOST_CLOSED:]
        if len(self.pages) == 1:
            self.add()
        elif page is self.current:
            self.go(self.pages[at + 1 if at + 1 < len(self.pages) else at - 1])
        self.pages.remove(page)
        self.row.remove(at)
        self.stack.removeWidget(page)
        self.row.choose(self.pages.index(self.current))
        page.deleteLater()

    # --- what is told

    def _tell(self, page: Window) -> None:
        if page not in self.pages:  # it is going
            return
        document = page.document
        running = page.session.running
        self.row.tell(self.pages.index(page), document.title, str(document.path or ""), document.unsaved, running)
        if page is self.current:
            self.setWindowTitle(page.windowTitle() or "Torchweave")
            self.setWindowModified(page.isWindowModified())
            self.setWindowFilePath(page.windowFilePath())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asked once for all tabs."""
        if not self._leaving:
            leave_all(self.pages, self.go, self._leave)
        if not self._leaving:  # something was asked
            event.ignore()
            return
        for page in self.pages:
            page.leave()
        event.accept()

    def _leave(self) -> None:
        self._leaving = True
        self.close()
