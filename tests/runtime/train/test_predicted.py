"""What a model predicts at the end of a run: the table of its classes, its numbers, its worst pictures."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from runtime.check.check import check
from runtime.generate.drawn import Drawn
from runtime.graph.edit import applied
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.places import EXAMPLES
from runtime.train.predictable import ASKED, FILE, keep
from runtime.train.predicted import SHOWN, predict


class Given(nn.Module):
    """Gives what it is given."""

    def forward(self, scores: Tensor) -> Tensor:
        """The same."""
        return scores


class Run:
    """A run of a model that gives a column of the data, two rows a batch."""

    def __init__(self, columns: dict[str, Tensor]) -> None:
        self.columns, self.model, self.epoch = columns, Given(), 4
        self.rows = {"validation": torch.arange(100, 100 + len(columns["scores"]))}

    def feed(self, part: str, epoch: int, start: int = 0) -> Any:
        """The batches."""
        for at in range(0, len(self.rows[part]), 2):
            yield {name: column[at : at + 2] for name, column in self.columns.items()}

    def evaluate(self, part: str) -> None:
        """As a program does it."""
        for batch in self.feed(part, 0):
            self.model(batch["scores"])


def found(folder: Path, asked: dict[str, Any], **columns: Tensor) -> dict[str, Any]:
    """What is written for a run with these columns."""
    about = {"target": "label", "picture": None, **asked}
    (folder / ASKED).write_text(json.dumps(about), encoding="utf-8")
    run = Run(columns)
    feed = run.feed
    assert predict(run, folder)
    assert run.feed == feed and not run.model._forward_hooks
    read: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return read


def test_that_every_row_is_counted_under_its_true_class_and_the_one_it_was_taken_for(tmp_path: Path) -> None:
    scores = torch.tensor([[9.0, 0.0], [0.0, 9.0], [9.0, 0.0], [9.0, 0.0], [0.0, 9.0]])
    asked = {"loss": "nn.CrossEntropyLoss", "classes": ["cat", "dog"]}
    told = found(tmp_path, asked, scores=scores, label=torch.tensor([0, 1, 1, 1, -100]))
    assert told["table"] == [[1, 0], [2, 1]]
    assert (told["count"], told["left_out"], told["epoch"]) == (4, 1, 3)


def test_that_yes_or_no_has_two_classes(tmp_path: Path) -> None:
    asked = {"loss": "nn.BCEWithLogitsLoss", "classes": ["0", "1"]}
    told = found(
        tmp_path, asked, scores=torch.tensor([[2.0], [-1.0], [3.0]]), label=torch.tensor([[1.0], [1.0], [0.0]])
    )
    assert told["table"] == [[0, 1], [1, 1]]


def test_that_numbers_are_kept_in_pairs_and_those_not_finite_as_nothing(tmp_path: Path) -> None:
    scores = torch.tensor([[1.5], [float("nan")], [2.0]])
    told = found(tmp_path, {"loss": "nn.MSELoss"}, scores=scores, label=torch.tensor([[1.0], [2.0], [3.0]]))
    assert told["true"] == [1.0, 2.0, 3.0]
    assert told["predicted"] == [1.5, None, 2.0]


def test_that_the_worst_pictures_come_first_with_their_rows(tmp_path: Path) -> None:
    many = 2 * SHOWN
    label = torch.zeros(many, dtype=torch.int64)
    scores = torch.stack([torch.linspace(5, -5, many), torch.zeros(many)], 1)
    picture = torch.arange(many, dtype=torch.uint8).reshape(-1, 1, 1, 1).expand(-1, 1, 8, 8)
    asked = {"loss": "nn.CrossEntropyLoss", "classes": ["cat", "dog"], "picture": "picture"}
    told = found(tmp_path, asked, scores=scores, label=label, picture=picture)["pictures"]
    assert [each["row"] for each in told[:SHOWN]] == [*range(100 + many - 1, 100 + many - 1 - SHOWN, -1)]
    assert told[0] | {"png": ""} == {"row": 147, "worst": True, "true": "cat", "predicted": "dog", "png": ""}
    assert [each["row"] for each in told[SHOWN:]] == [*range(100, 100 + SHOWN)]


def test_that_a_run_that_is_asked_to_stop_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / ASKED).write_text(json.dumps({"loss": "nn.MSELoss", "target": "label", "picture": None}))
    (tmp_path / "control").write_text("stop\n")
    run = Run({"scores": torch.zeros(4, 1), "label": torch.zeros(4, 1)})
    assert not predict(run, tmp_path)
    assert not (tmp_path / FILE).exists()
    assert not predict(SimpleNamespace(rows={"training": []}), tmp_path)


def asked_of(graph: Graph, folder: Path) -> dict[str, Any] | None:
    """What a run of a graph is asked to keep."""
    (folder / ASKED).unlink(missing_ok=True)
    keep(Drawn(graph, check(graph)), folder)
    file = folder / ASKED
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


@pytest.mark.parametrize(
    ("example", "picture", "first"),
    [("two_models", "image", "0"), ("penguins", None, "Adelie"), ("drawings", "picture", "animals")],
)
def test_that_classes_have_the_names_of_the_data(example: str, picture: str | None, first: str, tmp_path: Path) -> None:
    about = asked_of(load((EXAMPLES / f"{example}.json").read_bytes()), tmp_path)
    assert about is not None
    assert (about["loss"], about["target"], about["picture"]) == ("nn.CrossEntropyLoss", "label", picture)
    assert about["classes"][0] == first


def test_that_nothing_is_asked_of_folds_and_of_several_losses(tmp_path: Path) -> None:
    graph = load((EXAMPLES / "two_models.json").read_bytes())
    assert asked_of(applied(graph, [("set", "batches", "folds", 3)]), tmp_path) is None
    assert asked_of(load((EXAMPLES / "gan.json").read_bytes()), tmp_path) is None
