"""Trainings in the folders of several runs, and of one that went on in its own: counted once, and read once."""

import json
from pathlib import Path
from typing import Any

import pytest

from editor.running.past_run import past
from runtime.train import chain
from runtime.train.runs import glance, glances
from tests.runtime.generate.cases import graph_of
from tests.runtime.train.past import run_in

TWO = graph_of("two_models")
BEGUN = {"event": "started", "epochs": 9, "steps_per_epoch": 2}


def epoch(number: int, loss: float, fold: int = 0) -> list[dict[str, Any]]:
    """The events of an epoch of two steps."""
    more = {"epoch": number, **({"fold": fold} if fold else {})}
    steps = [{"event": "step", "step": step, "loss": loss, **more} for step in (2 * number - 1, 2 * number)]
    return [*steps, {"event": "epoch", "train": {"loss": loss}, **more}]


def test_that_a_run_that_went_on_in_its_own_folder_is_counted_as_it_is_drawn(tmp_path: Path) -> None:
    whole = [event for number in range(1, 6) for event in epoch(number, 1 / number)]
    end = {"event": "finished", "stopped": True}
    folder = run_in(tmp_path, "a", TWO, [BEGUN, *whole, BEGUN, *epoch(3, 0.9), end])
    found, (_, record, _) = glance(folder), past(folder)
    assert record.best is not None
    assert (found.epochs, found.best) == (record.done, record.epochs[record.best]["train"]) == (3, {"loss": 0.5})


def test_that_folds_in_one_folder_are_all_counted(tmp_path: Path) -> None:
    begun = {**BEGUN, "epochs": 2, "folds": 2}
    folds = [[{**begun, "fold": fold}, *epoch(1, 0.5, fold), *epoch(2, 0.4, fold)] for fold in (1, 2)]
    folder = run_in(tmp_path, "a", TWO, [event for fold in folds for event in fold])
    assert (glance(folder).epochs, past(folder)[1].done) == (4, 4)


def in_a_row(root: Path, count: int) -> Path:
    """So many runs, each of which went on from the one before."""
    for number in range(1, count + 1):
        folder = run_in(root, f"{number:03}", TWO, [BEGUN, *epoch(number, 1 / number)])
        if number > 1:
            (folder / "arguments.json").write_text(json.dumps(["--resume", str(root / f"{number - 1:03}")]))
    return root


def test_that_of_runs_in_a_row_each_is_read_as_often_however_many_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roots, opened, counts = [in_a_row(tmp_path / str(count), count) for count in (4, 8)], Path.open, []
    for root in roots:
        read: list[Path] = []

        def counted(self: Path, *more: Any, read: list[Path] = read, **named: Any) -> Any:
            read.append(self)
            return opened(self, *more, **named)

        monkeypatch.setattr(Path, "open", counted)
        found = [run for run, _ in glances(root)]
        assert [run.epochs for run in found] == [*range(len(found), 0, -1)]
        counts.append(len([file for file in read if file.parent != root]))  # what lies elsewhere is looked up once
    assert counts[1] == 2 * counts[0]


def test_that_a_stamp_changes_with_any_run_that_a_run_went_on_from_and_is_as_long_for_all(tmp_path: Path) -> None:
    root = in_a_row(tmp_path, 3)
    before = [stamp for _, stamp in glances(root)]
    assert len({len(stamp) for stamp in before}) == 1
    with (root / "001" / "events.jsonl").open("a") as file:
        file.write("{}\n")
    assert all(stamp != old for (_, stamp), old in zip(glances(root), before, strict=True))


def test_that_a_run_that_goes_away_or_cannot_be_reached_leaves_the_others_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileNotFoundError):
        glance(tmp_path / "gone")
    for name in "ab":
        run_in(tmp_path, name, TWO)
    found = chain._before

    def refuse(folder: Path) -> Path | None:
        if folder.name == "b":
            raise PermissionError(13, "Permission denied")
        return found(folder)

    monkeypatch.setattr(chain, "_before", refuse)
    assert [run.path.name for run, _ in glances(tmp_path)] == ["a"]
