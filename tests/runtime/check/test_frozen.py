"""Frozen layers: training leaves their weights and statistics as they are, and no optimizer has them."""

from pathlib import Path
from typing import Any

import pytest
import torch

from runtime.check.check import check
from runtime.graph.edit import Edit, applied
from tests.runtime.check.torch_says import imported
from tests.runtime.generate.cases import graph_of, program_of

FROZEN = graph_of("frozen")


def test_that_training_leaves_frozen_weights_and_statistics_as_they_are(tmp_path: Path) -> None:
    program: Any = imported(program_of(FROZEN).text, tmp_path, "frozen")
    run = program.prepare(program.options_from(["--epochs", "1", "--device", "cpu", "--threads", "1"]))
    before = {name: value.clone() for name, value in run.model.state_dict().items()}
    assert [event["event"] for event in run][-1] == "finished"
    changed = {
        name.partition(".")[0] for name, value in run.model.state_dict().items() if not value.equal(before[name])
    }
    assert changed == {"scored", "head"}


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        ([("set", "adam", "layers", ["left"])], "adam is to train left, which is frozen"),
        ([("freeze", "scored", True), ("freeze", "head", True)], "adam.loss has nothing to train"),
    ],
)
def test_that_an_optimizer_cannot_train_what_is_frozen(edits: list[Edit], sentence: str) -> None:
    [problem] = check(applied(FROZEN, edits)).of("error")
    assert problem.message.startswith(sentence)


def test_that_a_layer_thaws_again() -> None:
    graph = applied(FROZEN, [("freeze", "left", False), ("freeze", "normed", False)])
    assert check(graph).sound
    assert "requires_grad_" not in program_of(graph).text


@pytest.fixture(autouse=True)
def _threads_as_before() -> Any:
    """A program sets the threads of its process."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)
