"""What a run goes on from, or what was told before anybody looked: known already, or read in a thread."""

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from editor.running import recalling
from editor.running.life import State
from editor.running.session import Session
from editor.window.window import Window
from runtime.lock import hold
from runtime.train.folder import prepare_run
from runtime.train.process import Trainer
from tests.editor.running.test_session import GRAPH, LONG, saved, session

__all__ = ["session"]

OVER: tuple[dict[str, Any], ...] = (
    {"event": "started", "epochs": 2},
    {"event": "step", "step": 1, "epoch": 1, "loss": 0.5},
    {"event": "step", "step": 2, "epoch": 1, "loss": 0.25},
    {"event": "saved", "epoch": 1, "path": "checkpoint.pt"},
    {"event": "paused"},
    {"event": "failed", "node": None, "message": "killed"},
)
BROKEN = ({"event": "started", "fold": None}, {"event": "failed", "node": None, "message": "killed"})


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The run folders that were to be trained, of which nothing is."""
    folders: list[Path] = []
    monkeypatch.setattr(Trainer, "start", lambda _, folder, arguments: folders.append(folder))
    return folders


def run_of(file: Path, *events: dict[str, Any], **options: Any) -> Path:
    """The folder of a run that is over."""
    folder = prepare_run(GRAPH, file, options)
    (folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    return folder


def over(file: Path) -> Path:
    """One that can be gone on with."""
    folder = run_of(file, *OVER)
    (folder / "checkpoint.pt").touch()
    return folder


def test_that_a_run_goes_on_behind_what_is_known_and_nothing_is_read_again(
    session: Session, qtbot: QtBot, tmp_path: Path, started: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with qtbot.waitSignal(session.run_shown):
        file = saved(session, tmp_path)
    session.show_run(over(file))
    monkeypatch.setattr(recalling, "past", None)
    with qtbot.waitSignal(session.run_started):
        session.going_on.begin()
    assert session.running and [session.run_folder] == started
    assert session.record.loss.x.tolist() == [1, 2]
    assert [event["event"] for event in session.last_events] == [event["event"] for event in OVER if event != OVER[1]]
    assert not session.pausing.paused


@pytest.mark.parametrize("short", [True, False])
def test_that_the_epochs_of_a_run_that_goes_on_are_counted_to_its_new_end_before_it_says_so_itself(
    window: Window, qtbot: QtBot, tmp_path: Path, started: list[Path], monkeypatch: pytest.MonkeyPatch, short: bool
) -> None:
    session = window.session
    folder = over(saved(session, tmp_path))
    window.show_training()
    with qtbot.waitSignal(session.run_shown):
        session.show_run(folder)
    progress = window.training.progress
    if short:
        qtbot.waitUntil(progress.go_on.isVisible)
        progress.go_on.epochs.setValue(4)
        progress.go_on.button.click()
    else:  # as where the window does not know it and reads it beside
        monkeypatch.setattr(recalling, "small", lambda _: False)
        session.last_events = []
        session.life.begin(GRAPH, session.document.path, {"resume": folder, "epochs": 5})
    qtbot.waitUntil(lambda: session.record.share == 2 / 5, timeout=LONG)
    assert session.share_done == 2 / 5 and session.place_done == "epoch 1 of 5"
    qtbot.waitUntil(lambda: window.windowTitle().startswith("40% - "), timeout=LONG)
    assert window.canvas.progress["adam"].share == 2 / 5
    assert progress.bar.maximum() == 0 and not progress.stage.whole.startswith("Epoch")  # it is not there yet


@pytest.mark.parametrize("short", [True, False])
@pytest.mark.parametrize(("told", "steps"), [(OVER, [1, 2]), (BROKEN, [])])
def test_that_a_run_goes_on_behind_another_one_also_where_that_cannot_be_read(
    session: Session,
    qtbot: QtBot,
    tmp_path: Path,
    started: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    short: bool,
    told: tuple[dict[str, Any], ...],
    steps: list[int],
) -> None:
    with qtbot.waitSignal(session.run_shown):
        file = saved(session, tmp_path)
    before, said = run_of(file, *told), QSignalSpy(session.message)
    monkeypatch.setattr(recalling, "small", lambda _: short)
    with qtbot.waitSignal(session.run_started):
        session.life.begin(GRAPH, file, {"resume": before})
    assert session.running
    qtbot.waitUntil(lambda: session.recalling.awaited is None, timeout=LONG)
    assert session.running and session.record.loss.x.tolist() == steps
    session.happened.emit({"event": "step", "step": 3, "loss": 0.125})
    assert session.record.loss.x.tolist() == [*steps, 3]
    assert [f"What the run in {before} told cannot be read. " in said.at(n)[0] for n in range(said.count())] == (
        [True] if told == BROKEN else []
    )


def test_that_a_repeated_run_begins_with_nothing_of_the_run_before(
    session: Session, qtbot: QtBot, tmp_path: Path, started: list[Path]
) -> None:
    file = saved(session, tmp_path)
    session.show_run(over(file))
    with qtbot.waitSignal(session.run_started):
        session.going_on.begin()
    session.life.release()
    with qtbot.waitSignal(session.run_started):
        session.life.begin(GRAPH, file, {"epochs": "2"})
    assert session.last_events == [] and not session.record.loss.size


def test_that_a_run_that_begins_meanwhile_takes_the_place_of_the_one_that_waits(
    session: Session, qtbot: QtBot, tmp_path: Path, started: list[Path]
) -> None:
    file = saved(session, tmp_path)
    session.life.become(State.WAITS)
    with qtbot.waitSignal(session.run_started):
        session.life.begin(GRAPH, file, {})
        session.trying.learned.emit()
    assert len(started) == 1


def test_that_a_run_that_cannot_be_started_leaves_the_shown_one(
    session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("no more processes")

    folder = over(saved(session, tmp_path))
    session.show_run(folder)
    monkeypatch.setattr(Trainer, "start", fail)
    with qtbot.waitSignal(session.message) as said:
        session.run()
    assert said.args == ["The run could not be started: no more processes"]
    assert (session.run_folder, session.running, session.life.begins) == (folder, False, False)


def test_that_training_goes_on_from_the_last_checkpoint_where_a_run_that_went_on_left_none(
    session: Session, qtbot: QtBot, tmp_path: Path, started: list[Path]
) -> None:
    file = saved(session, tmp_path)
    first = over(file)
    session.show_run(run_of(file, OVER[-1], resume=first))
    assert session.going_on.possible
    session.going_on.begin()
    qtbot.waitUntil(lambda: session.running)
    assert session.resume == first and session.record.loss.x.tolist() == [1, 2]


def test_that_an_untitled_copy_shows_the_run_of_its_file_and_leaves_it_to_others(
    session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed: list[Path] = []

    def follow(_: Trainer, folder: Path, begin: int) -> bool:
        followed.append(folder)
        return False

    monkeypatch.setattr(Trainer, "follow", follow)
    file = saved(session, tmp_path)
    folder = run_of(file, *OVER[:3])
    with (folder / "process.json").open("w") as process:
        assert hold(process)
        with qtbot.waitSignal(session.run_shown):
            session.document.open(GRAPH, None, file)
        assert session.record.loss.x.tolist() == [1, 2] and not followed
        session.show_run(folder)
        assert followed == [folder]
        with qtbot.waitSignal(session.run_shown):
            session.document.open(GRAPH, file)
        assert followed == [folder, folder]


def test_that_what_cannot_be_read_is_told_and_shows_nothing(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    folder = run_of(saved(session, tmp_path), *BROKEN)
    with qtbot.waitSignals([session.message, session.run_shown]):
        session.show_run(folder)
    assert session.last_events == []


def test_that_an_answer_that_comes_after_closing_shows_nothing(
    session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = over(saved(session, tmp_path))
    monkeypatch.setattr(recalling, "small", lambda _: False)
    with qtbot.waitSignal(session.recalling.in_thread.done, timeout=LONG):
        session.show_run(folder)
        session.close()
    assert session.last_events == [] and not session.running
