"""The types of all ports: from what comes into a node its rule makes what goes out, one node after another."""

from collections.abc import Iterable, Mapping
from typing import Any

from runtime.check import reach
from runtime.check.infer import Given, Typed, typed
from runtime.check.matches import Loading
from runtime.check.problem import ERROR, OPEN, WARNING
from runtime.check.walk import Walk
from runtime.check.weights import kept, loading, pinned
from runtime.graph.model import Edge, End, Graph, Node
from runtime.spec.node import Spec
from runtime.spec.tensor import FLOATS, Tensor, Type

RECENT = 4  # nodes of a type that are looked at for one that is alike


def work_out(walk: Walk, dirty: Iterable[str] | None) -> None:
    """Type these nodes and whatever follows from them, sources first; None types all."""
    walk.stage = "rules"
    if dirty is None:
        for id in walk.order:
            _type(walk, id)
        return
    _onward(walk, dirty)
    if walk.doubtful:
        reach.doubt(walk, walk.doubtful, walk.reach.keys() - {reach.USEFUL})


def _onward(walk: Walk, dirty: Iterable[str]) -> None:
    targets, waiting = walk.graph.targets, set(dirty)
    first = min((walk.rank[id] for id in waiting if id in walk.rank), default=len(walk.order))
    for id in walk.order[first:]:
        if id in waiting:
            waiting.discard(id)
            if _visit(walk, id):
                if id in walk.made:
                    waiting.update(targets[id])
                else:
                    _flood(walk, id)
        elif not waiting:
            break


def forget(walk: Walk, id: str) -> None:
    """Nothing is known of a node any more."""
    walk.made.pop(id, None)
    walk.inferred.pop(id, None)
    walk.heavy.pop(id, None)
    walk.turned.discard(id)
    walk.matches.pop(id, None)
    walk.told["rules"].pop(id, None)


def _flood(walk: Walk, id: str) -> None:
    """Where nothing comes out, nothing is known of all that lies behind."""
    targets, made, inferred, told = walk.graph.targets, walk.made, walk.inferred, walk.told["rules"]
    lost = list(targets[id])
    while lost:
        id = lost.pop()
        if made.pop(id, None) is not None:
            lost += targets[id]
        elif id not in told and id not in inferred:
            continue  # it was here before, or gives nothing
        inferred.pop(id, None)
        told.pop(id, None)
    reach.forget_gradient(walk)


def _visit(walk: Walk, id: str) -> bool:
    """Type one node if everything that it waits for is known; whether something else comes out than before."""
    before = walk.made.get(id)
    forget(walk, id)
    _type(walk, id)
    after = walk.made.get(id)
    if after == before:
        return False
    if walk.reach and _flows(before) != _flows(after):
        walk.doubtful.add(id)
    return True


def _type(walk: Walk, id: str) -> None:
    """Note what comes out of a node of which nothing is known, if everything that it waits for is."""
    spec = walk.specs.get(id)
    if spec is not None and id not in walk.blocked:
        if spec.type == "Input":
            if walk.given and id in walk.given:
                walk.made[id] = {"output": walk.given[id]}
        elif (given := given_at(walk, id)) is not None:
            _note(walk, id, _typed(walk, id, spec, given))
        elif held := loading(walk, id):
            _by_file(walk, id, spec, held)


def _by_file(walk: Walk, id: str, spec: Spec, held: Loading) -> None:
    """What a file of weights tells of a node to which no wire leads."""
    node = walk.graph.nodes[id]
    known = pinned(spec, node, held)
    if known:
        walk.inferred[id] = known
    if known or not spec.inferred:
        tensors = kept(spec, spec.values({**node.parameters, **known}))
        if tensors is not None:
            walk.matches[id] = held.matches(tensors)


def _typed(walk: Walk, id: str, spec: Spec, given: Given) -> Typed:
    node, known = walk.graph.nodes[id], walk.memo.get(id)
    if known and known[0] is node and known[1] is spec and known[2] == given:
        return known[3]
    held = loading(walk, id) if walk.cards else None
    result = typed(node, spec, walk.ports[id][0], given, held) if held else _alike(walk, node, spec, given)
    walk.memo[id] = (node, spec, given, result)
    return result


def _alike(walk: Walk, node: Node, spec: Spec, given: Given) -> Typed:
    """As `typed`, which is asked once where the same layer stands at the same types many times, as in blocks."""
    if getattr(spec.declared, "names_sizes", False):
        return typed(node, spec, walk.ports[node.id][0], given)
    recent = walk.alike.setdefault(node.type, [])
    for at, (other, of, came, result) in enumerate(recent):
        if came == given and of is spec and _equal(other.parameters, node.parameters):
            recent[at] = (node, spec, given, result)  # what follows is likely to be given the very same types
            return result
    result = typed(node, spec, walk.ports[node.id][0], given)
    recent.insert(0, (node, spec, given, result))
    del recent[RECENT:]
    return result


def _equal(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether parameters are the same to the letter: 1, 1.0 and true are equal, and make different types."""
    return one is other or (one == other and repr(one) == repr(other))


def given_at(walk: Walk, id: str, made: Mapping[str, Mapping[str, Type]] | None = None) -> Given | None:
    """What comes into each port, None where something is missing; `made` is what nodes make, unless the walk says."""
    incoming: Mapping[Any, tuple[Edge, ...]] = walk.graph.incoming
    made, given = walk.made if made is None else made, list[tuple[str, tuple[Type, ...]]]()
    for port in walk.ports[id][0]:
        edges = incoming.get((id, port.name))
        if edges is None:
            if port.optional:
                continue
            return None
        try:
            if len(edges) == 1:
                source, name = edges[0][0]
                given.append((port.name, (made[source][name],)))
            else:
                given.append((port.name, tuple([made[source][name] for (source, name), _ in edges])))
        except KeyError:
            return None
    return tuple(given)


def _note(walk: Walk, id: str, result: Typed) -> None:
    if result.inferred:
        walk.inferred[id] = result.inferred
    if result.outputs:
        walk.made[id] = result.outputs
    if result.turned:
        walk.turned.add(id)
    if result.heavy:
        walk.heavy[id] = result
    if result.matches:
        walk.matches[id] = result.matches
    if result.misfit:
        severity = OPEN if result.misfit.open else ERROR
        walk.tell(id, severity, result.misfit, walk.graph.incoming.get(End(id, result.misfit.port or ""), ()))
    for doubt in result.doubts:
        walk.tell(id, WARNING, doubt, walk.graph.incoming.get(End(id, doubt.port or ""), ()))


def _flows(outputs: Mapping[str, Type] | None) -> set[str]:
    """The outputs back from which no gradient flows."""
    return {name for name, type in (outputs or {}).items() if not carries(type)}


def carries(type: Type | None) -> bool:
    """Whether gradient may flow along a wire: where its type is known, it must be of floats."""
    return not isinstance(type, Tensor) or type.dtype in FLOATS


def carrying(graph: Graph, spec: Spec, made: Mapping[str, Mapping[str, Type]], id: str) -> list[str]:
    """The nodes that feed a node along wires through which gradient flows back, given what each node's outputs are."""
    incoming: Mapping[Any, tuple[Edge, ...]] = graph.incoming
    found = []
    for port in spec.learning:
        for (source, name), _ in incoming.get((id, port), ()):
            type = made[source].get(name) if source in made else None
            if type.__class__ is not Tensor or type.dtype in FLOATS:
                found.append(source)
    return found
