"""Who trains in a folder may be another machine's process: no signal is sent to its numbers here."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from platform import node
from typing import Any

import pytest

from runtime.lock import hold
from runtime.train.at_work import Elsewhere, Worker, at_work
from runtime.train.control import FILE, KILLED, asked
from runtime.train.process import Trainer
from runtime.train.standing import ask_standing

NUMBER = 2**22 + 1  # of no process


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Path]:
    """A run folder that a process of another machine holds."""
    with (tmp_path / "process.json").open("w", encoding="utf-8") as file:
        json.dump({"process": NUMBER, "group": NUMBER, "host": f"not {node()}"}, file)
        file.flush()
        assert hold(file)
        yield tmp_path


def test_that_a_process_of_another_machine_is_neither_followed_nor_signalled(
    held: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(*_: Any) -> None:
        raise AssertionError("a stranger was signalled")

    monkeypatch.setattr(os, "kill", kill)
    assert at_work(held) is not None
    assert not Trainer().follow(held, 0)
    ask_standing(held)


def test_that_only_what_was_killed_is_said_to_have_been(held: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "kill", lambda *_: None)  # it is there
    signals: list[tuple[int, int]] = []
    trainer, worker = Trainer(), at_work(held)
    assert worker is not None
    trainer.process, trainer.folder = Elsewhere(held, worker), held
    trainer.kill()
    assert asked(held / FILE) == ""
    monkeypatch.setattr(os, "killpg", lambda *those: signals.append(those))
    trainer.kill()
    assert asked(held / FILE) == KILLED and signals == [(NUMBER, signal.SIGKILL)]


def test_that_a_run_whose_folder_is_out_of_reach_goes_on_as_long_as_its_process_is_there(held: Path) -> None:
    there, ended = (Elsewhere(held, Worker(each, each, node())) for each in (os.getpid(), NUMBER))
    away = held.rename(held.with_name("away"))
    assert (there.poll(), ended.poll()) == (None, 0)
    away.rename(held)
    assert there.poll() is None
    (held / "process.json").unlink()
    (held / "process.json").touch()  # which nobody holds
    assert there.poll() == 0
