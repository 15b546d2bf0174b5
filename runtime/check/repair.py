"""Repairs: candidates that rules propose, made into edits, tried on the graph, and kept where they work."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from runtime.check.features import features
from runtime.check.further import Further, further, opened
from runtime.check.order import SAMPLE
from runtime.check.problem import ERROR, OPEN, REMOVE, WARNING, Problem, Repair
from runtime.check.steps import edits_of
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph, end
from runtime.spec.code import comment
from runtime.spec.listed import listed

if TYPE_CHECKING:
    from runtime.check.walk import Walk

Candidates = tuple[tuple[str, tuple[Any, ...]], ...]
Found = tuple[bool, bool, int, int, int, Repair]  # a way out, moves on, errors, warnings, at, the repair
MOST_PROBLEMS = 12  # beyond these nobody reads on, and each trial checks the graph again
MOST_REPAIRS = 3
NAMED = 3  # others that a problem names
MOST_NODES = 15_000  # that trials of one check go through in all: of large graphs only the first problems have repairs
RENAMING = ("remake", "rewire")  # steps behind which it is known for the first time what a node takes


@dataclass
class Trial:
    """A graph whose problems are known, and the walk with which checks of its repairs begin."""

    graph: Graph
    base: "Walk"
    problems: Sequence[Problem]
    now: "Walk"  # what is known of the graph as it is
    nodes: int = 0  # that were gone through so far

    def after(self, edits: tuple[Edit, ...]) -> list[Problem]:
        """The problems of the graph after the edits."""
        from runtime.check.check import walked
        from runtime.check.use import DEEP, MOST_TRIED

        self.nodes += len(self.graph.nodes)
        before = DEEP.set(MOST_TRIED)  # no trials within trials
        try:
            return list(walked(applied(self.graph, edits), self.base, self.base.given).problems)
        finally:
            DEEP.reset(before)


def tried(trial: Trial, at: int, candidates: Candidates) -> Problem:
    """The problem with those of its candidates that do away with it and bring no error that was not there.

    Those that leave the fewest errors and bring the fewest warnings come first, taking the wire away last. What only
    moves an error on is kept where nothing else helps.
    """
    problem, graph = trial.problems[at], trial.graph
    if at >= MOST_PROBLEMS:
        return problem
    found: list[Found] = []
    for label, steps in (*_anywhere(problem), *candidates, *_removal(problem, candidates)):
        if label == REMOVE and _opens(trial, problem):
            found.append((True, False, 0, 0, len(found), Repair(label, tuple(edits_of(graph, problem.node, steps)))))
            continue
        edits = tuple(edits_of(graph, problem.node, steps))
        renames = any(verb in RENAMING for verb, *_ in steps)
        if edits and (left := _works(trial, problem, edits, renames)) is not None:
            removes = label == REMOVE or label.startswith(f"{REMOVE} in ")  # in a definition
            found.append((removes, *left, len(found), Repair(comment(label), edits)))
    for *_, errors, _, _, repair in islice(_tried(trial, problem, features(trial.now, problem)), MOST_REPAIRS - 1):
        found.append((False, False, errors, -1, len(found), repair))  # before what embeds, whatever it is warned of
    found += islice(_tried(trial, problem, opened(trial.now, problem), len(found)), 1)
    if all(each[0] or each[1] or each[3] > 0 for each in found):
        found += _tried(trial, problem, further(trial.now, problem), len(found))
    found.sort(key=lambda each: each[:5])
    last = found[-1:] if found and found[-1][0] else []
    best = found[: len(found) - len(last)]
    if best and not best[0][1]:
        best = [each for each in best if not each[1]]
    return replace(problem, repairs=tuple(repair for *_, repair in (*best[: MOST_REPAIRS - len(last)], *last)))


def _tried(trial: Trial, problem: Problem, more: Iterable[Further], at: int = 0) -> Iterator[Found]:
    """What of this does away with the problem and brings no other error."""
    for label, edits in more:
        left = _works(trial, problem, edits, renames=False) if edits else None
        if left is not None and not left[0]:
            yield (False, *left, at, Repair(comment(label), edits))
            at += 1


def _anywhere(problem: Problem) -> Candidates:
    """What may help wherever a type does not fit: wires that change places, what a recurrent layer ends in."""
    if problem.severity != ERROR or problem.port is None or len(problem.edges) != 1:
        return ()
    swap = (f"Swap the wires into {problem.port} and the target", (("swap", problem.port),))
    state = ("Take the last layer's state with torch.select", (("last", False),))
    return swap, state, ("Take the last step with torch.select", (("last", True),))


def _removal(problem: Problem, candidates: Candidates) -> Candidates:
    """Whatever is wrong with a wire, it can be taken away, which leaves an open end."""
    known = any(label.startswith(REMOVE) for label, _ in candidates)
    if problem.severity != ERROR or problem.port is None or len(problem.edges) != 1 or known:
        return ()
    edge = problem.edges[0]
    return ((REMOVE, (("disconnect", str(edge.source), str(edge.target)),)),)


def _opens(trial: Trial, problem: Problem) -> bool:
    """Whether without its wire the port is open for certain, and nothing behind it has a type: no need to try that.

    What takes samples alone and is fed with batches stands on another side without its wire, which others may mind.
    """
    from runtime.check.use import known

    node = trial.graph.nodes.get(problem.node)
    spec = known(trial.graph).get(node.type) if node else None
    if node is None or spec is None or spec.side == SAMPLE:
        return False
    port = next((each for each in spec.ports(node.parameters)[0] if each.name == problem.port), None)
    return port is not None and not port.optional and not port.many and len(problem.edges) == 1


def one_cause(trial: Trial, problems: list[Problem]) -> list[Problem]:
    """What the repair of a warning does away with behind it is the same problem; an error there makes it an error.

    So are warnings that the same edits mend: they are told once, with the wires of all.
    """
    merged, others = _mended_alike(problems)
    return [_naming(each, others.get((each.node, each.message), ())) for each in _without_what_follows(trial, merged)]


def _without_what_follows(trial: Trial, problems: list[Problem]) -> list[Problem]:
    told = {(p.node, p.message) for p in trial.problems}
    for warning in problems:
        if warning.severity != WARNING or not warning.repairs or len(problems) == 1:
            continue
        behind = trial.graph.downstream([warning.node]) - {warning.node}
        if all(p.node not in behind for p in problems):
            continue
        after = trial.after(warning.repairs[0].edits)
        left = {(p.node, p.message) for p in after}
        if any(p.severity == ERROR and (p.node, p.message) not in told for p in after):
            continue  # what it does away with may be out of reach only
        gone = [p for p in problems if p.node in behind and p.severity != OPEN and (p.node, p.message) not in left]
        if gone:
            worst = ERROR if any(p.severity == ERROR for p in gone) else WARNING
            left_over = [replace(p, severity=worst) if p is warning else p for p in problems if p not in gone]
            return sorted(left_over, key=lambda p: p.severity != ERROR)
    return problems


def _mended_alike(problems: list[Problem]) -> tuple[list[Problem], dict[tuple[str, str], list[str]]]:
    """Each with the wires of those that its repair mends; by node and message, of whom else the same is said."""
    found: list[Problem] = []
    others: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        told = problem.severity == WARNING and problem.repairs
        alike = (at for at, each in enumerate(found) if told and each.severity == WARNING and each.repairs)
        at = next((at for at in alike if found[at].repairs[0].edits == problem.repairs[0].edits), None)
        if at is None:
            found.append(problem)
        else:
            found[at] = replace(found[at], edges=(*found[at].edges, *problem.edges))
            if _without_subject(problem) == _without_subject(found[at]):
                others.setdefault((found[at].node, found[at].message), []).append(_subject(problem))
    return found, others


def _subject(problem: Problem) -> str:
    return f"{problem.node}.{problem.port}" if problem.port else problem.node


def _without_subject(problem: Problem) -> str:
    return problem.message.removeprefix(_subject(problem))


def _naming(problem: Problem, others: Sequence[str]) -> Problem:
    """The problem, its sentence followed by where else the same is."""
    if not others:
        return problem
    more = len(others) - NAMED
    shown = [*others[:NAMED], *([f"{more} more"] if more > 0 else [])]
    return replace(problem, message=f"{problem.message}. So it is with {listed(shown)}")


def _works(trial: Trial, problem: Problem, edits: tuple[Edit, ...], renames: bool) -> tuple[bool, int, int] | None:
    """Whether another error comes up, how many are left and how many warnings come up; None where edits do not help.

    They do not where they break what they change in another way, nor what is only doubted where that leaves more to
    doubt. What has its right name may show what else is wrong.
    """
    if trial.nodes >= MOST_NODES:
        return None
    found = trial.after(edits)
    if any((p.node, p.message) == (problem.node, problem.message) for p in found):
        return None
    errors, before = ([p for p in problems if p.severity == ERROR] for problems in (found, trial.problems))
    same = sum(_alike(p, problem) for p in found) >= sum(_alike(p, problem) for p in trial.problems)
    known = {(p.node, p.message) for p in before}
    new = [p for p in errors if (p.node, p.message) not in known]
    if renames and problem.severity == ERROR:
        return False, len(errors), 0
    if same or len(errors) > len(before) or any(p.node in (problem.node, *_changed(edits)) for p in new):
        return None
    if problem.severity == WARNING and (new or len(found) > len(trial.problems)):
        return None
    told = {(p.node, p.message) for p in trial.problems}
    return bool(new), len(errors), sum(p.severity == WARNING and (p.node, p.message) not in told for p in found)


def _alike(one: Problem, other: Problem) -> bool:
    return (one.node, one.port, one.severity) == (other.node, other.port, other.severity)


def _changed(edits: tuple[Edit, ...]) -> Iterator[str]:
    """The nodes that edits make, set or lead wires into."""
    for edit in edits:
        verb, first, *rest = edit
        if verb in ("add", "set", "insert"):
            yield first
        if verb in ("connect", "replace", "insert"):
            yield end(rest[{"insert": 3}.get(verb, 0)]).node
