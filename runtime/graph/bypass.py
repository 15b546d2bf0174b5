"""Bypassed nodes: what comes in at one of their inputs goes out at all their outputs, as if they were not there.

Such a node names the input under ``bypass`` and keeps its wires; check and generator look at what is `passed`.
"""

from collections.abc import Mapping
from dataclasses import replace

from runtime.graph.model import Edge, End, Graph, Node


def bypassed(graph: Graph, id: str) -> str:
    """The input that goes through a node; "" where it is not bypassed, or no wire leads there."""
    node = graph.nodes.get(id)
    port = node.extra.get("bypass") if node is not None else None
    return port if isinstance(port, str) and (id, port) in graph.incoming else ""


def set_aside(graph: Graph, id: str) -> str:
    """The same, also of a node into which nothing comes yet, as of a copy: it is bypassed once a wire leads there."""
    port = graph.nodes[id].extra.get("bypass")
    fed = any(edge.target.node == id for edge in graph.around.get(id, ()))
    return bypassed(graph, id) if fed or not isinstance(port, str) else port


def origin(graph: Graph, at: End, known: dict[str, End | None] | None = None) -> End | None:
    """The output whose value an output has: itself, or what goes through bypassed nodes; None in a circle of them.

    `known` keeps what was found for bypassed nodes.
    """
    known = {} if known is None else known
    way: dict[str, None] = {}
    found: End | None = at
    while found is not None and (port := bypassed(graph, found.node)):
        if found.node in known or found.node in way:
            found = known.get(found.node)  # None where the way leads in a circle
            break
        way[found.node] = None
        found = graph.incoming[End(found.node, port)][0].source
    known.update(dict.fromkeys(way, found))
    return found


def passed(graph: Graph) -> Graph:
    """The graph without its bypassed nodes, their neighbours joined; itself where it has none."""
    definitions = _definitions(graph.definitions)
    gone = {id for id, node in graph.nodes.items() if "bypass" in node.extra and bypassed(graph, id)}
    if not gone:
        return graph if definitions is graph.definitions else graph.with_(definitions=definitions)
    nodes = {id: _left(node, gone) for id, node in graph.nodes.items() if id not in gone}
    layout = {id: at for id, at in graph.layout.items() if id not in gone}
    return graph.with_(nodes=nodes, edges=tuple(joined(graph)), layout=layout, definitions=definitions)


def joined(graph: Graph) -> dict[Edge, Edge]:
    """The wires of `passed`, each with the wire of the graph that ends there."""
    found: dict[Edge, Edge] = {}
    known: dict[str, End | None] = {}
    for edge in graph.edges:
        source = origin(graph, edge.source, known)
        if source is not None and not bypassed(graph, edge.target.node):
            found.setdefault(Edge(source, edge.target), edge)
    return found


def _left(node: Node, gone: set[str]) -> Node:
    """A node that does not name those that are gone: they train nothing, and their weights are nobody else's."""
    if node.shares in gone:
        node = replace(node, extra={key: value for key, value in node.extra.items() if key != "shares"})
    layers = node.parameters.get("layers")
    if isinstance(layers, list) and any(each in gone for each in layers if isinstance(each, str)):
        left = [each for each in layers if not isinstance(each, str) or each not in gone]
        node = replace(node, parameters={**node.parameters, "layers": left})
    return node


# Definitions change seldom, and are told from others by being the same object.
LATEST: list[tuple[Mapping[str, Graph], Mapping[str, Graph]]] = []
KEPT = 2


def _definitions(definitions: Mapping[str, Graph]) -> Mapping[str, Graph]:
    if not any("bypass" in node.extra for each in definitions.values() for node in each.nodes.values()):
        return definitions
    kept = next((pair for pair in LATEST if pair[0] is definitions), None)
    kept = kept or (definitions, {name: passed(each) for name, each in definitions.items()})
    LATEST[:] = [kept, *(pair for pair in LATEST if pair is not kept)][:KEPT]
    return kept[1]
