"""What the strip at the foot of the window says of a run that was found again, or goes on from another."""

from datetime import datetime

from editor.running.life import State
from editor.training.record import Record
from editor.window.window import Window
from tests.editor.training.conftest import told


def test_that_a_run_that_is_found_again_is_where_it_is(window: Window) -> None:
    session, events = window.session, list(told(epochs=20))
    session.run_time, session.run_name = datetime(2026, 1, 2, 17, 14), ""
    session.record, session.last_events = Record(), events[:100]
    for event in events[:100]:
        session.record.take(event)
    session.life.become(State.RUNS)
    session.run_started.emit()
    assert window.strip.stage.text().startswith("epoch 3 of 20") and window.strip.progress.maximum() > 0
    session.record.go_on(20)
    session.last_events = [*session.last_events, {"event": "finished", "stopped": True}]
    session.run_started.emit()
    assert window.strip.stage.text() == "starting torch" and window.strip.progress.maximum() == 0


def test_that_a_run_that_is_found_again_before_its_first_step_is_where_it_is(window: Window) -> None:
    session, read = window.session, {"event": "stage", "stage": "reading data"}
    session.record, session.last_events = Record(), [read]
    session.record.take(read)
    session.life.become(State.RUNS)
    session.run_started.emit()
    assert window.strip.stage.text() == "reading data"
    session.last_events.append({"event": "paused"})
    session.run_started.emit()
    assert window.strip.stage.text() == "paused before the first step"
