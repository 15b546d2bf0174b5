"""Several graphs in one window: each tab is a whole `Window` with a document, a session and a canvas of its own."""

import os
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from editor.document.closed import Closed, closed, show_closed
from editor.document.leaving import begin_graph, leave_all
from editor.window.frame import column
from editor.window.tab_row import TabRow
from editor.window.window import Window
from editor.workers.collecting import keep_loaded

MOST_CLOSED = 10


class Tabs(QMainWindow):
    """Makes, shows and closes tabs. No tab knows of the others; what one wants of them it says by its signals."""

    painted = Signal()  # once, after the first frame
    changed = Signal()  # which files are open, or which one is looked at

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Window | Path] = []  # as they stand in the row; a file is opened when it is looked at
        self.closed: list[Closed | Path] = []  # the latest last; a file where its tab was not looked at
        self.row, self.stack = TabRow(), QStackedWidget()
        self.setCentralWidget(column((self.row,), self.stack))
        self.row.chosen.connect(lambda at: self._look([at]))
        self.row.closed.connect(self._close)
        self.row.moved.connect(self._move)
        self.row.added.connect(lambda: self.blank())
        for keys, step in (("Ctrl+Tab", 1), ("Ctrl+Shift+Tab", -1)):
            QShortcut(QKeySequence(keys), self).activated.connect(partial(self._travel, step))
        self._leaving = False
        self.add().painted.connect(self.painted)
        self.resize(1366, 768)

    @property
    def pages(self) -> list[Window]:
        """The tabs that have been looked at, as they stand in the row."""
        return [each for each in self.entries if isinstance(each, Window)]

    @property
    def current(self) -> Window:
        """The one that is looked at."""
        shown = self.stack.currentWidget()
        assert isinstance(shown, Window)
        return shown

    def settle(self) -> None:
        """What the first frame need not wait for."""
        self.current.settle()
        # The panels at the bottom, and pyqtgraph with them, at the one moment in which nobody waits for an answer. No
        # thread can load them: while it makes a class of Qt's, Qt in this one may find classes lost, and crash.
        import_module("editor.window.bottom")
        keep_loaded("panels")

    def refuse(self, sentence: str) -> None:
        """One sentence that stays until it has been read."""
        self.current.refuse(sentence)

    # --- tabs come, are looked at, and go

    def add(self) -> Window:
        """Another tab, the last in the row, with its start page; it is looked at."""
        page = self._page()
        self.row.add(len(self.entries))
        self.entries.append(page)
        self.go(page)
        return page

    def put(self, file: Path, at: int) -> None:
        """A tab for a file at a place in the row; it takes no time before it is looked at."""
        self.row.add(at)
        self.entries.insert(at, file)
        self.row.tell(at, file.stem, str(file), unsaved=False, running=False)

    def _look(self, places: Iterable[int], stay: bool = True) -> None:
        """Go to the first of some places in the row whose file can be opened, else `stay` or go to a new tab.

        What cannot be opened stays in the row for when it can, and it is said why.
        """
        why: list[str] = []
        page = next((page for at in places if (page := self._made(at, why.append))), None)
        self.go(page or (self.current if stay else self.add()))
        if why:
            self.refuse(" ".join(why))

    def _made(self, at: int, refuse: Callable[[str], object]) -> Window | None:
        """What stands at a place in the row, opened where it was not looked at so far; None where that is refused."""
        entry = self.entries[at]
        if isinstance(entry, Window):
            return entry
        if page := self._with(entry):  # another graph was saved there meanwhile
            self._remove(at)
            return page
        found = self.current.files.read(entry, refuse)
        if found is None:
            return None
        page = self.entries[at] = self._page()
        self.go(page)
        page.files.show_file(entry, found)
        return page

    def _page(self) -> Window:
        page = Window(self.stack)  # made where it is to be: to go there with all its parts takes Qt long
        page.room, page.shows_already = partial(self._room, page), self._shows
        wishes = self._wishes(page)
        page.tab_wanted.connect(lambda what: wishes[what]())
        page.left.connect(lambda: self._left(page))
        page.document.filed.connect(lambda: self._tell(page))
        page.document.filed.connect(self.changed)
        page.windowTitleChanged.connect(lambda _: self._tell(page))
        for changes in (page.session.life, page.session.pausing):
            changes.changed.connect(lambda: self._tell(page))
        self.stack.addWidget(page)
        page.document.tell_apart(lambda: [_title(each) for each in self.entries if each is not page])
        return page

    def go(self, page: Window) -> None:
        """Look at a tab. The spare process of the one before goes with the user, its run goes on."""
        before = self.current
        self.stack.setCurrentWidget(page)
        self.row.choose(self.entries.index(page))
        if before is not page and before.awake:
            before.rest()
            before.session.hand_over(page.session)
            page.wake()
        self._tell(page)
        self.changed.emit()

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
        if isinstance(kept, Path):
            self.put(kept, len(self.entries))
            self._look([len(self.entries) - 1])
        elif kept.path is None or not self._shows(kept.path):
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
        at, many = self.entries.index(self.current), len(self.entries)
        self._look((at + step * away) % many for away in range(1, many))

    def _room(self, page: Window) -> Window:
        """Where another graph is shown: there where nothing is open, else in a tab beside."""
        if page.vacant:
            return page
        page.frame.leave_start()
        return self.add()

    def _shows(self, path: Path) -> Window | None:
        """Go to the tab in which a file is open, where there is one."""
        page = self._with(path)
        if page is None and path.absolute() in self.entries:
            page = self._made(self.entries.index(path.absolute()), lambda why: None)  # whoever opens it hears why not
        if page:
            self.go(page)
            page.frame.show_canvas()
        return page

    def _with(self, path: Path) -> Window | None:
        """The tab in which a file was opened, by whichever name; those not looked at are known by theirs alone."""
        real = os.path.realpath
        same = (page for page in self.pages if page.document.path and real(page.document.path) == real(path))
        return next(same, None)

    def _move(self, source: int, target: int) -> None:
        self.entries.insert(target, self.entries.pop(source))
        self.changed.emit()

    def _close(self, at: int) -> None:
        entry = self.entries[at]
        if isinstance(entry, Window):
            entry.close()
        else:
            self._remember(entry)
            self._remove(at)

    def _remember(self, what: Closed | Path) -> None:
        self.closed = [*self.closed, what][-MOST_CLOSED:]

    def _remove(self, at: int) -> None:
        del self.entries[at]
        self.row.remove(at)
        self.row.choose(self.entries.index(self.current))
        self.changed.emit()

    def _left(self, page: Window) -> None:
        """A tab goes; the last one gives way to a new one."""
        if self._leaving:
            return
        if not page.vacant:
            self._remember(closed(page))
        while page is self.current:  # still, where what stood beside it was its own file by another name
            at = self.entries.index(page)
            self._look([*range(at + 1, len(self.entries)), *reversed(range(at))], stay=False)
        self.stack.removeWidget(page)
        self._remove(self.entries.index(page))
        page.deleteLater()

    # --- what is told

    def _tell(self, page: Window) -> None:
        if page not in self.entries:  # it is going, or not in the row yet
            return
        document, session = page.document, page.session
        at, path = self.entries.index(page), str(document.path or "")
        self.row.tell(at, document.title, path, document.unsaved, session.at_work, session.pausing.paused)
        if page is self.current:
            self.setWindowTitle(page.windowTitle() or "Torchweave")
            self.setWindowModified(page.isWindowModified())
            self.setWindowFilePath(page.windowFilePath())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asked once for all tabs. A question shows the tab that it is about; the one looked at before comes back."""
        if not self._leaving:
            before = self.current
            leave_all(lambda: self.pages, self.go, partial(self._leave, before), partial(self._return, before))
        if not self._leaving:  # something was asked
            event.ignore()
            return
        for page in self.pages:
            page.leave()
        event.accept()

    def _return(self, page: Window) -> None:
        if page in self.entries:  # still: a run may take its time to stop
            self.go(page)

    def _leave(self, before: Window) -> None:
        self._leaving = True
        if before in self.entries:
            self.stack.setCurrentWidget(before)  # what is kept for the next start; it need not wake
        self.close()


def _title(entry: Window | Path) -> str:
    return entry.stem if isinstance(entry, Path) else entry.document.title
