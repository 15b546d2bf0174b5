"""Nodes that become a definition, and one use of it in their place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from runtime.check.problem import Report
from runtime.check.use import known, learns
from runtime.define.change import Refused, free_definition, with_definition
from runtime.graph.bends import carried, settled, with_bends
from runtime.graph.edit import free_name
from runtime.graph.frames import carried as carried_frames
from runtime.graph.frames import with_frame, without_frame
from runtime.graph.model import Edge, End, Graph, Node, placed
from runtime.graph.weights import AFRESH
from runtime.spec.definition import PREFIX, REFERENCE, references
from runtime.spec.named import MODEL
from runtime.spec.own import FUNCTION, MODULE

Places = Mapping[str, tuple[float, float]]
OUTSIDE = {  # what no definition can hold
    "dataset": "a dataset",
    "collate": "the loader",
    "loss": "a loss",
    "metric": "a metric",
    "optimizer": "an optimizer",
    "output": "an output",
}
NO_NAMES = ("input", "output")  # of ports, that say nothing
ASIDE = 200.0  # from the nodes of a definition to its inputs and outputs
APART = 60.0  # from an input to the next


@dataclass(frozen=True)
class Grouped:
    """The level after it, the new definition's name and the id of its use."""

    level: Graph
    definition: str
    use: str


@dataclass(frozen=True)
class _Crossing:
    """Where wires cross the border: the ends that they come from, each with the name of its port."""

    into: Mapping[End, str]  # of nodes outside
    out: Mapping[End, str]  # of nodes inside


def grouped(
    level: Graph,
    report: Report,
    ids: Iterable[str],
    places: Places,
    wish: str = "block",
    framed: Iterable[str] = (),
) -> Grouped:
    """The nodes as a definition called `wish`, or nearly, and a use of it in their place. Raises Refused.

    Wires that cross become its inputs and outputs. `places` says where the nodes stand, `framed` which frames go along.
    """
    chosen = [id for id in level.nodes if id in set(ids)]
    _examine(level, report, chosen)
    name = free_definition(level, wish)
    crossing = _crossing(level, chosen)
    use = free_name(level.with_(nodes={id: node for id, node in level.nodes.items() if id not in chosen}), name)
    names = {named for _, _, named in references(level.with_(nodes={id: level.nodes[id] for id in chosen}))}
    parameters = {key: value for key, value in level.parameters.items() if key in names}
    made = _definition(level, chosen, crossing, places).with_(parameters=parameters)
    left, top = (min(places[id][axis] for id in chosen) for axis in (0, 1))
    right, bottom = (max(places[id][axis] for id in chosen) for axis in (0, 1))
    at = placed((left + right) / 2, (top + bottom) / 2)
    node = Node(use, PREFIX + name, {key: {REFERENCE: key} for key in parameters}, _frozen(level, chosen))
    for id, frame in carried_frames(level, framed, (-left, -top)).items():
        made, level = with_frame(made, id, frame), without_frame(level, id)
    return Grouped(with_definition(_outside(level, chosen, crossing, node, at), name, made), name, use)


def _examine(level: Graph, report: Report, chosen: Sequence[str]) -> None:
    """Raise Refused where these nodes cannot be a definition."""
    if not chosen:
        raise Refused("Select the nodes that are to become a definition.")
    specs, inside = known(level), set(chosen)
    for id in chosen:
        node = level.nodes[id]
        spec = specs.get(node.type)
        family = spec.family if spec else ""
        if node.type == "Input":
            raise Refused(f"{id} is an input of this definition; leave it out to group.")
        if family in OUTSIDE:
            raise Refused(f"{id} is {OUTSIDE[family]}, which cannot stand in a definition; leave it out to group.")
        if report.sides.get(id) == "sample":
            raise Refused(f"{id} stands before the loader, and a definition takes batches; leave it out to group.")
        if node.type in (FUNCTION, MODULE, MODEL):
            raise Refused(f"{id} is Python of your own, which cannot stand in a definition; leave it out to group.")
        if node.extra.get("weights", AFRESH) is not AFRESH or ("weights" in level.extra and learns(spec, node)):
            raise Refused(f"{id} has weights from a file, which name it as it stands; begin without the file to group.")
    for id, node in level.nodes.items():
        other = node.shares
        if other in level.nodes and (id in inside) != (other in inside):
            raise Refused(f"{id} has the weights of {other}; group both or neither.")
    _examine_optimizers(level, inside)
    behind = level.downstream(inside) - inside
    round_about = [id for id in level.nodes if id in behind and id in level.upstream(inside)]
    if round_about:
        raise Refused(f"{round_about[0]} is fed by the selection and feeds it; group it too, or less.")


def _examine_optimizers(level: Graph, inside: set[str]) -> None:
    specs = known(level)
    learnt = {id for id in inside if learns(specs.get(level.nodes[id].type), level.nodes[id])}
    for id, node in level.nodes.items():
        named = _layers(node) & inside
        if named and named != learnt:
            lacking = next((each for each in level.nodes if each in learnt - named), next(iter(named)))
            raise Refused(f"{id} trains {next(iter(sorted(named)))} alone; group it without {lacking}.")


def _layers(node: Node) -> set[str]:
    found = node.parameters.get("layers")
    return {each for each in found if isinstance(each, str)} if isinstance(found, list) else set()


def _frozen(level: Graph, chosen: Sequence[str]) -> dict[str, Any]:
    """What the use says of itself: frozen where all that learns in it was."""
    specs = known(level)
    learnt = [level.nodes[id] for id in chosen if learns(specs.get(level.nodes[id].type), level.nodes[id])]
    frozen = [node.extra.get("frozen") is True for node in learnt]
    if any(frozen) and not all(frozen):
        one = next(node.id for node, still in zip(learnt, frozen, strict=True) if still)
        raise Refused(f"{one} is frozen and other layers of the selection are not; group either.")
    return {"frozen": True} if frozen and all(frozen) else {}


def _crossing(level: Graph, chosen: Sequence[str]) -> _Crossing:
    """The ends outside that feed the nodes, and those inside that feed others or, where none does, end nowhere."""
    inside, taken = set(chosen), Graph({id: level.nodes[id] for id in chosen})
    into = [edge for edge in level.edges if edge.target.node in inside and edge.source.node not in inside]
    out = [edge.source for edge in level.edges if edge.source.node in inside and edge.target.node not in inside]
    names: dict[str, None] = {}

    def named(wish: str) -> str:
        name = free_name(taken, wish, names)
        names[name] = None
        return name

    taking: dict[End, str] = {}
    for source, target in into:
        if source not in taking:
            taking[source] = named(next((p for p in (target.port, source.port) if p not in NO_NAMES), "x"))
    giving = {source: named(source.port) for source in dict.fromkeys(out or _loose(level, chosen))}
    if not giving:
        raise Refused("Nothing comes out of the selection, so it cannot be a definition.")
    return _Crossing(taking, giving)


def _loose(level: Graph, chosen: Sequence[str]) -> list[End]:
    """The first outputs of the nodes that feed nothing."""
    specs = known(level)
    last = [level.nodes[id] for id in chosen if not level.targets[id] and level.nodes[id].type in specs]
    ports = [(node.id, specs[node.type].ports(node.parameters)[1]) for node in last]
    return [End(id, outputs[0].name) for id, outputs in ports if outputs]


def _definition(level: Graph, chosen: Sequence[str], crossing: _Crossing, places: Places) -> Graph:
    inputs = {name: Node(name, "Input") for name in crossing.into.values()}
    outputs = {name: Node(name, "Output") for name in crossing.out.values()}
    specs, nodes = known(level), [level.nodes[id] for id in chosen]
    inner = {node.id: _thawed(node) if learns(specs.get(node.type), node) else node for node in nodes}
    edges = [
        Edge(End(crossing.into[edge.source], "output"), edge.target) if edge.source in crossing.into else edge
        for edge in level.edges
        if edge.target.node in inner
    ]
    edges += [Edge(source, End(name, "input")) for source, name in crossing.out.items()]
    left, top = (min(places[id][axis] for id in chosen) for axis in (0, 1))
    right = max(places[id][0] for id in chosen)
    layout = {id: placed(places[id][0] - left, places[id][1] - top) for id in chosen}
    layout |= {name: placed(-ASIDE, at * APART) for at, name in enumerate(inputs)}
    layout |= {name: placed(right - left + ASIDE, at * APART) for at, name in enumerate(outputs)}
    made = Graph({**inputs, **inner, **outputs}, tuple(edges), layout=layout)
    return with_bends(made, carried(level, {id: id for id in inner}, (-left, -top)))


def _thawed(node: Node) -> Node:
    """A layer as it stands inside: whether it is frozen is said by the use."""
    return replace(node, extra={key: value for key, value in node.extra.items() if key != "frozen"})


def _outside(
    level: Graph,
    chosen: Sequence[str],
    crossing: _Crossing,
    use: Node,
    at: tuple[float, float],
) -> Graph:
    """The level with the use where the first of the nodes stood, and wires to it in the places of theirs."""
    inside = set(chosen)
    nodes: dict[str, Node] = {}
    for id, node in level.nodes.items():
        if id == chosen[0]:
            nodes[use.id] = use
        if id not in inside:
            nodes[id] = _trained(node, inside, use.id)
    edges: dict[Edge, None] = {}
    for source, target in level.edges:
        if source.node in inside and target.node in inside:
            continue
        if target.node in inside:
            target = End(use.id, crossing.into[source])
        if source.node in inside:
            source = End(use.id, crossing.out[source])
        edges[Edge(source, target)] = None
    layout = {id: place for id, place in level.layout.items() if id not in inside} | {use.id: at}
    return settled([level.edges], level.with_(nodes=nodes, edges=tuple(edges), layout=layout))


def _trained(node: Node, inside: set[str], use: str) -> Node:
    """An optimizer that names the nodes names their use instead."""
    if not _layers(node) & inside:
        return node
    layers = dict.fromkeys(use if each in inside else each for each in node.parameters["layers"])
    return replace(node, parameters={**node.parameters, "layers": list(layers)})
