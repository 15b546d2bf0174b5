"""Python of the user's own as nodes: ports by arguments, types as told, and what is wrong in one sentence."""

from typing import Any

import pytest

from runtime.check.check import check
from runtime.graph.edit import applied
from runtime.graph.model import End, Graph
from runtime.spec.catalogue import catalogue
from tests.runtime.generate.cases import graph_of, program_of

OWN = graph_of("own_nodes")


def with_text(text: str, node: str = "logged", **outputs: Any) -> Graph:
    """The case with another text in one of its nodes."""
    return applied(OWN, [("set", node, "source", {"function": text.split("\n"), "outputs": outputs})])


def test_that_the_arguments_are_the_inputs_and_those_with_a_default_may_stay_free() -> None:
    inputs, outputs = catalogue()["own.Function"].ports(OWN.nodes["logged"].parameters)
    assert [(port.name, port.optional) for port in inputs] == [("values", False), ("offset", True)]
    assert [port.name for port in outputs] == ["output"]


def test_that_a_module_takes_what_its_forward_takes() -> None:
    inputs, outputs = catalogue()["own.Module"].ports(OWN.nodes["gate"].parameters)
    assert [port.name for port in inputs] == ["x"]
    assert [port.name for port in outputs] == ["output", "openness"]
    assert str(check(OWN).types[End("gate", "openness")]) == "float32[B]"


def test_that_a_type_of_one_output_takes_no_other_output_away() -> None:
    text = "def both(values):\n    double = 2 * values\n    return values, double"
    graph = with_text(text, values="float32[13]")
    assert [port.name for port in catalogue()["own.Function"].ports(graph.nodes["logged"].parameters)[1]] == [
        "values",
        "double",
    ]
    assert "needs the type that it gives as double" in " ".join(problem.message for problem in check(graph).problems)


def test_that_nodes_with_the_same_text_share_what_it_defines() -> None:
    again = [("add", "again", "own.Function", dict(OWN.nodes["logged"].parameters)), ("add", "out", "Output", {})]
    wires = [("connect", "batches.features", "again.values"), ("connect", "again.output", "out.input")]
    graph = applied(OWN, [*again, *wires])
    assert check(graph).problems == ()
    text = program_of(graph).text
    assert text.count("def squashed(") == 1
    assert "logged = squashed(features)" in text and "again = squashed(features)" in text


def test_that_an_argument_behind_one_that_is_left_out_is_named() -> None:
    text = "def scaled(values, by=None, offset=None):\n    return values"
    graph = with_text(text, output="float32[13]")
    wired = applied(graph, [("connect", "batches.features", "logged.offset")])
    assert check(wired).sound
    assert "logged = scaled(features, offset=features)" in program_of(wired).text


@pytest.mark.parametrize(
    ("text", "outputs", "severity", "sentence"),
    [
        (
            "def f(values):\n    return values",
            {"output": "nonsense"},
            "error",
            "needs a type such as int64[10] for output in source",
        ),
        ("def f(values):\n    return values", {"Out!": "float32[1]"}, "error", "has a port called Out!"),
        (
            "def f(values:\n    return values",
            {"output": "float32[1]"},
            "error",
            "has a text that is not Python",
        ),
        ("x = 1", {"output": "float32[1]"}, "error", "has a text that defines no function"),
        ("import os\nos.remove('x')", {"output": "float32[1]"}, "error", "holds more than imports, functions"),
        (
            "def head(values):\n    return values",
            {"output": "float32[13]"},
            "error",
            "defines head, the name",
        ),
    ],
)
def test_that_a_text_that_cannot_be_is_told_at_its_node(
    text: str, outputs: dict[str, str], severity: str, sentence: str
) -> None:
    problems = [problem for problem in check(with_text(text, **outputs)).problems if problem.node == "logged"]
    assert any(problem.severity == severity and sentence in problem.message for problem in problems), problems


def test_that_a_class_without_forward_is_told() -> None:
    graph = with_text("class Gate:\n    pass", "gate", output="float32[13]")
    assert any("defines Gate, which has no forward" in problem.message for problem in check(graph).of("error"))


def test_that_a_node_without_a_text_is_unfinished() -> None:
    graph = applied(OWN, [("add", "fresh", "own.Function", {})])
    assert [p.severity for p in check(graph).problems if p.node == "fresh"] == ["open"]
