"""The level that is shown: the graph of the file, or a definition of it as one use sees it."""

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from PySide6.QtCore import QObject, Signal

from editor.document.document import Document
from runtime.check.check import Checker
from runtime.check.figures import Counting, Figures, batch_rows
from runtime.check.problem import Repair, Report
from runtime.check.use import known
from runtime.check.within import given, within
from runtime.check.within import seen as seen_alone
from runtime.define.change import Refused
from runtime.define.levels import TOP, Step, level, way_to, with_level
from runtime.define.library import LIBRARY, into, library
from runtime.graph.difference import Difference, difference
from runtime.graph.edit import Edit
from runtime.graph.model import Graph
from runtime.spec.definition import PREFIX, filled, nested, used
from runtime.spec.tensor import Type


class Level(QObject):
    """Edits of what is shown go through `do` to the document; `changed` carries differences of what is shown.

    `steps` is the way inwards; types and parameters in a definition are those that the uses on it bring.
    """

    changed = Signal(object)  # Difference of the shown graph
    opened = Signal()  # another graph is shown: rebuild

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.steps: tuple[Step, ...] = ()
        self.whole: Report | None = None  # on the file's graph, once there is one
        self.report = Report()  # on what is shown
        self.given: dict[str, Type] | None = None  # what comes into the definition
        self.with_room: Callable[[Iterable[Edit]], list[Edit]] = list  # the canvas moves aside what is in the way
        self.counting = Counting()
        self._graph: tuple[Graph, Graph] | None = None  # the document's, and ours of it
        self._seen: tuple[Graph, Graph] | None = None  # the document's, and ours as it is seen
        self._shown = self._alone
        document.changed.connect(self._follow)
        document.opened.connect(self._reset)
        document.retraced.connect(self._lead)

    @property
    def name(self) -> str:
        """The definition that is shown; "" for the graph of the file."""
        return self.steps[-1].definition if self.steps else TOP

    @property
    def graph(self) -> Graph:
        """What is shown, as it is written."""
        whole = self.document.graph
        if self._graph is None or self._graph[0] is not whole:
            self._graph = (whole, level(whole, self.name))
        return self._graph[1]

    @property
    def _alone(self) -> Graph:
        """What is shown, a definition without those that it can use."""
        return self.document.graph.definitions[self.name] if self.steps else self.document.graph

    @property
    def seen(self) -> Graph:
        """What is shown, with the use's values in the places of the definition's parameters."""
        whole = self.document.graph
        if self._seen is None or self._seen[0] is not whole:
            self._seen = (whole, self._filled(self.steps))
        return self._seen[1]

    def _filled(self, steps: Iterable[Step]) -> Graph:
        """The definition that some steps inwards lead to, with the values of the uses on the way."""
        graph = whole = self.document.graph
        for use, name in steps:
            inner = whole.definitions[name]
            values = graph.nodes[use].parameters if use else {}
            graph = filled(inner, {key: value for key, value in values.items() if key in inner.parameters})
            graph = graph.with_(definitions=whole.definitions)
        return graph

    # travel

    def go(self, steps: Iterable[Step]) -> None:
        """Show a definition by a way inwards, or with none the graph of the file."""
        steps = tuple(steps)
        if steps != self.steps:
            self._take(steps)

    def enter(self, id: str) -> bool:
        """Go into a use of a definition; whether the node is one."""
        name = used(self.graph.nodes[id].type)
        if name in self.document.graph.definitions:
            self.go((*self.steps, Step(id, name)))
        return name in self.document.graph.definitions

    def leave(self) -> str:
        """One step outwards; the use that was left."""
        left = self.steps[-1].use if self.steps else ""
        self.go(self.steps[:-1])
        return left

    def show(self, name: str) -> None:
        """Show a definition by the shortest way; as now where it is shown."""
        if name != self.name:
            self.go(() if name == TOP else way_to(self.document.graph, name))

    def _take(self, steps: tuple[Step, ...]) -> None:
        self.steps, self._graph, self._seen = steps, None, None
        self._shown = self._alone
        self._work_out()
        self.opened.emit()

    # edits

    def do(self, edits: Iterable[Edit], text: str, merge: str | None = None) -> None:
        """Apply edits of what is shown as one undo step; see `Document.do`."""
        name = self.name
        if name == TOP:
            self.document.do(edits, text, merge)
        else:
            within_it = [edit if edit[0] in ("in", "define") else ("in", name, edit) for edit in edits]
            self.document.do(within_it, f"{text} in {name}", merge and f"{name}.{merge}")

    def become(self, changed: Graph, text: str) -> None:
        """Take another graph in the place of what is shown, and its definitions, as one undo step."""
        self.document.become(with_level(self.document.graph, self.name, changed), text)

    def repair(self, repair: Repair) -> None:
        """Do what a repair's button says, as one undo step."""
        self.do(self.with_room(repair.edits), repair.label)

    # what is known

    def see(self, report: Report) -> None:
        """Take the report on the file's graph."""
        self.whole = report
        self._work_out()

    def _work_out(self) -> None:
        """The report on what is shown: that of each use on the way, in the one before it."""
        graph, report, types = self.document.graph, self.whole or Report(), None
        steps = self.steps if self.whole else ()  # before the first report nothing is known anywhere
        for at, (use, name) in enumerate(steps, start=1):
            found = within(graph, report, use) if use else seen_alone(graph, name, {}, {})
            types = given(graph, report, use) if use else {}
            if found is None:  # it uses itself, or too many others
                graph = self._filled(steps[:at])
                report = Checker({}).check(graph, False)
            else:
                graph, report = found.graph, found.report
        self.report, self.given = report, types

    def figures(self) -> dict[str, Figures]:
        """The figures of the nodes that are shown, as far as they are known."""
        return self.counting.of(self.report, self.batch)

    @property
    def batch(self) -> int:
        """How many rows a batch of the file's graph has."""
        return batch_rows(self.document.graph)

    def checked(self, graph: Graph) -> tuple[Graph, Report]:
        """How another graph would look in the place of what is shown, without repairs."""
        seen = graph if self.name == TOP else filled(graph, self.seen.parameters)
        return seen, Checker(self.given).check(seen, False)

    def offered(self, type_name: str) -> tuple[Graph, str, list[Edit]]:
        """What is shown with all that a new node of a type needs, the type as it is called then, and what to edit.

        Raises Refused for a type that cannot stand here.
        """
        graph, brought = self.graph, list[Edit]()
        if wish := type_name.removeprefix(LIBRARY) if type_name.startswith(LIBRARY) else "":
            taken = into(self.document.graph, library().get(wish, Graph()), wish)
            new = taken.graph.definitions
            brought = [("define", name, one) for name, one in new.items() if name not in graph.definitions]
            graph, type_name = graph.with_(definitions=new), PREFIX + taken.name
        if type_name not in known(graph):
            raise Refused(f"There is no node type {type_name}.")
        name = used(type_name)
        if self.name != TOP and (name == self.name or (name and self.name in nested(graph.definitions, name))):
            how = "is this definition" if name == self.name else f"uses {self.name}"
            raise Refused(f"{name} {how}, so it cannot stand inside of it.")
        if type_name == "Input" and self.name == TOP:
            raise Refused("An Input stands inside of a definition alone; here data comes from a dataset.")
        return graph, type_name, brought

    # following the document

    def _reset(self) -> None:
        self.steps, self._graph, self._seen, self.whole = (), None, None, None
        self._shown = self._alone
        self._work_out()
        self.opened.emit()

    def _follow(self, given: object) -> None:
        change, before = cast(Difference, given), self._shown
        steps = self._way(_renamed(change)) if self.steps else ()
        if [step.use for step in steps] != [step.use for step in self.steps]:
            self._take(steps)
            return
        self.steps, self._graph, self._seen = steps, None, None
        self._shown = self._alone
        if self.name != TOP:
            change = difference(before, self._shown)
        self.changed.emit(change)

    def _way(self, renamed: Mapping[str, str]) -> tuple[Step, ...]:
        """The way inwards as it is now, as far as it still leads; another one where a use on it is gone."""
        graph, found = self.document.graph, list[Step]()
        for use, before in self.steps:
            name, where = renamed.get(before, before), graph.definitions[found[-1].definition] if found else graph
            if name not in graph.definitions or (
                use and (use not in where.nodes or used(where.nodes[use].type) != name)
            ):
                last = renamed.get(self.name, self.name)
                return way_to(graph, last) if last in graph.definitions else tuple(found)
            found.append(Step(use, name))
        return tuple(found)

    def _lead(self, given: object) -> None:
        """What undo or redo changed is shown, where nothing of it is seen here."""
        change = cast(Difference, given)
        names = _touched(change)
        there = [name for name in names if name == TOP or name in self.document.graph.definitions]
        if there and self.name not in names:
            self.show(there[0])


def _renamed(change: Difference) -> dict[str, str]:
    """The definitions that have other names, each where it stood."""
    old, new = ([name for name, _ in side] for side in (change.definitions.old, change.definitions.new))
    if len(old) != len(new) or old == new:
        return {}
    return {before: after for before, after in zip(old, new, strict=True) if before not in new and after not in old}


def _touched(change: Difference) -> list[str]:
    """The levels that a difference is about."""
    old, new = dict(change.definitions.old), dict(change.definitions.new)
    top = any((change.nodes, change.edges, change.run, change.layout, change.extra))
    inner = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return [*([TOP] if top else []), *inner]
