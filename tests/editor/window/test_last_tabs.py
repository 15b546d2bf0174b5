"""The window comes back with the files that were open; what is missing or broken costs nothing."""

import os
from collections.abc import Callable, Iterator
from errno import ENOLCK
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from editor.looks import theme
from editor.looks.pieces import TextButton
from editor.window import last_tabs
from editor.window.last_tabs import LastTabs
from editor.window.tabs import Tabs
from runtime import lock
from runtime.graph.edit import applied
from runtime.graph.file import load
from runtime.graph.journal import Journal
from runtime.places import journals_folder, read_settings, write_setting
from tests.editor.document.test_files import answer, edit, graph_file
from tests.editor.window.test_tabs import empty

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
Start = Callable[..., Tabs]


@pytest.fixture
def start(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts a window as the command does; the one before is closed."""
    theme.apply(qapp, "dark")
    monkeypatch.setattr(last_tabs, "REST", 0)
    monkeypatch.setattr(last_tabs, "PANELS", 0)
    made: list[LastTabs] = []

    def end() -> None:
        for last in made:
            last.leave()
            last.tabs.close()
            last.tabs.deleteLater()
        made.clear()

    def begin(wanted: Path | None = None, beside: bool = False) -> Tabs:
        if not beside:
            end()
        tabs = Tabs()
        tabs.show()
        assert QTest.qWaitForWindowExposed(tabs)
        made.append(LastTabs(tabs))
        made[-1].open(wanted)
        return tabs

    yield begin
    for last in made:
        empty(last.tabs)
    end()


@pytest.fixture
def two(start: Start, tmp_path: Path) -> Tabs:
    """A window that came back with `one`, which is looked at, and `two`, which was not so far."""
    one, other = (graph_file(tmp_path, f"{name}.json") for name in ("one", "two"))
    write_setting("open", {"files": [str(one), str(other)], "current": str(one)})
    return start()


def click(tabs: Tabs, at: int) -> None:
    """Choose a tab by the mouse."""
    QTest.mouseClick(tabs.row.names, LEFT, pos=tabs.row.names.tabRect(at).center())


def names(tabs: Tabs) -> list[str]:
    """What the row says."""
    return [tabs.row.names.tabText(at) for at in range(tabs.row.names.count())]


def test_that_a_window_comes_back_with_its_files_and_opens_the_others_when_they_are_looked_at(
    start: Start, qtbot: QtBot, tmp_path: Path
) -> None:
    files = [graph_file(tmp_path, f"{name}.json") for name in ("one", "two", "three")]
    first = start()
    for file in files:
        first.current.files.open(file)
    click(first, 1)
    first.current.frame.side.show_pane("program")
    first.current.show_problems()
    first.changed.emit()
    qtbot.waitUntil(lambda: read_settings().get("open", {}).get("bottom") == "problems")
    second = start()
    assert names(second) == ["one", "two", "three"]
    assert [page.document.path for page in second.pages] == [files[1]]
    assert second.current.canvas.isVisible() and second.row.names.currentIndex() == 1
    assert second.current.frame.side.current == "program"
    second.current.fill_bottom()
    qtbot.waitUntil(lambda: second.current.frame.bottom.shows("problems"))
    click(second, 2)
    assert second.current.document.path == files[2]
    assert second.current.canvas.isVisible()
    QTest.keyClick(second.current, Qt.Key.Key_PageDown, CTRL)
    assert [page.document.path for page in second.pages] == files
    assert names(second) == ["one", "two", "three"]


def test_that_a_question_before_quitting_changes_nothing_of_what_was_looked_at(
    two: Tabs, start: Start, qtbot: QtBot, tmp_path: Path
) -> None:
    click(two, 1)
    one, asked = two.pages
    edit(asked)
    click(two, 0)
    one.show_problems()
    two.close()
    assert two.current is asked
    answer(asked, QMessageBox.StandardButton.Cancel)
    assert two.current is one and two.row.names.currentIndex() == 0
    assert one.frame.bottom.shows("problems")
    two.close()
    answer(asked, QMessageBox.StandardButton.Discard)
    assert not two.isVisible()
    again = start()
    assert names(again) == ["one", "two"]
    assert again.current.document.path == tmp_path / "one.json"
    again.current.fill_bottom()
    qtbot.waitUntil(lambda: again.current.frame.bottom.shows("problems"))


def test_that_files_that_are_gone_or_broken_cost_nothing_and_a_file_that_is_asked_for_is_opened_too(
    start: Start, qtbot: QtBot, tmp_path: Path
) -> None:
    whole, broken, wanted = (graph_file(tmp_path, f"{name}.json") for name in ("whole", "broken", "wanted"))
    broken.write_text('{"format": "torchweave", ')
    listed = [str(tmp_path / "gone.json"), str(whole), 7, "not/absolute", str(broken)]
    write_setting("open", {"files": listed, "current": str(tmp_path / "gone.json"), "bottom": 3, "side": ["x"]})
    tabs = start(wanted)
    assert names(tabs) == ["gone", "whole", "broken", "wanted"]
    assert tabs.current.document.path == wanted
    click(tabs, 2)
    assert "broken.json was not opened" in tabs.current.banner.sentence.text()
    assert tabs.current.document.path == wanted and tabs.row.names.currentIndex() == 3
    assert len(names(tabs)) == 4


def test_that_a_file_that_is_away_keeps_its_tab_and_is_opened_there_when_it_is_back(
    two: Tabs, start: Start, tmp_path: Path
) -> None:
    one, other = tmp_path / "one.json", tmp_path / "two.json"
    away = other.rename(tmp_path / "away.json")
    click(two, 1)
    assert "two.json was not opened" in two.current.banner.sentence.text()
    assert two.current.document.path == one and two.row.names.currentIndex() == 0
    again = start()
    assert names(again) == ["one", "two"]
    away.rename(other)
    click(again, 1)
    assert [page.document.path for page in again.pages] == [one, other]


def test_that_a_file_that_cannot_be_opened_at_the_start_is_said_and_stays_in_its_tab(
    start: Start, tmp_path: Path
) -> None:
    broken, whole = (graph_file(tmp_path, f"{name}.json") for name in ("broken", "whole"))
    broken.write_text("{")
    write_setting("open", {"files": [str(broken), str(whole)], "current": str(broken)})
    for _ in range(2):
        tabs = start()
    assert names(tabs)[:2] == ["broken", "whole"]


def test_that_keys_and_closing_pass_over_what_cannot_be_opened(start: Start, tmp_path: Path) -> None:
    files = [graph_file(tmp_path, f"{name}.json") for name in ("one", "broken", "three")]
    files[1].write_text("{")
    write_setting("open", {"files": [str(file) for file in files], "current": str(files[0])})
    tabs = start()
    QTest.keyClick(tabs.current, Qt.Key.Key_PageDown, CTRL)
    assert tabs.current.document.path == files[2]
    assert "broken.json was not opened" in tabs.current.banner.sentence.text()
    click(tabs, 0)
    tabs.current.close()
    assert tabs.current.document.path == files[2]
    tabs.current.close()
    assert names(tabs) == ["broken", "Untitled"]
    assert "broken.json was not opened" in tabs.current.banner.sentence.text()


def test_that_what_is_saved_as_the_file_of_a_tab_takes_its_place(two: Tabs, tmp_path: Path) -> None:
    two.current.files.write(tmp_path / "two.json")
    click(two, 1)
    assert names(two) == ["two"]
    assert two.current.document.path == tmp_path / "two.json"


def test_that_a_tab_that_closes_takes_the_one_of_its_own_file_with_it(two: Tabs, tmp_path: Path) -> None:
    two.current.files.write(tmp_path / "two.json")
    two.current.close()
    assert names(two) == ["Untitled"]
    two.reopen()
    assert names(two) == ["two"]


def test_that_a_tab_that_was_closed_before_it_was_looked_at_comes_back(two: Tabs, tmp_path: Path) -> None:
    QTest.mouseClick(two.row.names, Qt.MouseButton.MiddleButton, pos=two.row.names.tabRect(1).center())
    assert names(two) == ["one"]
    QTest.keyClick(two.current.canvas.view, Qt.Key.Key_T, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert names(two) == ["one", "two"]
    assert two.current.document.path == tmp_path / "two.json"


def test_that_a_second_window_neither_comes_back_with_the_tabs_of_the_first_nor_keeps_its_own(
    two: Tabs, start: Start, tmp_path: Path
) -> None:
    other = start(graph_file(tmp_path, "other.json"), beside=True)
    assert names(other) == ["other"]
    assert names(start()) == ["one", "two"]


def test_that_a_new_graph_is_called_like_no_file_that_was_not_looked_at(start: Start, tmp_path: Path) -> None:
    write_setting("open", {"files": [str(graph_file(tmp_path, "Untitled.json")), str(graph_file(tmp_path))]})
    tabs = start()
    tabs.blank()
    assert names(tabs) == ["Untitled", "small", "Untitled 2"]


def test_that_tabs_come_back_where_the_file_system_knows_no_holding(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_hold", MagicMock(side_effect=OSError(ENOLCK, "No locks available")))
    write_setting("open", {"files": [str(graph_file(tmp_path))]})
    tabs = start()
    assert names(tabs) == ["small"]
    assert tabs.current.files.following.notice.isHidden()


def test_that_keys_and_the_mouse_take_tabs_in_their_order_whether_they_were_looked_at_or_not(
    start: Start, tmp_path: Path
) -> None:
    files = [graph_file(tmp_path, f"{name}.json") for name in ("one", "two", "broken", "four")]
    files[2].write_text("{")
    write_setting("open", {"files": [str(file) for file in files], "current": str(files[1])})
    tabs = start()
    edit(tabs.current)
    bar = tabs.row.names
    begin, end = bar.tabRect(2).center(), bar.tabRect(0).center()
    QTest.mousePress(bar, LEFT, pos=begin)
    for step in range(1, 9):
        QTest.mouseMove(bar, begin + (end - begin) * step / 8)
    QTest.mouseRelease(bar, LEFT, pos=end)
    assert names(tabs) == ["broken", "one", "two", "four"]
    assert tabs.row.marks == [(False, False, False), (False, False, False), (True, False, False), (False, False, False)]
    seen = []
    for _ in range(3):
        QTest.keyClick(tabs.current.canvas.view, Qt.Key.Key_Tab, CTRL)
        seen.append(tabs.current.document.title)
    assert seen == ["four", "one", "two"]


@pytest.mark.parametrize("kept", [3, {"files": "x", "current": 3}, {"files": [None, "\0", "a", ["/a"], {}, "/\ud800"]}])
def test_that_settings_that_make_no_sense_begin_with_the_start_page(start: Start, kept: object) -> None:
    write_setting("open", kept)
    assert start().current.start.isVisible()


def test_that_a_file_of_a_name_that_no_system_takes_is_refused_in_a_sentence(start: Start, tmp_path: Path) -> None:
    write_setting("open", {"files": [str(tmp_path / f"{'long' * 100}.json")]})
    assert "long.json was not opened" in start().current.banner.sentence.text()


def test_that_nobody_asks_for_a_file_before_it_is_looked_at(
    start: Start, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, other = graph_file(tmp_path), graph_file(tmp_path, "other.json")
    slow = tmp_path / "mount" / "slow.json"
    asked: list[str] = []

    def watch(name: str) -> None:
        real = getattr(os, name)

        def does(path: object, *more: object, **named: object) -> object:
            asked.append(str(path))
            return real(path, *more, **named)

        monkeypatch.setattr(os, name, does)

    for name in ("stat", "lstat", "open"):
        watch(name)
    write_setting("open", {"files": [str(slow), str(here)], "current": str(here)})
    tabs = start()
    tabs.current.files.open(other)
    assert names(tabs) == ["slow", "small", "other"]
    assert str(here) in asked
    assert not [path for path in asked if "mount" in path]


def test_that_unsaved_work_on_a_file_that_came_back_is_opened_in_its_tab(
    start: Start, qtbot: QtBot, tmp_path: Path
) -> None:
    file = graph_file(tmp_path)
    graph = load(file.read_bytes())
    steps = [("", graph), ("rename", applied(graph, [("rename", "layer", "head")]))]
    Journal(journals_folder(), {"title": "small", "path": str(file), "saved": 0}, steps, 1).file.close()
    write_setting("open", {"files": [str(file)], "current": str(file)})
    tabs = start()
    with qtbot.waitSignal(tabs.current.recovery.offered):
        tabs.current.recovery.look()
    (button,) = (each for each in tabs.findChildren(TextButton) if each.words == "Open" and each.isVisible())
    QTest.mouseClick(button, LEFT)
    assert names(tabs) == ["small"]
    assert "head" in tabs.current.document.graph.nodes
    assert tabs.current.document.unsaved
