"""The types of all ports: from what comes into a node its rule makes what goes out, one node after another."""

import heapq
from collections.abc import Iterable, Mapping
from typing import Any

from runtime.check.infer import Given, Typed, typed
from runtime.check.problem import ERROR, OPEN, WARNING
from runtime.check.walk import Walk
from runtime.graph.model import Edge, End, Graph
from runtime.spec.node import Input, Spec
from runtime.spec.tensor import FLOATS, Tensor, Type


def work_out(walk: Walk, dirty: Iterable[str] | None) -> None:
    """Type these nodes and whatever follows from them, sources first; None types all."""
    walk.stage = "rules"
    if dirty is None:
        for id in (*walk.order, *walk.cyclic):
            _visit(walk, id)
        return
    waiting = [(walk.rank[id], id) for id in dirty if id in walk.rank]
    heapq.heapify(waiting)
    while waiting:
        _, id = heapq.heappop(waiting)
        if _visit(walk, id):
            waiting_for = [(walk.rank[target], target) for target in walk.graph.targets[id]]
            for each in waiting_for:
                heapq.heappush(waiting, each)
        while waiting and waiting[0][1] == id:
            heapq.heappop(waiting)


def forget(walk: Walk, id: str) -> None:
    """Nothing is known of a node any more."""
    for known in (walk.came, walk.gave):
        for end in known.pop(id, ()):
            del walk.types[end]
    walk.inferred.pop(id, None)
    walk.gradient.pop(id, None)
    walk.told.get("rules", {}).pop(id, None)


def _visit(walk: Walk, id: str) -> bool:
    """Type one node if everything that it waits for is known; whether something else comes out than before."""
    before = walk.gave.get(id)
    forget(walk, id)
    spec = walk.specs.get(id)
    if spec is not None and id not in walk.blocked and id not in walk.cyclic:
        if spec.type == "Input":
            if walk.given and id in walk.given:
                _give(walk, id, {"output": walk.given[id]})
        elif (given := _given(walk, id, spec)) is not None:
            _note(walk, id, _typed(walk, id, spec, given))
    if spec is not None:
        walk.gradient[id] = tuple(carrying(walk.graph, spec, walk.types, id))
    return walk.gave.get(id) != before


def _typed(walk: Walk, id: str, spec: Spec, given: Given) -> Typed:
    node, known = walk.graph.nodes[id], walk.memo.get(id)
    if known and known[0] is node and known[1] is spec and known[2] == given:
        return known[3]
    result = typed(node, spec, walk.ports[id][0], given)
    walk.memo[id] = (node, spec, given, result)
    return result


def _given(walk: Walk, id: str, spec: Spec) -> Given | None:
    """What comes into each port, None where something is missing; it is kept as the type of the port.

    But for Collate's: its outputs have the names of its inputs.
    """
    incoming: Mapping[Any, tuple[Edge, ...]] = walk.graph.incoming
    types, given, came = walk.types, [], dict[End, Type]()
    complete = True
    for port in walk.ports[id][0]:
        edges = incoming.get((id, port.name))
        if edges is None:
            if port.optional:
                continue
            complete = False
            break
        found = tuple([types[edge.source] for edge in edges if edge.source in types])
        if len(found) < len(edges):
            complete = False
            break
        given.append((port.name, found))
        if not port.many:
            came[edges[0].target] = found[0]
        else:
            came.update({End(id, f"{port.name}.{at}"): type for at, type in enumerate(found)})
    if came and spec.family != "collate":
        walk.came[id] = came
        walk.types.update(came)
    return tuple(given) if complete else None


def _give(walk: Walk, id: str, outputs: Mapping[str, Type]) -> None:
    made = walk.gave[id] = {End(id, port): type for port, type in outputs.items()}
    walk.types.update(made)


def _note(walk: Walk, id: str, result: Typed) -> None:
    if result.inferred:
        walk.inferred[id] = result.inferred
    if result.outputs:
        _give(walk, id, result.outputs)
    if result.misfit:
        severity = OPEN if result.misfit.open else ERROR
        walk.tell(id, severity, result.misfit, walk.graph.incoming.get(End(id, result.misfit.port or ""), ()))
    for doubt in result.doubts:
        walk.tell(id, WARNING, doubt, walk.graph.incoming.get(End(id, doubt.port or ""), ()))


def carrying(graph: Graph, spec: Spec, types: Mapping[End, Type], id: str) -> Iterable[str]:
    """The nodes that feed a node along wires through which gradient flows back."""
    incoming: Mapping[Any, tuple[Edge, ...]] = graph.incoming
    inputs: tuple[Input, ...] = spec.inputs
    found: dict[str, None] = {}
    for port in inputs:
        if port.gradient:
            for edge in incoming.get((id, port.name), ()):
                type = types.get(edge.source)
                if not isinstance(type, Tensor) or type.dtype in FLOATS:
                    found[edge.source.node] = None
    return found
