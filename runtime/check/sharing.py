"""Nodes that have the weights of another: it must be there, be of the same type and be made in the same way."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runtime.check.problem import ERROR
from runtime.check.use import inside, known
from runtime.graph.edit import Edit
from runtime.graph.model import End
from runtime.spec.definition import used
from runtime.spec.node import Misfit, Spec
from runtime.spec.tensor import Type

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
    mine, others = (_settings(walk, specs, each) for each in (id, other))
    odd = next((name for name in mine if name in others and mine[name] != others[name]), None)
    if odd is None or not (mine[odd] and others[odd]):
        return None
    return f"shares the weights of {other}, whose {odd} is {others[odd]}, not {mine[odd]}"


def _settings(walk: "Walk", specs: Mapping[str, Spec], id: str) -> dict[str, Any]:
    """The parameters with which a layer is made; of a definition also those of the layers in it."""
    values = specs[id].values({**walk.inferred.get(id, {}), **walk.graph.nodes[id].parameters})
    found = {parameter.name: getattr(values, parameter.name) for parameter in specs[id].parameters}
    return found | _within(
        specs[id], values, {port.name: walk.types.of(End(id, port.name)) for port in specs[id].inputs}
    )


def _within(spec: Spec, values: Any, types: Mapping[str, Type | None]) -> dict[str, Any]:
    """What is inferred for each node in a use of a definition, by its place: ``block.linear.in_features``."""
    given = {name: type for name, type in types.items() if type is not None}
    if not used(spec.type) or len(given) < len(types):
        return {}
    found, sizes = inside(spec, values, given), dict[str, Any]()
    for id, node in found.graph.nodes.items():
        if (inner := known(found.graph).get(node.type)) is None:
            continue
        inferred = found.report.inferred.get(id, {})
        into = {port.name: found.report.types.get(End(id, port.name)) for port in inner.inputs}
        told = dict(inferred) | _within(inner, inner.values({**inferred, **node.parameters}), into)
        sizes |= {f"{id}.{name}": value for name, value in told.items()}
    return sizes
