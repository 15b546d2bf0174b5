"""Steps of repairs, made into edits: they say more than edits can, since they look at the graph first."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from runtime.check.placed import inserted, omitted, omitted_row
from runtime.check.upward import (
    filled,
    flattened,
    last_of,
    scaled,
    skipped,
    stacked,
    tokenized,
    unflattened,
    unscaled,
    widened,
)
from runtime.graph.edit import Edit, free_name
from runtime.graph.model import Edge, End, Graph
from runtime.graph.names import cleaned, fields_of
from runtime.spec.catalogue import catalogue


def edits_of(graph: Graph, node: str, steps: tuple[Any, ...]) -> Iterator[Edit]:
    """Candidates may say more than edits can; the verbs of STEPS look at the graph first."""
    names: set[str] = set()
    for verb, *rest in steps:
        if verb == "insert" and len(rest) == 4:
            type_name, parameters, port, at = rest
            yield from inserted(graph, node, type_name, parameters, port, at, names)
        elif verb in STEPS:
            yield from STEPS[verb](graph, node, *rest)
        else:
            yield (verb, *(node if value == "{node}" else value for value in rest))


def _become(graph: Graph, node: str, type_name: str) -> Iterator[Edit]:
    """Another type for a node, under its name and with its wires."""
    old, known = graph.nodes[node], catalogue()[type_name].parameter
    yield ("remove", node)
    kept = {name: value for name, value in old.parameters.items() if name in known}
    yield ("add", node, type_name, kept, graph.layout.get(node, (0.0, 0.0)))
    if isinstance(note := old.extra.get("note"), str):
        yield ("note", node, note)
    for edge in graph.edges:
        if node in (edge.source.node, edge.target.node):
            yield ("connect", str(edge.source), str(edge.target))


def _remade(
    graph: Graph, node: str, type_name: str, parameters: Mapping[str, Any], extra: Mapping[str, Any]
) -> Iterator[Edit]:
    """The node with another type, or other keys; its wires keep their order."""
    yield ("remove", node)
    yield ("add", node, type_name, dict(parameters), graph.layout.get(node, (0.0, 0.0)), dict(extra))
    for edge in graph.edges:
        if node in (edge.source.node, edge.target.node):
            yield ("connect", str(edge.source), str(edge.target))


def _rewired(graph: Graph, node: str, source: str, target: str, to_source: str, to_target: str) -> Iterator[Edit]:
    """Another end for a wire."""
    yield ("disconnect", source, target)
    yield ("connect", to_source, to_target)


def _cut(graph: Graph, node: str, port: str, at: int) -> Iterator[Edit]:
    """Take away wire number `at` into a port."""
    edge = graph.incoming[End(node, port)][at]
    yield ("disconnect", str(edge.source), str(edge.target))


def _led(graph: Graph, node: str, port: str, into: str) -> Iterator[Edit]:
    """Lead the wires of one port into another that has none yet."""
    spec = catalogue()[graph.nodes[node].type]
    free = into in spec.port_names.inputs and not graph.incoming.get(End(node, into))
    for edge in graph.incoming.get(End(node, port), ()) if free else ():
        yield ("disconnect", str(edge.source), str(edge.target))
        yield ("connect", str(edge.source), f"{node}.{into}")


def _swapped(graph: Graph, node: str, port: str) -> Iterator[Edit]:
    """Let the wires into the first port and the target of a loss change places."""
    spec = catalogue().get(graph.nodes[node].type)
    targets = [each.name for each in spec.inputs if each.target] if spec else []
    if spec is None or len(targets) != 1 or spec.inputs[0].name != port:
        return
    ends = End(node, port), End(node, targets[0])
    edges = [edge for at in ends for edge in graph.incoming.get(at, ())]
    if [edge.target for edge in edges] == [*ends]:
        yield from (("disconnect", str(edge.source), str(edge.target)) for edge in edges)
        yield from (("connect", str(edge.source), str(at)) for edge, at in zip(edges, ends[::-1], strict=True))


def _merged(graph: Graph, node: str, into: str) -> Iterator[Edit]:
    """Lead all that goes through one Collate through another, and remove the first."""
    fields = fields_of(graph.nodes[into])
    names: dict[str, str] = {}
    for edge in graph.edges:
        if node in (edge.source.node, edge.target.node):
            field = edge.target.port if edge.target.node == node else edge.source.port
            names[field] = names.get(field) or (field if field not in fields else free_name(graph, field, fields))
            fields += [names[field]] if names[field] not in fields else []
    yield ("remove", node)
    yield ("set", into, "fields", fields)
    for edge in graph.edges:
        if edge.target.node == node:
            yield ("connect", str(edge.source), f"{into}.{names[edge.target.port]}")
        elif edge.source.node == node:
            yield ("connect", f"{into}.{names[edge.source.port]}", str(edge.target))


def _collated(graph: Graph, node: str, edge: Edge) -> Iterator[Edit]:
    """Lead the wire through the graph's Collate, or through a new one."""
    loader = next((id for id, node in graph.nodes.items() if node.type == "Collate"), None)
    fields = fields_of(graph.nodes[loader]) if loader else []
    known = next((e.target for e in graph.outgoing.get(edge.source, ()) if e.target.node == loader), None)
    name = known.port if known else free_name(graph, edge.source.port, fields)
    yield ("disconnect", str(edge.source), str(edge.target))
    if loader is None:
        loader = free_name(graph, "batches", [name])
        (x, y), (u, v) = (graph.layout.get(end.node, (0.0, 0.0)) for end in edge)
        yield ("add", loader, "Collate", {"fields": [name]}, ((x + u) / 2, (y + v) / 2))
    elif not known:
        yield ("set", loader, "fields", [*fields, name])
    if not known:
        yield ("connect", str(edge.source), f"{loader}.{name}")
    yield ("connect", f"{loader}.{name}", str(edge.target))


def _zipped(graph: Graph, node: str, datasets: tuple[str, ...]) -> Iterator[Edit]:
    """Lead what goes from several datasets to other nodes through one: a Zip or Join among them, or a new Zip."""
    zipped = next((id for id in datasets if graph.nodes[id].type in ("data.Zip", "data.Join")), None)
    fields = fields_of(graph.nodes[zipped]) if zipped else []
    edges = [
        e for e in graph.edges if e.source.node in datasets and e.source.node != zipped and e.target.node != zipped
    ]
    names = {e.source: e.target.port for e in graph.edges if zipped and e.target.node == zipped}
    fresh: dict[End, str] = {}
    for edge in edges:
        if edge.source not in names:
            wish = cleaned(edge.source.port)
            name, number = wish, 1
            while name in (*fields, *fresh.values()):
                number += 1
                name = f"{wish}_{number}"
            fresh[edge.source] = name
    names |= fresh
    if zipped is None:
        zipped = free_name(graph, "zipped")
        places = [graph.layout.get(id, (0.0, 0.0)) for id in (*datasets, node)]
        at = (sum(x for x, _ in places) / len(places), sum(y for _, y in places) / len(places))
        yield ("add", zipped, "data.Zip", {"fields": [*fresh.values()]}, at)
    else:
        yield ("set", zipped, "fields", [*fields, *fresh.values()])
    yield from (("connect", str(source), f"{zipped}.{name}") for source, name in fresh.items())
    for edge in edges:
        yield ("disconnect", str(edge.source), str(edge.target))
        yield ("connect", f"{zipped}.{names[edge.source]}", str(edge.target))


def _setting(graph: Graph, node: str, parameter: str, name: str, value: Any) -> Iterator[Edit]:
    """Another value for one setting in a parameter that holds several; None leaves it out."""
    given = graph.nodes[node].parameters.get(parameter, {})
    rest = {key: item for key, item in given.items() if key != name}
    yield ("set", node, parameter, rest if value is None else {**rest, name: value})


STEPS: dict[str, Callable[..., Iterator[Edit]]] = {
    "widen": widened,
    "flatten": flattened,
    "skip": skipped,
    "fill": filled,
    "omit": omitted,
    "omit row": omitted_row,
    "swap": _swapped,
    "stack": stacked,
    "scale": scaled,
    "tokenize": tokenized,
    "unscale": unscaled,
    "unflatten": unflattened,
    "last": last_of,
    "become": _become,
    "remake": _remade,
    "rewire": _rewired,
    "cut": _cut,
    "lead": _led,
    "merge": _merged,
    "collate": _collated,
    "zip": _zipped,
    "setting": _setting,
}
