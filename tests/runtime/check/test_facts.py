"""What is known of numbers beside their type: set by what makes them, kept by what only moves them, then gone."""

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
from runtime.spec.tensor import ANY, Tensor
from tests.runtime.check.cases import drawn
from tests.runtime.check.test_judge import ruled
from tests.runtime.check.test_problems import FOLDER
from tests.runtime.check.torch_says import SYMBOLS, drawn_values, modules

BOUNDED = [spec.type for spec in catalogue().values() if spec.facts[0] not in (None, ANY)]
BOUNDED += ["nn.Hardtanh", "torch.clamp"]
SAME = [spec.type for spec in catalogue().values() if spec.facts[1]]
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
    cases = [(case, rule) for case in (drawn(spec, random) for _ in range(300)) if (rule := ruled(case)).misfit is None]
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
    cases = [(case, rule) for case in (drawn(spec, random) for _ in range(300)) if (rule := ruled(case)).misfit is None]
    code = modules(cases, tmp_path, type_name.replace(".", "_"))
    assert len(cases) >= 20
    for at, (case, _) in enumerate(cases):
        values = drawn_values(case, SYMBOLS[0])
        out = getattr(code, f"Case{at}")().eval()(*values)
        assert out.dtype == values[0].dtype
        assert set(out.detach().flatten().tolist()) <= set(values[0].detach().flatten().tolist()), str(case)


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
