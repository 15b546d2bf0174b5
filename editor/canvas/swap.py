"""A node of another type in the place of one: its wires and parameters stay where they fit. Pure; no Qt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from editor.canvas.fitting import takes
from editor.canvas.intents import Intent, input_port, new_name
from runtime.check.problem import Report
from runtime.check.use import known
from runtime.graph.edit import Edit
from runtime.graph.model import Edge, End, Graph, Node
from runtime.spec.node import Spec
from runtime.spec.tensor import Loss

WIDTHS = ("out_features", "out_channels", "hidden_size", "embedding_dim")  # how many features come out


@dataclass(frozen=True)
class Swapped:
    """One undo step, and what was dropped, in a sentence; "" where all was kept."""

    intent: Intent
    dropped: str


def swapping(graph: Graph, report: Report, id: str, type_name: str, given: Mapping[str, Any] | None = None) -> Swapped:
    """Another type for a node; `given` are parameters that are to be set, before those that it has."""
    node, spec = graph.nodes[id], known(graph)[type_name]
    before = known(graph).get(node.type)
    kept, lost = _parameters(node, spec, given or {})
    edits: list[Edit] = [("retype", id, type_name, kept)]
    wires, cut = _wires(graph, report, id, spec, kept)
    edits += wires
    if not spec.weights:
        extra = [key for key in ("shares", "weights", "frozen") if key in node.extra]
        clear = {"shares": ("share", id, None), "weights": ("weights", id, None), "frozen": ("freeze", id, False)}
        edits += [clear[key] for key in extra]
        lost += ["its weights" if key == "weights" else f"that it is {key}" if key == "frozen" else "shared weights"
                 for key in extra]  # fmt: skip
    if node.extra.get("bypass", "") not in {"", *(port.name for port in spec.ports(kept)[0])}:
        edits.append(("bypass", id, None))
        lost.append("that it is bypassed")
    name = id
    if before is not None and _is_default(id, before) and spec.called != before.called:
        name = new_name(graph, spec.called)
        edits.append(("rename", id, name))
    lost += [f"the wire {edge.source} to {edge.target}" for edge in cut]
    dropped = f"{name} is {spec.title} now. Dropped: {', '.join(lost)}." if lost else ""
    return Swapped(Intent(tuple(edits), f"swap {id} for {spec.title}", name), dropped)


def fits_in_place(graph: Graph, report: Report, id: str) -> Callable[[Spec], bool]:
    """Whether a node type has a port for each wire of a node, and is another type."""
    node = graph.nodes[id]

    def fits(spec: Spec) -> bool:
        if spec.type == node.type:
            return False
        return not _wires(graph, report, id, spec, _parameters(node, spec, {})[0])[1]

    return fits


def _is_default(id: str, spec: Spec) -> bool:
    """Whether a node is called as nodes of its type are at first."""
    return id == spec.called or (id.startswith(f"{spec.called}_") and id[len(spec.called) + 1 :].isdigit())


def _parameters(node: Node, spec: Spec, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Those that the other type has too and whose values it takes; the names of the others."""
    kept, lost = dict[str, Any](), list[str]()
    for name, value in node.parameters.items():
        there = name if name in spec.parameter else _other_name(name, spec)
        if there and (_refers(value) or spec.parameter[there].problem(value) is None):
            kept[there] = value
        else:
            lost.append(name)
    starts = {name: value for name, value in spec.starts.items() if name not in kept}
    return {**starts, **kept, **given}, lost


def _other_name(name: str, spec: Spec) -> str:
    """How the size of what comes out is called there."""
    return next((each for each in WIDTHS if each in spec.parameter), "") if name in WIDTHS else ""


def _refers(value: Any) -> bool:
    """Whether a value stands for a parameter of the definition."""
    return isinstance(value, dict) and set(value) == {"parameter"}


def _wires(
    graph: Graph, report: Report, id: str, spec: Spec, parameters: Mapping[str, Any]
) -> tuple[list[Edit], list[Edge]]:
    """Lead the wires of a node to the ports of another type; the wires for which it has none are cut."""
    inputs, outputs = spec.ports(parameters)
    edits, cut, taken = list[Edit](), list[Edge](), set[str]()
    old = known(graph).get(graph.nodes[id].type)
    stood, gave = old.ports(graph.nodes[id].parameters) if old else ((), ())
    names, targets = [port.name for port in inputs], {port.name for port in stood if port.target}
    coming = [edge for edge in graph.around.get(id, ()) if edge.target.node == id]
    for edge in sorted(coming, key=lambda each: each.target.port not in names):  # ports that both have come first
        made, is_target = report.types.get(edge.source), edge.target.port in targets
        free = [port for port in inputs if (port.many or port.name not in taken) and port.target >= is_target]
        fitting = [port.name for port in free if takes(port, made)]
        there = edge.target.port if edge.target.port in fitting else next(iter(fitting), None)
        taken.update([] if there is None else [there])
        edits += _led(edge, None if there is None else Edge(edge.source, End(id, there)), cut)
    sources, new = [port.name for port in gave], [port.name for port in outputs]
    for edge in graph.around.get(id, ()):
        if edge.source.node == id:
            at = sources.index(edge.source.port) if edge.source.port in sources else 0
            out = edge.source.port if edge.source.port in new else next(iter(new[at:]), None)
            fits = out is not None and _gives(spec, graph, edge)
            edits += _led(edge, Edge(End(id, out), edge.target) if out is not None and fits else None, cut)
    return edits, cut


def _gives(spec: Spec, graph: Graph, edge: Edge) -> bool:
    """Whether what comes out may be what the wire's target wants: a loss where it wants one, and only there."""
    port = input_port(graph, edge.target)
    if port is None or str(port.pattern) == "any":
        return True
    return (spec.family == "loss") == (port.pattern.bound(Loss()) is not None)


def _led(edge: Edge, there: Edge | None, cut: list[Edge]) -> list[Edit]:
    if there is None:
        cut.append(edge)
        return [("disconnect", *map(str, edge))]
    return [("lead", *map(str, edge), *map(str, there))] if there != edge else []
