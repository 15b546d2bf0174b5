"""A run that is repeated: the same graph, seed and options give the same figures, digit for digit."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.runs.doing import repeated
from editor.window.window import Window
from runtime.graph.edit import applied
from runtime.train import about
from runtime.train.events import read_events
from tests.editor.running.test_session import GRAPH
from tests.runtime.train.past import run_in

LONG = 60_000  # ms: torch is imported by a process of its own, on a machine that may be busy
FIGURES = ("step", "epoch", "loss", "train", "validation")


def figures(folder: Path) -> list[dict[str, Any]]:
    """What a run told but its times."""
    events = [event for event in read_events(folder) if event["event"] in ("step", "epoch")]
    return [{name: repr(event.get(name)) for name in FIGURES} for event in events]


def test_that_a_repeated_run_gives_the_same_figures(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    window.document.open(applied(GRAPH, [("set", "batches", "validation", 0.2)]), None)
    window.document.save(tmp_path / "wine.json")
    with qtbot.waitSignal(window.session.run_ended, timeout=LONG) as ended:
        QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert ended.args and ended.args[0]["event"] == "finished"
    first = window.session.run_folder
    assert first is not None
    window.document.do([("set", "adam", "lr", 0.5)], "another graph")
    window.open_bottom("runs")
    runs = window.runs
    qtbot.waitUntil(lambda: [run.path for run in runs.table.chosen()] == [first], timeout=LONG)
    with qtbot.waitSignal(window.session.run_ended, timeout=LONG):
        QTest.mouseClick(runs.buttons["repeat"], Qt.MouseButton.LeftButton)
    second = window.session.run_folder
    assert second is not None and second != first
    assert (second / "graph.json").read_bytes() == (first / "graph.json").read_bytes()
    assert len(figures(first)) > 2 and figures(first) == figures(second)
    assert window.document.graph.nodes["adam"].parameters == {"lr": 0.5}
    known, again = about.read(first), about.read(second)
    assert (known["versions"], known["options"]) == (again["versions"], again["options"])
    window.open_bottom("runs")
    qtbot.waitUntil(lambda: [run.name for run in runs.rows.rows] == ["same graph", "first run"], timeout=LONG)


def test_that_options_are_those_of_the_run(tmp_path: Path) -> None:
    folder = run_in(tmp_path, "a", GRAPH)
    given = '["--seed", "4", "--device", "cpu", "--wine-path", "x", "--resume", "{}"]'
    (folder / "arguments.json").write_text(given.format(folder))
    (folder / "run.json").write_text('{"options": {"epochs": 3, "seed": 4, "threads": 2, "fold": 1}}')
    assert repeated(folder) == {"epochs": "3", "seed": "4", "threads": "2", "device": "cpu"}
    (folder / "arguments.json").write_text(given.format(tmp_path / "gone"))
    with pytest.raises(ValueError, match="holds no checkpoint any more"):
        repeated(folder)


def test_that_what_cannot_be_repeated_is_told(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    folder = run_in(tmp_path, "a script's", None)
    window.document.open(GRAPH, None)
    window.open_bottom("runs")
    window.runs.show_folder(folder)
    qtbot.waitUntil(lambda: bool(window.runs.table.chosen()), timeout=LONG)
    QTest.mouseClick(window.runs.buttons["repeat"], Qt.MouseButton.LeftButton)
    assert window.banner.sentence.text().startswith("a script's holds no graph: ")
    assert not window.session.running


def test_that_the_files_for_tensorboard_are_written(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    folder = run_in(tmp_path, "run", GRAPH)
    window.open_bottom("runs")
    window.runs.show_folder(folder)
    qtbot.waitUntil(lambda: bool(window.runs.table.chosen()), timeout=LONG)
    QTest.mouseClick(window.runs.buttons["tensorboard"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "values are in" in window.strip.sentence.whole, timeout=LONG)
    assert list((folder / "tensorboard").iterdir())
