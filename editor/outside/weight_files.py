"""Files of weights of the open graph: looked at in a thread, for a checkpoint of gigabytes would hold the window."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from editor.document.document import Document
from editor.workers.in_thread import InThread
from runtime.check.card import Card
from runtime.check.problem import Report
from runtime.check.use import known
from runtime.check.weights import tensors_of
from runtime.check.whereabouts import of_node, of_whole
from runtime.graph.edit import Edit
from runtime.graph.model import Graph
from runtime.graph.weights import Source, sources
from runtime.spec.moved import relative
from runtime.train.cards import card_of, cards_of


class WeightFiles(QObject):
    """Keeps a card for each file that the graph names, and gives a node, or the whole model, a new one."""

    changed = Signal()  # `cards` are others
    told = Signal(str)  # one sentence

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self.document = document
        self.with_room: Callable[[Iterable[Edit]], list[Edit]] = list  # a node that names its file is wider
        self.cards: dict[str, Card] = {}
        self._asked: tuple[Any, ...] = ()
        self._wished: dict[str, object] = {}  # the last wish of each node
        document.opened.connect(self._wished.clear)
        self.in_thread = InThread(self)

    def look(self, graph: Graph, again: bool = False) -> None:
        """Look at the files of a graph, unless the same ones are known."""
        paths = sorted({source.path for source in sources(graph).values()})
        asked = (self.document.folder, *paths) if paths else ()
        if asked == self._asked and not again:
            return
        self._asked, folder = asked, self.document.folder
        if paths:
            self.in_thread.do(lambda: cards_of(graph, folder), lambda found: self._know(asked, found))
        else:
            self._know(asked, {})

    def load(self, id: str, file: Path, report: Report) -> None:
        """Give a node the weights of a file, found where they stand there; "" is the whole model."""
        graph, wish = self.document.graph, object()
        self._wished[id] = wish
        self.told.emit(f"Looking at {file.name}")

        def take(found: tuple[Card, Source | None]) -> None:
            if self._wished.get(id) is wish:  # nothing else was wished meanwhile, and no other graph is open
                self._take(id, file, *found)

        self.in_thread.do(lambda: _found(graph, report, id, file), take)

    def close(self) -> None:
        """What is still being looked at is of no use any more."""
        self._asked = (None,)
        self._wished.clear()

    def _take(self, id: str, file: Path, card: Card, source: Source | None) -> None:
        if source is None or (id and id not in self.document.graph.nodes):
            self.told.emit(f"{card.problem}." if card.problem else "")
            return
        source = replace(source, path=relative(file, self.document.folder))  # which may be another one by now
        self.cards = {**self.cards, source.path: card}
        self.changed.emit()  # before the edit, so that its check knows the file
        edits = self.with_room([("weights", id or None, source.written)])
        self.document.do(edits, f"Load weights of {id or 'the model'}")
        self.told.emit(f"{id or 'The model'} takes its weights from {file.name}")

    def _know(self, asked: tuple[Any, ...], found: dict[str, Card]) -> None:
        if asked == self._asked and found != self.cards:
            self.cards = found
            self.changed.emit()


def _found(graph: Graph, report: Report, id: str, file: Path) -> tuple[Card, Source | None]:
    """The card of a file, and where in it what is asked for stands; nothing where it cannot be read."""
    card, specs = card_of(file), known(graph)
    if card.problem:
        return card, None
    if id:
        return card, of_node(id, tensors_of(graph, specs, report, id), card, file.name)
    return card, of_whole(graph, specs, report, card, file.name)
