"""Names that are nearly right: what was meant is offered first, and files of newer versions are left alone."""

from typing import Any

import pytest

from runtime.check.check import check
from runtime.graph.edit import applied
from runtime.graph.file import dump, load
from runtime.graph.model import Node
from runtime.spec.near import nearest
from tests.runtime.check.test_definitions import DENSE, using
from tests.runtime.check.test_problems import graph_of

SLIPS = [
    ("type_with_a_slip", "Use nn.Flatten"),
    ("input_with_another_name", "Lead it to loss.input"),
    ("output_with_a_short_name", "Take it from final.output"),
    ("parameter_with_a_slip", "Call it out_features"),
    ("schedule_with_a_slip", "Set schedule to StepLR(step_size)"),
    ("schedule_as_a_word", "Set schedule to StepLR"),
    ("choice_with_a_slip", "Set reduction to mean"),
    ("key_with_a_slip", "Call it frozen"),
]


@pytest.mark.parametrize(("name", "label"), SLIPS)
def test_that_what_was_meant_is_the_first_repair_and_mends_all(name: str, label: str) -> None:
    graph = graph_of(name)
    first = check(graph).problems[0].repairs[0]
    assert first.label == label
    assert check(applied(graph, first.edits)).problems == ()


def test_that_a_use_of_a_definition_is_put_right_too() -> None:
    graph = using({"dense": DENSE}, {"first": {"siez": 8}}, "first.output loss.input")
    told = [problem for problem in check(graph).problems if "siez" in problem.message]
    assert [problem.repairs[0].label for problem in told] == ["Call it size"]


def test_that_repeat_beside_the_parameters_is_moved_into_them() -> None:
    graph = using({"dense": DENSE}, {"first": {"size": 13}}, "first.output loss.input")
    node = graph.nodes["first"]
    graph = graph.with_(nodes={**graph.nodes, "first": Node("first", node.type, node.parameters, {"repeat": 3})})
    [problem] = [each for each in check(graph).problems if "repeat" in each.message]
    mended = applied(graph, problem.repairs[0].edits).nodes["first"]
    assert (mended.parameters, mended.extra) == ({"size": 13, "repeat": 3}, {})


def test_that_keys_in_a_file_of_a_newer_version_are_left_alone() -> None:
    newer = dump(graph_of("key_with_a_slip")).replace('"version": 1', '"version": 2')
    assert check(load(newer.encode())).problems == ()


@pytest.mark.parametrize(
    ("name", "meant"), [("nn.linear", "nn.Linear"), ("torch.kat", "torch.cat"), ("xyz", None), ("n" * 1000, None)]
)
def test_that_only_what_is_near_is_meant(name: str, meant: Any) -> None:
    assert nearest(name, ["nn.Linear", "torch.cat", "nn.ReLU"]) == meant
