"""Check a graph: a type for every port, and every problem with node, port, a sentence and repairs that were tried."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from runtime.check import batches, finish, lengths, matrices, order, own, repair, settings, sharing, use, wires
from runtime.check.infer import Given, Typed, typed
from runtime.check.problem import ERROR, OPEN, REMOVE, WARNING, Problem, Report
from runtime.graph.model import Edge, End, Graph, Node
from runtime.spec.code import comment
from runtime.spec.node import Input, Misfit, Output, Spec
from runtime.spec.tensor import Type

LONGEST = 400  # of a sentence about names as long as a file can hold
FEW = 500  # problems; a graph with more was not drawn by a person, and every trial checks it again
Memo = dict[str, tuple[Node, Spec, Given, Typed]]


@dataclass
class Walk:
    """One check under way: the graph, what is known so far, and the candidates for repairs of each problem."""

    graph: Graph
    memo: Memo
    types: dict[End, Type] = field(default_factory=dict)
    inferred: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    candidates: list[tuple[tuple[str, tuple[Any, ...]], ...]] = field(default_factory=list)
    ports: dict[str, tuple[tuple[Input, ...], tuple[Output, ...]]] = field(default_factory=dict)
    given: Mapping[str, Type] | None = None  # what comes into a definition, by input; None in the graph itself

    def tell(self, node: str, severity: str, misfit: Misfit, edges: tuple[Edge, ...] = ()) -> None:
        """Note a problem; its repairs are tried at the end."""
        subject = End(node, misfit.port) if misfit.port else node
        sentence = comment(f"{subject} {misfit.message}")  # names in a file may hold anything
        self.problems.append(Problem(node, misfit.port, severity, sentence[:LONGEST], (), edges))
        self.candidates.append(misfit.repairs)


class Checker:
    """Checks graphs one after another; a node that is as before, and whose inputs are, is not looked at again.

    A definition is checked for the types that are `given` at its inputs.
    """

    def __init__(self, given: Mapping[str, Type] | None = None) -> None:
        self.memo: Memo = {}
        self.given = given

    def check(self, graph: Graph, repairs: bool = True) -> Report:
        """The report on a graph. Without `repairs` none are tried, which is what trying a repair itself does."""
        walk, known = Walk(graph, self.memo, given=self.given), use.known(graph)
        specs = {id: spec for id, node in graph.nodes.items() if (spec := known.get(node.type))}
        sequence, cyclic = order.ordered(graph)
        sides = order.sides(graph, sequence, {id: spec.side for id, spec in specs.items()})
        walk.ports = wires.placeholders(graph, specs)
        walk.ports.update({id: spec.ports(graph.nodes[id].parameters) for id, spec in specs.items()})
        blocked = wires.examine(walk, specs, sides, cyclic) | own.examine(walk, specs) | use.examine(walk, specs)
        settings.examine(walk)
        for id in sequence:
            if id in specs and id not in blocked:
                _visit(walk, graph.nodes[id], specs[id])
        sharing.examine(walk, specs)
        finish.examine(walk, specs)
        batches.examine(walk, specs)
        if self.given is None:
            matrices.examine(walk, specs)
            lengths.examine(walk, specs)
        report = Report(walk.types, tuple(walk.problems), walk.inferred, sides, sequence)
        if not repairs:
            return _in_order(graph, report)
        found = list(report.problems)
        if len(found) <= FEW:
            tried = [repair.tried(self, graph, report, at, steps) for at, steps in enumerate(walk.candidates)]
            found = repair.one_cause(self, graph, tried)
        return _in_order(graph, replace(report, problems=tuple(_with_advice(p) for p in found)))


def check(graph: Graph) -> Report:
    """The report on a graph."""
    return Checker().check(graph)


def _visit(walk: Walk, node: Node, spec: Spec) -> None:
    """Type one node if everything that it waits for is known."""
    if node.type == "Input":
        if walk.given and node.id in walk.given:
            walk.types[End(node.id, "output")] = walk.given[node.id]
        return
    inputs = walk.ports[node.id][0]
    given = _given(walk, node.id, inputs, spec.family != "collate")
    if given is None:
        return
    known = walk.memo.get(node.id)
    if known and known[0] is node and known[1] is spec and known[2] == given:
        result = known[3]
    else:
        result = typed(node, spec, inputs, given)
        walk.memo[node.id] = (node, spec, given, result)
    _note(walk, node.id, result)


def _given(walk: Walk, id: str, inputs: tuple[Input, ...], shown: bool) -> Given | None:
    """What comes into each port, None where something is missing; `shown` where it is kept as the type of the port.

    Collate's are not: its outputs have the names of its inputs.
    """
    incoming: Mapping[Any, tuple[Edge, ...]] = walk.graph.incoming
    types, given = walk.types, []
    for port in inputs:
        edges = incoming.get((id, port.name))
        if edges is None:
            if port.optional:
                continue
            return None
        found = tuple([types[edge.source] for edge in edges if edge.source in types])
        if len(found) < len(edges):
            return None
        given.append((port.name, found))
        if shown and not port.many:
            types[edges[0].target] = found[0]
        elif shown:
            types.update({End(id, f"{port.name}.{at}"): type for at, type in enumerate(found)})
    return tuple(given)


def _note(walk: Walk, id: str, result: Typed) -> None:
    if result.inferred:
        walk.inferred[id] = result.inferred
    for port, type in result.outputs.items():
        walk.types[End(id, port)] = type
    if result.misfit:
        severity = OPEN if result.misfit.open else ERROR
        walk.tell(id, severity, result.misfit, walk.graph.incoming.get(End(id, result.misfit.port or ""), ()))
    for doubt in result.doubts:
        walk.tell(id, WARNING, doubt, walk.graph.incoming.get(End(id, doubt.port or ""), ()))


def _with_advice(problem: Problem) -> Problem:
    """Say what to do: the first repair, as the end of the sentence; to take a wire away is a way out, no advice."""
    if problem.severity == OPEN:
        return replace(problem, message=f"{problem.message}.")
    advice = f" {problem.repairs[0].label}." if problem.repairs and problem.repairs[0].label != REMOVE else ""
    return replace(problem, message=f"{problem.message}.{advice}")


def _in_order(graph: Graph, report: Report) -> Report:
    """Errors, then warnings, then open ends, each in the order of the graph."""
    place = {id: at for at, id in enumerate((*report.order, *graph.nodes))}
    rank = {ERROR: 0, WARNING: 1, OPEN: 2}
    found = sorted(report.problems, key=lambda p: (rank[p.severity], place.get(p.node, -1)))
    return replace(report, problems=tuple(found))
