"""The types of all ports: from what comes into a node its rule makes what goes out, one node after another."""

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
    walk.stage, targets = "rules", walk.graph.targets
    waiting = set(walk.graph.nodes if dirty is None else dirty)
    first = 0 if dirty is None else min((walk.rank[id] for id in waiting if id in walk.rank), default=len(walk.order))
    for id in walk.order[first:]:
        if id in waiting:
            waiting.discard(id)
            if _visit(walk, id) and dirty is not None:
                waiting.update(targets[id])
        elif not waiting:
            break


def forget(walk: Walk, id: str) -> None:
    """Nothing is known of a node any more."""
    for known in (walk.came, walk.gave):
        for end in known.pop(id, ()):
            del walk.types[end]
    walk.inferred.pop(id, None)
    walk.told["rules"].pop(id, None)


def _visit(walk: Walk, id: str) -> bool:
    """Type one node if everything that it waits for is known; whether something else comes out than before."""
    before = walk.gave.get(id)
    forget(walk, id)
    spec = walk.specs.get(id)
    if spec is not None and id not in walk.blocked:
        if spec.type == "Input":
            if walk.given and id in walk.given:
                _give(walk, id, {"output": walk.given[id]})
        elif (given := _given(walk, id, spec)) is not None:
            _note(walk, id, _typed(walk, id, spec, given))
    after = walk.gave.get(id)
    if after == before:
        return False
    if walk.reached and _flows(before) != _flows(after):
        walk.reached = {}
    return True


def _flows(outputs: Mapping[End, Type] | None) -> set[End]:
    """The outputs back from which no gradient flows."""
    return {end for end, type in (outputs or {}).items() if not _carries(type)}


def _carries(type: Type | None) -> bool:
    """Whether gradient may flow along a wire: where its type is known, it must be of floats."""
    return not isinstance(type, Tensor) or type.dtype in FLOATS


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
                if _carries(types.get(edge.source)):
                    found[edge.source.node] = None
    return found
