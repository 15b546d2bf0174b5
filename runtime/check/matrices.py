"""Optimizers that step matrices alone: every weight that they train must have two dimensions."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runtime.check.finish import trained_layers
from runtime.check.problem import ERROR, WARNING
from runtime.check.use import known, learns
from runtime.graph.edit import Edit, free_name
from runtime.graph.model import End, Node
from runtime.spec.definition import filled
from runtime.spec.node import Misfit, Spec

if TYPE_CHECKING:
    from runtime.check.walk import Walk

OTHER = "optim.AdamW"  # what trains all kinds of weights


def examine(walk: "Walk") -> None:
    """Note every such optimizer that is to train other weights too."""
    walk.stage = "matrices"
    for id in walk.of("optimizer"):
        spec = walk.specs[id]
        alone = getattr(spec.declared, "only_matrices", False)
        if not alone or not walk.graph.incoming.get(End(id, "loss")):
            continue
        trained = {layer: _matrices(walk, layer) for layer in trained_layers(walk.graph, walk.specs, walk.types, id)}
        others = [layer for layer, matrices in trained.items() if matrices is False]
        unknown = [layer for layer, matrices in trained.items() if matrices is None]
        if others:
            what = "a bias is none" if _without_bias(walk, others[0]) else "some of its weights are none"
            why = f"cannot train {others[0]}: {spec.type} steps matrices alone, and {what}"
            fitting = [layer for layer in trained if layer not in others]
            walk.tell(id, ERROR, Misfit(why, None, tuple(_repairs(walk, id, fitting, others))))
        elif unknown:
            why = f"steps matrices alone; whether all weights of {unknown[0]} are, only its text knows"
            walk.tell(id, WARNING, Misfit(why, None, ((f"Use {OTHER}", (("become", OTHER),)),)))


def all_matrices(types: Mapping[str, Spec], node: Node, inferred: Mapping[str, Any]) -> bool | None:
    """Whether all weights of a layer have two dimensions, also where it has none; None where nobody knows."""
    spec = types[node.type]
    if not learns(spec, node):
        return True
    if spec.family == "definition":
        inside = filled(spec.declared.definition, node.parameters).nodes.values()
        found = {all_matrices(types, each, {}) for each in inside if each.type in types and types[each.type].weights}
        return False if False in found else None if None in found else True
    asked = getattr(spec.declared, "matrices", None)
    return asked(spec.values({**inferred, **node.parameters})) if asked else False


def _matrices(walk: "Walk", id: str, **other: Any) -> bool | None:
    """The same of a layer of the graph, with some other parameters."""
    node = walk.graph.nodes[id]
    changed = Node(id, node.type, {**node.parameters, **other}, node.extra)
    return all_matrices(known(walk.graph), changed, walk.inferred.get(id, {}))


def _without_bias(walk: "Walk", id: str) -> bool:
    """Whether a bias is all that is in the way."""
    return "bias" in known(walk.graph)[walk.graph.nodes[id].type].parameter and _matrices(walk, id, bias=False) is True


def _repairs(walk: "Walk", id: str, fitting: list[str], others: list[str]) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """Another optimizer for the other layers, or for all; or leave out what is no matrix."""
    if fitting:
        graph, name = walk.graph, free_name(walk.graph, "adamw")
        x, y = graph.layout.get(id, (0.0, 0.0))
        wires = [("connect", str(edge.source), f"{name}.loss") for edge in graph.incoming[End(id, "loss")]]
        added: list[Edit] = [("add", name, OTHER, {"layers": others}, (x, y + 90)), *wires]
        only: Edit = ("set", id, "layers", fitting)
        yield f"Leave {_said(others)} to {OTHER}", (only, *added)
        yield f"Train {_said(fitting)} alone", (only,)
    if all(_without_bias(walk, layer) for layer in others):
        yield f"Leave out the bias of {_said(others)}", tuple(("set", layer, "bias", False) for layer in others)
    yield f"Use {OTHER}", (("become", OTHER),)


def _said(layers: list[str]) -> str:
    """Names of layers, or how many there are."""
    return " and ".join(layer[:40] for layer in layers) if len(layers) < 3 else f"{len(layers)} layers"
