"""An episode: numbers played on a document, and all that has to hold after it."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Event
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QEvent

from editor.document.document import Document
from editor.document.journal import EditJournal
from runtime.check.check import Checker, check
from runtime.graph.file import dump, load
from runtime.graph.journal import read
from runtime.graph.model import Graph
from runtime.places import EXAMPLES, journals_folder
from tests.editor.random.player import Player

BEGINNINGS = ("", EXAMPLES / "two_models.json", EXAMPLES / "resnet18.json", Path(__file__).parent / "strange.json")


def beginning(number: int) -> tuple[Graph, str]:
    """A graph to begin with, and the file that it is from."""
    file = BEGINNINGS[number % len(BEGINNINGS)]
    if not isinstance(file, Path):
        return Graph(), dump(Graph())
    return load(file.read_bytes()), file.read_text(encoding="utf-8")


def played(
    numbers: Sequence[int], begin: tuple[Graph, str], folder: Path, journal: bool = False, checks: int = 0
) -> Document:
    """Play an episode and hold its end to what has to hold; `checks` times on the way the report to a fresh one."""
    document, checker, graph = Document(), Checker(), begin[0]
    document.open(graph, None)
    player = Player(document, folder)
    kept = EditJournal(document) if journal else None
    assert dump(graph) == begin[1]
    every = max(1, len(numbers) // checks) if checks else len(numbers) + 1
    with slots_raise() as raise_it:
        for at, number in enumerate(numbers, start=1):
            player.play(number)
            raise_it()
            if at % every == 0:
                assert checker.check(document.graph) == check(document.graph.with_()), "another report than a fresh one"
        if kept is not None:
            _replays(document, kept)
            kept.close()
        goes_back_and_forth(player)
        raise_it()
    text = dump(document.graph)
    assert load(text.encode()) == document.graph, "what is written is another graph"
    assert dump(load(text.encode())) == text, "what is read is written in another way"
    return document


@contextmanager
def slots_raise() -> Iterator[Callable[[], None]]:
    """What Qt's slots raise reaches nobody; what this gives raises it."""
    caught: list[BaseException] = []
    before = sys.excepthook

    def catch(kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
        del kind, trace
        caught.append(problem)

    def raise_it() -> None:
        if caught:
            raise caught[0]

    sys.excepthook = catch
    try:
        yield raise_it
    finally:
        sys.excepthook = before


def let_qt_work() -> None:
    """What a running event loop does: events that wait, then deletions, which `processEvents` alone leaves."""
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def goes_back_and_forth(player: Player) -> None:
    """Undo all, redo all: the first graph and the last, byte for byte."""
    document, history = player.document, player.document.history
    at, now = history.index(), dump(document.graph)
    history.setIndex(0)
    assert dump(document.graph) == dump(player.begin), "undoing all leads elsewhere"
    history.setIndex(at)
    assert dump(document.graph) == now, "doing it again leads elsewhere"
    history.setIndex(history.count())


def states(document: Document) -> list[tuple[str, str]]:
    """Every state of the history as its file, with what the step to it is called."""
    changes, index = document.changes(), document.history.index()
    graph = document.graph
    for _, change in reversed(changes[:index]):
        graph = change.inverted().applied(graph)
    found = [("", dump(graph))]
    for text, change in changes:
        graph = change.applied(graph)
        found.append((text, dump(graph)))
    return found


def _replays(document: Document, journal: EditJournal) -> None:
    """A window that begins anew has the same graph and the same history from the journal."""
    if not document.unsaved:
        document.do([("run", "patience", document.history.count())], "one more")
    settled = Event()
    journal.then(settled.set)
    assert settled.wait(60)
    (file,) = journals_folder().glob("*")
    found = read(file.read_bytes())
    assert found is not None
    other = Document()
    other.restore(found.steps, found.index, found.file("path"), found.file("origin"))
    assert (other.history.index(), other.unsaved) == (document.history.index(), True)
    assert dump(other.graph) == dump(document.graph)
    assert states(other) == states(document)


def shrunk(numbers: Sequence[int], fails: Callable[[Sequence[int]], bool]) -> list[int]:
    """Fewer operations that fail too: without each half, quarter, eighth, and so on as long as that helps."""
    kept, size = list(numbers), max(1, len(numbers) // 2)
    while True:
        at = 0
        while at < len(kept):
            fewer = [*islice(kept, at), *kept[at + size :]]
            if len(fewer) < len(kept) and fails(fewer):
                kept = fewer
            else:
                at += size
        if size == 1:
            return kept
        size //= 2
