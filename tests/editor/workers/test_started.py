"""Processes that nobody listens to any more: they end, and no window stands still for that."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QObject, QProcess, QSize
from pytestqt.qtbot import QtBot

from editor.inspector import look
from editor.outside import observing
from editor.reference import asking
from editor.start import pictures
from editor.workers.started import end

STAYS = "import time; time.sleep(60)"
READS = "import sys; sys.stdin.read()"  # ends with its input


def looking(parent: QObject) -> tuple[QProcess | None, Callable[[], None]]:
    """A look at a data file."""
    made = look.Looking(parent)
    made.begin("digits", Path("digits.csv"))
    return made.process, made.end


def explaining(parent: QObject) -> tuple[QProcess | None, Callable[[], None]]:
    """What is asked of torch."""
    made = asking.Asking(parent)
    made.ask("nn.Linear")
    return made.process, made.end


def drawing(parent: QObject) -> tuple[QProcess | None, Callable[[], None]]:
    """The pictures of the start page."""
    made = pictures.Pictures(parent)
    made.ask({}, QSize(9, 9))
    made._start()
    return made.process, made.forget


def trying(parent: QObject) -> tuple[QProcess | None, Callable[[], None]]:
    """What tries the user's own Python."""
    made = observing.Observing(parent)
    return made._started(), made.close


@pytest.mark.parametrize("begin", [looking, explaining, drawing, trying])
def test_that_nobody_waits_for_a_process_that_is_killed(
    begin: Callable[[QObject], tuple[QProcess | None, Callable[[], None]]],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (look, asking, pictures, observing):
        monkeypatch.setattr(module, "start", lambda process, *_: process.start(sys.executable, ["-c", STAYS]))
    monkeypatch.setattr(QProcess, "waitForFinished", lambda *_: pytest.fail("the window stands still"))
    process, close = begin(parent := QObject())
    assert process is not None
    with qtbot.waitSignal(process.finished, timeout=30_000):
        close()
        parent.deleteLater()


@pytest.mark.parametrize(("script", "how"), [(READS, "NormalExit"), (STAYS, "CrashExit")])
def test_that_a_process_may_end_by_itself_before_it_is_killed(script: str, how: str, qtbot: QtBot) -> None:
    process = QProcess(cast(QObject, None))
    with qtbot.waitSignal(process.started, timeout=30_000):
        process.start(sys.executable, ["-c", script])
    with qtbot.waitSignal(process.finished, timeout=30_000) as ended:
        process.closeWriteChannel()
        end(process, 10_000 if script == READS else 50)
    assert ended.args is not None and ended.args[1].name == how
