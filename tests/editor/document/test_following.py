"""A file that changes while it is open: it is told, and nothing is replaced before somebody says so."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from editor.document.following import Following
from editor.looks.pieces import TextButton
from editor.window.window import Window
from runtime.graph.file import dump, load
from runtime.graph.journal import lost
from runtime.graph.model import Graph
from runtime.graph.versions import versions
from runtime.places import journals_folder, versions_folder
from tests.editor.document.test_files import answer, edit, graph_file
from tests.editor.document.test_recovery import ROOT, settled

SOON, LONG = 10, 30_000  # ms
Ctrl = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def followed(shared_window: Window, tmp_path: Path) -> Iterator[tuple[Window, Path]]:
    """A file that is open in a window which looks at it often."""
    file = graph_file(tmp_path)
    shared_window.document.history.setClean()
    shared_window.files.open(file)
    shared_window.files.following.on_disk.timer.setInterval(SOON)
    yield shared_window, file
    shared_window.question = None
    shared_window.document.history.setClean()
    shared_window.files.show_graph(Graph(), None)


def following(window: Window) -> Following:
    """What follows the file of a window."""
    return window.files.following


def told(window: Window) -> str:
    """The sentence above the canvas; none where there is no such row."""
    notice = following(window).notice
    return notice.sentence.text() if notice.isVisible() else ""


def press(window: Window, words: str) -> None:
    """A button of that row."""
    button = next(each for each in following(window).notice.findChildren(TextButton) if each.words == words)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(window: Window, words: str) -> None:
    """A button of the question that is open."""
    assert isinstance(window.question, QMessageBox)
    next(each for each in window.question.buttons() if each.text() == words).click()


def theirs(file: Path, epochs: int = 77) -> bytes:
    """What another program makes of a file."""
    return dump(load(file.read_bytes()).with_(run={"epochs": epochs})).encode()


@pytest.mark.parametrize("how", ["written", "replaced"])
def test_that_a_change_is_told_and_loaded_by_a_click_which_undo_takes_back(
    followed: tuple[Window, Path], qtbot: QtBot, tmp_path: Path, how: str
) -> None:
    window, file = followed
    before, after = window.document.graph, theirs(file)
    with qtbot.waitSignal(following(window).on_disk.told):
        if how == "written":
            file.write_bytes(after)
        else:
            (tmp_path / "new").write_bytes(after)
            os.replace(tmp_path / "new", file)
    assert told(window) == "small.json was changed by another program or window."
    press(window, "Load it")
    assert window.document.graph.run == {"epochs": 77}
    assert not window.document.unsaved
    assert not told(window)
    QTest.keyClick(window, Qt.Key.Key_Z, Ctrl)
    assert window.document.graph == before
    assert window.isWindowModified()
    assert file.read_bytes() == after
    window.files.save()  # theirs has been seen
    assert load(file.read_bytes()) == before


def test_that_a_file_that_holds_the_same_again_is_no_change(followed: tuple[Window, Path], qtbot: QtBot) -> None:
    window, file = followed
    data = file.read_bytes()
    file.unlink()
    file.write_bytes(data)
    os.utime(file, ns=(1, 1))
    for _ in range(3):
        with qtbot.waitSignal(following(window).on_disk.looked):
            pass
    assert not told(window)
    edit(window)
    QTest.keyClick(window, Qt.Key.Key_S, Ctrl)
    assert window.question is None
    assert load(file.read_bytes()) == window.document.graph


def test_that_save_asks_whose_is_to_stay_and_the_other_stays_a_version(followed: tuple[Window, Path]) -> None:
    window, file = followed
    edit(window)
    mine, other = window.document.graph, theirs(file)
    file.write_bytes(other)
    window.files.save()
    answer(window, QMessageBox.StandardButton.Cancel)
    assert file.read_bytes() == other
    window.files.save()
    choose(window, "Take theirs")
    assert window.document.graph.run == {"epochs": 77}
    assert file.read_bytes() == other
    assert dump(mine).encode() in [each.path.read_bytes() for each in versions(versions_folder(file))]
    QTest.keyClick(window, Qt.Key.Key_Z, Ctrl)
    assert window.document.graph == mine
    again = theirs(file, 99)
    file.write_bytes(again)
    window.files.save()
    choose(window, "Keep mine")
    assert load(file.read_bytes()) == mine
    assert again in [each.path.read_bytes() for each in versions(versions_folder(file))]


def test_that_what_cannot_be_read_is_refused_and_nothing_changes(followed: tuple[Window, Path], qtbot: QtBot) -> None:
    window, file = followed
    graph = window.document.graph
    with qtbot.waitSignal(following(window).on_disk.told):
        file.write_bytes(b"{")
    press(window, "Load it")
    assert window.document.graph is graph
    assert "small.json was not opened" in window.banner.sentence.text()
    edit(window)
    window.files.save()
    answer(window, QMessageBox.StandardButton.Cancel)
    assert file.read_bytes() == b"{"


def test_that_a_graph_whose_file_was_torn_is_unsaved_work_until_one_of_both_is_saved(
    followed: tuple[Window, Path], qtbot: QtBot
) -> None:
    window, file = followed
    mine = window.document.graph
    with qtbot.waitSignal(following(window).on_disk.told):
        file.write_bytes(b'{"nodes": ')
    press(window, "Load it")
    assert told(window) == "small.json was changed by another program or window to what is no graph."
    assert window.isWindowModified()
    window.close()
    answer(window, QMessageBox.StandardButton.Cancel)
    assert window.isVisible()
    press(window, "Load it")
    press(window, "Save mine")
    assert load(file.read_bytes()) == mine
    assert b'{"nodes": ' in [each.path.read_bytes() for each in versions(versions_folder(file))]
    assert not window.document.unsaved
    assert not told(window)


@pytest.mark.parametrize("how", ["removed", "renamed"])
def test_that_a_file_that_is_gone_is_told_and_its_graph_is_unsaved_work(
    followed: tuple[Window, Path], qtbot: QtBot, how: str
) -> None:
    window, file = followed
    with qtbot.waitSignal(following(window).on_disk.told):
        file.unlink() if how == "removed" else file.rename(file.with_name("other.json"))
    assert told(window) == "small.json is not in its folder any more."
    assert window.document.unsaved
    settled(window)
    assert list(journals_folder().glob("*"))  # a crash would lose it too
    press(window, "Save")
    assert load(file.read_bytes()) == window.document.graph
    assert not window.document.unsaved


def test_that_two_windows_on_one_file_lose_nothing(followed: tuple[Window, Path], qtbot: QtBot) -> None:
    window, file = followed
    edit(window)
    mine = window.document.graph
    command = [sys.executable, "-m", "tests.editor.other_window", str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin and other.stdout
        assert json.loads(other.stdout.readline()).startswith("small.json is open in another window too.")
        with qtbot.waitSignal(following(window).on_disk.told, timeout=LONG):
            print(21, file=other.stdin, flush=True)
        assert json.loads(other.stdout.readline()) == ""  # the first to save is not asked
        first = file.read_bytes()
        assert load(first).nodes["layer"].parameters == {"out_features": 21}
        assert told(window).startswith("small.json was changed by another program or window.")
        window.files.save()
        assert file.read_bytes() == first
        choose(window, "Keep mine")
        assert load(file.read_bytes()) == mine
        print(22, file=other.stdin, flush=True)
        assert json.loads(other.stdout.readline()).startswith("small.json was changed by another program")
        assert load(file.read_bytes()) == mine
        settled(window)
        assert list(lost(journals_folder())) == []  # both are alive
        other.kill()
    kept = [each.path.read_bytes() for each in versions(versions_folder(file))]
    assert first in kept
    assert dump(mine).encode() in kept


def test_that_the_second_tab_may_go_on_with_a_copy(
    followed: tuple[Window, Path], second_window: Window, qtbot: QtBot
) -> None:
    window, file = followed
    second_window.files.open(file)
    assert "is open in another tab too" in told(second_window)
    edit(second_window)
    press(second_window, "Open a copy")
    assert second_window.document.path is None
    assert second_window.document.unsaved
    assert second_window.document.history.canUndo()
    assert second_window.windowTitle().startswith("small (copy)")
    second_window.files.open(file)
    answer(second_window, QMessageBox.StandardButton.Discard)
    following(second_window).on_disk.timer.setInterval(SOON)
    window.files.new()
    qtbot.waitUntil(lambda: not following(second_window).elsewhere)
    assert not told(second_window)
