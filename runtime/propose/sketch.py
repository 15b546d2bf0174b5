"""A graph that grows node by node, from left to right, as edits for one undo step."""

from collections.abc import Iterable, Mapping
from typing import Any

from runtime.graph.edit import Edit, applied, free_name
from runtime.graph.model import Graph
from runtime.graph.names import cleaned
from runtime.spec.catalogue import catalogue

ACROSS, DOWN = 190.0, 110.0  # between the left, and between the upper edges of neighbours


class Sketch:
    """Edits that were thought of so far, upon the graph that they are for."""

    def __init__(self, graph: Graph, at: tuple[float, float], taken: Iterable[str] = ()) -> None:
        self.graph, self.at, self.taken = graph, at, set(taken)
        self.edits: list[Edit] = []
        self.column: dict[str, int] = {}  # how far to the right each new node stands
        self.row = 0  # the one in which the next nodes stand

    def add(self, type: str, wish: str, parameters: Mapping[str, Any], note: str = "", /, **sources: Any) -> str:
        """A node with wires from ``sources``, one or several a port; gives its id."""
        id = free_name(self.graph, cleaned(wish), self.taken)
        wires = [
            (source, f"{id}.{port}")
            for port, given in sources.items()
            for source in (given if isinstance(given, list) else [given])
        ]
        self.column[id] = 1 + max((self.column.get(source.partition(".")[0], 0) for source, _ in wires), default=-1)
        place = (self.at[0] + ACROSS * self.column[id], self.at[1] + DOWN * self.row)
        extra = ({"note": note},) if note else ()
        self.do(("add", id, type, known_only(type, parameters), place, *extra))
        self.do(*(("connect", source, target) for source, target in wires))
        return id

    def through(self, source: str, type: str, wish: str, /, **parameters: Any) -> str:
        """The output of a new node behind `source`; `source` itself where there is no such node type."""
        if type not in catalogue():
            return source
        spec = catalogue()[type]
        (port,) = [each.name for each in spec.inputs if not each.optional][:1]
        id = self.add(type, wish, parameters, "", **{port: source})
        return f"{id}.{spec.outputs[0].name}"

    def do(self, *edits: Edit) -> None:
        """Take edits in."""
        self.graph = applied(self.graph, edits)
        self.edits += edits


def known_only(type: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that the node type has and that differ from its defaults."""
    spec = catalogue()[type]
    return {
        name: value
        for name, value in parameters.items()
        if name in spec.parameter and value != spec.parameter[name].default
    }
