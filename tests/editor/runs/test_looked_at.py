"""The table of runs while somebody looks at it: what they scrolled to, pulled and searched for stays and is whole."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from editor.runs.beside import NOTHING as CHOOSE
from editor.runs.columns import MOST_FIGURES, NOTE
from editor.runs.panel import NONE_FOUND, SLOW, RunsPanel
from runtime.train.runs import Glance
from tests.editor.runs.test_panel import LONG, Key, cells, press, runs
from tests.editor.training.conftest import told
from tests.runtime.train.past import run_in

__all__ = ["runs"]


def many(runs: RunsPanel, count: int = 60, epochs: int = 1) -> list[Glance]:
    """More of them than can be seen, of which the newest goes on."""
    first = runs.rows.all[0]
    newest = replace(first, folder="/runs/new", begun=1e9, state="running", epochs=epochs)
    return [newest, *(replace(first, folder=f"/runs/{at}", begun=1e6 - at) for at in range(count))]


def test_that_a_look_at_runs_of_which_one_goes_on_scrolls_nowhere(runs: RunsPanel, qtbot: QtBot) -> None:
    runs.rows.show(many(runs), False)
    runs.table.choose(["/runs/new"])
    down, across = runs.table.verticalScrollBar(), runs.table.horizontalScrollBar()
    down.setValue(down.maximum())
    across.setValue(across.maximum() // 2)
    seen = down.value(), across.value()
    assert min(seen) > 0
    runs.rows.show(many(runs, epochs=2), False)
    assert cells(runs, "epochs")[0].startswith("2")
    assert (down.value(), across.value()) == seen
    runs.rows.show(many(runs, 61, epochs=3), False)  # and there is another run
    assert (down.value(), across.value()) == seen
    assert [run.folder for run in runs.table.chosen()] == ["/runs/new"]


def test_that_a_column_keeps_the_width_to_which_it_was_pulled(runs: RunsPanel, qtbot: QtBot) -> None:
    head, column = runs.table.horizontalHeader(), runs.rows.column_of("when")
    edge = QPoint(head.sectionViewportPosition(column) + head.sectionSize(column) - 1, head.height() // 2)
    QTest.mousePress(head.viewport(), Qt.MouseButton.LeftButton, pos=edge)
    QTest.mouseMove(head.viewport(), edge + QPoint(20, 0))
    QTest.mouseMove(head.viewport(), edge + QPoint(37, 0))
    QTest.mouseRelease(head.viewport(), Qt.MouseButton.LeftButton, pos=edge + QPoint(37, 0))
    pulled = head.sectionSize(column)
    other = head.sectionSize(runs.rows.column_of("state"))
    runs.rows.show([*runs.rows.all, *many(runs)], False)
    QTest.keyClicks(runs.words, "fin")
    assert head.sectionSize(runs.rows.column_of("when")) == pulled
    assert head.sectionSize(runs.rows.column_of("state")) == other
    runs.table.by_hand.clear()


@pytest.mark.parametrize("words", ["adam.lr=0.002", "lr=1e-5", "lr=0.00001", "lr=1e-05", "lr=0.010"])
def test_that_a_parameter_is_found_as_the_table_tells_it(runs: RunsPanel, words: str) -> None:
    last, *others = runs.rows.all
    first = others.pop()
    unset = replace(first, settings={key: each for key, each in first.settings.items() if key != "adam.lr"})
    small = replace(last, folder="/small", settings={**last.settings, "adam.lr": 1e-05})
    runs.rows.show([last, small, *others, first, unset], False)
    assert {"0.002", "0.01", "1e-5"} <= set(cells(runs, "adam.lr"))
    QTest.keyClicks(runs.words, words)
    wanted = 0.002 if "2" in words else 0.01 if "10" in words else 1e-5
    assert {run.settings.get("adam.lr") for run in runs.rows.rows} == {wanted}


def test_that_what_is_so_by_default_is_found_too(runs: RunsPanel) -> None:
    first, *others = runs.rows.all
    settings = {key: each for key, each in first.settings.items() if key != "adam.lr"}
    runs.rows.show([replace(first, settings=settings), *others], False)
    default = cells(runs, "adam.lr")[0]
    assert default not in ("", "0.002", "0.01")
    QTest.keyClicks(runs.words, f"adam.lr={default}")
    assert [run.folder for run in runs.rows.rows] == [first.folder]


def test_that_figures_for_which_there_is_no_column_are_counted(runs: RunsPanel) -> None:
    figures = {f"metric {at}": 0.5 for at in range(MOST_FIGURES + 2)}
    runs.rows.show([replace(run, last=figures, best=figures) for run in runs.rows.all], False)
    runs._tell_count()
    assert runs.count.whole == "3 runs, 2 figures without a column"


def test_that_a_note_is_told_beside_the_curves(runs: RunsPanel, qtbot: QtBot) -> None:
    press(runs, 1)
    qtbot.waitUntil(lambda: "It broke." in runs.beside.toPlainText(), timeout=LONG)
    index = runs.rows.index(1, runs.rows.column_of(NOTE))
    assert runs.rows.setData(index, "too wide")
    assert "note: too wide" in runs.beside.toPlainText().splitlines()


def drawn(runs: RunsPanel) -> int:
    """How many steps the curves have."""
    return runs.curves.record.loss.size if runs.curves else 0


@pytest.fixture
def width(runs: RunsPanel) -> Iterator[RunsPanel]:
    """The panel, whose window gets its size again."""
    size = runs.window_.size()
    yield runs
    runs.window_.resize(size)


def test_that_no_button_is_cut_in_a_narrow_window(width: RunsPanel, qtbot: QtBot) -> None:
    window = width.window_
    for wide, folded in ((820, True), (1920, False)):
        window.resize(wide, 560)
        assert window.width() == wide
        QApplication.processEvents()
        for button in width.buttons.values():
            assert button.text() == ("" if folded else button.words)
            assert button.width() >= button.sizeHint().width()
            assert width.rect().contains(button.geometry())
            assert not folded or button.toolTip().startswith(f"{button.words}: ")


def test_that_a_long_run_says_how_far_it_has_been_read(
    runs: RunsPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(runs, 2)
    qtbot.waitUntil(lambda: drawn(runs) > 0, timeout=LONG)
    monkeypatch.setattr("editor.runs.follow.MOMENT", 0.0)
    runs._reading.setInterval(1)
    folder = run_in(runs.window_.document.runs, "20260102-130000-000", None, list(told(epochs=3, steps=500)))
    runs.show_folder(folder)
    qtbot.waitUntil(lambda: runs.beside.toPlainText().startswith("Reading the run, "), timeout=LONG)
    assert drawn(runs) == 0, "what was chosen before is drawn no more"
    qtbot.waitUntil(lambda: str(folder) in runs.beside.toPlainText(), timeout=LONG)
    assert drawn(runs) == 1500
    qtbot.waitUntil(lambda: not runs._reading.isActive())
    runs._reading.setInterval(SLOW)


@pytest.mark.parametrize("onto", ["table", "words", "beside", "empty"])
def test_that_the_folder_of_a_run_can_be_dropped_anywhere_on_the_panel(
    runs: RunsPanel, qtbot: QtBot, tmp_path: Path, onto: str
) -> None:
    folder = run_in(tmp_path, "from a cluster", None)
    if onto == "empty":
        runs.rows.show([], False)
    part = getattr(runs, onto)
    part = part.viewport() if isinstance(part, QAbstractScrollArea) else part
    assert drop([folder], part)
    qtbot.waitUntil(lambda: [run.path for run in runs.table.chosen()] == [folder], timeout=LONG)
    assert runs.words.text() == ""
    assert drop([tmp_path / "notes.txt"], part)
    said = "notes.txt is no run: drop the folder of a run, in which events.jsonl lies, or a folder of such folders."
    assert runs.window_.banner.sentence.text() == said
    runs.window_.banner.hide()


def drop(files: list[Path], onto: QWidget) -> bool:
    """Files from a file browser, as the system tells them; whether they were taken."""
    data, copy, at = QMimeData(), Qt.DropAction.CopyAction, QPoint(8, 8)
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    held = copy, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(onto, QDragEnterEvent(at, *held))
    QApplication.sendEvent(onto, QDragMoveEvent(at, *held))
    event = QDropEvent(QPointF(at), *held)
    QApplication.sendEvent(onto, event)
    return event.isAccepted()


def test_that_a_note_makes_its_column_wide_enough_to_be_read(width: RunsPanel, qtbot: QtBot) -> None:
    table, at = width.table, width.rows.column_of(NOTE)
    width.window_.resize(1100, 800)
    QApplication.processEvents()
    assert table.columnWidth(at) < 60, "no note, no room"
    press(width, 1)
    QTest.keyClick(table, Key.Key_F2)
    editor = table.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, "baseline with lr 0.003")
    QTest.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: table.columnWidth(at) >= 80)
    assert table.visualRect(width.rows.index(1, at)).right() < table.viewport().width()


def test_that_how_a_run_ended_is_seen_where_there_is_no_room_for_all(width: RunsPanel, qtbot: QtBot) -> None:
    table = width.table
    width.rows.show([replace(run, note="a note of some length") for run in width.rows.all], False)
    width.window_.resize(1280, 800)
    QApplication.processEvents()
    for key in ("state", "epochs", "loss at best epoch", "loss at last epoch"):
        at = width.rows.column_of(key)
        assert table.columnViewportPosition(at) + table.columnWidth(at) <= table.viewport().width(), key
    assert table.columnWidth(0) >= 130
    width.window_.resize(2400, 800)
    QApplication.processEvents()
    name = table.columnWidth(0)
    assert name > 200, "with room the whole name"


def test_that_a_search_that_finds_nothing_says_so(runs: RunsPanel, qtbot: QtBot) -> None:
    QTest.keyClicks(runs.words, "nothing like it")
    qtbot.waitUntil(lambda: runs.beside.toPlainText() == NONE_FOUND)
    runs.words.clear()
    qtbot.waitUntil(lambda: runs.beside.toPlainText() == CHOOSE)
