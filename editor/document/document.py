"""The open graph with its file and its history; the only place where the graph changes."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, count
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack
from shiboken6 import isValid

from editor.document.recent import usual_folder
from runtime.graph.difference import Difference, difference
from runtime.graph.edit import Edit, applied
from runtime.graph.file import dump
from runtime.graph.model import Graph
from runtime.graph.save import write_whole
from runtime.places import draft_runs, is_draft, new_draft, runs_folder
from runtime.spec.moved import moved, moved_changes

UNTITLED = "Untitled"


class Change(QUndoCommand):
    """The one undo command: a difference, applied or turned back."""

    def __init__(self, document: "Document", change: Difference, after: Graph, text: str, merge: str | None) -> None:
        super().__init__(text)
        self.document, self.change, self.merge = document, change, merge
        self.after: Graph | None = after  # known as long as it is done for the first time

    def redo(self) -> None:
        """Show the graph after the change."""
        after, self.after = self.after, None
        self.document.show(self.change, after)
        if after is None:
            self.document.retraced.emit(self.change)

    def undo(self) -> None:
        """Show the graph before the change."""
        self.document.show(self.change.inverted())
        self.document.retraced.emit(self.change)


class Document(QObject):
    """Edits go in through `do`; everything on screen follows `changed`, which carries the difference."""

    changed = Signal(object)  # Difference
    retraced = Signal(object)  # the Difference of a step that was undone or redone
    stepped = Signal()  # an edit, an undo or a redo is done, the history included
    opened = Signal()  # another graph altogether: rebuild
    filed = Signal()  # path, title or unsaved mark changed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.graph = Graph()
        self.path: Path | None = None  # the file that save writes to
        self.origin: Path | None = (
            None  # the file this came from, for data paths and run names; an example is only an origin
        )
        self.others: Callable[[], Iterable[str]] = tuple  # the titles of the graphs that are open beside this one
        self.name = UNTITLED  # what it is called as long as there is no file that it is saved in
        self.draft = new_draft()  # tells the graph from others as long as it came from no file
        self.history = QUndoStack(self)
        self.history.cleanChanged.connect(self._clean_changed)
        self.history.indexChanged.connect(self._index_changed)

    def __del__(self) -> None:
        """Empty the history before the collector takes it apart.

        It may let go of a command while Qt's stack still points at it, and of what listens while the stack tells that
        it is empty: either crashes.
        """
        if isValid(self.history):  # type: ignore[no-untyped-call]  # shiboken6 has no types
            self.history.blockSignals(True)
            self.history.clear()

    @property
    def title(self) -> str:
        """What the window shows: the name of the file, or of the example it was copied from."""
        return self.path.stem if self.path else self.name

    @property
    def folder(self) -> Path:
        """What relative data paths in the graph are relative to."""
        return (self.path or self.origin or Path.cwd() / "untitled").parent

    def beside(self) -> Path:
        """Where a dialog for files begins: beside its file, without one where the latest graph lies."""
        return self.path.parent if self.path else usual_folder()

    @property
    def runs(self) -> Path:
        """The folder of its runs. A graph that came from no file has one of its own, whatever becomes of it."""
        return runs_folder(self.origin) if self.origin else draft_runs(self.draft)

    @property
    def unsaved(self) -> bool:
        """Whether closing would lose edits."""
        return not self.history.isClean()

    def do(self, edits: Iterable[Edit], text: str, merge: str | None = None) -> None:
        """Apply edits as one undo step; steps with the same `merge` key that follow each other become one."""
        after = applied(self.graph, edits)
        change = difference(self.graph, after)
        if not change:
            return
        last = self.history.command(self.history.index() - 1) if merge and self.history.index() else None
        if (
            isinstance(last, Change)
            and last.merge == merge
            and not self.history.isClean()
            and not self.history.canRedo()
        ):
            before = last.change.inverted().applied(self.graph)
            self.show(change, after)
            last.change = difference(before, self.graph)
            if not last.change:  # there and back again: the step goes, and with it the mark of an edit
                last.setObsolete(True)
                self.history.undo()
            else:
                self.stepped.emit()
            return
        self.history.push(Change(self, change, after, text, merge))

    def become(self, graph: Graph, text: str) -> None:
        """Take another graph, which no edit makes of this one, as one undo step."""
        if change := difference(self.graph, graph):
            self.history.push(Change(self, change, graph, text, None))

    def show(self, change: Difference, after: Graph | None = None) -> None:
        """Make the change, to the graph `after` it where that is known, without history. For `Change` and `do`."""
        self.graph = after or change.applied(self.graph)
        self.changed.emit(change)

    def open(self, graph: Graph, path: Path | None, origin: Path | None = None) -> None:
        """Show another graph with an empty history. The caller has read it already, so nothing can go wrong here."""
        self.graph, self.path, self.origin, self.draft = graph, path, origin or path, new_draft()
        self._call()
        self.blockSignals(True)  # nobody takes it for a new file of the graph before
        self.history.clear()
        self.blockSignals(False)
        self.opened.emit()
        self.filed.emit()

    def tell_apart(self, others: Callable[[], Iterable[str]]) -> None:
        """Be called like none of the graphs that are open beside this one."""
        self.others = others
        self._call()
        self.filed.emit()

    def _call(self, wished: str = "") -> None:
        """Take the first name that is free: ``Untitled``, ``Untitled 2``, or of an example ``wine (copy)``."""
        begin, end = (f"{self.origin.stem} (copy", ")") if self.origin else (UNTITLED, "")
        names = (f"{begin}{number}{end}" for number in chain([""], (f" {number}" for number in count(2))))
        taken = {"", *self.others()}
        self.name = next(name for name in chain([wished], names) if name not in taken)

    def leave_file(self) -> None:
        """Go on as an untitled copy: nothing but the file is left behind."""
        self.path = None
        self._call()
        self.history.resetClean()
        self.filed.emit()

    def changes(self) -> list[tuple[str, Difference]]:
        """The steps of the history, undone ones among them: what each is called and what it changed."""
        return [(each.text(), each.change) for each in self._commands()]

    def steps(self) -> list[tuple[str, Graph]]:
        """The graphs of the history, the one before all edits first, each with what the step to it is called."""
        return retraced(self.graph, self.changes(), self.history.index())

    def restore(
        self,
        steps: Sequence[tuple[str, Graph]],
        index: int,
        path: Path | None,
        origin: Path | None,
        draft: object = None,
        name: object = None,
        saved: Graph | None = None,
    ) -> None:
        """Show unsaved work again, its history included: graphs, each with what the step to it is called.

        A step with the graph that is `saved` in the file loses nothing when it is left.
        With the `draft` that it was, its runs are its own again; its `name` too, if nothing else has it by now.
        """
        self.graph, self.path, self.origin = steps[0][1], path, origin or path
        self.draft = str(draft) if is_draft(draft) else new_draft()
        self._call(str(name or ""))
        self.blockSignals(True)  # the screen shows the whole, not each step on the way to it
        self.history.clear()
        for text, graph in steps[1:]:
            self.history.push(Change(self, difference(self.graph, graph), graph, text, None))
        self.history.resetClean()
        if clean := [at for at, (_, graph) in enumerate(steps) if graph == saved]:
            self.history.setIndex(index if index in clean else clean[0])
            self.history.setClean()
        self.history.setIndex(index)
        self.blockSignals(False)
        self.opened.emit()
        self.filed.emit()

    def _commands(self) -> list[Change]:
        commands = (self.history.command(at) for at in range(self.history.count()))
        return [each for each in commands if isinstance(each, Change)]

    def _index_changed(self, _: int) -> None:
        self.stepped.emit()

    def _clean_changed(self, _: bool) -> None:
        self.filed.emit()

    def save(self, path: Path) -> None:
        """Write the graph whole or not at all. Raises OSError; document and history stay as they are then.

        In another folder the paths of the graph and of every step in the history are rewritten for that.
        """
        graph, old, new = self.graph, self.folder, path.parent
        after = moved(graph, old, new)
        write_whole(path, dump(after).encode())
        self.path = self.origin = path
        commands = self._commands()
        for command, change in zip(commands, moved_changes([each.change for each in commands], old, new), strict=True):
            command.change = change
        if after is not graph:
            self.show(difference(graph, after), after)
        self.history.setClean()
        self.filed.emit()


def retraced(graph: Graph, changes: Sequence[tuple[str, Difference]], index: int) -> list[tuple[str, Graph]]:
    """The graphs that changes lead through, where `graph` is the one after `index` of them."""
    for _, change in reversed(changes[:index]):
        graph = change.inverted().applied(graph)
    steps = [("", graph)]
    for text, change in changes:
        steps.append((text, change.applied(steps[-1][1])))
    return steps
