"""What is known of numbers beside their type: set by what makes them, kept by what only moves them, then gone."""

from typing import Any

import pytest

from runtime.check.check import Checker, check
from runtime.check.problem import Report
from runtime.graph.edit import Edit, applied
from runtime.graph.file import load
from runtime.graph.model import End, Graph
from runtime.spec.tensor import ANY, Tensor
from tests.runtime.check.test_problems import FOLDER

YES = "sigmoid_before_a_loss_with_logits"


def graph_of(name: str) -> Graph:
    """A broken graph."""
    return load((FOLDER / f"{name}.json").read_bytes())


def bounds(report: Report, node: str) -> Any:
    """Between which numbers the output of a node lies."""
    found = report.types[End(node, "output")]
    assert isinstance(found, Tensor)
    return found.bounds


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
