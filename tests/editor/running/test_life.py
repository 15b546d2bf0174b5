"""A run between its wish and its first moment: it counts as one that goes on; what does not begin leaves nothing."""

import errno
from collections.abc import Callable, Iterator
from glob import glob
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread, current_thread
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from editor.document.leaving import leave_all
from editor.running import life
from editor.running.life import State
from editor.running.session import Session
from editor.window.window import Window
from runtime.places import all_runs, runs_folder
from runtime.train.belonging import runs_of
from runtime.train.folder import prepare_run
from runtime.train.process import Trainer
from tests.editor.conftest import Open
from tests.editor.document.test_files import answer
from tests.editor.running.test_session import GRAPH, saved, session
from tests.editor.window.test_window import press
from tests.runtime.generate.cases import FOLDER, graph_of

__all__ = ["session"]

Button = QMessageBox.StandardButton


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The run folders that were to be trained, of which nothing is."""
    folders: list[Path] = []
    monkeypatch.setattr(Trainer, "start", lambda _, folder, arguments: folders.append(folder))
    return folders


@pytest.fixture
def made() -> list[Path]:
    """The run folders that were made."""
    return []


@pytest.fixture
def makers() -> "SimpleQueue[Thread]":
    """Where folders are made."""
    return SimpleQueue()


@pytest.fixture
def let(
    monkeypatch: pytest.MonkeyPatch, started: list[Path], made: list[Path], makers: "SimpleQueue[Thread]"
) -> Iterator[Event]:
    """No folder is made before this is set."""
    may = Event()

    def slowly(*given: Any, **named: Any) -> Path:
        makers.put(current_thread())
        assert may.wait(60)
        folder = prepare_run(*given, **named)
        made.append(folder)
        return folder

    monkeypatch.setattr(life, "prepare_run", slowly)
    yield may
    may.set()


@pytest.fixture
def edited(window: Window, tmp_path: Path) -> Window:
    """A window with a file whose graph was edited."""
    saved(window.session, tmp_path)
    window.frame.show_canvas()
    window.document.do([("set", "layer", "bias", False)], "bias")
    return window


def none_left(*_: object) -> None:
    """Instead of a process."""
    raise OSError(errno.EAGAIN, "no more processes")


def folders() -> list[Path]:
    """All that lies among the runs of all graphs."""
    return [Path(each) for each in glob(f"{all_runs()}/*/*")]  # which goes on where one goes meanwhile


INSTEAD: dict[str, tuple[Callable[[Session], object], State]] = {
    "it is stopped": (lambda session: session.life.stop(), State.IDLE),
    "it is stopped before something else": (lambda session: session.life.stop_then(lambda: None), State.IDLE),
    "another graph is opened": (lambda session: session.document.open(GRAPH, None), State.IDLE),
    "the window is closed": (lambda session: session.close(), State.IDLE),
    "it is asked for again": (lambda session: session.life.become(State.WAITS), State.WAITS),
    "another one begins": (lambda session: session.life.begin(GRAPH, session.document.path, {}), State.RUNS),
    "one from elsewhere is followed": (lambda session: session.life.follow(Path(), 0), State.RUNS),
}


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("instead", INSTEAD)
def test_that_nothing_is_left_of_a_run_that_does_not_begin(
    session: Session,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    let: Event,
    started: list[Path],
    made: list[Path],
    makers: "SimpleQueue[Thread]",
    there: bool,
    instead: str,
) -> None:
    monkeypatch.setattr(Trainer, "follow", lambda *_: True)
    saved(session, tmp_path)
    session.run()
    assert session.life.state is State.BEGINS and session.at_work
    if there:  # but the window has not heard of it
        let.set()
        makers.get(timeout=60).join(60)
        assert len(made) == 1 and session.life.state is State.BEGINS
    act, state = INSTEAD[instead]
    act(session)
    let.set()
    qtbot.waitUntil(lambda: session.life.state is state and len(made) == len(started) + 1 and folders() == started)


def test_that_a_run_that_is_about_to_begin_is_let_go_on_as_soon_as_it_has_begun(
    edited: Window, qtbot: QtBot, let: Event, started: list[Path]
) -> None:
    edited.run_or_stop()
    edited.files.new()
    press(edited, "Let it go on")
    answer(edited, Button.Discard)
    assert edited.document.graph.nodes and not edited.session.running
    let.set()
    qtbot.waitUntil(lambda: not edited.document.graph.nodes)
    assert started == folders() and not edited.session.at_work


def test_that_several_runs_that_are_about_to_begin_are_let_go_on_together(
    open_window: Open, qtbot: QtBot, tmp_path: Path, let: Event, started: list[Path]
) -> None:
    windows, left = [open_window(1366, 768) for _ in range(2)], Event()
    for each, name in zip(windows, ("one", "two"), strict=True):
        (tmp_path / name).mkdir()
        saved(each.session, tmp_path / name)
        each.run_or_stop()
    leave_all(lambda: windows, lambda _: None, left.set, lambda: None)
    press(windows[-1], "Let them go on")
    assert not left.is_set()
    let.set()
    qtbot.waitUntil(left.is_set)
    assert len(started) == 2 and not any(each.session.at_work for each in windows)


def test_that_a_graph_that_is_opened_while_a_run_takes_its_time_is_asked_about_too(
    open_window: Open, qtbot: QtBot, tmp_path: Path, let: Event, started: list[Path]
) -> None:
    windows, left = [open_window(1366, 768)], Event()
    saved(windows[0].session, tmp_path)
    windows[0].run_or_stop()
    leave_all(lambda: windows, lambda _: None, left.set, lambda: None)
    press(windows[0], "Let it go on")
    windows.append(open_window(1000, 700))
    windows[1].document.do([("add", "new", "nn.ReLU", {}, (0, 0))], "add")
    let.set()
    qtbot.waitUntil(lambda: windows[1].question is not None)
    assert len(started) == 1 and not left.is_set()
    answer(windows[1], Button.Discard)
    assert left.is_set()


def test_that_of_several_runs_none_is_let_go_where_one_cannot_begin(
    open_window: Open, qtbot: QtBot, tmp_path: Path, let: Event, started: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    windows, stayed = [open_window(1366, 768) for _ in range(2)], Event()
    for each, name in zip(windows, ("one", "two"), strict=True):
        (tmp_path / name).mkdir()
        saved(each.session, tmp_path / name)
    windows[1].run_or_stop()
    let.set()
    qtbot.waitUntil(lambda: windows[1].session.running)
    let.clear()
    windows[0].run_or_stop()
    leave_all(lambda: windows, lambda _: None, lambda: None, stayed.set)
    press(windows[1], "Let them go on")
    monkeypatch.setattr(windows[0].session.trainer, "start", none_left)
    with qtbot.waitSignal(windows[0].session.message):
        let.set()
    assert windows[1].session.running and stayed.is_set()


def test_that_a_window_asks_before_it_takes_a_run_back_that_is_about_to_begin_and_leaves_nothing_of_it(
    edited: Window, qtbot: QtBot, let: Event, made: list[Path], started: list[Path]
) -> None:
    edited.document.history.setClean()
    edited.run_or_stop()
    edited.close()
    assert edited.isVisible()
    press(edited, "Let it go on")
    assert edited.isVisible()
    edited.close()
    press(edited, "Stop it")
    assert not edited.isVisible()
    let.set()
    qtbot.waitUntil(lambda: len(made) == 1 and not folders())
    assert not started


def test_that_a_run_that_begins_behind_a_question_is_asked_about_too(
    edited: Window, qtbot: QtBot, let: Event, started: list[Path]
) -> None:
    edited.close()
    with qtbot.waitSignal(edited.session.run_started):
        edited.session.run()
        let.set()
    answer(edited, Button.Discard)
    assert edited.isVisible()
    press(edited, "Let it go on")
    assert not edited.isVisible()
    assert started == folders() and not edited.session.running


def test_that_what_is_edited_before_the_run_has_begun_is_asked_about_too(
    edited: Window, qtbot: QtBot, let: Event
) -> None:
    edited.run_or_stop()
    edited.close()
    press(edited, "Let it go on")
    answer(edited, Button.Discard)
    edited.document.do([("set", "layer", "out_features", 5)], "size")
    with qtbot.waitSignal(edited.session.run_released):
        let.set()
    assert edited.isVisible()
    answer(edited, Button.Discard)
    assert not edited.isVisible()


def test_that_a_window_stays_where_the_run_that_was_to_go_on_could_not_begin(
    edited: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(life, "prepare_run", fail)
    edited.document.history.setClean()
    with qtbot.waitSignal(edited.session.message):
        edited.run_or_stop()
        edited.close()
    press(edited, "Let it go on")
    assert edited.isVisible() and "left on device. Make room, and run again." in edited.strip.sentence.whole
    edited.close()
    assert not edited.isVisible()


def test_that_whoever_wished_to_leave_hears_that_the_run_that_waited_does_not_begin(edited: Window) -> None:
    heard, life = list[str](), edited.session.life
    edited.document.do([("remove", "layer")], "away")
    for end in (edited.session.trying.learned.emit, life.stop):
        life.become(State.WAITS)
        life.release(lambda: heard.append("left"), lambda: heard.append("stays"))
        end()
    assert heard == ["stays", "stays"] and not life.begins


@pytest.fixture
def stopping(
    edited: Window, qtbot: QtBot, let: Event, started: list[Path], monkeypatch: pytest.MonkeyPatch
) -> list[dict[str, Any]]:
    """The events to come of a run that takes its time to stop, as was asked for before the window goes."""
    to_come: list[dict[str, Any]] = []
    monkeypatch.setattr(Trainer, "new_events", lambda _: to_come)
    monkeypatch.setattr(Trainer, "stop", lambda _: None)
    edited.document.history.setClean()
    let.set()
    with qtbot.waitSignal(edited.session.run_started):
        edited.run_or_stop()
    edited.close()
    press(edited, "Stop it")
    return to_come


def test_that_what_is_typed_while_a_run_stops_is_asked_about(
    edited: Window, qtbot: QtBot, stopping: list[dict[str, Any]]
) -> None:
    edited.canvas.select(["layer"])
    line = next(each for each in edited.inspector.findChildren(QLineEdit) if each.text() == "3")
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(line, "77")
    with qtbot.waitSignal(edited.session.run_ended):
        stopping.append({"event": "finished", "stopped": True})
    assert edited.isVisible() and edited.document.graph.nodes["layer"].parameters["out_features"] == 77
    answer(edited, Button.Discard)
    assert not edited.isVisible()


def test_that_a_window_that_was_told_twice_to_stop_its_run_goes_once(
    edited: Window, qtbot: QtBot, stopping: list[dict[str, Any]]
) -> None:
    left: list[Window] = []
    edited.left.connect(lambda: left.append(edited))
    edited.close()
    press(edited, "Stop it")
    with qtbot.waitSignal(edited.session.run_ended):
        stopping.append({"event": "finished", "stopped": True})
    assert left == [edited]


def test_that_a_run_that_is_looked_at_takes_no_other_one_back_that_was_asked_for(
    session: Session, qtbot: QtBot, let: Event, started: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(session, tmp_path)
    session.run()
    other = prepare_run(session.document.graph, session.document.path, {})
    (other / "events.jsonl").write_text('{"event": "started", "device": "cpu", "epochs": 3}\n', encoding="utf-8")
    monkeypatch.setattr(Trainer, "follow", lambda *_: True)  # it goes on
    session.show_run(other)
    assert session.life.begins
    with qtbot.waitSignal(session.run_started):
        let.set()
    assert started and started != [other]


def test_that_what_nobody_expected_is_said_and_another_run_can_begin(
    edited: Window, qtbot: QtBot, started: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **named: object) -> None:
        raise KeyError("dense")

    with monkeypatch.context() as patch:
        patch.setattr(life, "prepare_run", fail)
        with qtbot.waitSignal(edited.session.message) as said:
            edited.run_or_stop()
    assert said.args == ["The run could not be started: KeyError: 'dense'"]
    assert edited.bar.run_button.text().startswith("Run ")
    with qtbot.waitSignal(edited.session.run_started):
        edited.session.run()


def test_that_a_folder_that_comes_when_its_window_is_gone_goes_too(
    session: Session, qtbot: QtBot, tmp_path: Path, let: Event, made: list[Path]
) -> None:
    gone = Session(session.document)
    saved(gone, tmp_path)
    gone.run()
    gone.close()
    gone.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(gone)  # type: ignore[no-untyped-call]  # shiboken6 has no types
    let.set()
    qtbot.waitUntil(lambda: len(made) == 1 and not folders())


def test_that_a_run_of_which_no_process_can_be_had_leaves_no_folder(
    session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Trainer, "start", none_left)
    saved(session, tmp_path)
    with qtbot.waitSignal(session.message):
        session.run()
    assert not [*all_runs().iterdir()]


def test_that_a_run_whose_graph_is_saved_while_it_begins_is_of_the_file_at_the_latest_when_there_is_room(
    session: Session, qtbot: QtBot, tmp_path: Path, let: Event
) -> None:
    file = tmp_path / "wine.json"
    session.document.open(GRAPH, None)
    session.run()
    session.document.save(file)
    all_runs().mkdir(parents=True)
    runs_folder(file).touch()  # so that it cannot be made
    with qtbot.waitSignal(session.run_started):
        let.set()
    runs_folder(file).unlink()
    session.run_ended.emit({"event": "finished"})
    assert session.run_folder is not None and session.run_folder in runs_of(runs_folder(file))


def test_that_paths_of_a_graph_that_is_saved_elsewhere_meanwhile_are_no_changes(
    window: Window, qtbot: QtBot, tmp_path: Path, let: Event
) -> None:
    (tmp_path / "runs").mkdir()
    window.files.show_graph(graph_of("table"), None, FOLDER / "table.json")
    window.session.run()
    window.files.write(tmp_path / "runs" / "table.json")
    with qtbot.waitSignal(window.session.run_started):
        let.set()
    assert window.session.run_graph is not None and window.session.changes_since == 0
