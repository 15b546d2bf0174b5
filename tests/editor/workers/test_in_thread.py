"""Work in a thread: where it is done, where it is gone on with."""

import subprocess
import sys
from collections.abc import Iterator
from threading import current_thread, main_thread

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from editor.workers.in_thread import InThread
from runtime.started import environment

# Windows that go while their threads answer, two thousand times; threads take turns as often as they can.
GOING = """
import sys
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from editor.workers.in_thread import InThread

app = QCoreApplication([])
sys.setswitchinterval(1e-5)
for number in range(2000):
    parent = QObject()
    asking = InThread(parent)
    for turn in range(3):
        asking.do(lambda: sum(range(number % 40)), lambda found: None)
    parent.deleteLater()
    del parent, asking
    app.processEvents()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
print("alive")
"""

# A window with all its panels, and which of Qt's classes were made in other threads meanwhile.
MADE = """
import sys
from threading import current_thread, main_thread
from PySide6.QtWidgets import QApplication
from shiboken6 import Shiboken

made, elsewhere = [], []

def note(kind, **named):
    (made if current_thread() is main_thread() else elsewhere).append(kind.__name__)

Shiboken.Object.__init_subclass__ = classmethod(note)
from editor.window.tabs import Tabs
from editor.workers.started import wait_for_ended

app = QApplication([])
tabs = Tabs()
tabs.show()
tabs.settle()
for pane in ("training", "log", "runs", "try", "problems"):
    tabs.current.open_bottom(pane)
while "Curves" not in made + elsewhere:
    app.processEvents()
print(elsewhere)
tabs.close()
wait_for_ended(app)
"""


@pytest.fixture
def in_thread(qapp: QApplication) -> Iterator[InThread]:
    """Whose parent is alive."""
    parent = QObject()
    yield InThread(parent)


def test_that_work_is_done_in_a_thread_and_gone_on_with_in_that_of_the_window(
    in_thread: InThread, qtbot: QtBot
) -> None:
    threads = []
    with qtbot.waitSignal(in_thread.done):
        in_thread.do(current_thread, lambda asked: threads.extend([asked, current_thread()]))
        assert in_thread.busy == 1
    assert threads[0] is not main_thread()
    assert threads[1] is main_thread()
    assert in_thread.busy == 0


def test_that_what_nobody_expected_is_raised_in_the_thread_of_the_window(in_thread: InThread, qtbot: QtBot) -> None:

    def wrong() -> None:
        raise LookupError("nobody expected this")

    with capture_exceptions() as exceptions:
        in_thread.do(wrong, lambda _: None)
        qtbot.waitUntil(lambda: bool(exceptions))
    assert exceptions[0][0] is LookupError
    assert in_thread.busy == 0


def test_that_a_window_may_go_at_the_moment_in_which_a_thread_answers() -> None:
    line = [sys.executable, "-c", GOING]
    went = subprocess.run(line, capture_output=True, text=True, env=environment(), timeout=60)
    assert (went.returncode, went.stdout, went.stderr) == (0, "alive\n", "")


def test_that_no_thread_makes_classes_of_qt() -> None:
    line = [sys.executable, "-c", MADE]
    went = subprocess.run(line, capture_output=True, text=True, env=environment(), timeout=60)
    assert (went.returncode, went.stdout) == (0, "[]\n"), went.stderr
