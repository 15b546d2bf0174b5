"""What can be wrong before any type is known: names, unknown types, parameters, wires, cycles, sides, two datasets."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from runtime.check import order
from runtime.check.problem import ERROR, WARNING
from runtime.graph.edit import Edit, free_name
from runtime.graph.model import Edge, End, Graph
from runtime.graph.names import cleaned, fields_in, wrong_name
from runtime.spec.code import comment
from runtime.spec.node import Input, Misfit, Output, Spec

if TYPE_CHECKING:
    from runtime.check.check import Walk


def placeholders(graph: Graph, known: Mapping[str, Spec]) -> dict[str, tuple[tuple[Input, ...], tuple[Output, ...]]]:
    """The ports of the nodes of unknown type: those that their wires name."""
    names: dict[str, tuple[dict[str, None], dict[str, None]]] = {id: ({}, {}) for id in graph.nodes if id not in known}
    for edge in graph.edges if names else ():
        for side, at in ((0, edge.target), (1, edge.source)):
            if at.node in names:
                names[at.node][side][at.port] = None
    return {
        id: (tuple(Input(name=name, many=True) for name in into), tuple(Output(name=name) for name in out))
        for id, (into, out) in names.items()
    }


def examine(walk: "Walk", specs: Mapping[str, Spec], sides: Mapping[str, str], cyclic: frozenset[str]) -> set[str]:
    """Note every problem; the nodes whose types cannot be worked out because of one are returned."""
    fields = fields_in(walk.graph)
    blocked = {id for id in walk.graph.nodes if _wrong_node(walk, id, specs.get(id), fields)}
    if cyclic:
        _cycle(walk, cyclic)
    names = {id: _names(ports, specs.get(id)) for id, ports in walk.ports.items()}
    for edge in walk.graph.edges:
        (source, out), (target, into) = edge
        if out not in names.get(source, NONE)[1] or into not in names.get(target, NONE)[0]:
            _edge(walk, edge, specs, blocked)
    for at, edges in walk.graph.incoming.items():
        if len(edges) == 1:
            continue
        port = next((p for p in walk.ports.get(at.node, ((), ()))[0] if p.name == at.port), None)
        if port and not port.many:
            labels = [(f"Keep the wire from {e.source}", (("replace", str(e.source), str(at)),)) for e in edges]
            walk.tell(at.node, ERROR, Misfit(f"takes one wire, got {len(edges)}", at.port, tuple(labels)), edges)
            blocked.add(at.node)
    blocked |= _sides(walk, specs, sides)
    _loaders(walk, specs)
    return blocked


NONE: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())


def _names(
    ports: tuple[tuple[Input, ...], tuple[Output, ...]], spec: Spec | None
) -> tuple[frozenset[str], frozenset[str]]:
    """The names of a node's inputs and outputs; most nodes have those of their type."""
    if spec and ports[0] is spec.inputs and ports[1] is spec.outputs:
        return spec.port_names
    return frozenset(port.name for port in ports[0]), frozenset(port.name for port in ports[1])


def _wrong_node(walk: "Walk", id: str, spec: Spec | None, fields: Counter[str]) -> bool:
    graph = walk.graph
    if wrong := wrong_name(graph, id, fields):
        new = free_name(graph, cleaned(id))
        walk.tell(id, ERROR, Misfit(wrong, None, ((f"Rename it to {new}", (("rename", id, new),)),)))
    node = graph.nodes[id]
    if spec is None:
        walk.tell(
            id, ERROR, Misfit(f"has a type that this version does not know: {node.type[:60]}. It is kept as it is")
        )
        return True
    found = False
    for name, value in node.parameters.items():
        parameter = spec.parameter.get(name)
        if parameter is None:
            walk.tell(
                id,
                WARNING,
                Misfit(
                    f"has a parameter that {spec.type} does not know, so it is ignored: {name[:60]}",
                    None,
                    ((f"Remove {name[:60]}", (("unset", id, name),)),),
                ),
            )
        elif wrong := parameter.problem(value):
            reset: list[tuple[str, tuple[Edit, ...]]] = [("Use the default", (("unset", id, name),))]
            if kept := parameter.mended(value):
                left_out = " and ".join(comment(each)[:40] for each in value if each not in kept)
                reset.insert(0, (f"Leave out {left_out}", (("set", id, name, kept),)))
            what, came, given = wrong.partition(", got")
            walk.tell(
                id,
                ERROR,
                Misfit(f"{what} {'in' if ' for ' in what else 'for'} {name}{came}{given}", None, tuple(reset)),
            )
            found = True
    return found


def _cycle(walk: "Walk", cyclic: frozenset[str]) -> None:
    around = order.cycle(walk.graph, cyclic)
    last, first = around[-1], around[0]
    edges = tuple(e for e in walk.graph.edges if (e.source.node, e.target.node) == (last, first))
    cut = (("Remove the wire that closes it", tuple(("disconnect", str(e.source), str(e.target)) for e in edges)),)
    path = " → ".join([*around[:6], *(["..."] if len(around) > 6 else []), first])
    walk.tell(first, ERROR, Misfit(f"feeds itself: {path}", edges[0].target.port, cut), edges)


def _edge(walk: "Walk", edge: Edge, specs: Mapping[str, Spec], blocked: set[str]) -> None:
    """An edge whose ends are not there is kept, drawn red, and can be removed."""
    cut = (("Remove the wire", (("disconnect", str(edge.source), str(edge.target)),)),)
    for side, at in ((1, edge.source), (0, edge.target)):
        if at.node not in walk.graph.nodes:
            near = edge.target if side else edge.source
            known = near.node if near.node in walk.graph.nodes else ""
            walk.tell(
                known,
                ERROR,
                Misfit(f"has a wire {'from' if side else 'to'} {at}, but there is no node {at.node[:60]}", None, cut),
                (edge,),
            )
            blocked.add(near.node)
            return
        if at.port not in {port.name for port in walk.ports[at.node][side]}:
            kind = "output" if side else "input"
            offered = _offered(specs.get(at.node), at) if side else ()
            walk.tell(at.node, ERROR, Misfit(f"has no {kind} called {at.port[:60]}", None, offered + cut), (edge,))
            blocked.add(edge.target.node)
            return


def _offered(spec: Spec | None, at: End) -> tuple[tuple[str, tuple[Edit, ...]], ...]:
    """An output that a parameter makes appear."""
    when = next((port.when for port in spec.outputs if port.name == at.port and port.when), None) if spec else None
    return ((f"Set {when}", (("set", at.node, when, True),)),) if when else ()


def _sides(walk: "Walk", specs: Mapping[str, Spec], sides: Mapping[str, str]) -> set[str]:
    """Wires that pass from samples to batches without collate, or back."""
    found = set()
    for edge in walk.graph.edges:
        source, target = edge.source.node, edge.target.node
        spec = specs.get(target)
        if spec is None or source not in sides or target in found:
            continue
        left = sides[source] == order.SAMPLE
        if left and spec.side == "batch":
            why = f"needs a batch, got single samples from {edge.source}"
            walk.tell(
                target, ERROR, Misfit(why, edge.target.port, (("Insert Collate", (("collate", edge),)),)), (edge,)
            )
        elif not left and spec.family == "collate":
            why = f"puts samples together, but {edge.source} is a batch already"
            walk.tell(target, ERROR, Misfit(why, edge.target.port, _cut(edge)), (edge,))
        elif not left and sides.get(target) == order.SAMPLE:
            why = f"joins single samples with the batch of {edge.source}"
            walk.tell(target, ERROR, Misfit(why, edge.target.port, _cut(edge)), (edge,))
        else:
            continue
        found.add(target)
    return found


def _cut(edge: Edge) -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
    return (("Remove the wire", (("disconnect", str(edge.source), str(edge.target)),)),)


def _loaders(walk: "Walk", specs: Mapping[str, Spec]) -> None:
    """One Collate a graph, fed by one dataset."""
    loaders = [id for id, spec in specs.items() if spec.family == "collate"]
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
    for id in loaders[:1]:
        upstream = walk.graph.upstream([id])
        datasets = [other for other, spec in specs.items() if spec.family == "dataset" and other in upstream]
        if len(datasets) > 1:
            walk.tell(
                id,
                ERROR,
                Misfit(f"takes the fields of one dataset, got those of {' and '.join(datasets)}; put both into one"),
            )
