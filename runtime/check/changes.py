"""What differs between two graphs in words a person would use; runs are named by it, and the run bar counts it."""

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from runtime.check.settings import RUN
from runtime.check.use import known
from runtime.graph.edit import renamed
from runtime.graph.model import Edge, Graph, Node
from runtime.graph.weights import sources
from runtime.spec.value import in_digits


def changes(before: Graph, after: Graph) -> list[str]:
    """One line a change that training notices, such as ``model_a.out_features 5 → 8``; positions and notes are none."""
    names = _renamed(before, after)
    before = renamed(before, names) if names else before
    return [
        *(f"{old} renamed to {new}" for old, new in names.items()),
        *_nodes(before, after),
        *_edges(before, after),
        *_weights(before, after),
        *_settings("", before.run, after.run, {each.name: each.default for each in RUN}, " (default)"),
    ]


def run_name(before: Graph | None, after: Graph) -> str:
    """What a run is called: what changed since the run before it."""
    if before is None:
        return "first run"
    found = changes(before, after)
    if not found:
        return "same graph"
    return found[0] if len(found) == 1 else f"{found[0]} and {len(found) - 1} more"


def _renamed(before: Graph, after: Graph) -> dict[str, str]:
    """New names by old ones: of nodes that are gone, where just one that came is like it and wired like it.

    Of several such ones, or without wires, it is the one in its place.
    """
    gone, new = ([id for id in one.nodes if id not in other.nodes] for one, other in ((before, after), (after, before)))
    if not gone or not new:
        return {}
    lasting = before.nodes.keys() & after.nodes.keys()
    was, now = _wires(before, gone, lasting), _wires(after, new, lasting)
    alike: dict[tuple[str, frozenset[tuple[str, str]]], list[str]] = {}
    for id in new:
        alike.setdefault((after.nodes[id].type, now[id]), []).append(id)
    found = dict[str, str]()
    for old in gone:
        node, wires = before.nodes[old], was[old]
        left = alike.get((node.type, wires), [])
        fits = [id for id in left if after.nodes[id].parameters == node.parameters]
        there = [id for id in fits if after.layout.get(id) == before.layout.get(old)]
        if len(there) == 1 or (wires and len(fits) == 1):
            found[old] = (there or fits)[0]
            left.remove(found[old])
    return found


def _wires(graph: Graph, ids: Iterable[str], lasting: Set[str]) -> dict[str, frozenset[tuple[str, str]]]:
    """The wires of some nodes from their own ports; of those between two that may be renamed the ports alone."""
    found: dict[str, set[tuple[str, str]]] = {id: set() for id in ids}
    for source, target in graph.edges:
        for own, other, way in ((source, target, "→"), (target, source, "←")):
            if own.node in found:
                found[own.node].add((f"{way}{own.port}", str(other) if other.node in lasting else other.port))
    return {id: frozenset(wires) for id, wires in found.items()}


def _nodes(before: Graph, after: Graph) -> Iterator[str]:
    for id, node in after.nodes.items():
        old = before.nodes.get(id)
        if old is None or old.type != node.type:
            yield f"{id} added"
        elif old.parameters != node.parameters:
            spec = known(after).get(node.type)
            yield from _settings(f"{id}.", old.parameters, node.parameters, spec.defaults if spec else {})
        if old is not None:
            yield from marks(old, node)
    yield from (f"{id} removed" for id in before.nodes if id not in after.nodes)
    for name, definition in after.definitions.items():
        if name in before.definitions:
            yield from (f"{name}: {each}" for each in changes(before.definitions[name], definition))


def marks(old: Node, new: Node) -> Iterator[str]:
    """What a node is told to do beside its parameters."""
    if old.extra.get("frozen", False) != new.extra.get("frozen", False):
        yield f"{new.id} {'frozen' if new.extra.get('frozen') else 'not frozen'}"
    if old.shares != new.shares:
        yield f"{new.id} has weights of {new.shares or 'its own'}"
    if old.extra.get("bypass") != new.extra.get("bypass"):
        yield f"{new.id} {'bypassed' if new.extra.get('bypass') else 'not bypassed'}"


def _edges(before: Graph, after: Graph) -> Iterator[str]:
    """Wires that came and went between nodes that are in both graphs; the rest goes with its node."""

    def lasting(edge: Edge) -> bool:
        return all(at.node in before.nodes and at.node in after.nodes for at in edge)

    old, new = set(before.edges), set(after.edges)
    yield from (f"{edge.source} → {edge.target}" for edge in after.edges if edge not in old and lasting(edge))
    yield from (f"{edge.source} → {edge.target} cut" for edge in before.edges if edge not in new and lasting(edge))


def _weights(before: Graph, after: Graph) -> Iterator[str]:
    """Files of weights that came, went or changed, at nodes that are in both graphs and for the whole model."""
    old, new = sources(before), sources(after)
    for id in dict.fromkeys([*old, *new]):
        if old.get(id) != new.get(id) and (not id or (id in before.nodes and id in after.nodes)):
            yield f"weights of {id or 'the model'} {'from a file' if id in new else 'from no file'}"


def _settings(
    prefix: str, old: Mapping[str, Any], new: Mapping[str, Any], defaults: Mapping[str, Any], unsaid: str = ""
) -> Iterator[str]:
    """What differs; a value that was left to its default is marked by `unsaid`."""
    for key in dict.fromkeys([*old, *new]):
        was, now = (values.get(key, defaults.get(key)) for values in (old, new))
        if isinstance(was, dict) and isinstance(now, dict) and "type" in was and was["type"] == now.get("type"):
            yield from _settings(f"{prefix}{key}.", was, now, {})  # of a schedule
        elif was != now and any(isinstance(each, dict) and "type" not in each for each in (was, now)):
            yield f"{prefix}{key} changed"  # of functions and types of fields, which no line has room for
        elif was != now:
            marks = (unsaid if key not in values and key in defaults else "" for values in (old, new))
            yield f"{prefix}{key} {_shown(was)}{next(marks)} → {_shown(now)}{next(marks)}"


def _shown(value: Any) -> str:
    text = "default" if value is None else str(value.get("type", value) if isinstance(value, dict) else value) or "none"
    if isinstance(value, float):
        text = in_digits(value)
    return text if len(text) <= 24 else f"{text[:21]}…"
