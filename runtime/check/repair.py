"""Repairs: candidates that rules propose, made into edits, tried on the graph, and kept where they work."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from runtime.check.problem import ERROR, OPEN, REMOVE, WARNING, Problem, Repair
from runtime.graph.edit import Edit, applied, free_name
from runtime.graph.model import Edge, End, Graph
from runtime.graph.names import fields_of
from runtime.spec.catalogue import catalogue
from runtime.spec.code import comment

if TYPE_CHECKING:
    from runtime.check.walk import Walk

Candidates = tuple[tuple[str, tuple[Any, ...]], ...]
MOST_PROBLEMS = 12  # beyond these nobody reads on, and each trial checks the graph again
MOST_REPAIRS = 3


@dataclass(frozen=True)
class Trial:
    """A graph whose problems are known, and the walk with which checks of its repairs begin."""

    graph: Graph
    base: "Walk"
    problems: Sequence[Problem]

    def after(self, edits: tuple[Edit, ...]) -> list[Problem]:
        """The problems of the graph after the edits."""
        from runtime.check.check import walked
        from runtime.check.use import DEEP, MOST_TRIED

        before = DEEP.set(MOST_TRIED)  # no trials within trials
        try:
            return list(walked(applied(self.graph, edits), self.base, self.base.given).problems)
        finally:
            DEEP.reset(before)


def tried(trial: Trial, at: int, candidates: Candidates) -> Problem:
    """The problem with those of its candidates that do away with it and bring no error that was not there.

    Those that leave the fewest errors come first, taking the wire away last.
    """
    problem, graph = trial.problems[at], trial.graph
    if at >= MOST_PROBLEMS:
        return problem
    found: list[tuple[bool, int, int, Repair]] = []
    for label, steps in (*candidates, *_removal(problem, candidates)):
        edits = tuple(_edits(graph, problem, steps))
        if edits and (left := _works(trial, problem, edits)) is not None:
            found.append((label == REMOVE, left, len(found), Repair(comment(label), edits)))
    found.sort(key=lambda each: each[:3])
    last = found[-1:] if found and found[-1][0] else []
    kept = [*found[: len(found) - len(last)][: MOST_REPAIRS - len(last)], *last]
    return replace(problem, repairs=tuple(repair for *_, repair in kept))


def _removal(problem: Problem, candidates: Candidates) -> Candidates:
    """Whatever is wrong with a wire, it can be taken away, which leaves an open end."""
    known = any(label.startswith(REMOVE) for label, _ in candidates)
    if problem.severity != ERROR or problem.port is None or len(problem.edges) != 1 or known:
        return ()
    edge = problem.edges[0]
    return ((REMOVE, (("disconnect", str(edge.source), str(edge.target)),)),)


def one_cause(trial: Trial, problems: list[Problem]) -> list[Problem]:
    """What the repair of a warning does away with behind it is the same problem; an error there makes it an error."""
    for warning in problems:
        if warning.severity != WARNING or not warning.repairs or len(problems) == 1:
            continue
        behind = trial.graph.downstream([warning.node]) - {warning.node}
        if all(p.node not in behind for p in problems):
            continue
        left = {(p.node, p.message) for p in trial.after(warning.repairs[0].edits)}
        gone = [p for p in problems if p.node in behind and p.severity != OPEN and (p.node, p.message) not in left]
        if gone:
            worst = ERROR if any(p.severity == ERROR for p in gone) else WARNING
            return [replace(p, severity=worst) if p is warning else p for p in problems if p not in gone]
    return problems


def _works(trial: Trial, problem: Problem, edits: tuple[Edit, ...]) -> int | None:
    """How many errors are left after the edits, or None where they do not help."""
    found = trial.after(edits)
    if any((p.node, p.message) == (problem.node, problem.message) for p in found):
        return None
    errors = sum(p.severity == ERROR for p in found)
    same = any((p.node, p.port, p.severity) == (problem.node, problem.port, problem.severity) for p in found)
    return None if same or errors > sum(p.severity == ERROR for p in trial.problems) else errors


def _edits(graph: Graph, problem: Problem, steps: tuple[Any, ...]) -> Iterator[Edit]:
    """Candidates may say more than edits can; the verbs of STEPS look at the graph first."""
    names: set[str] = set()
    for verb, *rest in steps:
        if verb == "insert" and len(rest) == 4:
            type_name, parameters, port, at = rest
            yield from _inserted(graph, problem.node, type_name, parameters, port, at, names)
        elif verb in STEPS:
            yield from STEPS[verb](graph, problem.node, *rest)
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


def _upward(graph: Graph, node: str, port: str) -> Iterator[Edge]:
    """The wire into a port, the first wire into the node that it comes from, and so on."""
    edges = graph.incoming.get(End(node, port), ())
    seen: set[str] = set()
    while edges and (id := edges[0].source.node) not in seen and id in graph.nodes:
        yield edges[0]
        seen.add(id)
        edges = tuple(edge for edge in graph.edges if edge.target.node == id)


def _sized(graph: Graph, node: str, port: str) -> tuple[str, str] | None:
    """The nearest layer upstream that has a size to set, and the parameter that sets it."""
    for edge in _upward(graph, node, port):
        spec = catalogue().get(graph.nodes[edge.source.node].type)
        width = next((n for n in ("out_features", "out_channels") if spec and n in spec.parameter), None)
        if width:
            return edge.source.node, width
    return None


def _widened(graph: Graph, node: str, port: str, size: int) -> Iterator[Edit]:
    """Set the size that the nearest layer upstream gives."""
    if found := _sized(graph, node, port):
        yield ("set", *found, size)


def _flattened(graph: Graph, node: str, port: str) -> Iterator[Edit]:
    """Make rows of what comes into the nearest layer upstream."""
    if found := _sized(graph, node, port):
        yield from _inserted(graph, found[0], "nn.Flatten", {}, "input", None, set())


def _skipped(graph: Graph, node: str, port: str) -> Iterator[Edit]:
    """Lead past the nearest node upstream that keeps its numbers within bounds; it goes if nothing else needs it."""
    for edge in _upward(graph, node, port):
        id = edge.source.node
        spec, before = catalogue().get(graph.nodes[id].type), next(_upward(graph, id, "input"), None)
        bounds, same = spec.facts if spec else (None, False)
        if before is None or not (bounds or same):
            return
        if bounds:
            yield ("replace", str(before.source), str(edge.target))
            if len(graph.outgoing[edge.source]) == 1:
                yield ("remove", id)
            return


def _omitted(graph: Graph, node: str) -> Iterator[Edit]:
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
            waiting += [edge.source.node for edge in graph.edges if edge.target.node == id]
            yield ("remove", id)


def _stacked(graph: Graph, node: str, port: str) -> Iterator[Edit]:
    """Let Collate stack the samples of the field from which a wire comes."""
    for edge in _upward(graph, node, port):
        loader = graph.nodes[edge.source.node]
        ways = loader.parameters.get("collate")
        if loader.type == "Collate" and isinstance(ways, dict):
            rest = {field: way for field, way in ways.items() if field != edge.source.port}
            yield ("set", loader.id, "collate", rest)


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


def _cut(graph: Graph, node: str, port: str, at: int) -> Iterator[Edit]:
    """Take away wire number `at` into a port."""
    edge = graph.incoming[End(node, port)][at]
    yield ("disconnect", str(edge.source), str(edge.target))


def _led(graph: Graph, node: str, port: str, into: str) -> Iterator[Edit]:
    """Lead the wires of one port into another that has none yet."""
    spec = catalogue()[graph.nodes[node].type]
    free = into in spec.port_names[0] and not graph.incoming.get(End(node, into))
    for edge in graph.incoming.get(End(node, port), ()) if free else ():
        yield ("disconnect", str(edge.source), str(edge.target))
        yield ("connect", str(edge.source), f"{node}.{into}")


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


def _setting(graph: Graph, node: str, parameter: str, name: str, value: Any) -> Iterator[Edit]:
    """Another value for one setting in a parameter that holds several; None leaves it out."""
    given = graph.nodes[node].parameters.get(parameter, {})
    rest = {key: item for key, item in given.items() if key != name}
    yield ("set", node, parameter, rest if value is None else {**rest, name: value})


STEPS: dict[str, Callable[..., Iterator[Edit]]] = {
    "widen": _widened,
    "flatten": _flattened,
    "skip": _skipped,
    "omit": _omitted,
    "stack": _stacked,
    "become": _become,
    "cut": _cut,
    "lead": _led,
    "merge": _merged,
    "collate": _collated,
    "setting": _setting,
}
