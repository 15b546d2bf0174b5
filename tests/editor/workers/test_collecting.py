"""Who takes apart what Python finds to be garbage, and when."""

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path
from threading import Thread, current_thread, main_thread
from weakref import finalize

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.window.tabs import Tabs
from editor.workers.collecting import Collecting
from editor.workers.in_thread import InThread
from tests.editor.document.test_files import graph_file
from tests.editor.window.test_tabs import shown


class Part(QObject):
    """One of Qt's that refers to itself, so that only a search finds it; a timer may only go in its own thread."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self
        self.timer = QTimer(self)
        self.timer.start(100_000)


def parts(count: int, gone: list[Thread]) -> None:
    """Make some that nobody has any more."""
    for _ in range(count):
        finalize(Part(), lambda: gone.append(current_thread()))


@pytest.fixture(scope="module")
def collects() -> bool:
    """Whether any thread may look for garbage while something is made that several tests share."""
    return gc.isenabled()


@pytest.fixture
def depths() -> Iterator[list[int]]:
    """How deep each search went."""
    found: list[int] = []

    def note(phase: str, about: dict[str, int]) -> None:
        if phase == "start":
            found.append(about["generation"])

    gc.callbacks.append(note)
    yield found
    gc.callbacks.remove(note)


def test_that_in_tests_too_no_other_thread_looks_while_a_window_is_made_that_is_shared(collects: bool) -> None:
    assert not collects


def test_that_what_is_qts_is_taken_apart_in_the_thread_of_the_window_alone(qapp: QApplication, qtbot: QtBot) -> None:
    gone: list[Thread] = []
    parent = QObject()
    in_thread = InThread(parent)
    parts(50, gone)
    kept: list[list[list[int]]] = []
    with qtbot.waitSignal(in_thread.done):
        in_thread.do(lambda: [[number] for number in range(20_000)], kept.append)
    qtbot.waitUntil(lambda: len(gone) == 50)
    assert set(gone) == {main_thread()}


def test_that_what_is_new_is_looked_through_often_and_all_that_is_there_seldom(
    qapp: QApplication, depths: list[int]
) -> None:
    collecting = Collecting(qapp)
    most, often, seldom = gc.get_threshold()
    gc.collect()  # whatever there was before
    del depths[:]
    collecting.look()
    assert depths == [], "there is nothing new"
    kept = []
    for _ in range((often + 2) * (seldom + 3)):
        kept += [[number] for number in range(most + 1)]
        collecting.look()
    assert depths[:often] == [0] * often
    assert set(depths) == {0, 1, 2}
    assert depths.count(0) >= often * depths.count(1)
    assert depths.count(2) == 1
    collecting.end()


def test_that_python_looks_for_itself_before_and_after_and_not_meanwhile(qapp: QApplication, depths: list[int]) -> None:
    def looks() -> int:
        """How often Python looks by itself while much is made."""
        del depths[:]
        kept = [[number] for number in range(5 * gc.get_threshold()[0])]
        return len(depths) * bool(kept)

    gc.enable()  # as it is where nobody has begun
    assert looks()
    collecting = Collecting(qapp)
    assert not looks()
    collecting.end()
    assert looks()


def test_that_it_looks_again_soon_while_much_is_made(qapp: QApplication) -> None:
    collecting = Collecting(qapp)
    gc.collect()
    collecting.look()
    rest = collecting.timer.interval()
    kept = [[number] for number in range(gc.get_threshold()[0] + 1)]
    collecting.look()
    assert collecting.timer.interval() < rest
    collecting.look()
    assert collecting.timer.interval() == rest, f"nothing is new but {len(kept)} lists that were seen"
    collecting.end()


@pytest.fixture
def tabs(qapp: QApplication) -> Iterator[Tabs]:
    """A window."""
    yield from shown(qapp)


def test_that_a_closed_tab_goes_with_its_graph_also_where_its_runs_were_looked_at(
    tabs: Tabs, tmp_path: Path, qtbot: QtBot
) -> None:
    for name in ("first", "second"):  # what is loaded for the first one stays
        tabs.current.files.open(graph_file(tmp_path, f"{name}.json"))
        tabs.current.show_training()
        qtbot.waitUntil(lambda: tabs.current.training is not None)
    document = weakref.ref(tabs.current.document)
    tabs.current.close()
    tabs.closed = []
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert document() is None
