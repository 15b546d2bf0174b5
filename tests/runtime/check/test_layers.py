"""Two linear layers in a row: told of where they are one, and not where there is a reason to have two."""

import pytest

from runtime.check.check import check
from runtime.graph.edit import Edit, applied
from tests.runtime.check.test_problems import graph_of

ROW = graph_of("two_linear_layers_in_a_row")


@pytest.mark.parametrize(
    "edits",
    [
        [("set", "hidden", "out_features", 2)],
        [("freeze", "hidden", True)],
        [("set", "adam", "layers", ["final"])],
        [("weights", "hidden", {"path": "known.pt"})],
        [("weights", None, {"path": "known.pt"})],
        [("insert", "relu", "nn.ReLU", {}, "hidden.output", "final.input", "input", "output")],
        [("add", "out", "Output", {}, (0, 0)), ("connect", "hidden.output", "out.input")],
        [
            (
                "insert",
                "before",
                "nn.Linear",
                {"out_features": 13},
                "batches.features",
                "hidden.input",
                "input",
                "output",
            ),
            ("insert", "relu", "nn.ReLU", {}, "before.output", "hidden.input", "input", "output"),
            ("set", "before", "out_features", 13),
            ("set", "hidden", "out_features", 13),
            ("share", "hidden", "before"),
        ],
    ],
)
def test_that_a_bottleneck_and_layers_that_are_apart_are_left_alone(edits: list[Edit]) -> None:
    report = check(applied(ROW, edits))
    assert [problem.message for problem in report.problems] == []
