"""A run that was ended at once by hand: it did not fail, and nothing says that it did."""

import signal
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from editor.looks.pieces import colour
from editor.running.life import State
from editor.running.session import Session
from editor.runs.model import INKS
from editor.training.lines import LOSS, plots
from editor.training.log import LogPanel
from editor.training.panel import TrainingPanel
from runtime.train.died import died
from tests.editor.training.conftest import Events
from tests.editor.training.test_panel import begin, feed, panel, record_of, session

__all__ = ["panel", "session"]  # fixtures


def end(session: Session, event: dict[str, Any]) -> None:
    """What the session does with the last event of a run."""
    feed(session, [event])
    session.life.become(State.IDLE)
    session.run_ended.emit(event)


@pytest.mark.parametrize(
    ("killed", "stage", "line", "token"),
    [
        (True, "Ended at step 50", "The run was ended at once after step 50.", "warning"),
        (False, "Failed at step 50", "failed  The training process was ended by SIGTERM after step 50.", "error"),
    ],
)
def test_that_a_run_that_was_ended_by_hand_is_said_to_be_in_the_colour_of_one_that_was_stopped(
    panel: TrainingPanel,
    session: Session,
    events: Events,
    qtbot: QtBot,
    tmp_path: Path,
    killed: bool,
    stage: str,
    line: str,
    token: str,
) -> None:
    (tmp_path / "checkpoint.pt").touch()
    log = LogPanel(session)
    qtbot.addWidget(log)
    begin(session)
    feed(session, events(epochs=2)[:54])
    end(session, died(-signal.SIGTERM, killed, 50, tmp_path, "epoch 1"))
    qtbot.waitUntil(lambda: panel.progress.stage.whole == stage)
    assert panel.progress.stage.palette().windowText().color() == colour(token)
    kept = f" The checkpoint of epoch 1 is kept in {tmp_path}."
    assert panel.progress.device.whole == line.removeprefix("failed  ") + kept
    assert log.lines[-1] == (line + kept, token)


def test_that_one_that_was_ended_before_its_first_step_says_so(
    panel: TrainingPanel, session: Session, events: Events, qtbot: QtBot, tmp_path: Path
) -> None:
    begin(session)
    feed(session, events()[:2])
    end(session, died(-signal.SIGKILL, True, 0, tmp_path, ""))
    qtbot.waitUntil(lambda: panel.progress.stage.whole == "Ended before its first step")
    assert INKS["ended"] == INKS["stopped"]


def test_that_it_sizes_the_axis_among_other_runs_which_one_that_failed_does_not(events: Events, tmp_path: Path) -> None:
    some = events(epochs=2)[:54]
    ends = [died(-signal.SIGTERM, killed, 50, tmp_path, "") for killed in (True, False)]
    lines = plots([(name, record_of([*some, each])) for name, each in zip("ab", ends, strict=True)])[LOSS]
    assert {line.run: line.failed for line in lines} == {1: False, 2: True}
