"""What is known of numbers beside their type: set by what makes them, kept by what only moves them, then gone."""

from dataclasses import replace
from math import isfinite
from pathlib import Path
from random import Random
from typing import Any

import pytest
import torch

from runtime.check.check import Checker, check
from runtime.check.problem import Report
from runtime.graph.edit import Edit, applied
from runtime.graph.file import load
from runtime.graph.model import End, Graph
from runtime.spec.catalogue import catalogue
from runtime.spec.tensor import ANY, FLOATS, Tensor, Type
from tests.runtime.check.cases import Case, drawn
from tests.runtime.check.test_judge import JUDGED, ruled
from tests.runtime.check.test_problems import FOLDER
from tests.runtime.check.torch_says import SYMBOLS, corrupts, drawn_values, modules, shape_of, tensors

BOUNDED = [spec.type for spec in catalogue().values() if spec.facts[0] not in (None, ANY)]
BOUNDED += ["nn.Hardtanh", "torch.clamp"]
SAME = [spec.type for spec in catalogue().values() if spec.facts[1]]
WITH_NUMBERS = [name for name in JUDGED if catalogue()[name].family not in ("loss", "metric")]
DRAWN = 150  # cases a type, of which twenty fit at least
YES = "sigmoid_before_a_loss_with_logits"


def graph_of(name: str) -> Graph:
    """A broken graph."""
    return load((FOLDER / f"{name}.json").read_bytes())


def bounds(report: Report, node: str) -> Any:
    """Between which numbers the output of a node lies."""
    found = report.types[End(node, "output")]
    assert isinstance(found, Tensor)
    return found.bounds


@pytest.mark.filterwarnings("ignore:Implicit dimension choice")
@pytest.mark.parametrize("type_name", BOUNDED)
def test_that_what_comes_out_lies_within_the_bounds(type_name: str, tmp_path: Path) -> None:
    spec, random = catalogue()[type_name], Random(type_name)
    cases = [
        (case, rule) for case in (drawn(spec, random) for _ in range(DRAWN)) if (rule := ruled(case)).misfit is None
    ]
    tensors = [(case, found) for case, rule in cases if isinstance(found := rule.outputs["output"], Tensor)]
    known = [(case, found.bounds) for case, found in tensors if found.bounds]
    code = modules([(case, ruled(case)) for case, _ in known], tmp_path, type_name.replace(".", "_"))
    assert len(known) >= 20
    torch.manual_seed(0)
    for at, (case, (low, high)) in enumerate(known):
        values = [(each.detach() * 20 - 9).to(each.dtype) for each in drawn_values(case, SYMBOLS[0])]
        out = getattr(code, f"Case{at}")().eval()(*values)
        out = out[~out.isnan()]
        assert bool(((out >= low) & (out <= high)).all()), str(case)


@pytest.mark.parametrize("type_name", SAME)
def test_that_the_numbers_that_come_out_are_those_that_went_in(type_name: str, tmp_path: Path) -> None:
    spec, random = catalogue()[type_name], Random(type_name)
    cases = [
        (case, rule) for case in (drawn(spec, random) for _ in range(DRAWN)) if (rule := ruled(case)).misfit is None
    ]
    code = modules(cases, tmp_path, type_name.replace(".", "_"))
    assert len(cases) >= 20
    for at, (case, _) in enumerate(cases):
        values = drawn_values(case, SYMBOLS[0])
        out = getattr(code, f"Case{at}")().eval()(*values)
        assert out.dtype == values[0].dtype
        assert set(out.detach().flatten().tolist()) <= set(values[0].detach().flatten().tolist()), str(case)


def known(case: Case, random: Random) -> Case:
    """The case with something known of the numbers at every port: bounds of floats, classes of whole numbers."""

    def told(each: Type) -> Type:
        assert isinstance(each, Tensor)
        low = random.choice([-3.0, -1.0, 0.0, 0.5])
        if each.dtype in FLOATS:
            return replace(each, bounds=(low, low + random.choice([0.5, 1.0, 255.0])))
        return replace(each, classes=random.choice([2, 4])) if each.dtype != "bool" else each

    return replace(case, given=tuple((port, tuple(map(told, types))) for port, types in case.given))


def of(type: Type) -> torch.Tensor:
    """Numbers of a type of which something is known, both ends among them."""
    assert isinstance(type, Tensor)
    shape, dtype = shape_of(type, SYMBOLS[0]), getattr(torch, type.dtype)
    if type.dtype in FLOATS:
        low, high = type.bounds or (0.0, 1.0)
        share = torch.rand(shape)
        return (low + (high - low) * torch.where(share < 0.2, 0.0, torch.where(share > 0.8, 1.0, share))).to(dtype)
    return torch.randint(0, type.classes or 2, shape).to(dtype)


def lies_within(type: Type, out: torch.Tensor) -> bool:
    """Whether numbers lie where their type says that they do, but for what rounding adds."""
    assert isinstance(type, Tensor)
    if type.classes is not None:
        whole = out.long()  # bytes are compared with a byte
        return bool(((whole >= 0) & (whole < type.classes)).all())
    if type.bounds is None:
        return True
    low, high = type.bounds
    room = 1e-2 * max([1.0, *(abs(each) for each in type.bounds if isfinite(each))])
    kept = out[~out.isnan()].double()
    return bool(((kept >= low - room) & (kept <= high + room)).all())


def facts_judged(type_name: str, count: int, folder: Path) -> int:
    """How many outputs were told of anything; what torch gives contradicts none of it."""
    spec, random, told = catalogue()[type_name], Random(f"facts of {type_name}"), 0
    cases = [known(drawn(spec, random), random) for _ in range(count)]
    fitting = [(case, rule) for case in cases if (rule := ruled(case)).misfit is None]
    fitting = [(case, rule) for case, rule in fitting if any(map(says, rule.outputs.values()))]
    code = modules(fitting, folder, type_name.replace(".", "_"))
    torch.manual_seed(0)
    for at, (case, rule) in enumerate(fitting):
        module, ports = getattr(code, f"Case{at}")(), case.spec.ports(case.parameters)[1]
        values = [of(each) for _, types in case.given for each in types]
        if corrupts(case, values[0]) if values else False:
            continue
        try:
            with torch.no_grad():
                made = list(tensors(module.eval()(*values)))
        except (RuntimeError, IndexError):  # indices that were drawn for nothing in particular
            continue
        for port, out in zip(ports, made, strict=True):
            told += says(rule.outputs[port.name])
            assert lies_within(rule.outputs[port.name], out), f"{case}: {rule.outputs[port.name]!r}"
    return told


def says(type: Type) -> bool:
    """Whether anything is known of numbers beside their type."""
    return isinstance(type, Tensor) and (type.classes is not None or type.bounds not in (None, ANY))


@pytest.mark.filterwarnings("ignore")  # torch's, of what the check has warned of
@pytest.mark.parametrize("type_name", WITH_NUMBERS)
def test_that_what_comes_out_is_what_is_told_of_it(type_name: str, tmp_path: Path) -> None:
    print(f"{type_name}: {facts_judged(type_name, 16, tmp_path)} outputs told of")


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("type_name", WITH_NUMBERS)
def test_that_what_comes_out_is_what_is_told_of_it_for_long(type_name: str, tmp_path: Path) -> None:
    facts_judged(type_name, 1000, tmp_path)


def test_that_bounds_are_set_by_what_squashes_and_kept_by_what_only_moves() -> None:
    report = check(graph_of(YES))
    assert [bounds(report, id) for id in ("final", "chance", "flat")] == [ANY, (0.0, 1.0), (0.0, 1.0)]


@pytest.mark.parametrize("type_name", ["nn.Linear", "nn.Dropout", "torch.mean"])
def test_that_a_layer_behind_forgets_them(type_name: str) -> None:
    behind: Edit = ("insert", "behind", type_name, {}, "chance.output", "flat.input", "input", "output")
    assert bounds(check(applied(graph_of(YES), [behind])), "behind") in (None, ANY)


def test_that_a_changed_fact_is_seen_by_a_checker_that_remembers() -> None:
    graph, checker = graph_of(YES), Checker()
    assert checker.check(graph).problems != ()
    edits = [("connect", "final.output", "flat.input"), ("disconnect", "chance.output", "flat.input")]
    mended = applied(graph, [*edits, ("remove", "chance")])
    assert str(check(mended).types[End("flat", "output")]) == str(check(graph).types[End("flat", "output")])
    assert checker.check(mended).problems == ()
    assert checker.check(graph).problems == check(graph).problems


def test_that_a_loss_is_led_past_a_sigmoid_that_others_need() -> None:
    graph = graph_of("sigmoid_that_a_metric_needs_too")
    mended = applied(graph, check(graph).problems[0].repairs[0].edits)
    assert [str(edge.source) for edge in mended.edges if edge.target == End("loss", "input")] == ["final.output"]
    assert [str(edge.source) for edge in mended.edges if edge.target == End("accuracy", "input")] == ["chance.output"]


def test_that_a_sigmoid_that_nobody_needs_any_more_goes() -> None:
    graph = graph_of(YES)
    mended = applied(graph, check(graph).problems[0].repairs[0].edits)
    assert "chance" not in mended.nodes
    assert check(mended).problems == ()
