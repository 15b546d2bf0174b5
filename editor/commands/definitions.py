"""The commands on definitions: go in and out, group and dissolve, begin, rename, remove, keep in the library."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QRectF, Signal

from editor.canvas.arriving import bring_into_view
from editor.canvas.canvas import Canvas
from editor.canvas.face import Scenery
from editor.canvas.layout import arranged
from editor.canvas.measure import measured
from editor.canvas.room import Rect, free_place
from editor.document.level import Level
from runtime.check.problem import Problem
from runtime.check.within import origin, within
from runtime.define.change import Refused, begun, free_definition, removed, renamed
from runtime.define.dissolve import dissolved
from runtime.define.group import grouped
from runtime.define.levels import Step, way_to
from runtime.define.library import forget, keep
from runtime.graph.frames import frames
from runtime.graph.model import Graph
from runtime.spec.definition import used

if TYPE_CHECKING:
    from editor.running.session import Session

USUAL = (120.0, 30.0)  # of a node, at the least
Places = dict[str, tuple[float, float]]


class Definitions(QObject):
    """Acts on the level that is shown. `refused` says in one sentence why something is not done, `told` what was."""

    refused = Signal(str)
    told = Signal(str)
    library_changed = Signal()

    def __init__(self, level: Level, canvas: Canvas, session: "Session") -> None:
        super().__init__(canvas)
        self.level, self.canvas, self.session = level, canvas, session
        canvas.use_entered.connect(self.enter)

    # in and out

    def enter(self, id: str = "") -> None:
        """Into the definition of a use, the selected one unless another is named."""
        id = id or self.canvas.chosen_use()
        if not id:
            self.refused.emit("Select a use of a definition to go into it.")
        elif not self.level.enter(id):
            self.refused.emit(f"{used(self.level.graph.nodes[id].type)} is not in this file.")

    def leave(self) -> None:
        """One step out; the use that was left is selected."""
        if not self.level.steps:
            self.refused.emit("This is the graph of the file; nothing is around it.")
            return
        if left := self.level.leave():
            self.canvas.select([left])

    def open(self, name: str) -> None:
        """Show a definition by the shortest way."""
        if name in self.level.document.graph.definitions:
            self.level.show(name)
            self.canvas.setFocus()

    def lead_to(self, problem: Problem) -> str:
        """Go where a problem of the file's graph comes from; the node there."""
        way, inner = origin(self.level.document.graph, self.session.report, problem)
        steps, graph = list[Step](), self.level.document.graph
        for id in way:
            steps.append(Step(id, used(graph.nodes[id].type)))
            graph = self.level.document.graph.definitions[steps[-1].definition]
        self.level.go(steps)
        return inner.node

    # group and dissolve

    def group(self) -> None:
        """The selected nodes, and those in selected frames, become a definition and a use of it, which asks for a name:
        that of the frame which holds all of them is proposed.
        """
        self.session.check_now()  # which side of the loader they stand on
        places = {id: (box.pos().x(), box.pos().y()) for id, box in self.canvas.mirror.boxes.items()}
        ids, framed = self.canvas.framing.taken()
        titles = [frame.title for id, frame in frames(self.level.graph).items() if id in framed[:1]]
        wish = "".join(titles) or "block"

        def change(graph: Graph) -> tuple[Graph, str, list[str]]:
            found = grouped(graph, self.level.report, ids, places, wish, framed)
            return found.level, f"group into {found.definition}", [found.use]

        if self._become(change):
            self.session.check_now()  # with its types it may be wider, and the view may move
            self.canvas.rename_selected()

    def dissolve(self) -> None:
        """The nodes of its definition in the place of the selected use."""
        chosen = self.canvas.selected()
        if len(chosen) != 1:
            self.refused.emit("Select one use of a definition to dissolve it.")
            return
        places, id = self._places_in(chosen[0]), chosen[0]

        def change(graph: Graph) -> tuple[Graph, str, list[str]]:
            found = dissolved(graph, id, places, self._ground(id, places))
            return found.level, f"dissolve {id}", list(found.ids)

        self._become(change)

    def _ground(self, id: str, places: Places) -> tuple[float, float]:
        """Where the middle between the nodes of a use goes: where that stands, or beside it where there is no room."""
        boxes = self.canvas.mirror.boxes
        at = boxes[id].pos()
        if not places:
            return at.x(), at.y()
        xs, ys = ([place[axis] for place in places.values()] for axis in (0, 1))
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        left, top = at.x() - wide / 2, at.y() - high / 2
        others = [box.rect for other, box in boxes.items() if other != id]
        stand = [QRectF(left + x - min(xs), top + y - min(ys), *USUAL) for x, y in places.values()]
        if any(one.intersects(other) for one in stand for other in others):
            rects = [cast(Rect, rect.getCoords()) for rect in others]
            left, top = free_place((left, top), (wide + USUAL[0], high + USUAL[1]), rects)
        return left + wide / 2, top + high / 2

    def _become(self, change: Callable[[Graph], tuple[Graph, str, list[str]]]) -> bool:
        """Do it as one undo step and select what came of it, or say why not; whether it was done."""
        try:
            graph, text, ids = change(self.level.graph)
        except Refused as refused:
            self.refused.emit(str(refused))
            return False
        self.level.become(graph, text)
        self.canvas.select(ids)
        bring_into_view(self.canvas, ids)
        self.canvas.setFocus()
        return True

    def _places_in(self, id: str) -> Places:
        """Where the nodes of a use's definition stand in it; laid out where it does not say so of all of them."""
        definition = self.level.graph.definitions.get(used(self.level.graph.nodes[id].type), Graph())
        inner = definition.with_(definitions=self.level.graph.definitions)
        ids = [each for each, node in inner.nodes.items() if node.type not in ("Input", "Output")]
        if all(each in inner.layout for each in ids):
            return {each: inner.layout[each] for each in ids}
        found = within(self.level.seen, self.level.report, id)
        scenery = Scenery(found.graph, found.report) if found else Scenery(inner)
        shapes = {each: measured(face) for each, face in scenery.faces(ids).items()}
        sizes = {each: (shape.width, shape.height, shape.axis) for each, shape in shapes.items()}
        return dict(arranged(sizes, [(edge.source.node, edge.target.node) for edge in inner.edges]))

    # definitions as wholes

    def begin(self) -> None:
        """A new definition, that is shown at once."""
        graph = self.level.document.graph
        name = free_definition(graph, "block")
        try:
            self.level.document.become(begun(graph, name), f"begin {name}")
        except Refused as refused:
            self.refused.emit(str(refused))
            return
        self.open(name)

    def rename(self, old: str, new: str) -> str:
        """Another name for a definition, at all its uses too; why not, or nothing."""
        try:
            graph = renamed(self.level.document.graph, old, new)
        except Refused as refused:
            return str(refused)
        self.level.document.become(graph, f"rename {old} to {new}")
        return ""

    def remove(self, name: str) -> None:
        """Away with a definition that nothing uses."""
        try:
            graph = removed(self.level.document.graph, name)
        except Refused as refused:
            self.refused.emit(str(refused))
            return
        self.level.document.become(graph, f"remove {name}")

    def keep(self, name: str) -> None:
        """Keep a definition in the user's library."""
        try:
            kept = keep(self.level.document.graph, name)
        except (OSError, Refused) as problem:
            why = problem.strerror if isinstance(problem, OSError) else problem
            self.refused.emit(f"{name} was not kept in your library: {why}")
            return
        as_ = "" if kept == name else f" as {kept}: another {name} is there already"
        self.told.emit(f"{name} is in your library{as_}.")
        self.library_changed.emit()

    def forget(self, name: str) -> None:
        """Away with a definition of the library."""
        try:
            forget(name)
        except OSError as problem:
            self.refused.emit(f"{name} is still in your library: {problem.strerror}")
            return
        self.told.emit(f"{name} is no longer in your library; files that took it keep it.")
        self.library_changed.emit()


def ways_to(graph: Graph, name: str, most: int) -> list[tuple[Step, ...]]:
    """The ways to a definition from the top, the shortest first, at most so many."""
    found: list[tuple[Step, ...]] = []
    waiting: list[tuple[Step, ...]] = [()]
    while waiting and len(found) < most and len(waiting) < 50 * most:
        way = waiting.pop(0)
        inner = graph.definitions[way[-1].definition] if way else graph
        for id, node in inner.nodes.items():
            step = used(node.type)
            if step in graph.definitions and all(step != before.definition for before in way):
                longer = (*way, Step(id, step))
                (found if step == name else waiting).append(longer)
    return found[:most] or [way_to(graph, name)]


def named(steps: Iterable[Step]) -> str:
    """A way in the words of the screen: ``stage2 / block``."""
    return " / ".join(step.use for step in steps if step.use)
