"""Bypass nodes: what comes in goes out as if they were not there, where the types allow it. Pure; no Qt."""

from collections.abc import Callable, Collection

from editor.canvas.intents import Intent, Refusal
from runtime.check.problem import ERROR, Problem, Report
from runtime.check.use import known
from runtime.graph.bypass import bypassed, joined, set_aside
from runtime.graph.edit import Edit, applied
from runtime.graph.model import End, Graph

Check = Callable[[Graph], Report]


def bypassing(graph: Graph, report: Report, ids: Collection[str], check: Check) -> Intent | Refusal:
    """Bypass nodes, or take them in again where all of them are bypassed; `check` reports on the graph afterwards."""
    on = [id for id in ids if not set_aside(graph, id)]
    edits: list[Edit] = []
    for id in on or ids:
        port = _through(graph, report, id) if on else None
        if on and port is None:
            what = "comes into" if not _comes(graph, id) else "goes out of"
            return Refusal(f"{id} cannot be bypassed: nothing {what} it.")
        edits.append(("bypass", id, port))
    named = ", ".join(on or ids) if len(on or ids) < 4 else f"{len(on or ids)} nodes"
    text = f"bypass {named}" if on else f"take in {named}"
    after = applied(graph, edits)
    if on and (why := _wrong(graph, report, after, check(after))):
        return Refusal(f"{', '.join(on)} cannot be bypassed: {why}")
    return Intent(tuple(edits), text)


def _comes(graph: Graph, id: str) -> list[str]:
    """The inputs to which wires lead."""
    return [edge.target.port for edge in graph.around.get(id, ()) if edge.target.node == id]


def _through(graph: Graph, report: Report, id: str) -> str | None:
    """The input that is to go through: one of the type that comes out now, else the first; None where there is none."""
    spec = known(graph).get(graph.nodes[id].type)
    inputs, outputs = spec.ports(graph.nodes[id].parameters) if spec else ((), ())
    wired = [port.name for port in inputs if End(id, port.name) in graph.incoming]
    if not wired or not outputs:
        return None
    made = report.types.get(End(id, outputs[0].name))
    sources = {name: report.types.get(graph.incoming[End(id, name)][0].source) for name in wired}
    return next((name for name in wired if sources[name] == made), wired[0])


def _wrong(graph: Graph, report: Report, after: Graph, found: Report) -> str:
    """What would be wrong then and is not now."""
    ends = [edge for edge in after.edges if not bypassed(after, edge.target.node)]
    if len(joined(after)) < len(ends):
        return "a port would get the same wire twice."
    now = {_of(problem) for problem in report.of(ERROR)}
    new = next((problem for problem in found.of(ERROR) if _of(problem) not in now), None)
    return f"{new.message.removesuffix('.')}." if new is not None else ""


def _of(problem: Problem) -> tuple[str, str | None]:
    return problem.node, problem.port
