"""What the window tells beside the graph: in which colours, where, and for how long."""

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from editor.looks import theme
from editor.looks.pieces import Line, colour
from editor.window.window import Window
from runtime.graph.edit import applied
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.places import EXAMPLES, runs_folder
from runtime.spec.installed import Installed
from tests.runtime.train.past import run_in

SMALL: dict[str, object] = {
    "format": "torchweave",
    "version": 1,
    "nodes": {"wine": {"type": "data.Wine"}, "layer": {"type": "nn.Linear"}},
    "edges": [["wine.features", "layer.input"]],
    "layout": {"wine": [0, 0], "layer": [300, 0]},
}
CONTROL = Qt.KeyboardModifier.ControlModifier


def opened(window: Window, folder: Path, **other: object) -> None:
    """Open a small graph from a file."""
    file = folder / "small.json"
    file.write_text(json.dumps(SMALL | other))
    window.files.open(file)
    QApplication.processEvents()


def said(window: Window) -> str:
    """The sentence at the foot of the window."""
    return window.strip.sentence.whole


def edit(window: Window) -> None:
    """Any edit."""
    window.document.do([("set", "layer", "out_features", 7)], "out_features 7")


def drawn(window: Window, name: str) -> bytes:
    """What the icon of an action looks like."""
    image = window.actions_by_name[name].icon().pixmap(16).toImage()
    return bytes(image.constBits())


# --- colours


def test_that_a_change_of_theme_reaches_every_line(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    window.open_bottom("problems")
    window.say("Saved small.json")
    for _ in range(3):
        QTest.keyClick(window, Qt.Key.Key_T, CONTROL | Qt.KeyboardModifier.AltModifier)
        QApplication.processEvents()
        lines = window.findChildren(Line)
        assert window.bar.title in lines and window.strip.sentence in lines and window.inspector.help in lines
        wrong = [each.text() for each in lines if each.palette().windowText().color() != colour(each.token)]
        assert not wrong, f"{theme.current().name}: {wrong}"


def test_that_the_arrow_of_the_dock_points_down_while_it_is_open(window: Window) -> None:
    window.files.new()
    shut = drawn(window, "panel")
    QTest.keyClick(window, Qt.Key.Key_J, CONTROL)
    opened = drawn(window, "panel")
    assert opened != shut
    for _ in theme.THEMES:
        QTest.keyClick(window, Qt.Key.Key_T, CONTROL | Qt.KeyboardModifier.AltModifier)
    assert drawn(window, "panel") == opened


# --- the sentence at the foot


def test_that_a_sentence_ends_with_what_it_tells_of(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    run = window.actions_by_name["run"].shortcut()
    ends: tuple[Callable[[], object], ...] = (
        lambda: edit(window),
        window.document.history.undo,
        lambda: QTest.keyClick(window.canvas.view, Qt.Key.Key_Escape),
        lambda: opened(window, tmp_path),
        window.files.new,
    )
    for over in ends:
        if not window.document.graph.nodes:
            opened(window, tmp_path)
        assert said(window) == ""
        QTest.keySequence(window, run)
        assert said(window).startswith("Cannot run yet. ")
        over()
        assert said(window) == ""


def test_that_a_refused_name_is_told_until_the_naming_ends(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    renaming = window.canvas.renaming
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        renaming.begin("layer")
        assert renaming.line
        renaming.line.setText("wine")
        QTest.keyClick(renaming.line, Qt.Key.Key_Return)
        assert "wine is another node already" in said(window)
        renaming.line.setText("layer")
        QTest.keyClick(renaming.line, key)
        assert said(window) == ""


def test_that_a_refusal_on_the_canvas_names_what_was_typed(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    window.canvas.renaming.begin("layer")
    line = window.canvas.renaming.line
    assert line
    QTest.keyClicks(line, "my layer-1")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert said(window).startswith("my layer-1 is not a name: ")
    assert said(window).endswith("; my_layer_1 is free.")


def test_that_a_run_opens_training_in_the_place_of_problems_and_of_a_hidden_dock(window: Window, qtbot: QtBot) -> None:
    window.files.open(EXAMPLES / "two_models.json")
    qtbot.waitUntil(lambda: window.strip.fine.isVisible() and window.strip.fine.text() == "ready to run")
    run, minutes = window.actions_by_name["run"].shortcut(), count()
    window.session.life.clock = lambda: 60.0 * next(minutes)
    for hidden in (False, True):
        window.show_problems()
        if hidden:
            QTest.keySequence(window, window.actions_by_name["panel"].shortcut())
        assert window.frame.bottom.isHidden() == hidden
        window.say("Saved two_models.json")
        with qtbot.waitSignal(window.session.run_started):
            QTest.keySequence(window, run)
        assert window.frame.bottom.isVisible() and window.frame.bottom.current == "training"
        assert said(window) == ""
        assert not window.strip.fine.isVisible()
        with qtbot.waitSignal(window.session.run_ended, timeout=60_000):
            window.session.trainer.kill()
        assert said(window).startswith("The run was ended at once ")
        assert window.strip.fine.isVisible()


def press_twice(button: QWidget) -> None:
    """Two clicks in one place, as the system tells them to the window."""
    at = button.mapTo(button.window(), QPoint(4, button.height() // 2))
    QTest.mouseDClick(button.window().windowHandle(), Qt.MouseButton.LeftButton, pos=at)
    QApplication.processEvents()


def test_that_a_double_click_on_run_does_not_stop_it_nor_one_on_pause_let_it_go_on(
    window: Window, qtbot: QtBot
) -> None:
    window.files.open(EXAMPLES / "two_models.json")
    session, bar = window.session, window.bar
    with qtbot.waitSignal(session.run_started):
        press_twice(bar.run_button)
    assert bar.run_button.text() == "Stop"
    press_twice(bar.pause_button)
    assert session.pausing.asked
    press_twice(bar.run_button)
    assert session.stopping and session.running
    with qtbot.waitSignal(session.run_ended, timeout=60_000):
        session.trainer.kill()


def test_that_a_failed_node_is_marked_only_while_its_graph_is_the_one_that_ran(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    session, failed = window.session, {"event": "failed", "node": "layer", "message": "sizes"}
    session.run_graph = window.document.graph
    session.happened.emit(failed)
    window.document.do([("move", "layer", (500.0, 10.0))], "move")
    assert "layer" in window.canvas.failures
    edit(window)
    assert not window.canvas.failures
    session.run_graph = window.document.graph
    session.happened.emit(failed)
    window.document.history.undo()
    assert not window.canvas.failures
    window.document.history.redo()
    session.happened.emit(failed)
    window.files.show_graph(window.document.graph, None)
    assert not window.canvas.failures


def test_that_a_run_that_fails_at_a_bad_file_comes_with_the_repair(window: Window, tmp_path: Path) -> None:
    fields = {"picture": "picture", "label": {"type": "int64[]", "classes": ["x", "y"]}}
    graph = applied(
        Graph(),
        [
            ("add", "photos", "data.Pictures", {"path": "photos", "fields": fields}),
            ("add", "decoded", "transform.Decode", {"size": [8, 8]}),
            ("connect", "photos.picture", "decoded.input"),
        ],
    )
    window.files.show_graph(graph, None)
    session = window.session
    session.run_graph = session.document.graph
    message = "x/04.jpg cannot be decoded: it ends. Replace it, or let bad_files of data.Pictures skip such files."
    session.last_events = [{"event": "failed", "node": "decoded", "message": message}]
    session.check_now()
    (problem,) = [each for each in session.report.problems if each.repairs and "bad_files" in each.message]
    assert (problem.node, problem.finding) == ("photos", f"photos ended the last run: {message}")
    session.apply_repair(problem.repairs[0])
    assert session.document.graph.nodes["photos"].parameters["bad_files"] == "skip"
    session.check_now()
    assert problem not in session.report.problems


def test_that_it_is_said_which_run_failed_where_an_older_one_is_shown(window: Window, tmp_path: Path) -> None:
    graph, file = load((EXAMPLES / "two_models.json").read_bytes()), tmp_path / "two.json"
    ended = [{"event": "started"}, {"event": "failed", "node": "dense", "message": "sizes"}]
    older = run_in(runs_folder(file), "20250103-140200-000", graph, ended)
    run_in(runs_folder(file), "20250104-150000-000", graph)
    window.files.show_graph(graph, file)
    window.session.show_run(older)
    assert "dense ended the run of 3 Jan 14:02: sizes." in [each.message for each in window.session.report.problems]


def test_that_a_run_that_failed_is_a_problem_until_the_graph_is_another_or_a_run_succeeds(
    window: Window, tmp_path: Path
) -> None:
    window.files.show_graph(load((EXAMPLES / "two_models.json").read_bytes()), None)
    session = window.session
    sentences = ("dense ended the last run: sizes.", "The last run failed: no room.")

    def told(event: dict[str, object]) -> list[str]:
        session.run_graph, session.last_events = window.document.graph, [event]
        session.run_shown.emit()
        return [problem.message for problem in session.report.problems]

    for node, why, sentence in zip(("dense", None), ("sizes", "no room."), sentences, strict=True):
        assert told({"event": "failed", "node": node, "message": why}) == [sentence]
        assert window.strip.counts["error"].text() == "1 error" and not window.strip.counts["warning"].isVisible()
        assert session.unfinished() is None and session.report.sound  # nobody is kept from running again
        assert told({"event": "finished"}) == []
    assert told({"event": "failed", "node": None, "message": "The run was ended at once after step 3."}) == []
    assert told({"event": "failed", "node": "dense", "message": "sizes"})
    window.document.do([("move", "dense", (500.0, 10.0))], "move")
    session.check_now()
    assert session.report.problems
    window.document.do([("set", "dense", "bias", False)], "bias")
    session.check_now()
    assert not session.report.problems


def test_that_a_bad_table_is_told_in_one_sentence_and_the_look_is_over(
    window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "broken.csv").write_text("a,b\n1,2\n3\n")
    window.drops.take([tmp_path / "broken.csv"], QPointF())
    assert said(window) == "Looking at broken.csv"
    qtbot.waitUntil(window.banner.isVisible, timeout=30_000)
    assert window.banner.sentence.text() == "broken.csv, line 3 has 1 cell where 2 are titled."
    assert said(window) == ""


# --- the banner


def test_that_a_file_of_a_newer_version_says_so_until_another_is_opened(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path, version=9)
    assert window.banner.isVisible()
    assert window.banner.sentence.text().startswith("small.json was made by a newer version of Torchweave")
    opened(window, tmp_path)
    assert not window.banner.isVisible()


def test_that_the_banner_covers_nothing(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    for part, show in ((window.canvas, window.frame.show_canvas), (window.start, window.frame.show_start)):
        show()
        window.refuse("broken.json was not opened. " + "This is not a Torchweave graph at all. " * 6)
        QApplication.processEvents()
        over, under = (QRect(each.mapTo(window, QPoint()), each.size()) for each in (window.banner, part))
        assert window.banner.isVisible() and not over.intersects(under)
        words = window.banner.sentence
        assert words.height() >= words.heightForWidth(words.width())
        window.banner.close_button.click()


# --- leaving


def test_that_ctrl_q_asks_as_closing_does(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    edit(window)
    QTest.keyClick(window, Qt.Key.Key_Q, CONTROL)
    assert window.isVisible()
    assert isinstance(window.question, QMessageBox)
    window.question.button(QMessageBox.StandardButton.Cancel).click()
    window.document.history.undo()
    QTest.keyClick(window, Qt.Key.Key_Q, CONTROL)
    assert not window.isVisible()


def test_that_a_window_names_a_package_whose_node_types_are_left_out(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    why = "The node types of my-layers are left out. ZeroDivisionError: division by zero"
    monkeypatch.setattr("editor.window.window.installed", lambda: Installed({}, (why,)))
    window.settle()
    assert window.banner.isVisible() and window.banner.sentence.text().startswith(f"{why}. ")


def test_that_the_strip_begins_what_a_run_failed_at_with_a_capital(window: Window) -> None:
    window.session.run_ended.emit({"event": "failed", "node": None, "message": "there are no rows for validation"})
    assert window.strip.sentence.whole == "The run failed. There are no rows for validation"
