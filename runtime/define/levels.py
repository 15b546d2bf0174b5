"""The levels of a graph: what the file draws itself, and its definitions, each in its place and with its uses."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from runtime.graph.model import Graph, Node
from runtime.spec.definition import PREFIX, used

TOP = ""  # the name of the level that is no definition


class Step(NamedTuple):
    """A step inwards: the use through which a definition is seen, "" for none, and the definition."""

    use: str
    definition: str


def level(graph: Graph, name: str) -> Graph:
    """A definition as a graph of its own, that can use all definitions; for the top the graph itself."""
    return graph if name == TOP else graph.definitions[name].with_(definitions=graph.definitions)


def with_level(graph: Graph, name: str, changed: Graph) -> Graph:
    """The graph with a level, and the definitions that this knows, in the places of those that it had."""
    if name == TOP:
        return changed
    return graph.with_(definitions={**changed.definitions, name: changed.with_(definitions={})})


def levels(graph: Graph) -> Iterator[tuple[str, Graph]]:
    """Every level with its name, the top first."""
    yield TOP, graph
    yield from graph.definitions.items()


def uses_of(graph: Graph, name: str) -> list[tuple[str, str]]:
    """Where a definition is used: the level and the node."""
    return [
        (where, id) for where, one in levels(graph) for id, node in one.nodes.items() if used(node.type) == name != TOP
    ]


def way_to(graph: Graph, name: str) -> tuple[Step, ...]:
    """The shortest way from the top to a definition; a step without a use where nothing leads there."""
    ways: dict[str, tuple[Step, ...]] = {TOP: ()}
    waiting = [TOP]
    while waiting:
        where = waiting.pop(0)
        for id, node in level(graph, where).nodes.items():
            inner = used(node.type)
            if inner in graph.definitions and inner not in ways:
                ways[inner] = (*ways[where], Step(id, inner))
                waiting.append(inner)
    return ways.get(name) or (Step("", name),)


def in_all(graph: Graph, name: str, change: Mapping[str, Any] | None = None, parameters: Any = None) -> Graph:
    """The graph with all uses of a definition changed: other fields, or `parameters` made of those that they have."""

    def changed(node: Node) -> Node:
        if used(node.type) != name:
            return node
        node = replace(node, **(change or {}))
        return replace(node, parameters=parameters(node.parameters)) if parameters else node

    def each(one: Graph) -> Graph:
        if not any(used(node.type) == name for node in one.nodes.values()):
            return one
        return one.with_(nodes={id: changed(node) for id, node in one.nodes.items()})

    return each(graph).with_(definitions={at: each(one) for at, one in graph.definitions.items()})


def retyped(graph: Graph, name: str, new: str) -> Graph:
    """The graph with all uses of a definition as uses of another."""
    return in_all(graph, name, {"type": PREFIX + new})
