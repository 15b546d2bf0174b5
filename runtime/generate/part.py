"""The part of a graph that one wire needs, as a graph of its own: what is unfinished behind the wire is not in it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from runtime.check.problem import Report
from runtime.check.use import known
from runtime.graph.model import Edge, End, Graph, Node
from runtime.graph.names import further_names, further_of
from runtime.spec.tensor import Tensor, Text

OF_ONE_PROCESS = {"num_workers": 0, "pin_memory": True}  # the second has samples made when they are asked for

OF_ROWS = ("split_by", "sample_by")
IN_ORDER = {"shuffle": False, "validation": 0.0}  # how samples are shown that lead to no Collate yet


@dataclass(frozen=True)
class Part:
    """A graph, and under which names its batches or its model give the values at some ends."""

    graph: Graph
    seen: Mapping[End, str] = field(default_factory=dict)


def collate_of(graph: Graph, id: str = "") -> str | None:
    """The Collate that a node leads to, or the only one."""
    found = [each for each, node in graph.nodes.items() if node.type == "Collate"]
    return next((each for each in found if not id or id in graph.upstream([each])), None)


def samples_part(graph: Graph, report: Report, end: End, bad: Collection[str]) -> Part:
    """What leads to Collate, all of it that has types and is not `bad`, and each value of a sample in a list."""
    needed = graph.upstream([end.node])
    collate = collate_of(graph, end.node) or collate_of(graph)
    if collate and not _last(graph, graph.upstream([collate])) & needed:
        collate = None
    fine = {id for id in graph.upstream([collate]) if _typed(graph, report, id) and id not in bad} if collate else set()
    whole = {id for id in fine if graph.upstream([id]) - {collate} <= fine}
    kept = [id for id in graph.nodes if id in needed | whole and id != collate]
    inner = _datasets(graph, kept) - _last(graph, kept)  # of other rows than those of the batches
    seen_ids = [id for id in kept if id not in inner]
    ends = [each for id in seen_ids for each in ends_of(graph, id) if isinstance(report.types.get(each), Tensor | Text)]
    into = [edge for edge in graph.edges if edge.target.node == collate and edge.target.port not in OF_ROWS]
    fed = {edge.source: edge.target.port for edge in into if edge.source in ends}
    names = dict(zip(ends, _free(graph, "seen", len(ends)), strict=True)) | fed
    seen = {each: names[each] for each in ends}
    id = collate or _free(graph, "batches", 1)[0]
    settings = graph.nodes[id].parameters if collate else IN_ORDER
    ways = dict.fromkeys(seen.values(), "list")
    given = {name: value for name, value in settings.items() if name != "collate_fn"}
    parameters = {**given, **OF_ONE_PROCESS, "fields": list(seen.values()), "collate": ways}
    edges = [Edge(each, End(id, name)) for each, name in seen.items()] + (_of_rows(graph, collate) if collate else [])
    return Part(_cut(graph, kept, edges, Node(id, "Collate", parameters)), seen)


def _of_rows(graph: Graph, collate: str) -> list[Edge]:
    """The wires that say which rows are held out, and how rows are drawn."""
    return [edge for port in OF_ROWS for edge in graph.incoming.get(End(collate, port), ())]


def batches_part(graph: Graph, report: Report, collate: str, bad: Collection[str], only: Collection[str] = ()) -> Part:
    """What leads to the batches, with all that padding adds to them: fields that have types, or those in `only`."""
    part = _batches(graph, report, collate, bad, only)
    beside = [End(collate, each) for each in further_of(part.graph.nodes[collate])]
    outputs = dict(zip(_free(graph, "seen", len(beside)), beside, strict=True))
    nodes = {**part.graph.nodes, **{name: Node(name, "Output") for name in outputs}}
    edges = (*part.graph.edges, *(Edge(each, End(name, "input")) for name, each in outputs.items()))
    return Part(part.graph.with_(nodes=nodes, edges=edges), {**part.seen, **{each: each.port for each in beside}})


def _batches(graph: Graph, report: Report, collate: str, bad: Collection[str], only: Collection[str]) -> Part:
    node = graph.nodes[collate]
    into = [edge for edge in graph.edges if edge.target.node == collate]
    if not node.parameters.get("collate_fn"):
        fine = [edge for edge in into if End(collate, edge.target.port) in report.types]
        fine = [edge for edge in fine if not graph.upstream([edge.source.node]) & set(bad)]
        told = {value for name, value in node.parameters.items() if name != "fields" and isinstance(value, str)}
        asked = {name for name in node.parameters.get("fields", ()) if {name, *further_names(name)} & {*only, *told}}
        into = [edge for edge in fine if not only or edge.target.port in asked] + _of_rows(graph, collate)
    fields = [name for name in node.parameters.get("fields", ()) if name in {edge.target.port for edge in into}]
    ways = {name: way for name, way in node.parameters.get("collate", {}).items() if name in fields}
    parameters = {**node.parameters, **OF_ONE_PROCESS, "fields": fields}
    if "collate" in parameters:
        parameters["collate"] = ways
    kept = [id for id in graph.nodes if id in graph.upstream(edge.source.node for edge in into)]
    return Part(_cut(graph, kept, into, replace(node, parameters=parameters)), {End(collate, n): n for n in fields})


def model_part(graph: Graph, report: Report, end: End) -> Part | None:
    """What leads to a value right of Collate; None where no data does."""
    collate = collate_of(graph)
    needed = graph.upstream([end.node])
    if collate is None or collate not in needed:
        return None
    right = needed - graph.upstream([collate])
    only = {e.source.port for e in graph.edges if e.source.node == collate and e.target.node in right}
    data = _batches(graph, report, collate, (), only).graph
    kept = [id for id in graph.nodes if id in right or id in data.nodes]
    inner = [edge for edge in graph.edges if edge.target.node in right]
    cut = _cut(graph, kept, [*data.edges, *inner], data.nodes[collate])
    return seen_part(cut, [each for id in right for each in ends_of(graph, id)], report)


def seen_part(graph: Graph, ends: Iterable[End], report: Report) -> Part:
    """A graph whose model gives the values at these ends too, those of losses aside; one loss is minimised."""
    tensors = [each for each in ends if isinstance(report.types.get(each), Tensor)]
    names = dict(zip(tensors, _free(graph, "seen", len(tensors)), strict=True))
    outputs = {name: Node(name, "Output") for name in names.values()}
    edges = [Edge(each, End(name, "input")) for each, name in names.items()]
    nodes = {**{id: _of_few(node) for id, node in graph.nodes.items()}, **outputs}
    losses = [each for each in ends if each in report.types and each not in names and each.node in graph.nodes]
    if losses and not any(edge.source in losses for edge in graph.edges):
        optimizer = _free(graph, "optimizer", 1)[0]
        nodes[optimizer] = Node(optimizer, "optim.SGD")
        edges += [Edge(each, End(optimizer, "loss")) for each in losses]
    collate = collate_of(graph)
    if collate is not None:
        there = graph.nodes[collate]
        nodes[collate] = replace(there, parameters={**there.parameters, **OF_ONE_PROCESS})
    return Part(graph.with_(nodes=nodes, edges=(*graph.edges, *edges)), names)


def ends_of(graph: Graph, id: str) -> list[End]:
    """The outputs of a node."""
    spec = known(graph).get(graph.nodes[id].type)
    return [End(id, port.name) for port in spec.ports(graph.nodes[id].parameters)[1]] if spec else []


def _typed(graph: Graph, report: Report, id: str) -> bool:
    return all(end in report.types for end in ends_of(graph, id))


def _datasets(graph: Graph, ids: Iterable[str]) -> set[str]:
    """Those of the nodes from which samples come."""
    types = known(graph)
    return {id for id in ids if (spec := types.get(graph.nodes[id].type)) and spec.family == "dataset"}


def _last(graph: Graph, ids: Iterable[str]) -> set[str]:
    """Those of them that lead to no other of them: a Zip, and not what it puts together."""
    found = _datasets(graph, ids)
    return {id for id in found if len(graph.downstream([id]) & found) == 1}


def _cut(graph: Graph, kept: Iterable[str], into: Iterable[Edge], collate: Node) -> Graph:
    """These nodes and a Collate, with the wires between them; those into Collate are given."""
    ids = [*kept]
    nodes = {id: _of_few(node) for id, node in graph.nodes.items() if id in ids or id == collate.id}
    nodes[collate.id] = collate
    inner = [edge for edge in graph.edges if edge.source.node in nodes and edge.target.node in {*ids} - {collate.id}]
    edges = dict.fromkeys([*inner, *(edge for edge in into if edge.source.node in nodes)])
    return graph.with_(nodes=nodes, edges=tuple(edges), layout={})


def _of_few(node: Node) -> Node:
    """The node as it serves for a few samples, all others of which nobody waits for."""
    if node.type != "transform.Decode":
        return node
    return replace(node, parameters={name: value for name, value in node.parameters.items() if name != "keep"})


def _free(graph: Graph, wish: str, many: int) -> list[str]:
    """Names that nothing in the graph has."""
    fields = {name for node in graph.nodes.values() for name in _listed(node.parameters.get("fields"))}

    def names() -> Iterator[str]:
        number = 0
        while True:
            number += 1
            name = f"{wish}_{number}"
            if name not in graph.nodes and name not in fields:
                yield name

    made = names()
    return [next(made) for _ in range(many)]


def _listed(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | dict) else []
