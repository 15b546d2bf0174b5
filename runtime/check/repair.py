"""Repairs: candidates that rules propose, made into edits, tried on the graph, and kept where they work."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from runtime.check.problem import ERROR, Problem, Repair, Report
from runtime.graph.edit import Edit, applied, free_name
from runtime.graph.model import Edge, End, Graph
from runtime.spec.catalogue import catalogue

if TYPE_CHECKING:
    from runtime.check.check import Checker

MOST_PROBLEMS = 12  # beyond these nobody reads on, and each trial checks the graph again
MOST_REPAIRS = 3


def tried(
    checker: "Checker", graph: Graph, report: Report, at: int, candidates: tuple[tuple[str, tuple[Any, ...]], ...]
) -> Problem:
    """The problem with those of its candidates that do away with it and bring no error that was not there."""
    problem = report.problems[at]
    if at >= MOST_PROBLEMS:
        return problem
    found: list[tuple[int, int, Repair]] = []
    for label, steps in candidates:
        edits = tuple(_edits(graph, problem, steps))
        if edits and (left := _works(checker, graph, report, problem, edits)) is not None:
            found.append((left, len(found), Repair(label, edits)))
        if len(found) == MOST_REPAIRS:
            break
    return replace(problem, repairs=tuple(repair for _, _, repair in sorted(found, key=lambda each: each[:2])))


def _works(checker: "Checker", graph: Graph, report: Report, problem: Problem, edits: tuple[Edit, ...]) -> int | None:
    """How many errors are left after the edits, or None where they do not help."""
    after = type(checker)()
    after.memo = dict(checker.memo)
    found = after.check(applied(graph, edits), repairs=False).problems
    if any((p.node, p.message) == (problem.node, problem.message) for p in found):
        return None
    errors = sum(p.severity == ERROR for p in found)
    same = any((p.node, p.port, p.severity) == (problem.node, problem.port, problem.severity) for p in found)
    return None if same or errors > sum(p.severity == ERROR for p in report.problems) else errors


def _edits(graph: Graph, problem: Problem, steps: tuple[Any, ...]) -> Iterator[Edit]:
    """Candidates may say more than edits can: put a node before a port, widen a layer, insert Collate."""
    names: set[str] = set()
    for verb, *rest in steps:
        if verb == "insert" and len(rest) == 4:
            type_name, parameters, port, at = rest
            yield from _inserted(graph, problem.node, type_name, parameters, port, at, names)
        elif verb == "widen":
            yield from _widened(graph, problem.node, *rest)
        elif verb == "collate":
            yield from _collated(graph, *rest)
        else:
            yield (verb, *(problem.node if value == "{node}" else value for value in rest))


def _inserted(
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


def _widened(graph: Graph, node: str, port: str, size: int) -> Iterator[Edit]:
    """Set the size that the nearest layer upstream gives."""
    edges = graph.incoming.get(End(node, port), ())
    seen: set[str] = set()
    while edges and edges[0].source.node not in seen:
        id = edges[0].source.node
        seen.add(id)
        spec = catalogue().get(graph.nodes[id].type)
        width = next((n for n in ("out_features", "out_channels") if spec and n in spec.parameter), None)
        if width:
            yield ("set", id, width, size)
            return
        edges = tuple(edge for edge in graph.edges if edge.target.node == id)


def _collated(graph: Graph, edge: Edge) -> Iterator[Edit]:
    """Lead the wire through the graph's Collate, or through a new one."""
    loader = next((id for id, node in graph.nodes.items() if node.type == "Collate"), None)
    fields = list(graph.nodes[loader].parameters.get("fields", ())) if loader else []
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
