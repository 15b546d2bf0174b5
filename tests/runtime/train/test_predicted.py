"""What a model predicts at the end of a run: the table of its classes, its numbers, its worst pictures."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torchmetrics import MeanMetric

from runtime.check.check import check
from runtime.generate.drawn import Drawn
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.places import EXAMPLES
from runtime.train import predicted, worker
from runtime.train.events import read_events
from runtime.train.folder import arguments_of
from runtime.train.predictable import ASKED, FILE, keep
from runtime.train.predicted import SHOWN, predict, put_together
from runtime.train.told import Told
from runtime.train.worker import work
from tests.runtime.generate.cases import graph_of
from tests.runtime.train.runs import ready


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is worked in this process is imported from its folder; afterwards nobody finds it there."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setitem(sys.modules, "program", sys)


def epochs_of(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The events of whole epochs."""
    return [event for event in events if event["event"] == "epoch"]


class Given(nn.Module):
    """Gives what it is given."""

    def forward(self, scores: Tensor) -> Tensor:
        """The same."""
        return scores


class Run:
    """A run of a model that gives a column of the data, two rows a batch."""

    def __init__(self, columns: dict[str, Tensor]) -> None:
        self.columns, self.model, self.epoch, self.generators = columns, Given(), 4, list[Any]()
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
    assert told[0] | {"png": "", "wrong": 1.0} == {
        "wrong": 1.0,
        "row": 147,
        "worst": True,
        "true": "cat",
        "predicted": "dog",
        "png": "",
    }
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


def test_that_of_several_losses_the_first_that_can_be_shown_is_asked_for(tmp_path: Path) -> None:
    asked = {"loss": "nn.CrossEntropyLoss", "target": "label", "picture": None, "result": "grower", "field": "label"}
    about = asked_of(graph_of("two_losses"), tmp_path)
    assert about is not None and about.pop("classes") == ["0", "1", "2"]
    assert about == asked
    assert asked_of(load((EXAMPLES / "gan.json").read_bytes()), tmp_path) is None


def test_that_what_takes_too_long_is_broken_off(tmp_path: Path) -> None:
    about = {"target": "label", "picture": None, "loss": "nn.L1Loss"}
    (tmp_path / ASKED).write_text(json.dumps(about), encoding="utf-8")
    run = Run({"scores": torch.ones(4, 1), "label": torch.ones(4, 1)})
    assert not predict(run, tmp_path, within=-1.0) and written(tmp_path) is None
    assert predict(run, tmp_path, within=600.0) and written(tmp_path)


def test_that_a_run_that_goes_on_in_its_folder_forgets_what_was_asked_of_the_graph_before(tmp_path: Path) -> None:
    folder = ready(tmp_path / "run", "two_models")
    assert (folder / ASKED).is_file()
    ready(folder, load((EXAMPLES / "gan.json").read_bytes()), resume=folder)
    assert not (folder / ASKED).exists()


def written(folder: Path) -> dict[str, Any] | None:
    """What was predicted in a run."""
    file = folder / FILE
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def test_that_an_error_in_the_midst_leaves_nothing_in_the_metrics_of_a_run(tmp_path: Path) -> None:
    about = {"target": "label", "picture": None, "loss": "nn.L1Loss"}
    (tmp_path / ASKED).write_text(json.dumps(about), encoding="utf-8")
    run, metric = Run({"scores": torch.ones(4, 1), "label": torch.ones(4, 1)}), MeanMetric()
    vars(run)["metrics"] = {"mean": metric}

    def breaking(model: nn.Module, given: Any, result: Tensor) -> None:
        metric.update(result)
        if metric.update_count == 2:
            raise RuntimeError("out of memory")

    run.model.register_forward_hook(breaking)
    with pytest.raises(RuntimeError, match="out of memory"):
        predict(run, tmp_path)
    assert metric.update_count == 0


def test_that_a_run_of_several_losses_keeps_what_it_predicts_of_one(tmp_path: Path) -> None:
    folder = ready(tmp_path / "run", "two_losses", epochs=1)
    assert work(folder, arguments_of(folder)) == 0
    found, [started] = written(folder), [e for e in read_events(folder) if e["event"] == "started"]
    assert found is not None and found["field"] == "label"
    assert found["count"] == sum(map(sum, found["table"])) == started["rows"]["validation"]


def test_that_of_folds_each_row_is_counted_as_the_model_predicts_it_that_has_not_seen_it(tmp_path: Path) -> None:
    folder = ready(tmp_path / "run", "folds", epochs=1)
    assert work(folder, arguments_of(folder)) == 0
    found, events = written(folder), read_events(folder)
    held = [event["rows"]["validation"] for event in events if event["event"] == "started"]
    assert found is not None and len(held) == 3
    right = [event["validation"]["accuracy"] * rows for event, rows in zip(epochs_of(events), held, strict=True)]
    assert found["count"] == sum(map(sum, found["table"])) == sum(held)
    assert sum(row[at] for at, row in enumerate(found["table"])) == round(sum(right))


@pytest.mark.parametrize(("seconds", "kept"), [(600.0, True), (1e-9, False)])
def test_that_a_run_that_is_stopped_predicts_where_that_is_done_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, kept: bool
) -> None:
    folder, write, tried = ready(tmp_path / "run", "two_models", epochs=9), Told.write, list[float]()

    def asking(self: Told, event: dict[str, Any]) -> bool:
        if event.get("step") == 3:
            (folder / "control").write_text("stop\n")
        return write(self, event)

    def trying(run: Any, folder: Path, within: float) -> bool:
        tried.append(within)
        return predict(run, folder, within=within)

    monkeypatch.setattr(predicted, "predict", trying)
    monkeypatch.setattr("runtime.train.told.OFTEN", 0.0)  # so that it looks after this very step
    monkeypatch.setattr(Told, "write", asking)
    monkeypatch.setattr(worker, "BRIEF", seconds)
    assert work(folder, arguments_of(folder)) == 0
    assert read_events(folder)[-1]["stopped"]
    assert (written(folder) is not None) == kept
    assert tried == [seconds] * kept, "one batch may take longer"


def test_that_numbers_and_the_worst_pictures_of_folds_are_put_together(tmp_path: Path) -> None:
    def pictured(row: int, wrong: float | None, worst: bool = True) -> dict[str, Any]:
        return {"row": row, "worst": worst, "wrong": wrong}

    for fold, numbers, pictures in (
        (1, [1.0, 2.0], [*(pictured(row, row / 100) for row in range(SHOWN)), pictured(50, 0.0, worst=False)]),
        (2, [3.0], [pictured(90, None), pictured(91, 0.105)]),
    ):
        told = {"count": len(numbers), "left_out": 1, "true": numbers, "predicted": numbers, "pictures": pictures}
        (tmp_path / f"predictions-{fold}.json").write_text(json.dumps({**told, "epoch": 3}), encoding="utf-8")
    put_together(tmp_path)
    together = written(tmp_path)
    assert together is not None
    assert (together["count"], together["left_out"], together["true"]) == (3, 2, [1.0, 2.0, 3.0])
    rows = [each["row"] for each in together["pictures"]]
    assert rows == [90, *range(SHOWN - 1, 10, -1), 91, *range(10, 1, -1), 50]
