"""What is unfinished or leads nowhere, and which layers each optimizer trains."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from runtime.check.infer import wanted
from runtime.check.port_types import Types
from runtime.check.problem import ERROR, OPEN, WARNING
from runtime.check.reach import USEFUL, reach, upstream
from runtime.check.types import carrying
from runtime.graph.edit import Edit, free_name
from runtime.graph.model import Edge, End, Graph, Node
from runtime.spec.named import MODEL
from runtime.spec.node import Misfit, Spec

if TYPE_CHECKING:
    from runtime.check.walk import Walk


def examine_ports(walk: "Walk", ids: Iterable[str]) -> None:
    """Ports of these nodes to connect."""
    walk.stage = "ports"
    incoming: Mapping[Any, tuple[Edge, ...]] = walk.graph.incoming
    for id in ids:
        walk.told["ports"].pop(id, None)
        if (spec := walk.specs.get(id)) is None:
            continue
        for port in walk.ports[id][0]:
            if (id, port.name) not in incoming and not port.optional:
                takes = "" if port.pattern.text == "any" else f": it takes {wanted(port.pattern.text)}"
                walk.tell(id, OPEN, Misfit(f"is to be connected{takes}", port.name))
        if spec.grows and not walk.ports[id][1]:
            walk.tell(id, OPEN, Misfit("has no fields yet: drop a wire on its +"))
        elif spec.family == "dataset" and not walk.ports[id][1]:
            walk.tell(id, OPEN, Misfit(f"has no fields yet: choose a {_named(spec)}"))
        elif "path" in spec.parameter and spec.type != MODEL and not walk.graph.nodes[id].parameters.get("path"):
            walk.tell(id, OPEN, Misfit(f"has no {_named(spec)} yet: set its path"))


def _named(spec: Spec) -> str:
    """What the path of a node names."""
    path = spec.parameter.get("path")
    return "folder" if path and path.folder else "file"


def examine(walk: "Walk") -> None:
    """Missing ends, nodes that reach nothing, and what optimizers train."""
    walk.stage = "ends"
    if walk.given is None:
        _ends(walk, walk.specs)
        if not walk.has(OPEN):  # the wire that is missing may be that of the layers
            _optimizers(walk, walk.specs)
    elif not walk.of("output"):
        walk.tell("", OPEN, Misfit("The definition has no Output yet"))


def _ends(walk: "Walk", specs: Mapping[str, Spec]) -> None:
    graph = walk.graph
    sinks = [*walk.of("optimizer"), *walk.of("metric"), *walk.of("output")]
    if not walk.of("optimizer"):
        _no_optimizer(walk, specs)
        return
    if walk.has(OPEN):
        return  # the wire that is missing may be that of the branch
    useful = reach(walk, USEFUL, sinks, graph.sources.__getitem__).nodes
    if len(useful) == len(graph.nodes):
        return
    wrong = {problem.node for problem in walk.problems}
    for id, spec in specs.items():
        last = id not in useful and not graph.targets[id]  # the end of a branch speaks for all of it
        if last and id not in wrong and spec.family != "dataset":
            alone = graph.upstream([id]) - useful
            branch = [other for other in graph.nodes if other in alone]
            label = f"Remove {id}" if len(branch) == 1 else f"Remove {id} and what only feeds it"
            remove = (label, tuple(("remove", other) for other in branch))
            walk.tell(id, WARNING, Misfit("leads to no loss, metric or output, so it is left out", None, (remove,)))


def _no_optimizer(walk: "Walk", specs: Mapping[str, Spec]) -> None:
    losses = walk.of("loss")
    if not losses:
        what = "has no loss and no optimizer yet" if specs else "is empty: drag a dataset onto the canvas to begin"
        walk.tell("", OPEN, Misfit(f"The graph {what}"))
        return
    name, loss = free_name(walk.graph, "adamw"), losses[-1]
    x, y = walk.graph.layout.get(loss, (0.0, 0.0))
    edits: tuple[Edit, ...] = (
        ("add", name, "optim.AdamW", {}, (x + 200, y)),
        ("connect", f"{loss}.output", f"{name}.loss"),
    )
    walk.tell(
        loss, OPEN, Misfit("is not minimised yet: it leads to no optimizer", "output", (("Add optim.AdamW", edits),))
    )


def _optimizers(walk: "Walk", specs: Mapping[str, Spec]) -> None:
    owner, keys = dict[str, str](), {USEFUL}
    optimizers, wrong = walk.of("optimizer"), walk.has(ERROR)
    for id in optimizers:
        if not walk.graph.incoming.get(End(id, "loss")):
            continue
        named = named_layers(walk.graph, id)
        if wrong and not named and len(optimizers) == 1:
            return  # whatever it trains, there is nothing to say of it
        losses = frozenset(carrying(walk.graph, specs[id], walk.made, id))
        keys.add(losses)
        reached = walk.reached[id] = _layers(walk, losses)
        missing = next((layer for layer in named if layer not in reached), None)
        if missing is not None:
            rest = [layer for layer in named if layer in reached]
            repair = ((f"Forget {missing[:40]}", (("set", id, "layers", rest),)),)
            node = walk.graph.nodes.get(missing)
            what = "is frozen" if node and frozen(node) else "is no layer upstream of its loss"
            walk.tell(id, ERROR, Misfit(f"is to train {missing[:60]}, which {what}", None, repair))
        trained = [layer for layer in reached if layer in named] if named else reached
        twice = next((layer for layer in trained if layer in owner), None) if owner else None
        if twice:
            rest = [layer for layer in trained if layer not in owner]
            leave = (f"Leave it to {owner[twice]}", (("set", id, "layers", rest),))
            remove = (f"Remove {id}", (("remove", id),))
            walk.tell(
                id,
                ERROR,
                Misfit(f"trains {twice}, which {owner[twice]} trains already", None, (leave if rest else remove,)),
            )
        if id != optimizers[-1]:
            owner.update({layer: id for layer in trained if layer not in owner})
    walk.reach = {key: known for key, known in walk.reach.items() if key in keys}


def _layers(walk: "Walk", losses: frozenset[str]) -> tuple[str, ...]:
    """As `reachable`, near what changed alone, and once for all optimizers of the same losses."""
    graph, specs, made = walk.graph, walk.specs, walk.made
    found = reach(walk, losses, losses, lambda id: carrying(graph, specs[id], made, id) if id in specs else ())
    if found.layers is None:
        found = walk.reach[losses] = replace(found, layers=_trainable(graph, specs, found.nodes))
    assert found.layers is not None
    return found.layers


def reachable(graph: Graph, specs: Mapping[str, Spec], types: Types, optimizer: str) -> tuple[str, ...]:
    """The layers upstream of an optimizer's losses, along wires that carry gradient, in the graph's order."""
    made = types.made
    seen = upstream((optimizer,), lambda id: carrying(graph, specs[id], made, id) if id in specs else ())
    return _trainable(graph, specs, seen)


def _trainable(graph: Graph, specs: Mapping[str, Spec], ids: Set[str]) -> tuple[str, ...]:
    """The layers among these nodes that are not frozen, or whose weights they have."""
    roots = {root_of(graph, id) for id, spec in specs.items() if spec.weights and id in ids}
    return tuple([id for id, node in graph.nodes.items() if id in roots and not frozen(node)])


def frozen(node: Node) -> bool:
    """Whether training leaves the weights of a node as they are; gradient still flows through it."""
    return node.extra.get("frozen") is True


def root_of(graph: Graph, id: str) -> str:
    """The node whose weights a node has: its own, or those of the node that it names."""
    other = graph.nodes[id].shares if id in graph.nodes else None
    return other if isinstance(other, str) and other in graph.nodes else id


def trained_layers(graph: Graph, specs: Mapping[str, Spec], types: Types, optimizer: str) -> list[str]:
    """The layers that an optimizer of a sound graph trains."""
    named = named_layers(graph, optimizer)
    return [layer for layer in reachable(graph, specs, types, optimizer) if not named or layer in named]


def named_layers(graph: Graph, optimizer: str) -> list[str]:
    """The layers that an optimizer names; what is no name the parameter's own check tells of."""
    found = graph.nodes[optimizer].parameters.get("layers")
    return [layer for layer in found if isinstance(layer, str)] if isinstance(found, list) else []
