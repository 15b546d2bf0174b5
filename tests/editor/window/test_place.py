"""The window comes back as it was left: its place, its size, and how it is divided; never beside the screens."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter
from pytestqt.qtbot import QtBot

from editor.window import frame, place
from editor.window.place import Place, keep_place, restore_place
from editor.window.window import Window
from runtime.places import read_settings, write_setting
from tests.editor.conftest import Open


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits here for the window to rest."""
    for module in (frame, place):
        monkeypatch.setattr(module, "REST", 0)


def test_that_a_window_comes_back_to_where_it_was_also_when_nothing_closed_it(qtbot: QtBot) -> None:
    first, second = QMainWindow(), QMainWindow()
    for window in (first, second):
        qtbot.addWidget(window)
    Place(first)
    with qtbot.waitExposed(first):
        first.show()
    first.setGeometry(40, 60, 640, 480)
    qtbot.waitUntil(lambda: "window" in read_settings())
    restore_place(second)
    assert second.geometry() == first.geometry()


def test_that_a_window_that_was_on_a_screen_that_is_gone_comes_back_on_one_that_is_there(qtbot: QtBot) -> None:
    first, second = QMainWindow(), QMainWindow()
    for window in (first, second):
        qtbot.addWidget(window)
    first.setGeometry(9000, 7000, 640, 480)
    keep_place(first)
    restore_place(second)
    assert second.screen().availableGeometry().contains(second.geometry())


def draw(splitter: QSplitter, by: QPoint) -> None:
    """Draw the edge between the parts of a splitter."""
    handle = splitter.handle(1)
    at = handle.rect().center()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(handle, at + by)
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=at + by)


def opened(open_window: Open, width: int, height: int) -> Window:
    """A window with its panels, laid out."""
    window = open_window(width, height)
    window.files.new()
    window.show_problems()
    QApplication.processEvents()
    return window


def sizes(window: Window) -> tuple[int, int]:
    """How wide the side panels are, and how high those at the bottom."""
    return window.frame.columns.sizes()[1], window.frame.rows.sizes()[1]


def test_that_panels_are_as_large_as_they_were_left_but_leave_room_in_a_smaller_window(
    open_window: Open, qtbot: QtBot
) -> None:
    first = opened(open_window, 1366, 768)
    before = sizes(first)
    draw(first.frame.columns, QPoint(-150, 0))
    draw(first.frame.rows, QPoint(0, -180))
    left = sizes(first)
    assert left[0] > before[0] + 100 and left[1] > before[1] + 100
    qtbot.waitUntil(lambda: read_settings().get("panels") == {"side": left[0], "bottom": left[1]})
    assert sizes(opened(open_window, 1366, 768)) == left
    write_setting("panels", {"side": "wide", "bottom": -3})
    assert sizes(opened(open_window, 1366, 768)) == before
    write_setting("panels", {"side": 100_000, "bottom": 100_000})
    small = opened(open_window, 900, 560)
    assert small.canvas.width() >= 200 and small.canvas.height() >= 100


def test_that_the_first_window_is_no_larger_than_its_screen(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(2732, 1536)
    restore_place(window)
    room, size = window.screen().availableGeometry(), window.size()
    assert room.width() - 20 <= size.width() <= room.width()
    assert room.height() - 50 <= size.height() < room.height()


def test_that_a_window_that_is_closed_maximised_opens_so_whatever_the_system_makes_of_it_then(qtbot: QtBot) -> None:
    first, second = QMainWindow(), QMainWindow()
    for window in (first, second):
        qtbot.addWidget(window)
    Place(first)
    first.showMaximized()
    first.close()
    first.setWindowState(Qt.WindowState.WindowNoState)
    restore_place(second)
    assert second.isMaximized()


def test_that_a_small_window_has_its_parts_whole(open_window: Open) -> None:
    window = opened(open_window, 760, 440)
    assert (window.width(), window.height()) == (760, 440)
    for part in (window.bar.run_button, window.inspector, window.palette_panel, window.strip.panel_button):
        assert window.rect().contains(QRect(part.mapTo(window, QPoint()), part.size())), part
    assert window.canvas.width() >= 200 and window.canvas.height() >= 100
