"""The events of a run that is over: every figure of the steps is there, and nothing of a file that was cut off."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from editor.running.past_run import past, past_graph
from runtime.train.chain import chain
from tests.editor.canvas.hand import two_models
from tests.runtime.train.past import run_in


def test_that_every_step_of_a_long_run_is_in_its_record(tmp_path: Path) -> None:
    lines = [f'{{"event": "step", "step": {n}, "epoch": {n // 3000 + 1}, "loss": 0.5}}' for n in range(1, 12_001)]
    lines[3000:3000] = ['{"event": "epoch", "epoch": 1, "train": {"loss": 0.25}}']
    (tmp_path / "events.jsonl").write_text("\n".join([*lines, '{"event": "finished", "ep']))
    events, record, _ = past(tmp_path)
    assert record.loss.size == 12_000
    assert [event["event"] for event in events] == ["epoch", "step"]
    assert events[1]["step"] == 12_000  # the last one


def test_that_of_many_epochs_the_last_events_are_kept_and_all_figures(tmp_path: Path) -> None:
    told: list[dict[str, object]] = [
        {"event": "started", "epochs": 5000},
        {"event": "saved", "epoch": 1, "path": "weights.safetensors"},
        {"event": "warning", "message": "once"},
        {"event": "saved", "epoch": 2, "path": "weights.safetensors"},
    ]
    for epoch in range(1, 5001):
        told.append({"event": "step", "step": epoch, "epoch": epoch, "loss": 1 / epoch})
        told.append({"event": "epoch", "epoch": epoch, "train": {"loss": 1 / epoch}})
    (tmp_path / "events.jsonl").write_text("".join(f"{json.dumps(event)}\n" for event in told))
    events, record, _ = past(tmp_path)
    assert events[:3] == [told[0], told[2], told[3]]  # the last of their kind
    assert 1100 <= len(events) < 1300
    assert [event["epoch"] for event in events[4:-2]] == [*range(5004 - len(events) + 2, 5000)]
    assert events[-2:] == told[-2:]
    assert [epoch["train"]["loss"] for epoch in record.epochs] == [1 / epoch for epoch in range(1, 5001)]
    assert record.best == 4999


def test_that_of_events_of_a_kind_that_nobody_knows_the_last_ones_are_kept(tmp_path: Path) -> None:
    told = [{"event": "paused"}, {"event": "unpaused"}, *({"event": "cake", "number": n} for n in range(5000))]
    (tmp_path / "events.jsonl").write_text("".join(f"{json.dumps(event)}\n" for event in told))
    events, _, _ = past(tmp_path)
    assert events[:2] == told[:2] and events[-1100:] == told[-1100:] and len(events) < 1300


def test_that_a_folder_without_events_has_none(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text('{"event": "step", "step": 1}\nnot an event\n')
    assert past(tmp_path)[0] == [{"event": "step", "step": 1}]
    assert past(tmp_path / "gone")[0] == []
    assert past(None)[1].loss.size == 0


def test_that_a_run_that_went_on_from_another_begins_with_that_one(tmp_path: Path) -> None:
    for name, before in (("first", "gone"), ("second", "first"), ("third", "second")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "events.jsonl").write_text(f'{{"event": "stage", "stage": "{name}"}}\n')
        (tmp_path / name / "arguments.json").write_text(json.dumps(["--seed", "1", "--resume", str(tmp_path / before)]))
    assert [event["stage"] for event in past(tmp_path / "third")[0]] == ["first", "second", "third"]
    assert past(tmp_path / "third")[2] == (tmp_path / "third" / "events.jsonl").stat().st_size
    (tmp_path / "first" / "arguments.json").write_text(json.dumps(["--resume", str(tmp_path / "third")]))
    assert [event["stage"] for event in past(tmp_path / "second")[0]] == ["third", "first", "second"]


def test_that_a_run_that_went_on_in_its_own_folder_is_told_once_by_whatever_way_it_is_reached(tmp_path: Path) -> None:
    folder = run_in(tmp_path / "here", "run", None)
    (tmp_path / "link").symlink_to(tmp_path / "here")
    (folder / "arguments.json").write_text(json.dumps(["--resume", str(tmp_path / "link" / "run")]))
    assert chain(folder) == [folder]


@pytest.mark.parametrize("arguments", [["--resume", 5], ["--resume", None], ["--resume", "a\0b"], {"--resume": 1}, 7])
def test_that_odd_arguments_tell_of_no_run_before(tmp_path: Path, arguments: object) -> None:
    folder = run_in(tmp_path, "run", None)
    (folder / "arguments.json").write_text(json.dumps(arguments))
    assert chain(folder) == [folder]


@pytest.mark.parametrize("begun", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "then", 7, None])
def test_that_a_run_that_says_it_began_at_no_time_began_when_its_folder_says(tmp_path: Path, begun: object) -> None:
    folder = run_in(tmp_path, "20260102-100000-000", two_models())
    (folder / "run.json").write_text(json.dumps({"begun": begun}))
    assert past_graph(folder)[1] == datetime(2026, 1, 2, 10)
