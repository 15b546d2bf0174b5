"""A run and the windows that follow it: paused, gone on with, found again, stopped and killed by hand."""

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from platform import node

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from editor.training import silence
from editor.window.window import Window
from runtime.graph.edit import Edit, applied
from runtime.graph.file import dump, load
from runtime.train.control import FILE
from runtime.train.folder import prepare_run
from tests.editor.conftest import Open
from tests.editor.running.test_session import GRAPH, LONG
from tests.runtime.train.runs import gone, group
from tests.runtime.train.test_shared import children

FOREVER: Edit = ("run", "epochs", 100_000)
SOON = 10_000  # ms from a fault to its sentence


def press(button: QWidget) -> None:
    """A click with the mouse."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def until(qtbot: QtBot, holds: Callable[[], bool]) -> None:
    """Wait for something to be shown."""
    qtbot.waitUntil(holds, timeout=LONG)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A graph that is trained for longer than anybody waits."""
    path = tmp_path / "wine.json"
    path.write_text(dump(applied(GRAPH, [FOREVER])))
    return path


@pytest.fixture
def running(open_window: Open, file: Path, qtbot: QtBot) -> Iterator[Window]:
    """A window in which it runs."""
    window = open_window(1366, 768)
    window.files.open(file)
    press(window.bar.run_button)
    until(qtbot, lambda: stage(window).startswith("Epoch "))
    yield window


def stage(window: Window) -> str:
    """What the panel says of the run."""
    window.fill_bottom()
    panel = window.training
    assert panel is not None
    return panel.progress.stage.whole


def let_look(qtbot: QtBot, control: Path) -> None:
    """Wait until a run that stands still has looked whether it is to go on: its file is a pipe for so long."""
    word, gate = control.read_bytes(), control.with_name("gate")
    os.mkfifo(gate)
    gate.replace(control)
    ends: list[int] = []

    def opened() -> bool:
        with suppress(OSError):  # nobody reads
            ends.append(os.open(control, os.O_WRONLY | os.O_NONBLOCK))
        return bool(ends)

    until(qtbot, opened)
    gate.write_bytes(word)
    gate.replace(control)
    os.write(ends[0], word)
    os.close(ends[0])


def test_that_a_run_pauses_computes_nothing_goes_on_is_stopped_and_trained_for_more_epochs(
    running: Window, qtbot: QtBot
) -> None:
    bar, session = running.bar, running.session
    assert bar.pause_button.text() == "Pause"
    QTest.keyClick(running, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert bar.pause_button.text() == "Pausing"
    until(qtbot, lambda: stage(running).startswith("Paused at epoch "))
    assert bar.pause_button.text() == "Continue"
    assert session.last_events[-1] == {"event": "paused"}
    process = session.trainer.process
    assert process is not None and session.run_folder is not None
    assert (session.run_folder / "checkpoint.pt").is_file()
    heard: list[object] = []
    session.happened.connect(heard.append)
    for _ in range(3):
        let_look(qtbot, session.run_folder / FILE)
    assert heard == []
    press(bar.pause_button)
    until(qtbot, lambda: stage(running).startswith("Epoch "))
    press(bar.pause_button)
    until(qtbot, lambda: stage(running).startswith("Paused at epoch "))
    panel = running.training
    assert panel is not None
    row = panel.progress.go_on
    assert row.isHidden()
    with qtbot.waitSignal(session.run_ended, timeout=LONG):
        press(bar.run_button)
        assert bar.run_button.text() == "Stop now"
        assert bar.pause_button.isHidden()
    assert session.last_events[-1]["stopped"]
    until(qtbot, row.isVisible)
    before = [event["epoch"] for event in session.last_events if event["event"] == "epoch"]
    assert row.epochs.value() == 100_000 - len(before)
    row.epochs.lineEdit().selectAll()
    QTest.keyClicks(row.epochs.lineEdit(), "2")
    with qtbot.waitSignal(session.run_ended, timeout=LONG) as ended:
        press(row.button)
    assert ended.args and ended.args[0]["event"] == "finished" and not ended.args[0]["stopped"]
    epochs = [event["epoch"] for event in session.last_events if event["event"] == "epoch"]
    assert epochs == [*before, len(before) + 1, len(before) + 2]
    until(qtbot, lambda: panel.table.figures.rowCount() == len(epochs))
    until(qtbot, lambda: row.isVisible() and row.epochs.value() == session.epochs)


def test_that_a_second_window_finds_the_run_follows_pauses_and_ends_it(
    running: Window, open_window: Open, file: Path, qtbot: QtBot
) -> None:
    other = open_window(1366, 768)
    other.files.open(file)
    until(qtbot, lambda: stage(other).startswith("Epoch "))
    assert other.session.run_folder == running.session.run_folder
    assert other.bar.run_button.text() == "Stop"
    press(other.bar.pause_button)
    until(qtbot, lambda: all(stage(each).startswith("Paused at ") for each in (running, other)))
    assert running.bar.pause_button.text() == "Continue"
    leader = running.session.trainer.process
    assert leader is not None
    os.kill(leader.pid, 19)  # it hangs, whatever it is asked
    with qtbot.waitSignals([running.session.run_ended, other.session.run_ended], timeout=LONG):
        press(other.bar.run_button)
        press(other.bar.run_button)
    assert "was ended at once after step " in other.session.last_events[-1]["message"]
    until(qtbot, lambda: all(stage(each).startswith("Ended at step ") for each in (running, other)))
    assert not group(leader.pid)
    assert other.bar.run_button.text().startswith("Run ")


@pytest.mark.soak
def test_that_a_run_of_two_processes_is_paused_found_again_stopped_and_continued(
    open_window: Open, file: Path, qtbot: QtBot
) -> None:
    file.write_text(dump(applied(GRAPH, [FOREVER, ("run", "processes", 2)])))
    first = open_window(1366, 768)
    first.files.open(file)
    press(first.bar.run_button)
    until(qtbot, lambda: stage(first).startswith("Epoch "))
    leader = first.session.trainer.process
    assert leader is not None
    processes = [leader.pid, *children(leader.pid)]
    assert len(processes) == 3
    press(first.bar.pause_button)
    until(qtbot, lambda: stage(first).startswith("Paused at epoch "))
    first.session.life.release()
    first.close()
    other = open_window(1366, 768)
    other.files.open(file)
    until(qtbot, lambda: stage(other).startswith("Paused at epoch "))
    assert other.session.run_folder == first.session.run_folder
    press(other.bar.pause_button)
    until(qtbot, lambda: stage(other).startswith("Epoch "))
    with qtbot.waitSignal(other.session.run_ended, timeout=LONG):
        press(other.bar.run_button)
    assert other.session.last_events[-1]["stopped"]
    assert all(gone(process) for process in processes)
    panel = other.training
    assert panel is not None
    row = panel.progress.go_on
    until(qtbot, row.isVisible)
    before = [event["epoch"] for event in other.session.last_events if event["event"] == "epoch"]
    row.epochs.lineEdit().selectAll()
    QTest.keyClicks(row.epochs.lineEdit(), "2")
    with qtbot.waitSignal(other.session.run_ended, timeout=LONG) as ended:
        press(row.button)
    assert ended.args and ended.args[0]["event"] == "finished" and not ended.args[0]["stopped"]
    epochs = [event["epoch"] for event in other.session.last_events if event["event"] == "epoch"]
    assert epochs == [*before, len(before) + 1, len(before) + 2]


def test_that_the_next_start_tells_of_a_run_that_died_while_nobody_followed_it(
    open_window: Open, file: Path, qtbot: QtBot
) -> None:
    folder = prepare_run(load(file.read_bytes()), file, {})
    told = [{"event": "started", "epochs": 9}, *({"event": "step", "step": n, "epoch": 1, "loss": 1.0} for n in (1, 2))]
    told.append({"event": "saved", "epoch": 1, "step": 2, "path": "checkpoint.pt"})
    (folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in told))
    (folder / "checkpoint.pt").touch()
    (folder / "process.json").write_text(json.dumps({"process": 1, "group": 1, "host": node()}))
    window = open_window(1366, 768)
    window.files.open(file)
    until(qtbot, lambda: stage(window) == "Failed at step 2")
    assert window.training is not None
    said = "The training process was ended after step 2. The checkpoint of epoch 1, step 2 is kept in "
    assert window.training.progress.device.whole.startswith(said)
    row = window.training.progress.go_on
    assert not row.isHidden() and row.epochs.value() == 9


def with_function(file: Path, *lines: str) -> str:
    """Give the graph of a file a function that does something before it stacks samples; returns its text."""
    text = ["import ctypes", "import os", "import torch", "", "def mine(samples):", *(f"    {line}" for line in lines)]
    text.append("    return torch.stack(samples)")
    own: Edit = ("set", "batches", "collate", {"features": {"function": text, "output": "float32[13]"}})
    file.write_text(dump(applied(GRAPH, [own, FOREVER])))
    return "\n".join(text)


@pytest.mark.parametrize("quick", [False, True])
def test_that_a_run_that_hangs_is_told_with_its_node_and_ended_by_a_second_press(
    open_window: Open, file: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, quick: bool
) -> None:
    wait = ("SOON", 0.2) if quick else ("LONG", 0.2)  # where steps came fast, or whatever came
    for name, value in (wait, ("LOOK", 50), ("ANSWER", 100)):
        monkeypatch.setattr(silence, name, value)
    hang = tmp_path / "hang"
    # Not while it measures rows that are held out: that may take long, and is told later.
    text = with_function(file, f"while os.path.exists({str(hang)!r}) and torch.is_grad_enabled():", "    pass")
    window = open_window(1366, 768)
    window.files.open(file)
    window.session.trust([text])
    press(window.bar.run_button)
    until(qtbot, lambda: stage(window).startswith("Epoch "))
    hang.touch()
    panel = window.training
    assert panel is not None
    said = panel.progress.silence
    until(qtbot, lambda: "it is at batches" in said.whole)
    assert re.fullmatch(r"Nothing has happened for \d+ s: it is at batches.*\. Wait, or press Stop, .*", said.whole)
    press(window.bar.run_button)
    assert window.bar.run_button.text() == "Stop now"
    process = window.session.trainer.process
    with qtbot.waitSignal(window.session.run_ended, timeout=LONG):
        press(window.bar.run_button)
    assert process is not None and not group(process.pid)
    assert ", at batches." in window.session.last_events[-1]["message"]
    until(qtbot, lambda: not said.isVisible())


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("raise ValueError('no such word')", r"batches: no such word"),
        ("ctypes.string_at(0)", r"batches: what it calls crashed the training process \(SIGSEGV\) after step \d+\. .*"),
        ("os._exit(3)", r"The training process ended with exit code 3 after step \d+\. The checkpoint of epoch .*"),
        ("torch.empty(1 << 50)", r"batches: out of memory: it needs 4\.5 PB more\. Make it or batch_size smaller; .*"),
    ],
)
def test_that_the_window_tells_how_a_run_ended_and_the_next_one_runs(
    open_window: Open, file: Path, tmp_path: Path, qtbot: QtBot, fault: str, said: str
) -> None:
    mark = tmp_path / "mark"
    text = with_function(file, f"if os.path.exists({str(mark)!r}):", f"    {fault}")
    window = open_window(1366, 768)
    window.files.open(file)
    window.session.trust([text])
    press(window.bar.run_button)
    kept = window.session.happened
    with qtbot.waitSignal(kept, timeout=LONG, check_params_cb=lambda event: event["event"] == "saved"):
        pass
    process, folder = window.session.trainer.process, window.session.run_folder
    with qtbot.waitSignal(window.session.run_ended, timeout=SOON):
        mark.touch()
    assert process is not None and gone(process.pid)
    assert folder is not None and torch.load(folder / "checkpoint.pt", weights_only=True)["place"]
    assert re.fullmatch(rf"The run failed\. {said}", window.strip.sentence.whole)
    mark.unlink()
    until(qtbot, lambda: not window.session.life.just_ended)  # until then a press is taken for one to stop it
    press(window.bar.run_button)
    until(qtbot, lambda: stage(window).startswith("Epoch "))
