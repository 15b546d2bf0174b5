"""Layers to which no gradient flows back: told where they can never learn, and not where that is meant."""

from typing import Any

import pytest

from runtime.check.check import Checker, check
from runtime.graph.edit import applied
from runtime.graph.model import Graph
from tests.runtime.check.test_definitions import drawing
from tests.runtime.check.test_problems import graph_of

NODES: dict[str, tuple[str, dict[str, Any]]] = {
    "wine": ("data.Wine", {}),
    "batches": ("Collate", {"fields": ["features", "label"]}),
    "teacher": ("nn.Linear", {"out_features": 3}),
    "best": ("torch.argmax", {"dim": 1}),
    "student": ("nn.Linear", {"out_features": 3}),
    "loss": ("nn.CrossEntropyLoss", {}),
    "adam": ("optim.AdamW", {}),
}
WIRES = (
    "wine.features batches.features",
    "wine.label batches.label",
    "batches.features teacher.input",
    "teacher.output best.input",
    "batches.features student.input",
    "student.output loss.input",
    "loss.output adam.loss",
)


def told(graph: Graph) -> list[str]:
    """The messages of a graph that is sound."""
    report = check(graph)
    assert report.sound, [problem.message for problem in report.problems]
    return [problem.message for problem in report.problems]


def test_that_the_labels_of_a_teacher_are_left_alone() -> None:
    assert told(drawing(NODES, *WIRES, "best.output loss.target")) == []


def test_that_a_layer_behind_a_measured_class_is_left_alone_where_another_way_leads_to_a_loss() -> None:
    nodes = NODES | {"second": ("nn.CrossEntropyLoss", {}), "right": ("metric.Accuracy", {})}
    wires = ("teacher.output second.input", "batches.label second.target", "second.output adam.loss")
    measured = ("best.output right.input", "batches.label right.target", "batches.label loss.target")
    assert told(drawing(nodes, *WIRES, *wires, *measured)) == []


def test_that_a_generator_behind_a_detach_is_left_alone() -> None:
    nodes = NODES | {"best": ("torch.detach", {}), "both": ("torch.add", {})}
    joined = (
        "best.output both.input",
        "student.output both.other",
        "both.output loss.input",
        "batches.label loss.target",
    )
    assert told(drawing(nodes, *WIRES[:5], WIRES[6], *joined)) == []


@pytest.mark.parametrize(
    "edit",
    [
        ("freeze", "hidden", True),
        ("set", "adam", "layers", ["table"]),
        ("weights", "hidden", {"path": "known.pt"}),
        ("weights", None, {"path": "known.pt"}),
    ],
)
def test_that_what_is_not_to_learn_or_has_learned_is_left_alone(edit: tuple[Any, ...]) -> None:
    assert told(applied(graph_of("best_class_looked_up"), [edit])) == []


def test_that_a_later_check_says_the_same_as_the_first() -> None:
    graph, checker = graph_of("best_class_looked_up"), Checker()
    for edit in (
        ("freeze", "hidden", True),
        ("freeze", "hidden", False),
        ("set", "best", "dim", -1),
        ("rename", "best", "most"),
        ("disconnect", "most.output", "table.input"),
        ("connect", "batches.label", "table.input"),
    ):
        checker.check(graph)
        graph = applied(graph, [edit])
        assert checker.check(graph).problems == check(graph).problems
