"""Nodes put on wires and taken out of them, swapped, and wires in another order: as edits, as in `intents`. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from editor.canvas.fitting import joint, takes
from editor.canvas.intents import Intent, Refusal, input_port, new_name, takes_many
from runtime.check.problem import Report
from runtime.check.use import known
from runtime.graph.bends import bends, parted
from runtime.graph.edit import Edit
from runtime.graph.model import Edge, End, Graph


@dataclass(frozen=True)
class Healing:
    """Edits that join what stands around nodes without them, and a sentence for each input that stays open."""

    edits: tuple[Edit, ...]
    left: tuple[str, ...]


def insertion(graph: Graph, report: Report, type_name: str, edge: Edge) -> Intent | None:
    """A new node in the middle of a wire; None where it has no input or no output for it."""
    spec = known(graph)[type_name]
    ports = joint(spec, spec.starts, report.types.get(edge.source))
    if ports is None:
        return None
    id = new_name(graph, spec.called)
    edit: Edit = ("insert", id, type_name, dict(spec.starts), *map(str, edge), *ports)
    return Intent((edit,), f"insert {id}", id)


def splice(graph: Graph, report: Report, id: str, edge: Edge) -> Intent | None:
    """A node that has no wires onto a wire; None where it cannot stand there."""
    node = graph.nodes[id]
    spec = known(graph).get(node.type)
    ports = joint(spec, dict(node.parameters), report.types.get(edge.source)) if spec is not None else None
    if ports is None or id in (edge.source.node, edge.target.node):
        return None
    into, out = ports
    halves = Edge(edge.source, End(id, into)), Edge(End(id, out), edge.target)
    wires: list[Edit] = [("lead", *map(str, edge), *map(str, halves[1])), ("connect", *map(str, halves[0]))]
    start, at, stop = (graph.layout.get(each, (0.0, 0.0)) for each in (edge.source.node, id, edge.target.node))
    dots = parted(bends(graph).get(edge, ()), (start, stop), at)
    wires += [("bend", *map(str, half), some) for half, some in zip(halves, dots, strict=True) if some]
    return Intent(tuple(wires), f"insert {id}", id)


def healing(graph: Graph, report: Report, ids: Collection[str]) -> Healing:
    """Take nodes out of their wires, those among them excepted: what fed them feeds what they fed, where types fit."""
    coming = [edge for edge in graph.edges if edge.target.node in ids and edge.source.node not in ids]
    going = [edge for edge in graph.edges if edge.source.node in ids and edge.target.node not in ids]
    edits: list[Edit] = []
    left: list[str] = []
    dots = bends(graph)
    for edge in going:
        sources = _sources(graph, report, ids, coming, edge)
        port = input_port(graph, edge.target)
        source = next((each for each in sources if takes(port, report.types.get(each))), None)
        if source is not None:
            edits.append(("lead", *map(str, edge), str(source), str(edge.target)))
            first = next(each for each in coming if each.source == source)
            if along := (*dots.get(first, ()), *dots.get(edge, ())):
                edits.append(("bend", str(source), str(edge.target), along))
        else:
            edits.append(("disconnect", *map(str, edge)))
            if sources and port is not None:
                made = report.types.get(sources[0])
                left.append(f"{edge.target} stays open: it accepts {port.pattern}, and {sources[0]} gives {made}.")
    edits += [("disconnect", *map(str, edge)) for edge in coming]
    return Healing(tuple(edits), tuple(left))


def _sources(graph: Graph, report: Report, ids: Collection[str], coming: Iterable[Edge], edge: Edge) -> list[End]:
    """What could take the place of an output: what feeds it, first of the same type, of the same field, of the node."""
    inner = graph.with_(
        edges=tuple(each for each in graph.edges if each.source.node in ids and each.target.node in ids)
    )
    feeding = inner.upstream([edge.source.node])
    made = report.types.get(edge.source)
    found = [each for each in coming if each.target.node in feeding]

    def unlike(each: Edge) -> tuple[bool, bool, bool]:
        other_field = each.target.port != edge.source.port
        return report.types.get(each.source) != made, other_field, each.target.node != edge.source.node

    return [each.source for each in sorted(found, key=unlike)]


def removal_with_healing(graph: Graph, report: Report, ids: Collection[str]) -> tuple[Intent, tuple[str, ...]]:
    """Nodes away, their neighbours joined; and what stays open."""
    healed = healing(graph, report, ids)
    text = f"take out {next(iter(ids))}" if len(ids) == 1 else f"take out {len(ids)} nodes"
    return Intent((*healed.edits, *(("remove", id) for id in ids)), text), healed.left


def reordering(graph: Graph, edge: Edge, by: int) -> Intent | Refusal:
    """A wire so many places earlier (below 0) or later among those of its port."""
    wires = list(graph.incoming.get(edge.target, ()))
    if not takes_many(graph, edge.target):
        return Refusal(f"{edge.target} takes one wire; there is no order in it.")
    at = wires.index(edge)
    to = at + by
    if not 0 <= to < len(wires):
        return Refusal(f"It is the {'first' if by < 0 else 'last'} wire of {edge.target} already.")
    wires.insert(to, wires.pop(at))
    away: list[Edit] = [("disconnect", *map(str, each)) for each in wires]
    back: list[Edit] = [("connect", *map(str, each)) for each in wires]
    return Intent((*away, *back), f"order the wires of {edge.target}")


def wires_of_copies(graph: Graph, copied: dict[str, str]) -> list[Edit]:
    """The wires that come to nodes from others, once more for their copies: from the same sources."""
    found: list[Edit] = []
    for source, target in graph.edges:
        if target.node in copied and source.node not in copied:
            found.append(("connect", str(source), f"{copied[target.node]}.{target.port}"))
    return found
