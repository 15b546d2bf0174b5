"""Keeps a journal of the open graph while it has edits that are not saved, so that a crash or a kill costs none."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

from PySide6.QtCore import QObject, Signal

from editor.document.document import Document, retraced
from editor.workers.in_thread import call_in_window
from runtime.graph.difference import Difference
from runtime.graph.journal import Journal
from runtime.graph.model import Graph
from runtime.places import journals_folder

Order = Callable[[], None]
ENDING = 2.0  # seconds for what is left to be written when the window closes


class EditJournal(QObject):
    """Graphs are values, so that a thread writes them while the user goes on: no disk keeps the window waiting."""

    failed = Signal(str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.about: Callable[[], dict[str, Any]] = dict  # what else is to be known of the document
        self.begun = False
        self.path: Path | None = None  # of the file that it tells of
        self._orders: SimpleQueue[Order | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._journal: Journal | None = None  # the thread's own
        document.stepped.connect(self._stepped)
        document.filed.connect(self._filed)
        document.opened.connect(self._opened)

    def close(self) -> None:
        """The window goes; whatever the user wanted to keep is saved by now."""
        self._end()
        if self._thread is not None:
            self._orders.put(None)
            self._thread.join(ENDING)

    def then(self, order: Order) -> None:
        """Do something when all edits so far are on the disk."""
        if self._thread is None:
            self._thread = Thread(target=self._work, daemon=True)
            self._thread.start()
        self._orders.put(order)

    # --- following the document

    def _stepped(self) -> None:
        document, history = self.document, self.document.history
        if not document.unsaved:
            self._end()
        elif self.begun:
            index = history.index()
            text = history.text(index - 1) if index else ""
            self.then(partial(self._add, document.graph, index, history.count(), text))
        else:
            self._begin()

    def _filed(self) -> None:
        """Saved, or unsaved without an edit: the file is gone, or left to another window."""
        if not self.document.unsaved:
            self._end()
        elif not self.begun or self.document.path != self.path:
            self._begin()

    def _opened(self) -> None:
        """Another graph; the user has answered what becomes of the one before. Work that was restored is unsaved."""
        self._end()
        if self.document.unsaved:
            self._begin()

    def _begin(self) -> None:
        document = self.document
        self.path = document.path
        known = {"path": document.path, "origin": document.origin}
        about: dict[str, Any] = {key: None if path is None else str(path.absolute()) for key, path in known.items()}
        about |= {"title": document.title, "draft": document.draft, "name": document.name}
        about |= {"saved": document.history.cleanIndex(), **self.about()}
        changes, index = document.changes(), document.history.index()
        self.then(partial(self._write, journals_folder(), about, document.graph, changes, index))
        self.begun = True

    def _end(self) -> None:
        if self.begun:
            self.begun = False
            self.then(self._remove)

    def _tell(self, why: str) -> None:
        """Say it, and begin anew with the next edit."""
        self.begun = False
        with suppress(RuntimeError):  # the window is gone meanwhile
            self.failed.emit(f"Edits cannot be kept against a crash: {why}. Save often.")

    # --- in the thread

    def _work(self) -> None:
        while (order := self._orders.get()) is not None:
            try:
                order()
            except OSError as problem:
                call_in_window(partial(self._tell, str(problem.strerror or problem)))

    def _write(
        self,
        folder: Path,
        about: dict[str, Any],
        graph: Graph,
        changes: Sequence[tuple[str, Difference]],
        index: int,
    ) -> None:
        """A new journal with the whole history, undone steps included."""
        steps = retraced(graph, changes, index)
        before, self._journal = self._journal, Journal(folder, about, steps, index)
        if before is not None:
            before.end()

    def _add(self, graph: Graph, index: int, count: int, text: str) -> None:
        if self._journal is not None:
            self._journal.add(graph, index, count, text)

    def _remove(self) -> None:
        journal, self._journal = self._journal, None
        if journal is not None:
            journal.end()
