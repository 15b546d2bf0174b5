"""A window for tests that need a whole one, and nothing of a test left alive for the next."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.raised import hold
from editor.workers.collecting import Collecting
from tests.workers import Workers

if TYPE_CHECKING:
    from editor.window.window import Window

Open = Callable[[int, int], "Window"]
hold()  # as in the editor, before any widget of ours is imported


@pytest.fixture(autouse=True)
def _swept() -> Iterator[None]:
    """What was to be deleted later is deleted now: each widget that stays makes every change of style slower."""
    yield
    if QCoreApplication.instance():
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(scope="module", autouse=True)
def _collecting(qapp: QApplication) -> Iterator[None]:
    """Garbage is looked for as in the editor: what a thread of a test would take apart is not its own.

    So it is while a window is made that several tests share, and between them: its threads are at work then too.
    """
    collecting = Collecting(qapp)
    yield
    collecting.end()
    collecting.deleteLater()


@pytest.fixture(scope="session", autouse=True)
def _copies(workers: Workers) -> Iterator[None]:
    """What the window starts has torch already, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("editor.workers.started.command", workers.command)
        yield


@pytest.fixture
def open_window(qtbot: QtBot, qapp: QApplication) -> Iterator[Open]:
    """Opens a dark window of a size; it is closed without questions, and its processes end."""
    from editor.looks import theme
    from editor.window.window import Window

    theme.apply(qapp, "dark")
    made: list[Window] = []

    def show(width: int, height: int) -> Window:
        window = Window()
        made.append(window)
        window.resize(width, height)
        with qtbot.waitExposed(window):
            window.show()
        return window

    yield show
    for window in made:
        _close(window)


def _close(window: "Window") -> None:
    """Close it without questions, its processes with it."""
    trainer = window.session.trainer
    trainer.kill()
    if trainer.process:
        trainer.process.wait()
    window.document.history.setClean()
    window.session.life.release()
    window.session.life.drop()
    window.close()
    window.deleteLater()


@pytest.fixture(scope="module")
def shared_window(qapp: QApplication) -> Iterator["Window"]:
    """One window for all tests of a file that open one graph after the other: it takes a third of a second."""
    yield from _shown(qapp, 1366, 768)


@pytest.fixture
def emptied_window(shared_window: "Window") -> "Window":
    """The shared window on an empty graph, with nothing typed, said or asked before."""
    from runtime.graph.model import Graph

    shared_window.document.open(Graph(), None)
    shared_window.frame.show_canvas()
    shared_window.palette_panel.search.clear()
    shared_window.searching.popup.hide()
    shared_window.say("")
    shared_window.activateWindow()
    return shared_window


@pytest.fixture(scope="module")
def second_window(shared_window: "Window", qapp: QApplication) -> Iterator["Window"]:
    """Another one beside it."""
    yield from _shown(qapp, 1000, 700)


def _shown(qapp: QApplication, width: int, height: int) -> Iterator["Window"]:
    from editor.looks import theme
    from editor.window.window import Window

    theme.apply(qapp, "dark")
    window = Window()
    window.resize(width, height)
    window.show()
    assert QTest.qWaitForWindowExposed(window)
    yield window
    _close(window)


@pytest.fixture
def window(open_window: Open) -> "Window":
    """An open window of the smallest size that we design for."""
    return open_window(1366, 768)
