"""The best epoch of a training that goes on: what was best by another figure is none."""

import argparse
import math
from pathlib import Path

import pytest
import torch

from runtime.graph.edit import Edit
from runtime.train.about import carrying
from runtime.train.best import begin_anew
from tests.runtime.train.runs import ready

BEST: Edit = ("run", "best", "accuracy")
PATIENCE: Edit = ("run", "patience", 2)


@pytest.mark.parametrize(
    ("edits", "best"),
    [
        ([], (0.9, 3)),
        ([("set", "loss", "label_smoothing", 0.1), ("set", "adam", "lr", 0.5)], (0.9, 3)),
        ([("retype", "accuracy", "metric.Accuracy", {"top_k": 3})], (-math.inf, 3)),
        ([("run", "best", "loss")], (math.inf, 3)),
    ],
)
def test_that_a_run_that_watches_something_else_than_before_begins_with_no_best_epoch(
    tmp_path: Path, edits: list[Edit], best: tuple[float, int]
) -> None:
    first = ready(tmp_path / "first", "two_models", BEST)
    torch.save(carrying(dict, first)(), first / "checkpoint.pt")
    folder = ready(tmp_path / "second", "two_models", BEST, *edits, resume=first)
    assert begun(folder, first).best == best
    ready(first, "two_models", BEST, *edits, resume=first)  # which ends before its first checkpoint
    assert begun(ready(first, "two_models", BEST, *edits, resume=first), first).best == best


def test_that_a_renamed_loss_is_still_what_is_watched(tmp_path: Path) -> None:
    """What is minimised is called "loss", as the node may be."""
    first = ready(tmp_path / "first", "two_models", PATIENCE)
    torch.save(carrying(dict, first)(), first / "checkpoint.pt")
    folder = ready(tmp_path / "second", "two_models", PATIENCE, ("rename", "loss", "error"), resume=first)
    assert begun(folder, first).best == (0.9, 3)


def begun(folder: Path, before: Path) -> argparse.Namespace:
    """A run as it is about to go on from another."""
    run = argparse.Namespace(best=(0.9, 3), epoch=4)
    begin_anew(run, before, folder)
    return run
