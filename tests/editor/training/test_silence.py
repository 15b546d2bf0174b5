"""A run of which nothing is heard: it is told soon where it stands, unless that is work that may take long."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from editor.running.session import Session
from editor.training import silence
from editor.training.record import Record
from editor.training.silence import Silence
from runtime.train.standing import BEGIN, FILE
from tests.runtime.train.runs import ready

LOADER = '  File "torch/utils/data/dataloader.py", line 1275 in _try_get_data\n'
STEP = '  File "program.py", line 100000 in train_step\n'
EVALUATE = '  File "program.py", line 100000 in evaluate\n'


class Run(QObject):
    """A session with a run that goes on."""

    run_started, run_ended, run_released, happened = Signal(), Signal(object), Signal(), Signal(dict)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.run_folder, self.running, self.stopping = folder, True, False
        self.pausing, self.record = SimpleNamespace(paused=False), Record()


@pytest.mark.parametrize("slow", ["{dense}" + EVALUATE, LOADER + EVALUATE, LOADER + STEP, EVALUATE])
def test_that_work_that_is_known_to_take_long_is_not_told_soon(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, slow: str
) -> None:
    folder = ready(tmp_path / "run", "two_models")
    [line, *_] = json.loads((folder / "lines.json").read_text())["dense"]
    dense = f'  File "program.py", line {line} in forward\n'
    asked: list[Any] = []
    for name, value in (("SOON", 0.0), ("LOOK", 1), ("ANSWER", 1), ("ask_standing", asked.append)):
        monkeypatch.setattr(silence, name, value)

    def write(frames: str) -> None:
        (folder / FILE).write_text(f"Current thread 0x1 {BEGIN}{frames}")

    write(slow.format(dense=dense))
    session = Run(folder)
    heard = Silence(cast(Session, session), session)
    session.happened.emit({"event": "step"})
    qtbot.waitUntil(lambda: len(asked) > 50, timeout=60_000)  # and has told of most
    assert heard.sentence == ""
    write(dense + STEP)
    qtbot.waitUntil(lambda: "it is at dense" in heard.sentence, timeout=60_000)
    session.run_released.emit()


def test_that_steps_of_before_a_panel_was_made_count(tmp_path: Path) -> None:
    session = Run(tmp_path)
    assert Silence(cast(Session, session), session).patience == silence.LONG
    session.record.take({"event": "step", "step": 1})
    assert Silence(cast(Session, session), session).patience == silence.SOON
