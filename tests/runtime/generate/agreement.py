"""What torch says to a whole graph: whether a step of its program gives the types that were told, node by node."""

import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import torch

from runtime.check.check import check
from runtime.check.infer import Typed, typed
from runtime.check.problem import ERROR, WARNING, Report
from runtime.generate.drawn import Drawn
from runtime.generate.program import generate
from runtime.graph.edit import applied
from runtime.graph.model import End, Graph, Node
from runtime.spec.catalogue import catalogue
from runtime.spec.tensor import BATCH, FLOATS, Dim, Size, Tensor
from tests.runtime.check.cases import Case
from tests.runtime.check.reasons import NARROWER, STRICTER
from tests.runtime.check.torch_says import EXTREMES, imported, modules, number, said
from tests.runtime.check.verdict import fits, over_batch

# What a check says of numbers that may come.
TOLD = ("training would stop", "knows only those below", "but labels go up to")
# What torch and torchmetrics say of numbers that no loss or metric takes.
OF_NUMBERS = (
    "should be between 0 and 1",
    "negative entry",
    "Detected the following values",
    "Detected more unique values",
    "strictly positive",
    "Class values must be smaller",
    "to have value at most",
    "is out of bounds for dimension with size 0",  # a metric of curves where ignore_index leaves no target
)
# What torch says of series that are shorter than what slides over them, or than what is cut off; only data tells how
# long padded ones are.
OF_LENGTHS = (
    "Padding size should be less",
    "Output size is too small",
    "Kernel size can't be greater",
    "narrow(): length must be non-negative",
)
Seen = tuple[bool, dict[str, Any]]  # whether it was computed with gradients, and the variables of one function


def verdicts(graph: Graph, folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """What came of a graph, (kind, words) each: of it as it is, of the nodes with errors, and of what is left."""
    report = check(graph)
    if report.sound:
        yield from trained(graph, report, folder, name)
        return
    yield from refused(graph, report, folder, name)
    rest = without_wrong(graph, report)
    if rest is not None:
        yield from trained(rest, check(rest), folder, f"{name}_rest")


def without_wrong(graph: Graph, report: Report) -> Graph | None:
    """The graph without the nodes that have problems and all behind them, if that is sound."""
    for _ in range(4):
        wrong = {p.node for p in report.problems if p.severity != WARNING and p.node in graph.nodes}
        behind = set(wrong)
        for id in report.order:
            if behind.intersection(graph.sources[id]):
                behind.add(id)
        graph = applied(graph, [("remove", id) for id in behind])
        report = check(graph)
        if report.sound:
            return graph
    return None


def refused(graph: Graph, report: Report, folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """Each node that a rule refuses: whether torch refuses it too, given what is told to come."""
    cases = []
    for id in dict.fromkeys(problem.node for problem in report.of(ERROR) if problem.node in graph.nodes):
        spec, node = catalogue()[graph.nodes[id].type], graph.nodes[id]
        ends = {port.name: [e.source for e in graph.incoming.get(End(id, port.name), ())] for port in spec.inputs}
        known = all(isinstance(report.types.get(end), Tensor) for found in ends.values() for end in found)
        wrong = any(spec.parameter[key].problem(value) for key, value in node.parameters.items())
        if known and not wrong and spec.family not in ("optimizer", "output", "collate", "dataset"):
            given = tuple((port, tuple(report.types[end] for end in found)) for port, found in ends.items() if found)
            case = Case(spec, dict(node.parameters), given)
            rule = typed(Node("node", spec.type, case.parameters), spec, spec.ports(case.parameters)[0], given)
            if rule.misfit is not None:
                cases.append((case, rule))
    code = modules(cases, folder, f"{name}_refused")
    for at, (case, rule) in enumerate(cases):
        yield judged(case, rule, getattr(code, f"Case{at}"))


def judged(case: Case, rule: Typed, module: type[torch.nn.Module]) -> tuple[str, str]:
    """A node that a rule refuses, as torch sees it."""
    assert rule.misfit is not None
    if said(case, module).raised or (not over_batch(case.spec) and said(case, module, EXTREMES).raised):
        return "both refuse", ""
    stricter = fits(case, rule)
    allowed = case.spec.type in (STRICTER if stricter else NARROWER)
    kind = ("stricter" if stricter else "narrower") if allowed else "WRONG"
    return kind, f"{case}: the rule says {rule.misfit.message}; torch takes it"


def trained(graph: Graph, report: Report, folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """An epoch of the program, in batches of two sizes that are trained on and two that are held out."""
    drawn, seen = Drawn(graph, report), list[Seen]()
    program = imported(generate(graph, report, "graph.json").text, folder, name)
    raised = ""
    with warnings.catch_warnings(), watched(program, seen, drawn):
        warnings.simplefilter("ignore")
        try:
            run = program.prepare(program.options_from(["--epochs=1", "--threads=1", "--device=cpu"]))
            last = list(run)[-1]["event"]
            raised = "" if last == "finished" else f"the last event is {last}"
        except Exception as error:  # whatever torch raises is its verdict
            raised = f"{type(error).__name__}: {error}"
    if raised and by_data(graph, report, raised):
        yield "up to the data", raised
    elif wrong := f"sound, but the program raises {raised[:300]}" if raised else next(unlike(drawn, seen), ""):
        yield "WRONG", wrong
    else:
        yield "trains", ""


def by_data(graph: Graph, report: Report, raised: str) -> bool:
    """Whether torch stopped at a number, of which no type tells, not at a shape or dtype."""
    told = any(words in problem.message for problem in report.problems for words in TOLD)
    short = any(words in raised for words in OF_LENGTHS) and any(map(ragged, report.types.values()))
    return told or short or unbounded(graph, report) or any(words in raised for words in OF_NUMBERS)


def ragged(type: object) -> bool:
    """Whether a length in it is only known of each batch."""
    sizes = [size for size in type.shape if isinstance(size, Size)] if isinstance(type, Tensor) else []
    return any(size.symbol != BATCH.symbol for size in sizes)


@contextmanager
def watched(program: ModuleType, seen: list[Seen], drawn: Drawn) -> Iterator[None]:
    """Keep the variables of every function that is written for the graph, and what the model returns by its name."""

    def look(frame: FrameType, event: str, result: Any) -> None:
        if event != "return" or frame.f_code.co_filename != program.__file__:
            return
        if frame.f_code.co_name in ("forward", "losses", "metrics", "measure"):
            found = {name: value for name, value in frame.f_locals.items() if isinstance(value, torch.Tensor)}
            found |= {k: v for k, v in frame.f_locals.get("batch", {}).items() if isinstance(v, torch.Tensor)}
            if isinstance(model := frame.f_locals.get("self"), torch.nn.Module):  # what is learned has no variable
                found |= dict(model.named_parameters(recurse=False))
            if frame.f_code.co_name == "forward" and result is not None:
                keys = list(drawn.results)
                values = result if isinstance(result, dict) else {keys[0]: result}
                found |= {str(drawn.variable(drawn.results[key])): value for key, value in values.items()}
            seen.append((torch.is_grad_enabled(), found))

    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(None)


def unlike(drawn: Drawn, seen: list[Seen]) -> Iterator[str]:
    """Every value that is not of the type that was told, in words; and what was never computed."""
    named = {str(drawn.variable(end)): end for id in drawn.report.order for end in drawn.ends(id)}
    found: set[str] = set()
    for training, values in seen:
        symbols: dict[str, int] = {}
        for name in sorted(values, key=lambda name: named[name].node != drawn.collate if name in named else True):
            if name not in named:
                continue
            found.add(name)
            end, value = named[name], values[name]
            told = drawn.report.types[end]
            if not isinstance(told, Tensor):
                continue
            if end.node == drawn.collate:
                symbols |= {str(dim): size for dim, size in zip(told.shape, value.shape, strict=True) if dim != size}
            came = (str(value.dtype).removeprefix("torch."), tuple(value.shape))
            if came != (told.dtype, tuple(worked_out(dim, symbols) for dim in told.shape)):
                how = "in training" if training else "in evaluation"
                yield f"{end} of {drawn.graph.nodes[end.node].type} is told {told}, torch gives {came} {how}"
    computed = [*drawn.in_model, *drawn.beside_model]
    used = {str(drawn.variable(end)) for id in computed for end in drawn.ends(id) if end in drawn.graph.outgoing}
    if missing := used - found:
        yield f"never computed: {', '.join(sorted(missing))}"


def worked_out(dim: Dim, symbols: Mapping[str, int]) -> int:
    """A dimension of one batch."""
    return number(dim, symbols)


def unbounded(graph: Graph, report: Report) -> bool:
    """Whether whole numbers come where only those below a bound can be, and theirs is not known: labels squared."""
    for id, node in graph.nodes.items():
        spec = catalogue()[node.type]
        values = spec.values({**node.parameters, **report.inferred.get(id, {})})
        ports = [port.name for port in spec.ports(node.parameters)[0]]
        types: dict[str, Any] = {name: report.types[End(id, name)] for name in ports if End(id, name) in report.types}
        for port in values.below(**types) if hasattr(values, "below") else ():
            if types[port].dtype not in FLOATS and types[port].classes is None:
                return True
    return False
