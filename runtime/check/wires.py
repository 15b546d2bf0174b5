"""What can be wrong before any type is known: names, unknown types, parameters, wires, cycles, sides, Collate."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from runtime.check import order
from runtime.check.meant import (
    examine_keys,
    parameter_meant,
    port_meant,
    type_meant,
    value_meant,
    without_batch,
    without_types,
)
from runtime.check.placed import before_collate
from runtime.check.problem import ERROR, WARNING
from runtime.graph.edit import Edit, free_name
from runtime.graph.model import Edge, End, Graph
from runtime.graph.names import cleaned, wrong_name
from runtime.spec.code import comment
from runtime.spec.definition import used
from runtime.spec.named import MODEL
from runtime.spec.node import Input, Misfit, Output, PortNames, Spec

if TYPE_CHECKING:
    from runtime.check.walk import Ports, Walk


MOST_WRONG = 100  # wires of one node that are told of


def placeholders(graph: Graph, known: Mapping[str, "Ports"], ids: Iterable[str]) -> "dict[str, Ports]":
    """The ports of those of some nodes whose own are unknown: those that their wires name."""
    nodes = graph.nodes
    found: dict[str, tuple[dict[str, None], dict[str, None]]] = {
        id: ({}, {})
        for id in ids
        if id in nodes and (id not in known or (nodes[id].type == MODEL and not nodes[id].parameters.get("signature")))
    }
    for edge in graph.edges if found else ():
        for side, at in ((0, edge.target), (1, edge.source)):
            if at.node in found:
                found[at.node][side][at.port] = None
    return {
        id: (tuple(Input(name=name, many=True) for name in into), tuple(Output(name=name) for name in out))
        for id, (into, out) in found.items()
    }


def examine(walk: "Walk", ids: Iterable[str]) -> None:
    """Note what is wrong with these nodes and their wires; whose type cannot be worked out for it is blocked."""
    walk.stage, names, specs, sides = "wires", walk.names, walk.specs, walk.sides
    around, incoming = walk.graph.around, cast(Mapping[tuple[str, str], tuple[Edge, ...]], walk.graph.incoming)
    for id in ids:
        walk.told["wires"].pop(id, None)
        spec = specs.get(id)
        if _wrong_node(walk, id, spec):
            walk.blocked.add(id)
        side = sides.get(id) if spec and spec.side != order.SAMPLE else None  # where a wire from there is right
        inputs, outputs, alone, raw = names[id]
        aside, wrong = False, 0
        for edge in around.get(id, ()):
            (source, out), (target, into) = edge
            leads, comes = source == id, target == id
            if (leads and (out not in outputs or target not in names)) or (
                comes and (into not in inputs or out not in names.get(source, NONE).outputs)
            ):
                wrong += 1
                if wrong <= MOST_WRONG:
                    _edge(walk, edge, id)
            if comes and not aside:
                aside = (sides.get(source) != side and _side(walk, edge)) or (into in raw and _raw(walk, edge))
        if aside:
            walk.blocked.add(id)
        for name in alone:
            if len(edges := incoming.get((id, name), ())) > 1:
                _crowded(walk, edges)


def _crowded(walk: "Walk", edges: tuple[Edge, ...]) -> None:
    """Several wires into a port that takes one."""
    at = edges[0].target
    labels = [(f"Keep the wire from {e.source}", (("replace", str(e.source), str(at)),)) for e in edges]
    walk.tell(at.node, ERROR, Misfit(f"takes one wire, got {len(edges)}", at.port, tuple(labels)), edges)
    walk.blocked.add(at.node)


def examine_whole(walk: "Walk") -> None:
    """Note wires between nothing, cycles, a second Collate."""
    walk.stage = "cycles"
    for edge in walk.dangling:
        _edge(walk, edge, "")
    if walk.cyclic:
        _cycle(walk, walk.cyclic)
    walk.stage = "loaders"
    _loaders(walk)


NONE = PortNames.of((), ())


def names(ports: "Ports", spec: Spec | None) -> PortNames:
    """The names of a node's inputs and outputs; most nodes have those of their type."""
    if spec and ports[0] is spec.inputs and ports[1] is spec.outputs:
        return spec.port_names
    return PortNames.of(*ports)


def _wrong_node(walk: "Walk", id: str, spec: Spec | None) -> bool:
    graph = walk.graph
    if wrong := wrong_name(graph, id, walk.fields):
        new = free_name(graph, cleaned(id))
        walk.tell(id, ERROR, Misfit(wrong, None, ((f"Rename it to {new}", (("rename", id, new),)),)))
    node = graph.nodes[id]
    if spec is None:
        if used(node.type) not in graph.definitions:  # `runtime.check.use` says what is wrong with these
            why = f"has a type that this version does not know: {node.type[:60]}. It is kept as it is"
            walk.tell(id, ERROR, Misfit(why, None, tuple(type_meant(node, walk.known)) if walk.may_search() else ()))
        return True
    if node.extra:
        examine_keys(walk, graph, id, spec)
    found = False
    for name, value in node.parameters.items():
        parameter = spec.parameter.get(name)
        if parameter is None:
            meant = parameter_meant(node, name, spec) if walk.may_search() else ()
            walk.tell(
                id,
                WARNING,
                Misfit(
                    f"has a parameter that {spec.type} does not know, so it is ignored: {name[:60]}",
                    None,
                    (*meant, (f"Remove {name[:60]}", (("unset", id, name),))),
                ),
            )
        elif wrong := parameter.problem(value):
            default = f"Take {name} from the wire" if parameter.inferred else "Use the default"
            reset: list[tuple[str, tuple[Edit, ...]]] = [(default, (("unset", id, name),))]
            if (bare := without_types(parameter, value)) is not None:
                reset = [("Forget the declared types", (("set", id, name, bare),))]
            if kept := parameter.mended(value):
                left_out = " and ".join(comment(each)[:40] for each in value if each not in kept)
                reset.insert(0, (f"Leave out {left_out}", (("set", id, name, kept),)))
            if walk.may_search() and (other := value_meant(parameter, value)) is not None:
                reset.insert(0, (f"Set {name} to {_worded(other)}", (("set", id, name, other),)))
            if walk.may_search() and (other := without_batch(parameter, value)) is not None:
                reset.insert(0, ("Declare it without B", (("set", id, name, other),)))
            what, came, given = wrong.partition(", got")
            walk.tell(
                id,
                ERROR,
                Misfit(f"{what} {'in' if ' for ' in what else 'for'} {name}{came}{given}", None, tuple(reset)),
            )
            found = True
    return found


def _worded(value: Any) -> str:
    """A value that was meant, for a button: a schedule with its settings, or a word."""
    if not isinstance(value, dict):
        return str(value)
    rest = ", ".join(name for name in value if name != "type")
    return comment(f"{value['type']}({rest})" if rest else value["type"])[:60]


def _cycle(walk: "Walk", cyclic: frozenset[str]) -> None:
    around = order.cycle(walk.graph, cyclic)
    last, first = around[-1], around[0]
    edges = tuple(e for e in walk.graph.edges if (e.source.node, e.target.node) == (last, first))
    cut = (("Remove the wire that closes it", tuple(("disconnect", str(e.source), str(e.target)) for e in edges)),)
    path = " → ".join([*around[:6], *(["..."] if len(around) > 6 else []), first])
    walk.tell(first, ERROR, Misfit(f"feeds itself: {path}", edges[0].target.port, cut), edges)


def _edge(walk: "Walk", edge: Edge, told_at: str) -> None:
    """An edge whose ends are not there is kept, drawn red, and can be removed; one of its nodes tells of it."""
    cut = (("Remove the wire", (("disconnect", str(edge.source), str(edge.target)),)),)
    for side, at in ((1, edge.source), (0, edge.target)):
        if at.node not in walk.graph.nodes:
            there = edge.target if side else edge.source
            known = there.node if there.node in walk.graph.nodes else ""
            what = f"has a wire {'from' if side else 'to'} {at}, but there is no node {at.node[:60]}"
            if known == told_at:
                walk.tell(known, ERROR, Misfit(what, None, cut), (edge,))
            walk.blocked.add(there.node)
            return
        if at.port not in {port.name for port in walk.ports[at.node][side]}:
            kind = "output" if side else "input"
            if at.node == told_at:
                offered = (
                    *(_offered(walk.specs.get(at.node), at) if side else ()),
                    *(port_meant(walk, edge, side) if walk.may_search() else ()),
                )
                walk.tell(at.node, ERROR, Misfit(f"has no {kind} called {at.port[:60]}", None, offered + cut), (edge,))
            walk.blocked.add(edge.target.node)
            return


def _offered(spec: Spec | None, at: End) -> tuple[tuple[str, tuple[Edit, ...]], ...]:
    """An output that a parameter makes appear."""
    when = next((port.when for port in spec.outputs if port.name == at.port and port.when), None) if spec else None
    return ((f"Set {when}", (("set", at.node, when, True),)),) if when else ()


def _side(walk: "Walk", edge: Edge) -> bool:
    """Note a wire that passes from samples to batches without collate, or back."""
    source, target = edge.source.node, edge.target.node
    spec, sides = walk.specs.get(target), walk.sides
    if spec is None or source not in sides:
        return False
    left = sides[source] == order.SAMPLE
    if left and spec.side == "batch":
        why = f"needs a batch, got single samples from {edge.source}"
        repair = (("Insert Collate", (("collate", edge),)),)
        walk.tell(target, ERROR, Misfit(why, edge.target.port, repair), (edge,))
    elif not left and spec.family == "collate":
        why = f"puts samples together, but {edge.source} is a batch already"
        walk.tell(target, ERROR, Misfit(why, edge.target.port, _cut(edge)), (edge,))
    elif not left and spec.family == "transform" and spec.side == order.SAMPLE:
        why = "learns from the rows to train on" if hasattr(spec.declared, "fit") else "takes single samples"
        moved = tuple(before_collate(walk.graph, edge))
        repairs = (*((("Move it there", moved),) if moved else ()), *_cut(edge))
        walk.tell(target, ERROR, Misfit(f"{why}: put it left of Collate", edge.target.port, repairs), (edge,))
    elif not left and sides.get(target) == order.SAMPLE:
        why = f"joins single samples with the batch of {edge.source}"
        walk.tell(target, ERROR, Misfit(why, edge.target.port, _cut(edge)), (edge,))
    else:
        return False
    return True


def _raw(walk: "Walk", edge: Edge) -> bool:
    """Note a wire that brings what was changed where a column is wanted as it was read."""
    source, (target, into) = edge.source.node, edge.target
    spec = walk.specs.get(source)
    if spec is None or spec.family == "dataset" or source in walk.graph.downstream([target]):
        return False  # what feeds itself is told of as that
    why = f"needs a column as it was read, straight from a dataset, got what {source} made of it"
    walk.tell(target, ERROR, Misfit(why, into, (*_as_read(walk, edge), *_cut(edge))), (edge,))
    return True


def _as_read(walk: "Walk", edge: Edge) -> tuple[tuple[str, tuple[Edit, ...]], ...]:
    """The column from which a wire comes in the end, where each node before has one input."""
    at, incoming = edge.source, walk.graph.incoming
    for _ in range(len(walk.graph.nodes)):
        if (spec := walk.specs.get(at.node)) is None:
            return ()
        if spec.family == "dataset":
            return ((f"Take {at}", (("replace", str(at), str(edge.target)),)),)
        before = [e.source for port in walk.ports[at.node][0] for e in incoming.get(End(at.node, port.name), ())]
        if len(before) != 1:
            return ()
        at = before[0]
    return ()


def _cut(edge: Edge) -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
    return (("Remove the wire", (("disconnect", str(edge.source), str(edge.target)),)),)


def _loaders(walk: "Walk") -> None:
    """One Collate a graph."""
    loaders = walk.of("collate")
    for extra in loaders[1:]:
        walk.tell(
            extra,
            ERROR,
            Misfit(
                f"is a second Collate; {loaders[0]} makes the batches already",
                None,
                ((f"Merge it into {loaders[0]}", (("merge", loaders[0]),)), (f"Remove {extra}", (("remove", extra),))),
            ),
        )
