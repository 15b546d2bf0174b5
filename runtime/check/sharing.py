"""Nodes that have the weights of another: it must be there, be of the same type and be made in the same way."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runtime.check.problem import ERROR
from runtime.graph.edit import Edit
from runtime.graph.model import Graph
from runtime.spec.node import Misfit, Spec

if TYPE_CHECKING:
    from runtime.check.walk import Walk


def examine(walk: "Walk") -> None:
    """Note every node that cannot share what it says it shares."""
    walk.stage, specs = "shares", walk.specs
    for id in walk.special:
        node = walk.graph.nodes[id]
        weights = id in specs and specs[id].weights  # what has none keeps the word, which then means nothing
        if weights and "shares" in node.extra and (why := _wrong(walk, specs, id, node.extra["shares"])):
            own: tuple[Edit, ...] = (("share", id, None),)
            walk.tell(id, ERROR, Misfit(why, None, (("Give it weights of its own", own),)))


def _wrong(walk: "Walk", specs: Mapping[str, Spec], id: str, other: Any) -> str | None:
    graph = walk.graph
    if not isinstance(other, str) or other not in graph.nodes or other == id:
        return f"is to share the weights of {str(other)[:60]}, which is no other node"
    if graph.nodes[other].type != graph.nodes[id].type:
        return f"cannot share weights with {other}: both must be layers of one type"
    if "shares" in graph.nodes[other].extra:
        return f"is to share the weights of {other}, which has none of its own"
    mine, others = (_settings(graph, walk.inferred, specs, each) for each in (id, other))
    odd = next((name for name in mine if mine[name] != others[name]), None)
    if odd is None or not (mine[odd] and others[odd]):
        return None
    return f"shares the weights of {other}, whose {odd} is {others[odd]}, not {mine[odd]}"


def _settings(graph: Graph, inferred: Mapping[str, Any], specs: Mapping[str, Spec], id: str) -> dict[str, Any]:
    """The parameters with which a layer is made."""
    values = specs[id].values({**inferred.get(id, {}), **graph.nodes[id].parameters})
    return {parameter.name: getattr(values, parameter.name) for parameter in specs[id].parameters}
