"""Unsaved work after the editor was killed: offered, opened with its history, or given up; never lost."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from editor.looks.pieces import Line, TextButton
from editor.running.life import State
from editor.window.window import Window
from runtime.graph.edit import applied
from runtime.graph.file import dump, load
from runtime.graph.journal import Journal, Step
from runtime.graph.model import Graph
from runtime.places import journals_folder
from tests.editor.conftest import Open
from tests.editor.window.test_window import edit, graph_file

ROOT = Path(__file__).parents[3]


def killed(*arguments: str) -> list[str]:
    """The graphs that somebody worked on until a SIGKILL ended the window."""
    command = [sys.executable, "-m", "tests.editor.until_killed", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout
        shown = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert isinstance(shown, list)
    return shown


def left(**about: str) -> str:
    """The graph in a journal that a dead process left."""
    steps: list[Step] = [("", Graph())]
    for name in ("one", "two", "three"):
        steps.append((f"Add {name}", applied(steps[-1][1], [("add", name, "nn.ReLU", {}, (0, 0))])))
    Journal(
        journals_folder(), {"title": "Untitled 2", "name": "Untitled 2", "saved": 0, **about}, steps, 2
    ).file.close()
    return dump(steps[2][1])


def look(window: Window, qtbot: QtBot) -> list[str]:
    """What the window offers."""
    with qtbot.waitSignal(window.recovery.offered):
        window.recovery.look()
    return [line.text() for line in window.recovery.findChildren(Line) if line.isVisible()]


def press(window: Window, words: str) -> None:
    """The button of the first row that is called so."""
    buttons = [each for each in window.recovery.findChildren(TextButton) if each.isVisible()]
    QTest.mouseClick(next(each for each in buttons if each.words == words), Qt.MouseButton.LeftButton)


def settled(window: Window) -> None:
    """Wait until the journal is as far as the document."""
    done = Event()
    window.journal.then(done.set)
    assert done.wait(10)


def journals() -> list[Path]:
    """The files there are."""
    return list(journals_folder().glob("*"))


def test_that_work_on_a_new_graph_survives_a_kill_with_its_history(window: Window, qtbot: QtBot) -> None:
    (shown,) = killed()
    (offer,) = look(window, qtbot)
    assert offer.startswith("Unsaved work of ")
    assert offer.endswith(": Untitled, 3 edits")
    press(window, "Open")
    assert dump(window.document.graph) == shown
    assert window.document.unsaved
    assert window.recovery.isHidden()
    history = window.document.history
    while history.canUndo():
        QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not window.document.graph.nodes
    assert window.document.unsaved
    history.setIndex(3)
    assert dump(window.document.graph) == shown


def test_that_a_file_that_was_open_is_open_again_and_can_be_saved(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    file = graph_file(tmp_path)
    before = file.read_bytes()
    (shown,) = killed(str(file))
    assert file.read_bytes() == before
    look(window, qtbot)
    press(window, "Open")
    assert window.document.path == file
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert file.read_text() == shown
    settled(window)
    assert journals() == []


def test_that_restored_work_survives_the_next_kill_too(open_window: Open, qtbot: QtBot) -> None:
    shown = left()
    window = open_window(1366, 768)
    look(window, qtbot)
    press(window, "Open")
    assert window.document.title == "Untitled 2", "it is called as it was offered"
    settled(window)
    (kept,) = journals()
    copy = kept.read_bytes()  # what would be there if the window were killed now
    window.document.history.setClean()
    settled(window)
    kept.with_name("left.jsonl").write_bytes(copy)
    other = open_window(1366, 768)
    look(other, qtbot)
    press(other, "Open")
    assert dump(other.document.graph) == shown
    assert other.document.history.count() == window.document.history.count()


def test_that_work_of_which_all_is_undone_is_called_so(window: Window, qtbot: QtBot) -> None:
    steps: list[Step] = [("", Graph()), ("Add", applied(Graph(), [("add", "one", "nn.ReLU", {}, (0, 0))]))]
    Journal(journals_folder(), {"title": "Untitled", "saved": -1}, steps, 0).file.close()
    (offer,) = look(window, qtbot)
    assert offer.endswith(": Untitled, all edits undone")


def test_that_four_works_are_seen_whole(window: Window, qtbot: QtBot) -> None:
    for _ in range(4):
        left()
    assert len(look(window, qtbot)) == 4
    last = [each for each in window.recovery.findChildren(TextButton) if each.words == "Discard"][-1]
    qtbot.waitUntil(lambda: bool(last.visibleRegion().boundingRect() == last.rect()))
    assert not window.recovery.works.verticalScrollBar().isVisible()


def test_that_each_of_many_works_can_be_reached(window: Window, qtbot: QtBot) -> None:
    for _ in range(9):
        left()
    assert len(look(window, qtbot)) == 9
    assert window.recovery.height() < window.height() / 4
    last = [each for each in window.recovery.findChildren(TextButton) if each.words == "Discard"][-1]
    bar = window.recovery.works.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.triggerAction(bar.SliderAction.SliderToMaximum)
    assert last.visibleRegion().boundingRect() == last.rect()
    (every,) = (each for each in window.recovery.findChildren(TextButton) if each.words == "Open all 9")

    def end(button: TextButton) -> QPoint:
        return button.mapTo(window, button.rect().bottomRight())

    qtbot.waitUntil(lambda: bar.isVisible() and end(last).x() < bar.mapTo(window, QPoint()).x())
    assert end(last).x() == end(every).x()
    assert end(last).y() < end(every).y() - every.height()
    QTest.mouseClick(last, Qt.MouseButton.LeftButton)
    assert len(journals()) == 8


def test_that_work_that_is_given_up_is_not_offered_again(window: Window, qtbot: QtBot) -> None:
    left()
    assert len(look(window, qtbot)) == 1
    press(window, "Discard")
    assert window.recovery.isHidden()
    assert journals() == []


def test_that_what_is_not_answered_is_offered_by_the_next_window(open_window: Open, qtbot: QtBot) -> None:
    left()
    one, other = open_window(1366, 768), open_window(1366, 768)
    assert len(look(one, qtbot)) == 1
    assert look(other, qtbot) == []  # one window at a time
    one.close()
    assert len(look(other, qtbot)) == 1


def test_that_opening_it_asks_about_the_work_in_hand(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    left()
    window.files.open(graph_file(tmp_path))
    edit(window)
    look(window, qtbot)
    press(window, "Open")
    assert isinstance(window.question, QMessageBox)
    window.question.button(QMessageBox.StandardButton.Cancel).click()
    assert "layer" in window.document.graph.nodes
    assert window.recovery.isVisible()


def test_that_opening_it_asks_about_a_run_that_is_about_to_begin(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = graph_file(tmp_path)
    left(path=str(file))
    window.files.open(file)
    monkeypatch.setattr(window, "shows_already", lambda _: window)
    look(window, qtbot)
    window.session.life.become(State.WAITS)
    press(window, "Open")
    assert isinstance(window.question, QMessageBox) and window.question.text() == "This graph is still being trained."
    assert window.session.life.begins


def test_that_two_windows_keep_journals_of_their_own(open_window: Open, qtbot: QtBot, tmp_path: Path) -> None:
    windows = [open_window(1366, 768), open_window(1366, 768)]
    for number, window in enumerate(windows):
        window.files.open(graph_file(tmp_path, f"{number}.json"))
        edit(window)
        settled(window)
    assert len(journals()) == 2
    assert look(windows[0], qtbot) == []  # both are alive
    windows[1].document.history.undo()
    settled(windows[1])
    (left,) = journals()
    assert '"0"' in left.read_text().splitlines()[0]


@pytest.mark.parametrize("how", ["save", "undo", "discard"])
def test_that_there_is_a_journal_while_there_is_unsaved_work(
    window: Window, qtbot: QtBot, tmp_path: Path, how: str
) -> None:
    window.files.open(graph_file(tmp_path))
    settled(window)
    assert journals() == []
    edit(window)
    settled(window)
    assert len(journals()) == 1
    if how == "save":
        window.files.save()
    elif how == "undo":
        window.document.history.undo()
    else:
        window.files.new()
        assert isinstance(window.question, QMessageBox)
        window.question.button(QMessageBox.StandardButton.Discard).click()
    settled(window)
    assert journals() == []


def test_that_a_journal_that_cannot_be_written_is_told(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    journals_folder().parent.mkdir(parents=True, exist_ok=True)
    journals_folder().write_text("a file where the folder would be")
    window.files.open(graph_file(tmp_path))
    with qtbot.waitSignal(window.journal.failed):
        edit(window)
    assert window.strip.sentence.whole.startswith("Edits cannot be kept against a crash: ")
    journals_folder().unlink()
    window.document.do([("set", "layer", "bias", False)], "bias")
    settled(window)
    assert len(journals()) == 1


def test_that_a_file_that_has_changed_since_is_not_overwritten_without_a_word(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    file = graph_file(tmp_path)
    killed(str(file))
    file.write_text(dump(load(file.read_bytes()).with_(run={"epochs": 77})))
    look(window, qtbot)
    press(window, "Open")
    window.files.save()
    assert isinstance(window.question, QMessageBox)
    assert "was changed by another program" in window.question.text()


def test_that_opened_work_that_is_undone_to_what_its_file_holds_is_saved(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    killed(str(graph_file(tmp_path)))
    look(window, qtbot)
    press(window, "Open")
    history = window.document.history
    assert not history.isClean()
    while history.canUndo():
        QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.bar.state.whole != "unsaved changes"
    settled(window)
    assert journals() == []
    history.redo()
    assert window.bar.state.whole == "unsaved changes"
