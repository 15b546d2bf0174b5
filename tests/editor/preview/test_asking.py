"""One process that several ask: each gets its answer, whoever else asks, withdraws or brings the process to its end."""

import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject, QProcess
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from editor.preview import asking
from editor.preview.asking import Asking, Order
from tests.editor.preview.test_previews import HANGING, LONG, QUICK


class Heard(Asking):
    """It asks a process of the test, and keeps what was answered."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.told: list[tuple[str, str, str]] = []
        self.answered.connect(self._keep)

    def _keep(self, order: Order, told: dict[str, Any]) -> None:
        self.told.append((order["for"], order["end"], told["problem"].partition(".")[0]))


@pytest.fixture
def heard(qapp: QApplication) -> Iterator[Heard]:
    made = Heard(qapp)
    yield made
    made.close()
    made.deleteLater()


def order(kind: str, end: str) -> Order:
    return {"for": kind, "end": end}


def starts(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """What the next process does."""

    def start(process: QProcess, module: str) -> None:
        process.start(sys.executable, ["-c", program])

    monkeypatch.setattr(asking, "start", start)


def test_that_of_each_kind_the_newest_question_is_answered(
    heard: Heard, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    starts(monkeypatch, QUICK)
    for kind, end in (("panel", "a.output"), ("try", ""), ("panel", "b.output")):
        heard.ask(order(kind, end))
    qtbot.waitUntil(lambda: len(heard.told) == 2, timeout=LONG)
    assert heard.told == [("panel", "b.output", "It is there"), ("try", "", "It is there")]
    assert heard.idle


def test_that_a_question_that_is_withdrawn_leaves_the_others(
    heard: Heard, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    starts(monkeypatch, HANGING)
    heard.ask(order("try", "first"))
    qtbot.waitUntil(lambda: heard.asked is not None, timeout=LONG)
    process = heard.process
    heard.ask(order("panel", "a.output"))
    heard.withdraw("panel")
    assert heard.process is process and heard.asked == order("try", "first") and heard.waiting == {}
    heard.ask(order("panel", "b.output"))
    starts(monkeypatch, QUICK)
    heard.withdraw("try")
    qtbot.waitUntil(lambda: heard.told == [("panel", "b.output", "It is there")], timeout=LONG)


def test_that_a_process_that_ends_takes_only_the_question_with_it_that_it_was_about(
    heard: Heard, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    starts(monkeypatch, HANGING)
    heard.ask(order("panel", "a.output"))
    qtbot.waitUntil(lambda: heard.asked is not None, timeout=LONG)
    heard.ask(order("try", ""))
    starts(monkeypatch, QUICK)
    assert heard.process is not None
    os.kill(heard.process.processId(), signal.SIGKILL)
    qtbot.waitUntil(lambda: len(heard.told) == 2, timeout=LONG)
    why = "The process that shows what is on wires has ended: it crashed or was killed"
    assert heard.told == [("panel", "a.output", why), ("try", "", "It is there")]


@pytest.mark.qt_log_ignore("QProcess: Destroyed while process")
def test_that_it_may_be_deleted_while_a_process_is_at_work(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    starts(monkeypatch, HANGING)
    place = QObject()
    made = Heard(place)
    made.ask(order("panel", "a.output"))
    assert made.process is not None
    qtbot.waitUntil(lambda: made.ready, timeout=LONG)
    with qtbot.captureExceptions() as raised:
        delete(place)  # type: ignore[no-untyped-call]  # shiboken has no types
    assert raised == [] and made.told == []
