"""A use that gives way to the nodes of its definition."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from runtime.check.use import known, learns
from runtime.define.change import Refused
from runtime.graph.bends import carried as carried_bends
from runtime.graph.bends import settled, with_bends
from runtime.graph.edit import free_name
from runtime.graph.frames import carried as carried_frames
from runtime.graph.frames import frames, free_frame, understood, with_frame
from runtime.graph.model import Edge, End, Graph, Node, placed
from runtime.spec.definition import filled, nested, used

Places = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Dissolved:
    """The level after it, and the ids that the nodes of the definition have there."""

    level: Graph
    ids: tuple[str, ...]


def dissolved(level: Graph, id: str, places: Places, at: tuple[float, float]) -> Dissolved:
    """The level with the nodes of a definition in the place of its use. Raises Refused.

    `places` are those of the nodes in the definition, `at` is where the use stands: the middle between them goes there.
    """
    use = level.nodes[id]
    _examine(level, use)
    inner = filled(level.definitions[used(use.type)], use.parameters)
    names = _names(level, inner, id)
    edges = tuple(_edges(level, inner, id, names))
    twice = next((edge for edge, count in Counter(edges).items() if count > 1), None)
    if twice is not None:
        raise Refused(f"{id} cannot be dissolved: {twice.target} would take the wire from {twice.source} twice.")
    nodes: dict[str, Node] = {}
    frozen = use.extra.get("frozen") is True
    learnt = [names[each.id] for each in inner.nodes.values() if _learns(level, each)]
    for old, node in level.nodes.items():
        if old == id:
            nodes |= {
                new: _moved(inner.nodes[each], new, names, frozen and new in learnt) for each, new in names.items()
            }
        else:
            nodes[old] = _trained(node, id, learnt)
    layout = {old: place for old, place in level.layout.items() if old != id}
    stood = [places[each] for each in names if each in places] or [(0.0, 0.0)]
    middle = [(min(place[axis] for place in stood) + max(place[axis] for place in stood)) / 2 for axis in (0, 1)]
    way = (at[0] - middle[0], at[1] - middle[1])
    for each, new in names.items():
        if each in places:
            layout[new] = placed(places[each][0] + way[0], places[each][1] + way[1])
    whole = settled([level.edges], level.with_(nodes=nodes, edges=edges, layout=layout))
    whole = with_bends(whole, carried_bends(inner, names, way))
    for frame, value in carried_frames(inner, frames(inner), way).items() if understood(whole) else ():
        whole = with_frame(whole, free_frame(whole, frame), value)
    return Dissolved(whole, tuple(names.values()))


def _examine(level: Graph, use: Node) -> None:
    """Raise Refused where a node cannot be dissolved."""
    name = used(use.type)
    if name not in level.definitions:
        raise Refused(f"{use.id} is no use of a definition, so there is nothing to dissolve.")
    if name in nested(level.definitions, name):
        raise Refused(f"{use.id} cannot be dissolved: {name} uses itself.")
    if use.parameters.get("repeat", 1) != 1:
        raise Refused(f"{use.id} stands for several copies, each with weights of its own; set its repeat to 1 first.")
    other = use.shares
    if other is not None:
        raise Refused(f"{use.id} has the weights of {str(other)[:60]}; give it weights of its own first.")
    sharing = next((node.id for node in level.nodes.values() if node.shares == use.id), None)
    if sharing is not None:
        raise Refused(f"{sharing} has the weights of {use.id}; give it weights of its own first.")
    if use.extra.get("weights") or ("weights" in level.extra and _learns(level, use)):
        raise Refused(f"{use.id} has weights from a file, which name it as it stands; begin without the file first.")


def _learns(level: Graph, node: Node) -> bool:
    return learns(known(level).get(node.type), node)


def _names(level: Graph, inner: Graph, id: str) -> dict[str, str]:
    """Each node of the definition but its ports, and its new id: the same where that is free."""
    rest = level.with_(nodes={other: node for other, node in level.nodes.items() if other != id})
    names: dict[str, str] = {}
    for each, node in inner.nodes.items():
        if node.type not in ("Input", "Output"):
            names[each] = free_name(rest, each, names.values())
    return names


def _edges(level: Graph, inner: Graph, id: str, names: Mapping[str, str]) -> Iterator[Edge]:
    """All wires: those inside stand where the first wire of the use stood, those out of it in their places."""
    inputs = {each for each, node in inner.nodes.items() if node.type == "Input"}
    outputs = {each for each, node in inner.nodes.items() if node.type == "Output"}

    def came(source: End) -> list[End]:
        """Where what an end in the definition gives comes from, once it is dissolved."""
        if source.node in inputs:
            return [edge.source for edge in level.incoming.get(End(id, source.node), ())]
        return [End(names[source.node], source.port)] if source.node in names else []

    def within() -> Iterator[Edge]:
        for source, target in inner.edges:
            if target.node in names:
                yield from (Edge(each, End(names[target.node], target.port)) for each in came(source))

    met = False
    for edge in level.edges:
        if id not in (edge.source.node, edge.target.node):
            yield edge
            continue
        if not met:
            met = True
            yield from within()
        if edge.source.node == id and edge.source.port in outputs:
            for given in inner.incoming.get(End(edge.source.port, "input"), ()):
                yield from (Edge(each, edge.target) for each in came(given.source))
    if not met:
        yield from within()


def _moved(node: Node, new: str, names: Mapping[str, str], frozen: bool) -> Node:
    extra: dict[str, Any] = dict(node.extra)
    if (other := node.shares) in names and other is not None:
        extra["shares"] = names[other]
    if frozen:
        extra["frozen"] = True
    return replace(node, id=new, extra=extra)


def _trained(node: Node, id: str, learnt: list[str]) -> Node:
    """An optimizer that names the use names what learns in it instead."""
    layers = node.parameters.get("layers")
    if not isinstance(layers, list) or id not in layers:
        return node
    named = [name for each in layers for name in (learnt if each == id else [each])]
    return replace(node, parameters={**node.parameters, "layers": named})
