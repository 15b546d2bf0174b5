"""Runs of two processes that are paused, stopped, killed and found again: they go on bit for bit as one unbroken."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file

from runtime.graph.edit import Edit
from runtime.train.at_work import at_work
from runtime.train.events import read_events
from runtime.train.process import Trainer
from tests.runtime.train import runs
from tests.runtime.train.runs import Event, gone, ready, until
from tests.runtime.train.test_shared import children

MANY = 10_000
EPOCHS = 40  # of 15 updates, in which a run is met in its midst
# Dropout, which each process draws for itself; a rate that changes with each update; sums of several batches.
EDITS: list[Edit] = [
    ("insert", "some", "nn.Dropout", {"p": 0.25}, "squashed.output", "second.input", "input", "output"),
    ("set", "adam", "schedule", {"type": "OneCycleLR", "max_lr": 0.05}),
    ("run", "patience", 0),
    ("run", "processes", 2),
]
Made = Callable[[], Trainer]


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    """Makes trainers, whose processes are ended after the test; each of three imports torch, which may take a while."""
    monkeypatch.setattr(runs, "LONGEST", 150.0)
    made: list[Trainer] = []

    def more() -> Trainer:
        made.append(Trainer())
        return made[-1]

    yield more
    for each in made:
        each.kill()
        if each.process:
            each.process.wait()
        each.close()


def begin(trainer: Trainer, folder: Path, epochs: int, **options: Any) -> Path:
    """Begin a run of two processes in a folder, or go on with one."""
    ready(folder, "run_settings", *EDITS, epochs=epochs, **options)
    trainer.start(folder, [])
    return folder


def kill(trainer: Trainer) -> None:
    """End the process that watches and those that train, as where the power fails."""
    assert trainer.process is not None
    processes = [trainer.process.pid, *children(trainer.process.pid)]
    assert len(processes) == 3
    for process in processes:
        os.kill(process, signal.SIGKILL)
    trainer.process.wait()
    assert all(map(gone, processes))


def pause(trainer: Trainer, within: bool = True) -> Event:
    """Let a run stand still, in the midst of an epoch; what it says to have kept."""
    while True:
        until(trainer, "step")
        trainer.pause(True)
        *_, kept, paused = until(trainer, "paused")
        assert (kept["event"], paused) == ("saved", {"event": "paused"})
        if "step" in kept or not within:
            return kept
        trainer.pause(False)


def figures(events: list[Event]) -> dict[tuple[str, int], Any]:
    """What was told of each step and each epoch; of what was told twice the last."""
    found: dict[tuple[str, int], Any] = {}
    for event in events:
        if event["event"] == "step":
            found["step", event["step"]] = event["loss"]
        elif event["event"] == "epoch":
            found["epoch", event["epoch"]] = [event[key] for key in ("train", "validation", "lr", "best")]
    return found


def weights(folder: Path) -> dict[str, bytes]:
    """All that is kept of the model after the last epoch and after the best."""
    kept = ("weights.safetensors", "best.safetensors")
    found = [(name, *each) for name in kept for each in load_file(folder / name).items()]
    return {f"{name}: {key}": value.numpy().tobytes() for name, key, value in found}


@pytest.mark.soak
def test_that_two_processes_that_are_paused_and_killed_go_on_bit_for_bit(trainer: Made, tmp_path: Path) -> None:
    first, second = trainer(), trainer()
    folder = begin(first, tmp_path / "run", MANY)
    second.warm()  # meanwhile
    kept = pause(first)
    then = shutil.copytree(folder, tmp_path / "then")
    first.pause(False)
    before = until(first, "epoch", until(first, "unpaused"))
    kill(first)
    assert at_work(folder) is None
    begin(second, then, MANY, resume=then)
    told, again = figures(before), figures(until(second, "epoch"))
    both = told.keys() & again.keys()
    assert ("epoch", kept["epoch"]) in both  # its figures are of all its steps, of which there may be no other one
    assert ("step", kept["step"]) not in again
    assert {place: again[place] for place in both} == {place: told[place] for place in both}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that nobody breaks."""
    trainer, folder = Trainer(), tmp_path_factory.mktemp("whole") / "run"
    begin(trainer, folder, EPOCHS)
    assert until(trainer, "finished")[-1]["event"] == "finished"
    trainer.close()
    return folder


def paused(trainer: Trainer, folder: Path) -> None:
    """Pause a run three times."""
    for _ in range(3):
        pause(trainer, within=False)
        trainer.pause(False)
        until(trainer, "unpaused")
    until(trainer, "finished")


def stopped(trainer: Trainer, folder: Path) -> None:
    """Stop a run in its midst and go on with it."""
    until(trainer, "epoch")
    trainer.stop()
    assert until(trainer, "finished")[-1]["stopped"]
    assert trainer.process is not None and trainer.process.wait() == 0
    begin(trainer, folder, EPOCHS, resume=folder)
    until(trainer, "finished")


def died(trainer: Trainer, folder: Path) -> None:
    """End a run at once after an epoch was kept, and go on with it."""
    until(trainer, "saved")
    until(trainer, "step")
    kill(trainer)
    assert until(trainer, "failed")[-1]["message"].startswith("The training process was ended by SIGKILL after step ")
    begin(trainer, folder, EPOCHS, resume=folder)
    until(trainer, "finished")


@pytest.mark.soak
@pytest.mark.parametrize("broken", [paused, stopped, died])
def test_that_a_run_of_two_processes_ends_as_one_that_nobody_breaks(
    trainer: Made, whole: Path, tmp_path: Path, broken: Callable[[Trainer, Path], None]
) -> None:
    made = trainer()
    folder = begin(made, tmp_path / "run", EPOCHS)
    broken(made, folder)
    told = read_events(folder)
    assert told[-1]["event"] == "finished" and not told[-1]["stopped"]
    assert figures(told) == figures(read_events(whole))
    steps = next(event["steps_per_epoch"] for event in told if event["event"] == "started")
    assert len(figures(told)) == EPOCHS * (steps + 1)
    assert weights(folder) == weights(whole)
