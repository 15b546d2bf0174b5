"""The window: what is where at which size, files and their questions, drops, the one button."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from editor import theme
from editor.mishaps import watch
from editor.trust_dialog import TrustDialog
from editor.window import Window
from runtime.graph.file import dump, load
from runtime.graph.model import Graph
from runtime.places import EXAMPLES

SMALL: dict[str, object] = {
    "format": "torchweave",
    "version": 1,
    "nodes": {"wine": {"type": "data.Wine"}, "layer": {"type": "nn.Linear"}},
    "edges": [["wine.features", "layer.input"]],
    "run": {"epochs": 3},
    "layout": {"wine": [0, 0], "layer": [300, 0]},
}
Button = QMessageBox.StandardButton


def graph_file(folder: Path, name: str = "small.json", content: object = None) -> Path:
    """A graph on disk."""
    file = folder / name
    file.write_text(json.dumps(content or SMALL))
    return file


def answer(window: Window, button: Button) -> None:
    """Press a button of the question that is open."""
    assert isinstance(window.question, QMessageBox)
    window.question.button(button).click()


def edit(window: Window) -> None:
    """Any edit."""
    window.document.do([("set", "layer", "out_features", 7)], "out_features 7")


# --- what is where


def test_that_the_canvas_has_room_at_the_small_size(window: Window) -> None:
    window.files.new()
    QApplication.processEvents()
    assert window.bar.height() == 40
    assert window.strip.height() == 28
    assert window.palette_panel.width() == 190
    assert window.frame.side.width() == 270
    assert window.frame.bottom.isHidden()
    assert window.canvas.width() >= 880
    assert window.canvas.height() >= 600


def test_that_at_the_small_size_panels_are_tabbed_and_at_the_wide_size_side_by_side(window: Window) -> None:
    window.files.new()
    window.open_bottom("problems")
    assert [pane.isVisible() for pane in window.frame.side.panes.values()] == [True, False]
    assert [pane.isVisible() for pane in window.frame.bottom.panes.values()] == [True, False, False]
    window.resize(1920, 1080)
    QApplication.processEvents()
    assert all(pane.isVisible() for panes in (window.frame.side, window.frame.bottom) for pane in panes.panes.values())
    assert window.frame.side.tabs.isHidden()
    window.resize(1366, 768)
    QApplication.processEvents()
    assert not window.frame.side.tabs.isHidden()
    assert window.frame.side.width() == 270


def test_that_a_window_without_a_file_shows_where_to_begin(window: Window, qtbot: QtBot) -> None:
    assert window.start.isVisible()
    assert not window.canvas.isVisible()
    QTest.mouseClick(window.start.new_button, Qt.MouseButton.LeftButton)
    assert window.canvas.isVisible()
    assert window.hint.isVisible()
    QTest.keyClick(window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert window.start.isVisible()


def test_that_the_theme_changes_and_is_remembered(window: Window, qtbot: QtBot, user_folders: Path) -> None:
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert theme.current().name == "light"
    (settings,) = user_folders.rglob("settings.json")
    assert json.loads(settings.read_text())["theme"] == "light"


def test_that_every_action_has_a_shortcut_of_its_own(window: Window) -> None:
    keys = [action.shortcut().toString() for action in window.actions_by_name.values()]
    assert all(keys)
    assert len(set(keys)) == len(keys)
    assert all(action.toolTip() for action in window.actions_by_name.values())


# --- files


def test_that_a_file_opens_with_its_name_in_the_title(window: Window, tmp_path: Path) -> None:
    window.files.open(graph_file(tmp_path))
    assert list(window.document.graph.nodes) == ["wine", "layer"]
    assert window.windowTitle().startswith("small")
    assert window.canvas.isVisible()
    assert window.bar.title.whole == "small"


def test_that_an_edit_marks_the_title_and_undo_clears_the_mark(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    window.files.open(graph_file(tmp_path))
    edit(window)
    assert window.isWindowModified()
    assert window.bar.state.whole == "unsaved changes"
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not window.isWindowModified()
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert window.document.graph.nodes["layer"].parameters == {"out_features": 7}


def test_that_saving_writes_the_open_file_and_clears_the_mark(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    file = graph_file(tmp_path)
    window.files.open(file)
    edit(window)
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert load(file.read_bytes()) == window.document.graph
    assert not window.isWindowModified()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[1, 2]", b'{"format": "torchweave", "version": 0}'])
def test_that_a_refused_file_changes_nothing_and_says_why(window: Window, tmp_path: Path, content: bytes) -> None:
    window.files.open(graph_file(tmp_path))
    edit(window)
    graph, steps = window.document.graph, window.document.history.index()
    broken = tmp_path / "broken.json"
    broken.write_bytes(content)
    window.files.open(broken)
    assert window.document.graph is graph
    assert window.document.history.index() == steps
    assert window.banner.isVisible()
    assert window.banner.sentence.text().startswith("broken.json was not opened. Th")
    window.banner.close_button.click()
    assert not window.banner.isVisible()


def test_that_a_file_that_is_gone_is_told(window: Window, tmp_path: Path) -> None:
    window.files.open(tmp_path / "gone.json")
    assert "gone.json was not opened" in window.banner.sentence.text()
    assert window.start.isVisible()


@pytest.mark.parametrize(("button", "opened"), [(Button.Discard, True), (Button.Cancel, False), (Button.Save, True)])
def test_that_unsaved_edits_are_asked_about(window: Window, tmp_path: Path, button: Button, opened: bool) -> None:
    file = graph_file(tmp_path)
    window.files.open(file)
    edit(window)
    edited = window.document.graph
    window.files.new()
    answer(window, button)
    assert (not window.document.graph.nodes) is opened
    assert (load(file.read_bytes()) == edited) is (button == Button.Save)


def test_that_closing_asks_and_cancel_keeps_the_window(window: Window, tmp_path: Path) -> None:
    window.files.open(graph_file(tmp_path))
    edit(window)
    window.close()
    answer(window, Button.Cancel)
    assert window.isVisible()
    window.close()
    answer(window, Button.Discard)
    assert not window.isVisible()


def test_that_a_file_changed_by_somebody_else_is_not_silently_replaced(window: Window, tmp_path: Path) -> None:
    file = graph_file(tmp_path)
    window.files.open(file)
    edit(window)
    theirs = dump(Graph()).encode()
    file.write_bytes(theirs)
    window.files.save()
    answer(window, Button.Cancel)
    assert file.read_bytes() == theirs
    window.files.save()
    assert isinstance(window.question, QMessageBox)
    next(b for b in window.question.buttons() if b.text() == "Replace them").click()
    assert load(file.read_bytes()) == window.document.graph


def test_that_saving_elsewhere_takes_the_data_along(window: Window, tmp_path: Path) -> None:
    content = {**SMALL, "nodes": {"table": {"type": "data.Table", "parameters": {"path": "flowers.csv"}}}, "edges": []}
    (tmp_path / "deep").mkdir()
    window.files.open(graph_file(tmp_path, content=content))
    window.files.write(tmp_path / "deep" / "copy.json")
    assert load((tmp_path / "deep" / "copy.json").read_bytes()).nodes["table"].parameters["path"] == "../flowers.csv"
    assert window.document.graph.nodes["table"].parameters["path"] == "../flowers.csv"
    assert not window.document.unsaved


def test_that_a_place_that_cannot_be_written_is_told_and_nothing_changes(window: Window, tmp_path: Path) -> None:
    window.files.open(graph_file(tmp_path))
    edit(window)
    window.files.write(tmp_path / "nowhere" / "copy.json")
    assert "copy.json was not saved" in window.banner.sentence.text()
    assert window.document.unsaved
    assert window.document.path == tmp_path / "small.json"


def test_that_what_was_open_lately_is_on_the_start_page(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    kept, lost = graph_file(tmp_path, "kept.json"), graph_file(tmp_path, "lost.json")
    for file in (lost, kept):
        window.files.open(file)
    lost.unlink()
    window.frame.show_start()
    rows = window.start.findChildren(QPushButton, "recentRow")
    assert [row.toolTip() for row in rows] == [str(kept), str(lost)]
    assert [row.isEnabled() for row in rows] == [True, False]
    window.files.new()
    window.frame.show_start()
    row = window.start.findChildren(QPushButton, "recentRow")[0]
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert list(window.document.graph.nodes) == ["wine", "layer"]


# --- drops


def test_that_a_dropped_graph_opens(window: Window, tmp_path: Path) -> None:
    window.drops.take([graph_file(tmp_path)], QPointF())
    assert list(window.document.graph.nodes) == ["wine", "layer"]


def test_that_anything_else_gets_a_sentence(window: Window, tmp_path: Path) -> None:
    window.drops.take([tmp_path / "movie.mp4"], QPointF())
    assert "movie.mp4 is not something that can be dropped here" in window.banner.sentence.text()


def test_that_a_dropped_table_becomes_its_dataset_in_one_step(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    window.files.open(graph_file(tmp_path))
    (tmp_path / "Some flowers.csv").write_text("width,height,kind\n1,2,a\n3,4,b\n5,6,a\n")
    with qtbot.waitSignal(window.document.changed, timeout=30_000):
        window.drops.take([tmp_path / "Some flowers.csv"], QPointF(40, 50))
    node = window.document.graph.nodes["some_flowers"]
    assert node.type == "data.Table"
    assert node.parameters["path"] == "Some flowers.csv"
    assert set(node.parameters["fields"]) == {"features", "kind"}
    assert window.document.graph.layout["some_flowers"] == (40.0, 50.0)
    window.document.history.undo()
    assert list(window.document.graph.nodes) == ["wine", "layer"]


def test_that_data_that_cannot_be_read_gets_a_sentence(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "broken.npz").write_bytes(b"no arrays at all")
    window.drops.take([tmp_path / "broken.npz"], QPointF())
    qtbot.waitUntil(window.banner.isVisible, timeout=30_000)
    assert window.banner.sentence.text().startswith("broken.npz cannot be used as data.")


# --- nodes, problems, the button


def test_that_the_palette_adds_in_the_middle_of_what_is_seen(window: Window, qtbot: QtBot) -> None:
    QTest.keyClicks(window.palette_panel.search, "digits")
    QTest.keyClick(window.palette_panel.search, Qt.Key.Key_Return)
    assert [node.type for node in window.document.graph.nodes.values()] == ["data.Digits"]
    assert window.canvas.isVisible()
    assert not window.hint.isVisible()


def test_that_the_search_on_the_canvas_adds_a_node(window: Window, qtbot: QtBot) -> None:
    window.files.new()
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.searching.popup.isVisible()
    QTest.keyClicks(window.searching.popup.field, "dense")
    QTest.keyClick(window.searching.popup.field, Qt.Key.Key_Return)
    assert [node.type for node in window.document.graph.nodes.values()] == ["nn.Linear"]


def test_that_problems_are_counted_and_lead_to_their_list(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    window.files.open(graph_file(tmp_path))
    button = window.strip.counts["open"]
    assert button.isVisible()
    assert "to connect" in button.text()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.frame.bottom.isVisible()
    assert window.frame.bottom.current == "problems"
    QTest.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert not window.frame.bottom.isVisible()


def test_that_an_unfinished_graph_does_not_run_but_says_what_is_missing(
    window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    window.files.open(graph_file(tmp_path))
    assert window.bar.run_button.text().startswith("Run 3 epochs")
    QTest.mouseClick(window.bar.run_button, Qt.MouseButton.LeftButton)
    assert not window.session.running
    assert window.strip.sentence.whole.startswith("Cannot run yet. ")


def test_that_python_in_a_graph_is_shown_before_it_runs(window: Window, qtbot: QtBot) -> None:
    window.session.trust_needed.emit([("batches", "def mine(samples):\n    return samples\u202e")])
    dialog = window.question
    assert isinstance(dialog, TrustDialog)
    assert dialog.isVisible()
    assert dialog.no.isDefault()
    QTest.mouseClick(dialog.no, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()


def test_that_an_unexpected_exception_is_told_and_work_goes_on(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    watch(window)
    sys.excepthook(ValueError, ValueError("seven"), None)
    assert "ValueError: seven" in window.banner.sentence.text()


# --- leaving while a run goes on


@pytest.fixture
def running(window: Window, qtbot: QtBot) -> Iterator[Window]:
    """A window whose example is being trained, for longer than anybody waits."""
    window.files.open(EXAMPLES / "two_models.json")
    window.document.do([("run", "epochs", 100_000)], "epochs")
    window.document.history.setClean()
    steps = window.session.happened
    with qtbot.waitSignal(steps, timeout=60_000, check_params_cb=lambda event: event["event"] == "step"):
        QTest.mouseClick(window.bar.run_button, Qt.MouseButton.LeftButton)
    process = window.session.trainer.process
    yield window
    assert process
    process.kill()
    process.wait()


def press(window: Window, text: str) -> None:
    """Press a button of the question by its words."""
    assert isinstance(window.question, QMessageBox)
    next(button for button in window.question.buttons() if button.text() == text).click()


def test_that_a_run_shows_where_it_is_and_can_be_stopped_before_closing(running: Window, qtbot: QtBot) -> None:
    assert running.bar.run_button.text() == "Stop"
    assert running.frame.bottom.isVisible()
    qtbot.waitUntil(lambda: re.fullmatch(r"epoch \d+ of 100000", running.strip.stage.text()) is not None)
    qtbot.waitUntil(lambda: "adam" in running.canvas.progress)
    running.document.do([("set", "dense", "out_features", 48)], "size")
    assert running.session.changes_since == 1
    running.document.history.undo()
    running.close()
    assert running.isVisible()
    with qtbot.waitSignal(running.session.run_ended, timeout=60_000):
        press(running, "Stop it")
    assert not running.isVisible()


def test_that_a_run_can_go_on_without_the_window(running: Window, qtbot: QtBot) -> None:
    running.files.new()
    process = running.session.trainer.process
    assert process
    press(running, "Let it go on")
    assert not running.document.graph.nodes
    assert not running.session.running
    assert process.poll() is None
