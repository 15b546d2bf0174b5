"""The panel of runs in a real window: listed, searched, sorted, noted, compared, opened, thrown away."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QIcon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from editor.looks.pieces import colour
from editor.running.life import State
from editor.runs import follow
from editor.runs.beside import NOTHING
from editor.runs.columns import NOTE
from editor.runs.follow import Followed
from editor.runs.panel import READING, RunsPanel, names
from editor.training.lines import RUN_TOKENS
from editor.window.window import Window
from runtime.graph.edit import applied
from runtime.graph.model import Graph
from runtime.places import runs_folder
from runtime.train.runs import NOTE as NOTE_FILE
from runtime.train.runs import Glance
from tests.editor.canvas.hand import Hand, two_models
from tests.editor.document.test_following import choose
from tests.editor.training.conftest import told
from tests.runtime.train.past import run_in

LONG = 30_000  # ms: a process begins, on a machine that may be busy
Key, Left, Modifier = Qt.Key, Qt.MouseButton.LeftButton, Qt.KeyboardModifier
GRAPH = two_models()
WIDER = applied(GRAPH, [("set", "model_a", "out_features", 8), ("set", "adam", "lr", 0.01)])
REWIRED = applied(WIDER, [("remove", "model_b"), ("add", "relu", "nn.ReLU", {}), ("run", "seed", 3)])


@pytest.fixture
def runs(shared_window: Window, tmp_path: Path, qtbot: QtBot) -> Iterator[RunsPanel]:
    """The panel of a graph that was run three times."""
    window, file = shared_window, tmp_path / "two.json"
    root = runs_folder(file)
    worse = [event for event in told(epochs=2) if event["event"] != "finished"]
    run_in(root, "20260102-100000-000", GRAPH)
    run_in(root, "20260102-110000-000", WIDER, [*worse, {"event": "failed", "node": None, "message": "It broke."}])
    run_in(root, "20260102-120000-000", REWIRED)
    window.document.open(GRAPH, None, file)
    window.frame.show_canvas()
    with qtbot.waitActive(window):
        window.activateWindow()
    QTest.keyClick(window, Key.Key_R, Modifier.ControlModifier)
    qtbot.waitUntil(lambda: len(window.runs.rows.all) == 3 and not window.runs.listing.reading, timeout=LONG)
    yield window.runs
    if window.question:
        window.question.deleteLater()  # it would keep the keys
        window.question = None
    window.runs.words.clear()
    window.runs.rows.sorted, window.runs.rows.down = "when", True
    window.runs.dropped.clear()
    window.open_bottom(None)
    window.document.open(Graph(), None)


def cells(panel: RunsPanel, key: str) -> list[str]:
    """What a column shows, from above."""
    column = panel.rows.column_of(key)
    return [panel.rows.data(panel.rows.index(row, column)) for row in range(panel.rows.rowCount())]


def middle(panel: RunsPanel, row: int, key: str = "name") -> QPoint:
    """Where a cell is."""
    index = panel.rows.index(row, panel.rows.column_of(key))
    panel.table.scrollTo(index)
    where: QRect = panel.table.visualRect(index)
    return where.center()


def press(panel: RunsPanel, row: int, modifier: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
    """Click on a run."""
    QTest.mouseClick(panel.table.viewport(), Left, modifier, middle(panel, row))


def test_that_runs_are_listed_with_what_changed_and_what_differs(runs: RunsPanel) -> None:
    assert cells(runs, "name") == ["relu added and 2 more", "model_a.out_features 5 → 8 and 1 more", "first run"]
    assert cells(runs, "state") == ["finished", "failed", "finished"]
    assert cells(runs, "epochs") == ["3", "2", "3"]
    assert cells(runs, "model_a.out_features") == ["8", "8", "5"]
    assert cells(runs, "adam.lr") == ["0.01", "0.01", "0.002"]
    assert runs.rows.column_of("final.out_features") == 0, "what is the same in all runs has no column"
    assert runs.count.whole == "3 runs"
    assert runs.table.accessibleName() == "Runs"


def test_that_epochs_have_one_column_and_numbers_stand_as_people_write_them(runs: RunsPanel) -> None:
    first, *others = runs.rows.all
    unlike = replace(first, settings={**first.settings, "epochs": 9, "adam.lr": 1e10})
    runs.rows.show([unlike, *others], False)
    assert [column.key for column in runs.rows.columns].count("epochs") == 1
    assert "1e10" in cells(runs, "adam.lr")


def test_that_a_click_on_a_title_and_s_sort_both_ways(runs: RunsPanel) -> None:
    head, column = runs.table.horizontalHeader(), runs.rows.column_of("loss at best epoch")
    runs.table.scrollTo(runs.rows.index(0, column))
    at = QPoint(head.sectionViewportPosition(column) + 12, head.height() // 2)
    QTest.mouseClick(head.viewport(), Left, Modifier.NoModifier, at)
    assert cells(runs, "loss at best epoch") == sorted(cells(runs, "loss at best epoch"))
    QTest.mouseClick(head.viewport(), Left, Modifier.NoModifier, at)
    assert cells(runs, "loss at best epoch") == sorted(cells(runs, "loss at best epoch"), reverse=True)
    runs.table.setCurrentIndex(runs.rows.index(0, runs.rows.column_of("adam.lr")))
    QTest.keyClick(runs.table, Key.Key_S)
    assert cells(runs, "adam.lr") == ["0.002", "0.01", "0.01"]
    assert runs.rows.headerData(runs.rows.column_of("adam.lr"), Qt.Orientation.Horizontal) == "adam\nlr ↑"


def test_that_a_search_finds_names_states_and_parameters(runs: RunsPanel) -> None:
    QTest.keyClicks(runs.words, "fail out_features=8")
    assert cells(runs, "state") == ["failed"]
    assert runs.count.whole == "1 of 3 runs"
    runs.words.clear()
    QTest.keyClicks(runs.words, "nothing like it")
    assert runs.rows.rowCount() == 0


def test_that_a_note_is_written_in_place_and_kept_in_the_folder(runs: RunsPanel, qtbot: QtBot) -> None:
    press(runs, 1)
    QTest.keyClick(runs.table, Key.Key_F2)
    editor = runs.table.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, "too wide")
    QTest.keyClick(editor, Key.Key_Return)
    folder = runs.rows.rows[1].path
    qtbot.waitUntil((folder / NOTE_FILE).is_file)
    assert (folder / NOTE_FILE).read_text() == "too wide"
    assert cells(runs, NOTE)[1] == "too wide"
    with qtbot.waitSignal(runs.listing.told, check_params_cb=lambda _, whole: whole, timeout=LONG):
        runs.look()
    assert cells(runs, NOTE)[1] == "too wide"
    assert [run.folder for run in runs.table.chosen()] == [str(folder)]
    (runs.rows.rows[0].path / NOTE_FILE).mkdir()
    index = runs.rows.index(0, runs.rows.column_of(NOTE))
    assert not runs.rows.setData(index, "mine")
    assert runs.window_.banner.sentence.text().startswith("The note was not kept: ")
    assert cells(runs, NOTE)[0] == ""


def test_that_a_note_that_is_being_written_outlives_a_look(runs: RunsPanel, qtbot: QtBot) -> None:
    press(runs, 0)
    QTest.keyClick(runs.table, Key.Key_F2)
    editor = runs.table.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, "half a n")
    with qtbot.waitSignal(runs.listing.told, check_params_cb=lambda _, whole: whole, timeout=LONG):
        runs.look()
    QTest.keyClicks(editor, "ote")
    QTest.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: cells(runs, NOTE)[0] == "half a note")


def test_that_one_run_is_shown_with_what_it_was_made_with(runs: RunsPanel, qtbot: QtBot) -> None:
    press(runs, 1)
    qtbot.waitUntil(lambda: "failed" in runs.beside.toPlainText(), timeout=LONG)
    text = runs.beside.toPlainText()
    assert text.startswith("model_a.out_features 5 → 8 and 1 more, 2 Jan")
    assert "It broke." in text
    assert "device cpu" in text
    assert str(runs.rows.rows[1].path) in text
    qtbot.waitUntil(lambda: runs.curves is not None and runs.curves.isVisible(), timeout=LONG)


def test_that_chosen_runs_are_compared_in_curves_and_words(runs: RunsPanel, qtbot: QtBot) -> None:
    press(runs, 2)
    press(runs, 0, Modifier.ControlModifier)
    qtbot.waitUntil(lambda: runs.beside.toPlainText().startswith("Compared with"), timeout=LONG)
    lines = [line.strip(" •") for line in runs.beside.toPlainText().splitlines()]
    assert lines[0].endswith("first run:")
    assert {"relu added", "model_b removed", "model_a.out_features 5 → 8", "adam.lr 0.002 → 0.01"} <= {*lines}
    assert {"seed 0 (default) → 3"} <= {*lines}
    assert runs.curves is not None
    shown = runs.curves.legend.names.accessibleName()
    assert "first run" in shown and "relu added and 2 more" in shown
    assert cells(runs, "name")[2] == "1, first run" and cells(runs, "name")[0].startswith("2, relu added")
    icons = [runs.rows.data(runs.rows.index(row, 0), Qt.ItemDataRole.DecorationRole) for row in (2, 1, 0)]
    inks = [icon and icon.pixmap(9, QIcon.Mode.Selected).toImage().pixelColor(4, 4) for icon in icons]
    assert inks == [colour(RUN_TOKENS[0]), None, colour(RUN_TOKENS[1])]
    QTest.keyClick(runs.table, Key.Key_A, Modifier.ControlModifier)
    qtbot.waitUntil(lambda: "model_a.out_features 5 → 8 and 1 more" in runs.beside.toPlainText(), timeout=LONG)


def test_that_runs_of_one_name_are_told_apart(runs: RunsPanel) -> None:
    first, second = (Glance(f"/{at}", "same graph", at, "finished") for at in range(2))
    long = Glance("/2", "x" * 60, 2, "finished")
    follow = next(iter(runs.followed.values()), None) or Followed(Path("/none"), runs)
    named = names([(each, follow) for each in (first, second, long)])
    assert named == ["run 1, same graph", "run 2, same graph", f"run 3, {'x' * 39}…"]


def test_that_return_shows_a_run_in_the_training_panel_and_a_button_opens_its_graph_as_a_copy(
    runs: RunsPanel, qtbot: QtBot
) -> None:
    press(runs, 1)
    QTest.keyClick(runs.table, Key.Key_Return)
    window = runs.window_
    assert window.frame.bottom.current == "training"
    assert window.session.run_folder == runs.rows.rows[1].path
    assert window.session.last_events[-1]["event"] == "failed"
    assert window.training is not None and window.training.curves is not None
    assert QApplication.focusWidget() is window.training.curves.loss
    QTest.keyClick(window.training.curves.loss, Key.Key_Escape)
    assert window.frame.bottom.current == "runs" and runs.table.hasFocus()
    assert [run.folder for run in runs.table.chosen()] == [runs.rows.rows[1].folder]
    QTest.keyClick(runs.table, Key.Key_Escape)
    assert window.canvas.view.hasFocus()
    press(runs, 0)
    QTest.mouseClick(runs.buttons["graph"], Left)
    assert window.document.graph == REWIRED
    assert window.document.path is None
    window.open_bottom("training")
    QTest.keyClick(window.training.curves.loss, Key.Key_Escape)
    assert window.frame.bottom.current == "training", "of another graph nobody chose a run"


@pytest.mark.parametrize("begins", [False, True])
def test_that_the_run_that_goes_on_is_shown_and_another_one_is_not(runs: RunsPanel, begins: bool) -> None:
    window, session = runs.window_, runs.window_.session
    session.life.become(State.WAITS if begins else State.RUNS)
    session.run_folder = runs.rows.rows[0].path
    try:
        press(runs, 1)
        QTest.keyClick(runs.table, Key.Key_Return)
        assert window.frame.bottom.current == "runs"
        assert window.strip.sentence.whole == "Another run goes on; the Training panel shows that one."
        press(runs, 0)
        QTest.keyClick(runs.table, Key.Key_Return)
        assert window.frame.bottom.current == "training"
    finally:
        session.life.become(State.IDLE)


def test_that_a_run_goes_into_the_trash_once_that_is_confirmed(runs: RunsPanel, qtbot: QtBot) -> None:
    press(runs, 1)
    folder = runs.rows.rows[1].path
    QTest.keyClick(runs.table, Key.Key_Delete)
    assert folder.is_dir()
    choose(runs.window_, "Cancel")
    assert folder.is_dir()
    qtbot.waitUntil(lambda: str(folder) in runs.followed and runs.followed[str(folder)].ready, timeout=LONG)
    QTest.keyClick(runs.table, Key.Key_Delete)
    question = runs.window_.question
    assert isinstance(question, QMessageBox) and question.defaultButton().text() == "Cancel"
    choose(runs.window_, "Move to the trash")
    assert runs.table.chosen() == [] and runs.followed == {}  # at once, and the others are read anew
    assert runs.beside.toPlainText() == NOTHING
    qtbot.waitUntil(lambda: len(runs.rows.all) == 2, timeout=LONG)
    assert not folder.exists()
    assert runs.rows.rows[0].path.is_dir()


def test_that_runs_are_said_to_be_read_before_there_are_said_to_be_none(runs: RunsPanel, qtbot: QtBot) -> None:
    runs.window_.document.open(Graph(), None)
    assert runs.beside.toPlainText() == READING
    assert runs.empty.isVisible() and not runs.table.isVisible()
    qtbot.waitUntil(lambda: runs.beside.toPlainText().startswith("No run yet."), timeout=LONG)


def test_that_the_runs_of_all_graphs_can_be_listed(runs: RunsPanel, qtbot: QtBot, tmp_path: Path) -> None:
    run_in(runs_folder(tmp_path / "other.json"), "20260103-100000-000", GRAPH)
    QTest.mouseClick(runs.every, Left)
    qtbot.waitUntil(lambda: len(runs.rows.all) == 4, timeout=LONG)
    assert cells(runs, "graph")[0] == "other"
    QTest.mouseClick(runs.every, Left)
    qtbot.waitUntil(lambda: len(runs.rows.all) == 3, timeout=LONG)


def test_that_a_dropped_run_of_a_script_is_among_them_and_followed(
    runs: RunsPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    events = list(told(epochs=3, steps=20))
    folder = run_in(tmp_path, "from a cluster", None, events[:10])
    window = runs.window_
    window.open_bottom(None)
    assert Hand(window.canvas).drop_files([folder], QPoint(200, 100))
    assert window.frame.bottom.current == "runs"
    qtbot.waitUntil(lambda: [run.path for run in runs.table.chosen()] == [folder], timeout=LONG)
    qtbot.waitUntil(lambda: str(folder) in runs.followed and runs.followed[str(folder)].ready, timeout=LONG)
    assert cells(runs, "state")[0] == "running"
    followed = runs.followed[str(folder)]
    before = followed.record.step
    with qtbot.waitSignal(followed.grew, timeout=LONG), (folder / "events.jsonl").open("a") as file:
        file.write("".join(json.dumps(event) + "\n" for event in events[10:]))
    assert before < followed.record.step
    qtbot.waitUntil(lambda: followed.record.step == 60, timeout=LONG)  # what is written in parts is read in parts
    assert followed.record.ended is not None
    assert "It holds no graph" in runs.beside.toPlainText()


def test_that_nothing_is_read_while_nobody_looks(runs: RunsPanel, qtbot: QtBot, tmp_path: Path) -> None:
    events = list(told(epochs=3, steps=20))
    folder = run_in(tmp_path, "from a cluster", None, events[:10])
    runs.show_folder(folder)
    qtbot.waitUntil(lambda: str(folder) in runs.followed and runs.followed[str(folder)].ready, timeout=LONG)
    followed = runs.followed[str(folder)]
    runs.window_.open_bottom("problems")
    assert not followed.looking.isActive()
    runs.look()
    runs.window_.session.run_released.emit()
    assert runs.listing.process is None
    with (folder / "events.jsonl").open("a") as file:
        file.write("".join(json.dumps(event) + "\n" for event in events[10:]))
    runs.window_.open_bottom("runs")
    assert runs.listing.reading
    qtbot.waitUntil(lambda: followed.record.step == 60, timeout=LONG)
    qtbot.waitUntil(lambda: cells(runs, "state")[0] == "finished", timeout=LONG)


def test_that_chosen_runs_are_read_one_after_the_other(
    runs: RunsPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work: list[int] = []
    read = Followed._read_a_moment

    def counted(followed: Followed) -> bool:
        at_work.append(sum(each.looking.isActive() for each in runs.followed.values() if not each.ready))
        return read(followed)

    monkeypatch.setattr(Followed, "_read_a_moment", counted)
    QTest.keyClick(runs.table, Key.Key_A, Modifier.ControlModifier)
    qtbot.waitUntil(lambda: [each.ready for each in runs.followed.values()] == [True] * 3, timeout=LONG)
    assert {*at_work} == {0}, "another one waits for its turn while one is read"


def test_that_a_long_run_is_read_in_moments_and_no_further_once_it_is_closed(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "MOMENT", 0.0001)
    folder = run_in(tmp_path, "long", None, list(told(epochs=3, steps=500)))
    whole, left = Followed(folder, qapp), Followed(folder, qapp)
    known: list[Followed] = []
    for each in (whole, left):
        each.known.connect(lambda each=each: known.append(each))
        each.go_on()
    qtbot.waitUntil(lambda: left.count > 0, timeout=LONG)
    assert not left.ready, "other events had their turn before it was read"
    left.close()
    with qtbot.waitSignal(whole.known, timeout=LONG):
        pass
    assert whole.record.step == 1500 and whole.record.ended is not None and not whole.looking.isActive()
    assert known == [whole]
    whole.close()


def test_that_a_run_that_goes_on_is_one_curve_with_the_run_before_it(
    runs: RunsPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    events = list(told(epochs=4, steps=20))
    since = next(at for at, event in enumerate(events) if event.get("epoch") == 3)
    begun = [event for event in events if event["event"] == "started"]
    first = run_in(tmp_path, "first", None, [*events[:since], {"event": "finished", "stopped": True}])
    second = run_in(tmp_path, "second", None, [*begun, *events[since:-1]])
    (second / "arguments.json").write_text(json.dumps(["--resume", f"/on/another/machine/{first.name}"]))
    runs.show_folder(second)

    def read() -> bool:
        return str(second) in runs.followed and runs.followed[str(second)].ready

    qtbot.waitUntil(read, timeout=LONG)
    record = runs.followed[str(second)].record
    assert record.loss.x.tolist() == list(range(1, 81)) and record.ended is None
    curves = runs.curves
    assert curves is not None
    qtbot.waitUntil(lambda: curves.loss.span()[0] == 0, timeout=LONG)
    first.rename(tmp_path / "away")
    runs.dropped.clear()
    runs.window_.document.opened.emit()
    runs.show_folder(second)
    qtbot.waitUntil(read, timeout=LONG)
    assert runs.followed[str(second)].record.loss.x.tolist() == list(range(41, 81))
    qtbot.waitUntil(lambda: curves.loss.span()[0] == 41, timeout=LONG)


def test_that_tab_goes_from_the_search_by_the_buttons_to_the_table_and_the_words(runs: RunsPanel) -> None:
    runs.words.setFocus()
    seen = []
    for _ in range(9):
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert seen[:8] == [runs.every, *runs.buttons.values(), runs.table]
