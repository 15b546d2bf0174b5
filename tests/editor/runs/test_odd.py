"""Folders of runs that hold anything: the panel stays as high as it was, lists each run once and reads on."""

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from editor.runs import follow
from editor.runs.follow import Followed
from editor.runs.panel import RunsPanel
from tests.editor.runs.test_panel import GRAPH, LONG, Key, Modifier, cells, runs
from tests.editor.training.conftest import told
from tests.runtime.train.past import run_in

__all__ = ["runs"]  # a fixture


def test_that_the_words_of_many_differences_make_the_panel_no_higher(runs: RunsPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: runs.curves is not None, timeout=LONG)
    QTest.keyClick(runs.table, Key.Key_A, Modifier.ControlModifier)
    qtbot.waitUntil(lambda: "run 3" in runs.beside.toPlainText(), timeout=LONG)
    seen = runs.middle.currentWidget()
    assert seen is not None and runs.middle.minimumSizeHint().height() == seen.minimumSizeHint().height()


def test_that_a_run_that_is_dropped_alone_and_with_its_folder_is_listed_once(
    runs: RunsPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    folders = [run_in(tmp_path / "many", name, GRAPH) for name in ("a", "b")]
    for dropped in (folders[0], tmp_path / "many", runs.rows.rows[0].path.parent):
        runs.show_folder(dropped)
    qtbot.waitUntil(lambda: len(runs.rows.all) == 5 and not runs.listing.reading, timeout=LONG)
    assert len({run.folder for run in runs.rows.all}) == 5


def test_that_a_name_is_one_line_of_plain_text(runs: RunsPanel, qtbot: QtBot, tmp_path: Path) -> None:
    folder = run_in(tmp_path, "odd", GRAPH)
    (folder / "run.json").write_text(json.dumps({"name": "<h1>all</h1>\nin " + "q" * 300}))
    runs.show_folder(folder)
    qtbot.waitUntil(lambda: [each.folder for each in runs.table.chosen()] == [str(folder)], timeout=LONG)
    assert runs.table.chosen()[0].name == "<h1>all</h1> in " + "q" * 184
    QTest.keyClick(runs.table, Key.Key_Delete)
    box = runs.window_.question
    assert isinstance(box, QMessageBox) and box.textFormat() == Qt.TextFormat.PlainText
    assert box.text().startswith("Move the run <h1>all</h1> in q")
    QTest.keyClick(box, Key.Key_Escape)


def test_that_lines_that_are_no_events_are_passed_over_in_moments_too(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "MOMENT", 0.0)
    folder = run_in(tmp_path, "noise", None, [{"no": "event"}] * 10)
    read = Followed(folder, qapp)
    assert [read._read_a_moment() for _ in range(11)] == [False] * 10 + [True]
    read.close()


def test_that_an_event_that_tells_nonsense_leaves_the_others_told(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    odd: list[dict[str, Any]] = [{"event": "step", "step": "one"}, {"event": "epoch", "train": [1]}]
    read = Followed(run_in(tmp_path, "odd", None, [*odd, *told()]), qapp)
    with qtbot.waitSignal(read.known, timeout=LONG):
        read.go_on()
    assert read.record.loss.size and read.record.ended is not None
    read.close()


def test_that_of_many_chosen_runs_the_newest_are_drawn(runs: RunsPanel, qtbot: QtBot) -> None:
    root = runs.rows.all[0].path.parent
    graph = GRAPH
    for at in range(8):
        run_in(root, f"202602{at + 10}-100000-000", graph.with_(run={"epochs": 3 + at}), list(told(epochs=3)))
    with qtbot.waitSignal(runs.listing.told, check_params_cb=lambda _, whole: whole, timeout=LONG):
        runs.look()
    runs.table.selectAll()
    qtbot.waitUntil(lambda: "The 8 newest of the chosen runs are shown, 3 are not." in runs.beside.toPlainText())
    assert [name[:1].isdigit() for name in cells(runs, "name")] == [True] * 8 + [False] * 3


def test_that_the_run_that_is_shown_is_listed_where_the_graph_is_saved_to_another_file(
    runs: RunsPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    shown, document = runs.rows.all[0].path, runs.window_.document
    document.open(GRAPH, tmp_path / "two.json")
    runs.window_.session.show_run(shown)
    document.save(tmp_path / "copy.json")
    qtbot.waitUntil(lambda: [run.path for run in runs.rows.all] == [shown], timeout=LONG)
    QTest.mouseClick(runs.every, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(runs.rows.all) == 3 and not runs.listing.reading, timeout=LONG)
    assert {*cells(runs, "graph")} == {"two"}
