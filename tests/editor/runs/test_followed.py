"""The list of runs while one of them goes on that is not chosen."""

import json
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from editor.runs.follow import Followed
from editor.runs.panel import AGAIN, RunsPanel
from tests.editor.runs.test_panel import GRAPH, LONG, cells, press, runs
from tests.editor.training.conftest import told
from tests.runtime.train.past import run_in

__all__ = ["runs"]


def test_that_the_epochs_of_a_run_that_goes_on_follow_it_while_another_one_is_chosen(
    runs: RunsPanel, qtbot: QtBot
) -> None:
    events = list(told(epochs=3, steps=1))
    begun = next(at for at, event in enumerate(events) if event["event"] == "started") + 1
    folder = run_in(runs.window_.document.runs, "20260102-130000-000", GRAPH, events[:begun])
    press(runs, 2)
    runs._again.setInterval(10)
    runs.look()
    qtbot.waitUntil(lambda: cells(runs, "epochs")[0] == "0 of 3", timeout=LONG)
    with (folder / "events.jsonl").open("a") as file:
        file.write("".join(json.dumps(event) + "\n" for event in events[begun:-1] if event["epoch"] < 3))
    qtbot.waitUntil(lambda: cells(runs, "epochs")[0] == "2 of 3", timeout=LONG)
    with (folder / "events.jsonl").open("a") as file:
        file.write(json.dumps(events[-1]) + "\n")
    qtbot.waitUntil(lambda: cells(runs, "state")[0] == "finished", timeout=LONG)
    assert str(folder) not in runs.followed
    runs._again.setInterval(AGAIN)


def test_that_a_run_that_is_deleted_as_it_is_read_has_nothing_left_to_read(
    tmp_path: Path, qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = QObject()
    followed = Followed(run_in(tmp_path, "20260102-130000-000", GRAPH, list(told(epochs=1, steps=1))), parent)
    assert followed.share == 0.0
    shutil.rmtree(followed.folder)
    monkeypatch.setattr(Path, "is_file", lambda _: True)  # as it was a moment ago
    assert followed.share == 1.0
