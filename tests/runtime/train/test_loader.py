"""What becomes of a run whose loader goes wrong: one sentence, at Collate or with the row, and nothing left behind."""

import gc
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from runtime.graph.edit import Edit
from runtime.train.events import read_events
from runtime.train.folder import arguments_of
from runtime.train.process import Trainer
from runtime.train.worker import explained, work
from tests.runtime.generate.cases import imported
from tests.runtime.train.runs import gone, own_function, ready, until


@pytest.fixture
def trainer() -> Iterator[Trainer]:
    """A trainer whose processes are ended after the test."""
    made = Trainer()
    yield made
    made.kill()
    if made.process:
        made.process.wait()
    made.close()


def workers_of(leader: int) -> list[int]:
    """The forks of a process."""
    children = Path(f"/proc/{leader}/task/{leader}/children").read_text().split()
    line = Path(f"/proc/{leader}/cmdline").read_bytes()
    return [int(child) for child in children if Path(f"/proc/{child}/cmdline").read_bytes() == line]


def test_that_a_worker_that_is_killed_ends_the_run_in_a_sentence_that_says_how_to_go_on(
    trainer: Trainer, tmp_path: Path
) -> None:
    trainer.start(ready(tmp_path / "run", "padded", epochs=100_000), [])
    events = until(trainer, "step")
    assert trainer.process is not None
    workers = workers_of(trainer.process.pid)
    assert len(workers) >= 2
    os.kill(workers[0], signal.SIGKILL)
    event = until(trainer, "failed", events)[-1]
    assert event["message"].startswith("a worker that reads samples ")
    killed = event["message"].endswith(", from outside. Run again, or go on from the checkpoint.")
    others = "Set num_workers lower, or to 0 to see what fails, and go on from the checkpoint."  # not seen how it ended
    assert killed or event["message"].endswith(others)
    assert event["node"] == "batches"
    assert gone(trainer.process.pid)


def test_that_a_worker_that_hangs_ends_the_run_where_a_timeout_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setitem(sys.modules, "program", sys)  # the program is imported in this process
    edits: list[Edit] = [("set", "batches", "num_workers", 1), ("set", "batches", "timeout", 1.0)]
    folder = ready(tmp_path / "run", "own_function", own_function("os.read(os.pipe()[0], 1)"), *edits)
    assert work(folder, arguments_of(folder)) == 1
    event = read_events(folder)[-1]
    assert (event["event"], event["node"]) == ("failed", "batches")
    assert event["message"].startswith("no batch came from a worker within 1 s: set timeout higher")
    gc.collect()
    assert workers_of(os.getpid()) == []


LOADED: Edit = ("set", "batches", "pin_memory", True)  # one of the reasons why samples are made one by one


class Torn(list[torch.Tensor]):
    """A column of which one row cannot be read."""

    error: type[Exception] = ValueError

    def __getitem__(self, row: Any) -> Any:
        if row == 5:
            raise self.error("cats/5.png is cut off")
        return super().__getitem__(row)


class Ended(Torn):
    """A column that says that it is over."""

    error = StopIteration


def torn(folder: Path, column: type[Torn], name: str = "words") -> Iterator[Any]:
    """The batches of a run's program where one row of a column is torn."""
    program = imported((folder / "program.py").read_text(), folder / "program.py")
    noise = program.make_noise

    def made(*arguments: Any) -> dict[str, Any]:
        columns: dict[str, Any] = noise(*arguments)
        return columns | {name: column(columns[name])}

    vars(program)["make_noise"] = made
    vars(program)["lengths_of"] = lambda samples: torch.ones(len(samples), dtype=torch.int64)
    batches: Iterator[Any] = program.make_batches(program.options_from([]))["training"].epoch(1)
    return batches


@pytest.mark.parametrize("workers", [0, 2])
def test_that_an_error_about_a_sample_names_its_row(tmp_path: Path, workers: int) -> None:
    folder = ready(tmp_path / "run", "masked", ("set", "batches", "num_workers", workers), LOADED)
    with pytest.raises(ValueError, match="cut off") as caught:
        list(torn(folder, Torn))
    told = "ValueError: cats/5.png is cut off (row 5 of the data, counted from 0)"
    assert explained(caught.value, folder) == ("batches", told)


def test_that_data_that_ends_early_shortens_no_epoch(tmp_path: Path) -> None:
    folder = ready(tmp_path / "run", "own_function", LOADED)
    with pytest.raises(RuntimeError, match=r"a sample raised StopIteration \(row 5 of the data, counted from 0\)"):
        list(torn(folder, Ended, "title"))
