"""What a run tells, worked in the process of the test: so each sentence costs little."""

import json
import math
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load_file

from runtime.graph.edit import Edit
from runtime.train import told
from runtime.train.events import read_events
from runtime.train.failure import advised
from runtime.train.folder import arguments_of
from runtime.train.worker import work
from tests.runtime.train.runs import losses_of, ready

MEASURED = ("seconds", "memory", "gradient_norm")  # by the clock


@pytest.fixture(scope="module", autouse=True)
def _imports() -> Iterator[None]:
    """The program is imported from its folder; afterwards nobody finds it there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", list(sys.path))
        patch.setitem(sys.modules, "program", sys)
        yield


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of one epoch."""
    folder = ready(tmp_path_factory.mktemp("done") / "run", "two_models", epochs=1)
    assert work(folder, arguments_of(folder)) == 0
    return folder


def test_that_a_run_at_its_end_has_kept_what_it_predicts_and_told_norm_and_memory(done: Path) -> None:
    kept = json.loads((done / "predictions.json").read_text(encoding="utf-8"))
    events = read_events(done)
    started = next(event for event in events if event["event"] == "started")
    accuracy = next(event for event in events if event["event"] == "epoch")["validation"]["accuracy"]
    assert kept["count"] == started["rows"]["validation"] and kept["epoch"] == 1
    assert sum(row[at] for at, row in enumerate(kept["table"])) / kept["count"] == pytest.approx(accuracy)
    step = next(event for event in events if event["event"] == "step")
    assert step["gradient_norm"] > 0 and step["memory"] > 2**20


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (("note", "dense", "the same"), "nothing left to train: the run has done 1 of 1 epochs"),
        (("rename", "dense", "wide"), "nothing left to train: the run has done 1 of 1 epochs"),
        (("rename", "adam", "eve"), "nothing left to train: the run has done 1 of 1 epochs"),
        (("set", "dense", "out_features", 33), "the checkpoint is of another graph: dense.weight has another shape."),
    ],
)
def test_that_a_checkpoint_that_does_not_fit_is_one_sentence(
    tmp_path: Path, done: Path, edit: Edit, sentence: str
) -> None:
    folder = ready(tmp_path / "run", "two_models", edit, epochs=1, resume=done)
    assert work(folder, arguments_of(folder)) == 1
    last = read_events(folder)[-1]
    assert (last["event"], last["node"], last["message"]) == ("failed", None, sentence)


@pytest.mark.parametrize(("size", "folds", "fails"), [(31, 0, True), (30, 0, False), (13, 3, True), (26, 3, True)])
def test_that_a_last_batch_of_one_row_that_a_norm_refuses_is_told_before_the_first_step(
    tmp_path: Path, size: int, folds: int, fails: bool
) -> None:
    edits: list[Edit] = [("set", "batches", name, value) for name, value in (("batch_size", size), ("folds", folds))]
    edits += [("unset", "batches", "drop_last"), ("set", "batches", "validation", 0.2)]
    edits += [("insert", "norm", "nn.BatchNorm1d", {}, "batches.features", "final.input", "input", "output")]
    folder = ready(tmp_path / "run", "table", *edits, epochs=1)  # 40 rows, as its file alone knows
    assert work(folder, arguments_of(folder)) == int(fails)
    events = read_events(folder)
    assert any(event["event"] == "step" for event in events) != fails
    if fails:
        said = "batches makes a last batch of one row, for which norm has nothing to compare: torch refuses that."
        assert (events[-1]["node"], events[-1]["message"]) == ("batches", f"{said} Set drop_last.")


def test_that_figures_that_are_not_finite_are_told(tmp_path: Path) -> None:
    folder = ready(tmp_path / "run", "two_optimizers", ("set", "sgd", "lr", 1.0), epochs=2)
    assert work(folder, arguments_of(folder)) == 1
    assert not all(map(math.isfinite, losses_of(read_events(folder))))
    for line in (folder / "events.jsonl").read_text(encoding="utf-8").splitlines():
        json.loads(line, parse_constant=pytest.fail)


def test_that_a_run_that_no_longer_got_better_says_so_instead_of_training_nothing(tmp_path: Path) -> None:
    edits: list[Edit] = [("run", "patience", 1), ("set", "adam", "lr", 0.0), ("run", "precision", "float32")]
    first = ready(tmp_path / "first", "run_settings", *edits)
    assert work(first, arguments_of(first)) == 0
    assert len([event for event in read_events(first) if event["event"] == "epoch"]) == 2
    second = ready(tmp_path / "second", "run_settings", *edits, epochs=9, resume=first)
    assert work(second, arguments_of(second)) == 1
    said = "nothing left to train: no epoch of the last 1 was better; set patience higher"
    assert read_events(second)[-1]["message"] == said


def test_that_a_run_that_was_killed_before_it_told_its_end_tells_it_when_it_goes_on(tmp_path: Path) -> None:
    folder = ready(tmp_path / "run", "two_models", epochs=1)
    assert work(folder, arguments_of(folder)) == 0
    whole = (folder / "events.jsonl").read_bytes()
    (folder / "events.jsonl").write_bytes(whole[: whole.rindex(b'{"event":"finished"')])
    assert ready(folder, "two_models", epochs=1, resume=folder) == folder
    assert work(folder, arguments_of(folder)) == 0
    assert [event["event"] for event in read_events(folder)][-4:] == ["stage", "started", "saved", "finished"]


def test_that_when_events_are_written_changes_nothing_of_what_is_told_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for often in (0.0, 1e9):  # seconds: at each step, and only where it has to be
        monkeypatch.setattr(told, "OFTEN", often)
        folder = ready(tmp_path / str(often), "two_models", ("run", "patience", 9), epochs=2)
        assert work(folder, arguments_of(folder)) == 0
        events = [event for event in read_events(folder) if event["event"] in ("step", "epoch", "finished")]
        figures = [{key: each for key, each in event.items() if key not in MEASURED} for event in events]
        found.append(
            (figures, {file.name: load_file(file)["final.weight"].tolist() for file in folder.glob("*.safe*")})
        )
    assert found[0] == found[1]
    assert {*found[0][1]} == {"weights.safetensors", "best.safetensors"}


def test_that_losses_are_fetched_ten_times_a_second_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, stacked = [10.0], list[int]()
    stack = torch.stack

    def counted(each: list[torch.Tensor]) -> torch.Tensor:
        stacked.append(len(each))
        return stack(each)

    monkeypatch.setattr(told, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(torch, "stack", counted)
    with closing(told.Told(tmp_path)) as telling:
        for step in range(1, 1001):  # in one second
            clock[0] += 0.001
            telling.write({"event": "step", "step": step, "loss": torch.tensor(1 / step)})
    assert len(stacked) <= 11 and sum(stacked) == 1000  # and once at the end
    assert [each["loss"] for each in read_events(tmp_path)] == pytest.approx([1 / step for step in range(1, 1001)])


def test_that_a_short_epoch_waits_a_moment_and_a_long_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [10.0]
    monkeypatch.setattr(told, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    readable = []
    with closing(told.Told(tmp_path)) as telling:
        for epoch, seconds in enumerate((5.0, 0.02, 0.02, 5.0, 0.02), 1):
            clock[0] += seconds
            telling.write({"event": "epoch", "epoch": epoch})
            readable.append(len(read_events(tmp_path)))
        telling.write({"event": "saved"})
        readable.append(len(read_events(tmp_path)))
    assert readable == [1, 1, 1, 4, 4, 6]


@pytest.mark.parametrize(("cell", "kept"), [("''", True), ("'NaN'", True), ("None", True), ("'oops'", False)])
def test_that_a_number_that_is_missing_may_be_kept_too(cell: str, kept: bool) -> None:
    said = f"t.csv, line 2: {cell} in 'b' cannot be read as number; correct it, or let bad_rows skip such rows"
    advice = ", or keep it (missing: keep) for transform.Impute to fill."
    assert advised(said, ["data.Table"]) == said + (advice if kept else "")
