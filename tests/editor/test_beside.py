"""Work beside the window: where it is done, where it is gone on with, and who takes apart what is left over."""

import gc
from collections.abc import Iterator
from threading import Event, current_thread, main_thread
from weakref import finalize

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from editor.beside import Beside

MANY = 20_000  # objects: the collector looks after some hundreds


class Part(QObject):
    """One of Qt's that refers to itself, so that only the collector finds it."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


@pytest.fixture
def beside(qapp: QApplication) -> Iterator[Beside]:
    """Whose parent is alive."""
    parent = QObject()
    yield Beside(parent)


def test_that_work_is_done_in_a_thread_and_gone_on_with_in_that_of_the_window(beside: Beside, qtbot: QtBot) -> None:
    threads = []
    with qtbot.waitSignal(beside.done):
        beside.do(current_thread, lambda asked: threads.extend([asked, current_thread()]))
        assert beside.busy == 1
    assert threads[0] is not main_thread()
    assert threads[1] is main_thread()
    assert beside.busy == 0


@pytest.mark.parametrize("others", [0, 1])
def test_that_nothing_of_qts_is_taken_apart_in_a_thread(beside: Beside, qtbot: QtBot, others: int) -> None:
    """Not while another thread ends before this one, either."""
    gone, over, made = [], Event(), Event()
    parts = [Part() for _ in range(50)]
    for part in parts:
        finalize(part, lambda: gone.append(current_thread()))
    for _ in range(others):
        beside.do(lambda: made.wait(5), lambda _: over.set())
    del part
    parts.clear()

    def much() -> int:
        made.set()
        for _ in range(others):
            over.wait(5)
        return len([[number] for number in range(MANY)])

    with qtbot.waitSignals([beside.done] * (others + 1)):
        beside.do(much, lambda _: None)
    gc.collect()
    assert gone == [main_thread()] * 50
    qtbot.waitUntil(gc.isenabled)


def test_that_what_nobody_expected_is_raised_in_the_thread_of_the_window(beside: Beside, qtbot: QtBot) -> None:

    def wrong() -> None:
        raise LookupError("nobody expected this")

    with capture_exceptions() as exceptions:
        beside.do(wrong, lambda _: None)
        qtbot.waitUntil(lambda: bool(exceptions))
    assert exceptions[0][0] is LookupError
    assert beside.busy == 0
