"""Optimizers with nothing to train, and why: what is frozen, or what keeps the gradient from all layers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runtime.check.finish import frozen, named_layers, reachable
from runtime.check.gradient import called, cuts, past
from runtime.check.placed import omitted
from runtime.check.problem import ERROR, WARNING
from runtime.check.rules.repairs import Candidate
from runtime.check.types import carries, carrying
from runtime.check.use import learns
from runtime.graph.edit import Edit, free_name
from runtime.graph.model import Edge, End
from runtime.spec.node import Misfit
from runtime.spec.tensor import Tensor

if TYPE_CHECKING:
    from runtime.check.walk import Walk


def examine(walk: "Walk") -> None:
    """Note each of them, where nothing else is wrong: torch would say that no tensor requires a gradient."""
    walk.stage = "untrained"
    for id in walk.of("optimizer") if walk.given is None else ():
        if id not in walk.reached or any(problem.severity != WARNING for problem in walk.problems):
            continue
        named = named_layers(walk.graph, id)
        trained = [layer for layer in walk.reached[id] if not named or layer in named]
        if not any(learns(walk.specs[layer], walk.graph.nodes[layer]) for layer in trained):
            walk.tell(id, ERROR, _why(walk, id))


def _why(walk: "Walk", optimizer: str) -> Misfit:
    """Said of the first thing upstream that keeps the optimizer from layers with weights."""
    seen, waiting = {optimizer}, [optimizer]
    for id in waiting:
        more = [each for each in carrying(walk.graph, walk.specs[id], walk.made, id) if each not in seen]
        seen.update(more)
        waiting += [each for each in more if each in walk.specs]
        if learns(walk.specs[id], walk.graph.nodes[id]) and frozen(walk.graph.nodes[id]):
            thaw: tuple[Edit, ...] = (("freeze", id, False),)
            return Misfit(f"has nothing to train: {id} is frozen", "loss", ((f"Unfreeze {id}", thaw),))
        for port in walk.ports[id][0]:
            for edge in walk.graph.incoming.get(End(id, port.name), ()) if not port.target else ():
                if found := _kept(walk, edge, port.gradient):
                    stopped, layer, repairs = found
                    why = f"has nothing to train: {called(walk, stopped)} lets no gradient through to {layer}"
                    return Misfit(why, "loss", repairs)
    why = "has nothing to train: no layer with weights lies upstream of its loss"
    return Misfit(why, "loss", tuple(_layer_before(walk, optimizer)))


def _kept(walk: "Walk", edge: Edge, gradient: bool) -> tuple[str, str, tuple[Candidate, ...]] | None:
    """What keeps the gradient from a layer behind this wire, that layer, and how to take it out."""
    id = edge.target.node
    if not gradient and walk.specs[id].facts[1] and carries(walk.types.output(edge.source)):
        layers = reachable(walk.graph, walk.specs, walk.types, edge.source.node)
        layer = next((each for each in layers[::-1] if learns(walk.specs[each], walk.graph.nodes[each])), None)
        return (id, layer, ((f"Remove {id}", tuple(omitted(walk.graph, id))),)) if layer else None
    cut = next((cut for cut in cuts(walk, edge) if cut.layers), None) if gradient else None
    return (cut.node, cut.layers[-1], tuple(past(walk, cut))) if cut else None


def _layer_before(walk: "Walk", optimizer: str) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """Something to train: a linear layer before a loss, with a score for each class where those are known."""
    loss = walk.graph.incoming[End(optimizer, "loss")][0].source.node
    edge = next(iter(walk.graph.incoming.get(End(loss, "input"), ())), None)
    type, target = (walk.types.of(end) for end in (edge.source if edge else End("", ""), End(loss, "target")))
    if edge is None or not isinstance(type, Tensor) or type.dtype != "float32" or not type.shape:
        return
    wide = (target.classes if isinstance(target, Tensor) else None) or type.shape[-1]
    name, source = free_name(walk.graph, "linear"), str(edge.source)
    wires = (source, str(edge.target), "input", "output")
    yield f"Insert nn.Linear before {loss[:40]}", (("insert", name, "nn.Linear", {"out_features": wide}, *wires),)
