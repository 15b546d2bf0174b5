"""The window: what is where at which size, the one button, and how its parts work together."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPlainTextEdit
from pytestqt.qtbot import QtBot

from editor.inspector.settings import GraphForm
from editor.looks import theme
from editor.outside.trust_dialog import TrustDialog
from editor.palette.entry import TYPE_ROLE
from editor.palette.fit import takes
from editor.window.mishaps import watch
from editor.window.window import Window
from runtime.graph.edit import applied
from runtime.graph.file import load
from runtime.graph.model import End
from runtime.places import EXAMPLES
from runtime.spec.catalogue import catalogue
from runtime.train.trust import untrusted
from tests.editor.canvas.hand import Hand, edge
from tests.editor.running.test_session import GRAPH as WHOLE

SMALL: dict[str, object] = {
    "format": "torchweave",
    "version": 1,
    "nodes": {"wine": {"type": "data.Wine"}, "layer": {"type": "nn.Linear"}},
    "edges": [["wine.features", "layer.input"]],
    "run": {"epochs": 3},
    "layout": {"wine": [0, 0], "layer": [300, 0]},
}
FUNCTION = ["def mine(samples):", "    return torch.stack(samples)"]
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


def test_that_a_window_that_is_gone_before_it_tells_of_its_first_frame_harms_no_other(qapp: QApplication) -> None:
    windows = [Window(), Window()]
    for window in windows:
        window.show()
        assert QTest.qWaitForWindowExposed(window)
        window.close()
        window.deleteLater()
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    qapp.processEvents()  # an error that Qt's timers raise ends the process with the next event filter in Python


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
    assert [pane.isVisible() for pane in window.frame.bottom.panes.values()] == [True, False, False, False, False]
    window.resize(1920, 1080)
    QApplication.processEvents()
    assert all(pane.isVisible() for pane in window.frame.side.panes.values())
    assert [pane.isVisible() for pane in window.frame.bottom.panes.values()] == [True, True, True, False, False]
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)  # runs have parts that stand side by side
    assert [pane.isVisible() for pane in window.frame.bottom.panes.values()] == [False, False, False, False, True]
    assert not window.frame.bottom.tabs.isHidden()
    window.open_bottom("training")
    assert [pane.isVisible() for pane in window.frame.bottom.panes.values()] == [True, True, True, False, False]
    assert window.frame.side.tabs.isHidden() and window.frame.bottom.panes["training"].head.isHidden()  # no title twice
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
    QTest.keyClick(window, Qt.Key.Key_Home, Qt.KeyboardModifier.AltModifier)
    assert window.start.isVisible()


def test_that_the_theme_changes_and_is_remembered(window: Window, qtbot: QtBot, user_folders: Path) -> None:
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    assert theme.current().name == "light"
    (settings,) = user_folders.rglob("settings.json")
    assert json.loads(settings.read_text())["theme"] == "light"


def test_that_every_action_has_a_shortcut_of_its_own(window: Window) -> None:
    keys = [action.shortcut().toString() for action in window.actions_by_name.values()]
    assert all(keys)
    assert len(set(keys)) == len(keys)
    assert all(action.toolTip() for action in window.actions_by_name.values())


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


def test_that_the_run_button_counts_folds(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    window.files.open(graph_file(tmp_path))
    window.document.do([("add", "folded", "Collate", {"folds": 4})], "add")
    qtbot.waitUntil(lambda: window.bar.run_button.text().startswith("Run 4 folds of 3 epochs"))


def test_that_processes_are_typed_beside_epochs_and_stand_on_the_run_button(
    window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    window.files.open(graph_file(tmp_path))
    window.session.device = {"device": "cpu", "reason": "no GPU"}
    page = window.inspector.page
    assert isinstance(page, GraphForm)
    entry = page.rows["processes"].entry.focusProxy()
    assert entry is not None
    entry.setFocus()
    QTest.keyClick(entry, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(entry, "4")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert window.document.graph.run["processes"] == 4
    qtbot.waitUntil(lambda: window.bar.run_button.text() == "Run 3 epochs on cpu × 4")


def test_that_an_unfinished_graph_does_not_run_but_says_what_is_missing(
    window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    window.files.open(graph_file(tmp_path))
    assert window.bar.run_button.text().startswith("Run 3 epochs")
    QTest.mouseClick(window.bar.run_button, Qt.MouseButton.LeftButton)
    assert not window.session.running
    assert window.strip.sentence.whole.startswith("Cannot run yet. ")
    assert window.frame.bottom.isVisible() and window.frame.bottom.current == "problems"


def test_that_python_in_a_graph_is_shown_before_it_runs(
    window: Window, qtbot: QtBot, user_folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    window.document.open(
        applied(WHOLE, [("set", "batches", "collate", {"features": {"function": FUNCTION, "output": "float32[13]"}})]),
        None,
    )
    QTest.mouseClick(window.bar.run_button, Qt.MouseButton.LeftButton)
    dialog = window.question
    assert isinstance(dialog, TrustDialog)
    assert dialog.isVisible()
    assert dialog.no.isDefault()
    (shown,) = dialog.findChildren(QPlainTextEdit)
    assert shown.toPlainText() == "\n".join(FUNCTION)
    QTest.mouseClick(dialog.no, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    assert not window.session.running
    assert window.session.trainer.process is None
    assert untrusted(window.document.graph)
    assert not list(user_folders.rglob("settings.json"))
    QTest.mouseClick(window.bar.run_button, Qt.MouseButton.LeftButton)
    dialog = window.question
    assert isinstance(dialog, TrustDialog)
    with qtbot.waitSignal(window.session.run_ended, timeout=60_000) as ended:
        QTest.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)
    assert ended.args
    assert ended.args[0]["event"] == "finished"
    assert not untrusted(window.document.graph)


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
    qtbot.waitUntil(
        lambda: re.fullmatch(r"epoch \d+ of 100000", running.strip.stage.text()) is not None, timeout=30_000
    )
    qtbot.waitUntil(lambda: "adam" in running.canvas.progress, timeout=30_000)
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


def test_that_nothing_becomes_of_a_run_when_the_second_question_is_cancelled(running: Window, qtbot: QtBot) -> None:
    running.document.do([("set", "dense", "out_features", 48)], "size")
    for words in ("Let it go on", "Stop it"):
        running.files.new()
        press(running, words)
        answer(running, Button.Cancel)
        assert running.session.running
        assert not running.session.stopping
        assert running.bar.run_button.text() == "Stop"
    running.files.new()
    press(running, "Let it go on")
    answer(running, Button.Discard)
    assert not running.session.running
    assert running.bar.run_button.text().startswith("Run ")
    assert running.strip.progress.isHidden()


# --- canvas and window together


def drawn(window: Window) -> Hand:
    """The small graph, open, and a hand over it."""
    window.document.open(load(json.dumps(SMALL).encode()), None)
    QApplication.processEvents()
    return Hand(window.canvas)


def test_that_tab_searches_at_the_cursor(window: Window) -> None:
    hand = drawn(window)
    window.frame.show_canvas()
    window.canvas.setFocus()
    hand.key(Qt.Key.Key_Tab)
    popup = window.searching.popup
    assert popup.isVisible()
    assert popup.field.hasFocus()
    QTest.keyClick(popup.field, Qt.Key.Key_Escape)
    assert popup.isHidden()


def test_that_a_wire_dropped_on_nothing_finds_what_fits_and_is_joined_to_it(window: Window) -> None:
    window.frame.show_canvas()
    hand = drawn(window)
    hand.pull(hand.output("wine.label"), hand.nowhere())
    popup = window.searching.popup
    assert popup.isVisible()
    fits = takes(window.session.report.types[End("wine", "label")])
    assert fits(catalogue()[popup.list.item(0).data(TYPE_ROLE)])
    QTest.keyClicks(popup.field, "embed")
    QTest.keyClick(popup.field, Qt.Key.Key_Return)
    (edge,) = [edge for edge in hand.edges if edge.source == End("wine", "label")]
    assert window.document.graph.nodes[edge.target.node].type == "nn.Embedding"


def test_that_node_and_program_light_each_other(window: Window, qtbot: QtBot) -> None:
    window.files.open(EXAMPLES / "two_models.json")
    session = window.session
    window.frame.side.show_pane("program")
    qtbot.waitUntil(lambda: session.program is not None)
    assert session.program
    with qtbot.waitSignal(window.canvas.selection_changed) as chosen:
        window.program.node_clicked.emit("final")
    assert chosen.args == [["final"]]
    assert window.program.text.lit == set(session.program.lines["final"])


def test_that_without_a_program_nothing_is_exported_but_the_reason_is_told(window: Window) -> None:
    drawn(window)
    QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert window.banner.sentence.text().startswith("No program yet. ")


def test_that_palette_double_click_and_shortcuts_edit_the_graph(window: Window) -> None:
    hand = drawn(window)
    window.frame.show_canvas()
    window.canvas.setFocus()
    QTest.keyClick(window, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert window.canvas.selected() == ["wine", "layer"]
    QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert len(hand.document.graph.nodes) == 4
    QTest.keyClick(hand.view, Qt.Key.Key_Delete)
    assert list(hand.document.graph.nodes) == ["wine", "layer"]
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert hand.document.history.undoText() == "arrange"


def test_that_a_node_of_the_palette_is_wired_to_the_selected_one_where_that_gives_what_it_takes(window: Window) -> None:
    hand, search = drawn(window), window.palette_panel.search
    window.show_node("layer")
    QTest.keyClicks(search, "relu")
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert edge("layer.output", "relu.input") in hand.edges
    assert window.canvas.selected() == ["relu"]
    window.show_node("layer")  # its output feeds something now: what is added stands beside, and why is said
    search.clear()
    QTest.keyClicks(search, "tanh")
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert not [each for each in hand.edges if "tanh" in (each.source.node, each.target.node)]
    assert "layer has no output that feeds nothing yet" in window.strip.sentence.whole
    rects = window.canvas.mirror.rects()
    assert not rects["tanh"].intersects(rects["relu"]) and not rects["tanh"].intersects(rects["layer"])


def test_that_a_question_is_shown_whole(window: Window) -> None:
    text = "a_file_with_a_long_name.json was changed by another program or window."
    box = QMessageBox(QMessageBox.Icon.NoIcon, "", text)
    box.setInformativeText("Whichever you take, the other one stays.")
    window.ask(box, {})
    label = box.findChild(QLabel, "qt_msgbox_label")
    assert isinstance(label, QLabel)
    assert label.height() >= label.heightForWidth(label.width())
    assert label.wordWrap() or label.width() >= label.sizeHint().width()
    box.close()
