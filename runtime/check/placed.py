"""Put a node on wires, or take one out so that its wires close behind it, as edits."""

from collections.abc import Iterator
from typing import Any

from runtime.graph.edit import Edit, applied, free_name
from runtime.graph.model import Edge, End, Graph
from runtime.spec.catalogue import catalogue


def inserted(
    graph: Graph, node: str, type_name: str, parameters: dict[str, Any], port: str, at: int | None, names: set[str]
) -> Iterator[Edit]:
    """Put a node on the wires into a port; several on the same wire stand one behind the other."""
    spec = catalogue()[type_name]
    into, out = spec.inputs[0].name, spec.outputs[0].name
    edges = graph.incoming.get(End(node, port), ())
    for edge in edges if at is None else edges[at : at + 1]:
        name = free_name(graph, spec.called, names)
        source = str(edge.source) if not names or at is not None or len(edges) > 1 else f"{sorted(names)[-1]}.output"
        names.add(name)
        yield ("insert", name, type_name, dict(parameters), source, str(edge.target), into, out)


def omitted(graph: Graph, node: str) -> Iterator[Edit]:
    """Lead what comes into a node's first port to wherever the node leads; it goes, and what feeds nothing else."""
    spec = catalogue()[graph.nodes[node].type]
    edges = graph.incoming.get(End(node, spec.inputs[0].name), ())
    yield ("remove", node)
    for edge in graph.edges:
        if edge.source.node == node and len(edges) == 1:
            yield ("connect", str(edges[0].source), str(edge.target))
    gone, waiting = (
        {node},
        [edge.source.node for port in spec.inputs[1:] for edge in graph.incoming.get(End(node, port.name), ())],
    )
    while waiting:
        id = waiting.pop()
        if id in graph.nodes and id not in gone and gone.issuperset(graph.targets[id]):
            gone.add(id)
            waiting += [edge.source.node for edge in graph.around.get(id, ()) if edge.target.node == id]
            yield ("remove", id)


def omitted_row(graph: Graph, node: str) -> Iterator[Edit]:
    """Take out a node and those of its kind that follow, each after the other."""
    specs, row = catalogue(), [node]
    while len(behind := graph.targets[row[-1]]) == 1 and behind[0] not in row:
        if specs[graph.nodes[node].type].group != getattr(specs.get(graph.nodes[behind[0]].type), "group", None):
            break
        row.append(behind[0])
    for id in row if len(row) > 1 else ():
        edits = list(omitted(graph, id))
        graph = applied(graph, edits)
        yield from edits


def before_collate(graph: Graph, edge: Edge) -> Iterator[Edit]:
    """Lead the wire that feeds a field of Collate through the node that alone stands right behind that field."""
    field, node = edge.source, edge.target.node
    before, behind = graph.incoming.get(field, ()), graph.outgoing.get(field, ())
    if graph.nodes[field.node].type != "Collate" or len(before) != 1 or len(behind) != 1:
        return
    out = [each for each in graph.edges if each.source.node == node]
    if len({each.source for each in out}) != 1:
        return
    for each in out:
        yield ("replace", str(field), str(each.target))
    yield ("replace", str(before[0].source), str(edge.target))
    yield ("replace", str(out[0].source), str(field))
