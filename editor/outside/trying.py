"""Python of the user's in the open graph: its files are watched, and what it gives is tried once it is trusted."""

from typing import Any

from PySide6.QtCore import QObject, Signal

from editor.document.document import Document
from editor.outside.observing import Observing
from editor.outside.watching import Watching
from runtime.spec.models import looked_up, signatures
from runtime.spec.observed import forget, unanswered
from runtime.train.observer import allowed


class Trying(QObject):
    """Emits `learned` when a check would come to know more."""

    learned = Signal()

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self.document = document
        self.observing = Observing(self)
        self.observing.learned.connect(self.learned)
        self.watching = Watching(self)
        self.watching.saved.connect(self._saved)

    @property
    def under_way(self) -> bool:
        """Whether something is being tried."""
        return bool(self.observing.waiting)

    def after_check(self) -> None:
        """Have tried what the check wants to know, as far as it is trusted; watch the files of the graph."""
        folder = self.document.folder
        self.observing.ask(allowed(list(unanswered()), folder), folder)
        self.watching.watch(self.document.graph, folder)
        edits = looked_up(self.document.graph)
        if edits and not self.document.history.canRedo():  # what was undone can be done again
            self.document.do(edits, "Look at an installed model")

    def close(self) -> None:
        """End the process, and watch no more."""
        self.observing.close()
        self.watching.close()

    def _saved(self, looks: Any) -> None:
        """What was seen of files that are others now is old. Wires stay, by the names of ports."""
        for path in looks:
            forget(path)
            self.observing.forget(path)
        if edits := signatures(self.document.graph, looks):
            self.document.do(edits, f"Look at {' and '.join(looks)}")
        self.learned.emit()
