"""Repairs: candidates that rules propose, made into edits, tried on the graph, and kept where they work."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from runtime.check.problem import ERROR, OPEN, REMOVE, WARNING, Problem, Repair
from runtime.check.steps import edits_of
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
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
        edits = tuple(edits_of(graph, problem.node, steps))
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
