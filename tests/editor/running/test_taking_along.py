"""Runs of a graph that had no file: they are those of its file once it has one."""

import json
import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from safetensors.numpy import save_file

from editor.document.document import Document
from editor.running.session import Session
from editor.window.window import Window
from runtime.graph.edit import Edit
from runtime.graph.model import Graph
from runtime.lock import hold
from runtime.places import EXAMPLES, runs_folder
from runtime.train import about
from runtime.train.at_work import at_work
from runtime.train.chain import chain
from runtime.train.folder import last_run, prepare_run
from runtime.train.process import Trainer
from runtime.train.runs import glances
from tests.editor.conftest import Open
from tests.editor.document.test_files import answer
from tests.editor.document.test_recovery import journals, look, press, settled
from tests.editor.running.test_session import GRAPH, LONG, WHOLE, session
from tests.editor.runs.test_panel import cells
from tests.editor.training.conftest import told
from tests.runtime.generate.cases import FOLDER, graph_of
from tests.runtime.train.past import run_in

__all__ = ["session"]


def begin(session: Session, qtbot: QtBot, before: Path | None = None) -> Path:
    """Begin a run that is longer than anybody waits, anew or on from another."""
    session.document.do([("run", "epochs", 100_000)], "Train long")
    with qtbot.waitSignal(session.run_started, timeout=LONG):
        session.run(before, 100_000)
    qtbot.waitUntil(lambda: session.record.trains, timeout=LONG)
    assert session.run_folder is not None
    return session.run_folder


def end(session: Session, qtbot: QtBot, before: Path | None = None) -> Path:
    """Do a run of the five epochs of the graph."""
    with qtbot.waitSignal(session.run_ended, timeout=LONG):
        session.run(before)
    assert session.run_folder is not None
    return session.run_folder


def of(document: Document, **options: Path) -> Path:
    """A run of the open graph, which nobody trains."""
    run = prepare_run(GRAPH, document.origin, options, runs=document.runs, draft=document.draft)
    (run / "events.jsonl").touch()
    return run


@pytest.fixture
def other(qtbot: QtBot) -> Iterator[Session]:
    """What another window knows."""
    made = Session(Document())
    yield made
    made.trainer.kill()
    made.close()


def test_that_runs_go_along_when_their_graph_is_saved_also_one_that_goes_on(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    document, file, copy = session.document, tmp_path / "drawn.json", tmp_path / "copy.json"
    document.open(GRAPH, None)
    first, second = end(session, qtbot), begin(session, qtbot)
    assert first.parent == second.parent == document.runs and session.recalling.along.count == 2
    document.save(file)
    assert [run.path for run, _ in glances(runs_folder(file))] == [second, first]
    assert about.origin_of(first) == about.origin_of(second) == file
    document.save(copy)
    assert [run.path for run, _ in glances(runs_folder(copy))] == [second], "which is shown"
    assert about.origin_of(second) == file and session.recalling.along.count == 0
    with qtbot.waitSignal(session.run_ended, timeout=LONG):
        session.life.stop()
    assert session.last_events[-1]["event"] == "finished"
    assert session.run_folder == last_run(runs_folder(file)) == last_run(runs_folder(copy)) == second


def test_that_a_run_that_goes_on_while_its_graph_is_saved_is_followed_by_whoever_opens_the_file(
    session: Session, other: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    document = session.document
    document.open(GRAPH, None)
    first = end(session, qtbot)
    second = begin(session, qtbot, first)
    document.save(tmp_path / "drawn.json")
    document.save(tmp_path / "copy.json")
    with qtbot.waitSignal(other.run_started, timeout=LONG):
        other.document.open(document.graph, tmp_path / "copy.json")
    assert other.run_folder == second and other.record.epochs[0]["epoch"] == 1
    with qtbot.waitSignals([session.run_ended, other.run_ended], timeout=LONG):
        other.life.stop()
    assert session.last_events[-1] == other.last_events[-1] and other.last_events[-1]["stopped"]


def test_that_a_run_that_died_while_nobody_looked_is_told_when_its_file_is_opened(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    document, file = session.document, tmp_path / "drawn.json"
    document.open(GRAPH, None)
    folder = begin(session, qtbot)
    document.save(file)
    session.life.release()
    document.open(GRAPH, None)
    worker = at_work(folder)
    assert worker is not None
    os.kill(worker.process, signal.SIGKILL)
    qtbot.waitUntil(lambda: at_work(folder) is None, timeout=LONG)
    with qtbot.waitSignal(session.run_shown, timeout=LONG):
        document.open(GRAPH, file)
    assert session.run_folder == folder and session.last_events[-1]["event"] == "failed"


def test_that_a_graph_can_be_saved_while_a_run_is_about_to_go_on(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "drawn.json"
    session.document.open(GRAPH, None)
    first = end(session, qtbot)
    session.run(first, 100_000)
    assert session.life.begins
    session.document.save(file)
    qtbot.waitUntil(lambda: len(session.record.epochs) > 6 or not session.at_work, timeout=LONG)
    assert session.running and session.run_folder is not None
    assert [run.path for run, _ in glances(runs_folder(file))] == [session.run_folder, first]


def test_that_what_could_not_be_noted_is_noted_later(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "drawn.json"
    session.document.open(GRAPH, None)
    first = of(session.document)
    runs_folder(file).touch()  # so that it cannot be made
    session.document.save(file)
    assert last_run(runs_folder(file)) is None
    runs_folder(file).unlink()
    session.document.do([("run", "epochs", 7)], "Train longer")
    assert last_run(runs_folder(file)) == first


def test_that_a_run_of_another_graph_that_is_looked_at_is_not_that_of_a_copy(session: Session, tmp_path: Path) -> None:
    document, files = session.document, [tmp_path / f"{name}.json" for name in ("one", "other", "copy")]
    runs = [run_in(runs_folder(file), "20260102-100000-000", GRAPH) for file in files[:2]]
    document.open(GRAPH, files[0])
    session.show_run(runs[1])
    document.save(files[2])
    assert session.run_of == "other" and last_run(runs_folder(files[2])) is None
    session.show_run(runs[0])
    assert session.run_of == "one"
    document.open(GRAPH, files[0])
    session.show_run(runs[0])
    document.leave_file()
    document.save(files[2])
    assert session.run_of == "" and last_run(runs_folder(files[2])) == runs[0] == last_run(runs_folder(files[0]))


def test_that_a_file_that_is_opened_takes_no_run_of_what_was_drawn_before(session: Session, tmp_path: Path) -> None:
    session.document.open(GRAPH, None)
    session.document.do([("run", "epochs", 4)], "Train shorter")
    first = of(session.document)
    assert session.document.unsaved
    session.document.open(GRAPH, tmp_path / "other.json")
    assert last_run(runs_folder(tmp_path / "other.json")) is None and last_run(first.parent) == first


def test_that_work_that_is_recovered_and_saved_before_its_run_is_followed_has_it(
    session: Session, other: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    document, file = session.document, tmp_path / "drawn.json"
    document.open(GRAPH, None)
    run = begin(session, qtbot)
    other.document.restore([("", GRAPH)], 0, None, None, document.draft)
    other.document.save(file)
    with qtbot.waitSignal(other.run_started, timeout=LONG):
        pass
    assert other.run_folder == last_run(runs_folder(file)) == run


def test_that_a_copy_of_an_example_takes_its_own_runs_alone(
    session: Session, other: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    example = tmp_path / "example.json"
    session.document.open(GRAPH, None, example)
    first = of(session.document)
    with qtbot.waitSignal(other.run_shown, timeout=LONG):
        other.document.open(GRAPH, None, example)
    assert other.run_folder == first
    second = of(other.document, resume=first)
    session.document.save(tmp_path / "mine.json")
    assert chain(second) == [first, second]
    assert last_run(runs_folder(tmp_path / "mine.json")) == first and last_run(runs_folder(example)) == second
    assert [run.path for run, _ in glances(runs_folder(example))] == [second]


def write_events(folder: Path, events: Iterable[object]) -> None:
    """What a run told."""
    (folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))


def trained(
    window: Window,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    graph: Graph | None = None,
    edits: Sequence[Edit] = WHOLE,
) -> Path:
    """Somebody draws a graph and runs it; the folder of that run, which is over."""
    monkeypatch.setattr(Trainer, "start", lambda *_: None)
    window.files.show_graph(graph or Graph(), None)
    window.document.do(edits, "draw")
    with qtbot.waitSignal(window.session.run_started):
        window.session.run()
    folder = window.session.run_folder
    assert folder is not None
    write_events(folder, told())
    window.session.life.release()
    return folder


def test_that_a_graph_without_a_file_has_runs_of_its_own_which_a_kill_leaves_to_it(
    open_window: Open, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, file = open_window(1366, 768), tmp_path / "drawn.json"
    folder = trained(first, qtbot, monkeypatch)
    settled(first)
    (journal,) = journals()
    kept = journal.read_bytes()  # what would be there if the window were killed now
    first.document.history.setClean()
    settled(first)
    journal.with_name("left.jsonl").write_bytes(kept)
    first.files.new()
    QTest.keyClick(first, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: first.runs.empty.text().startswith("No run yet."), timeout=LONG)

    look(first, qtbot)
    with qtbot.waitSignal(first.session.run_shown):
        press(first, "Open")
    assert first.session.run_folder == folder and first.session.last_events[-1]["event"] == "finished"
    first.document.save(file)
    assert first.session.run_folder == last_run(runs_folder(file)) == folder


def test_that_an_unsaved_copy_of_an_example_that_is_recovered_follows_its_own_run(
    open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed: list[Path] = []

    def follow(_: Trainer, folder: Path, begin: int) -> bool:
        followed.append(folder)
        return True

    monkeypatch.setattr(Trainer, "start", lambda *_: None)
    monkeypatch.setattr(Trainer, "follow", follow)
    first, other = (open_window(1366, 768) for _ in range(2))
    folders = []
    for window in (first, other):  # both are copies of one example, and share the folder of its runs
        window.files.open(EXAMPLES / "two_models.json")
        window.document.do([("run", "epochs", 9)], "epochs")
        with qtbot.waitSignal(window.session.run_started):
            window.session.run()
        assert window.session.run_folder is not None
        folders.append(window.session.run_folder)
        write_events(folders[-1], islice(told(), 3))
        window.session.life.release()
    settled(first)
    for at, journal in enumerate(journals()):
        kept = journal.read_bytes()
        if json.loads(kept.split(b"\n")[0])["draft"] == first.document.draft:
            journal.with_name(f"left{at}.jsonl").write_bytes(kept)
    third = open_window(1366, 768)
    with (folders[0] / "process.json").open("w") as one, (folders[1] / "process.json").open("w") as two:
        assert hold(one) and hold(two)
        look(third, qtbot)
        with qtbot.waitSignal(third.session.run_started):
            press(third, "Open")
    assert followed == [folders[0]] and third.bar.run_button.text() == "Stop"


def test_that_a_run_of_recovered_work_that_is_given_up_is_said_to_go_on(open_window: Open, qtbot: QtBot) -> None:
    first, other = (open_window(1366, 768) for _ in range(2))
    first.files.show_graph(GRAPH, None)
    begin(first.session, qtbot)
    settled(first)
    (journal,) = journals()
    journal.with_name("left.jsonl").write_bytes(journal.read_bytes())
    assert look(other, qtbot)[0].endswith(", its run goes on")
    press(other, "Discard")
    assert other.strip.sentence.whole == 'Its run goes on: the Runs panel shows it under "all graphs".'
    first.session.trainer.kill()


def test_that_runs_of_a_graph_that_is_given_up_are_said_to_stay(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(window, qtbot, monkeypatch)
    window.files.new()
    assert isinstance(window.question, QMessageBox)
    said = 'They are lost otherwise. Its run stays: the Runs panel shows it under "all graphs".'
    assert window.question.informativeText() == said
    answer(window, QMessageBox.StandardButton.Discard)
    window.show_runs()
    qtbot.waitUntil(lambda: window.runs.empty.text().startswith("No run yet."), timeout=LONG)
    QTest.mouseClick(window.runs.every, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: cells(window.runs, "name") == ["first run"], timeout=LONG)
    assert cells(window.runs, "graph") == ["untitled"]
    qtbot.waitUntil(lambda: len(window.runs.table.chosen()) == 1, timeout=LONG)
    with qtbot.waitSignal(window.session.run_started):
        window.runs.buttons["repeat"].click()
    assert list(window.document.graph.nodes) == ["wine", "batches", "layer", "loss", "adam"]
    assert window.session.running and window.session.run_folder is not None
    assert window.session.run_folder.parent == window.document.runs


def test_that_a_file_whose_path_is_rewritten_is_the_same_for_the_runs_that_go_along(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, file = FOLDER / "data" / "flowers.csv", tmp_path / "drawn.json"
    monkeypatch.chdir(data.parent)
    table: Edit = ("set", "flowers", "path", data.name)
    folder = trained(window, qtbot, monkeypatch, graph_of("table"), [table])
    window.show_training()
    window.files.write(file)
    assert window.document.graph.nodes["flowers"].parameters["path"] != data.name
    assert window.session.changes_since == 0
    monkeypatch.chdir(tmp_path)
    window.files.open(file)
    qtbot.waitUntil(lambda: window.session.run_folder is not None)
    assert window.session.run_folder == folder
    assert window.session.run_graph is not None and window.session.changes_since == 0
    assert "first run" in window.training.progress.run.whole
    with qtbot.waitSignal(window.session.run_started):
        window.session.life.begin(window.document.graph, file, {})
    assert window.session.run_name == "same graph"
    window.session.life.release()
    carrier = folder / "weights.safetensors"
    save_file({"weight": np.zeros(1)}, carrier, metadata=about.graph_in(carrier.parent))
    window.files.open(carrier)
    assert window.document.path is None
    assert (window.document.folder / window.document.graph.nodes["flowers"].parameters["path"]).resolve() == data
