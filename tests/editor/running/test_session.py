"""The session with a real training process: what it checks, writes, runs, stops, remembers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, current_thread, main_thread
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from editor.document.document import Document
from editor.export import writing
from editor.running import life
from editor.running.session import PAUSE, Session
from runtime.generate.program import generate
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph, Node
from runtime.graph.save import write_whole
from runtime.train.about import origin_of
from runtime.train.belonging import runs_of
from runtime.train.folder import prepare_run
from runtime.train.process import Trainer
from runtime.train.trust import untrusted

WHOLE: list[Edit] = [
    ("add", "wine", "data.Wine", {}, (0, 0)),
    ("add", "batches", "Collate", {"fields": ["features", "label"]}, (200, 0)),
    ("add", "layer", "nn.Linear", {"out_features": 3}, (400, 0)),
    ("add", "loss", "nn.CrossEntropyLoss", {}, (600, 0)),
    ("add", "adam", "optim.Adam", {}, (800, 0)),
    ("connect", "wine.features", "batches.features"),
    ("connect", "wine.label", "batches.label"),
    ("connect", "batches.features", "layer.input"),
    ("connect", "layer.output", "loss.input"),
    ("connect", "batches.label", "loss.target"),
    ("connect", "loss.output", "adam.loss"),
    ("run", "epochs", 2),
    ("run", "device", "cpu"),
]
GRAPH = applied(Graph(), WHOLE)
OWN = {"function": ["def mine(samples):", "    return torch.stack(samples)"], "output": "float32[13]"}
LONG = 60_000  # ms: torch is imported by a process of its own, on a machine that may be busy


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    """A session over an empty document; its processes end with the test."""
    document = Document()
    made = Session(document)
    yield made
    made.trainer.kill()
    if made.trainer.process:
        made.trainer.process.wait()
    made.close()


def saved(session: Session, folder: Path, graph: Graph = GRAPH) -> Path:
    """The graph in a file, open."""
    session.document.open(graph, folder / "wine.json")
    session.document.save(folder / "wine.json")
    return folder / "wine.json"


def run(session: Session, qtbot: QtBot) -> dict[str, Any]:
    """Run to the end; the last event."""
    with qtbot.waitSignal(session.run_ended, timeout=LONG) as ended:
        session.run()
    (event,) = ended.args or []
    assert isinstance(event, dict)
    return event


def test_that_a_report_follows_every_edit(session: Session, qtbot: QtBot) -> None:
    session.document.open(GRAPH, None)
    assert session.report.sound
    with qtbot.waitSignal(session.checked):
        session.document.do([("disconnect", "loss.output", "adam.loss")], "cut")
    assert not session.report.sound


def test_that_edits_in_one_turn_are_checked_once(session: Session, qtbot: QtBot) -> None:
    session.document.open(GRAPH, None)
    checked = QSignalSpy(session.checked)
    with qtbot.waitSignal(session.checked):
        for number in range(5, 10):
            session.document.do([("set", "layer", "out_features", number)], "size")
    assert checked.count() == 1


def test_that_a_sound_graph_has_a_program_and_another_has_none(session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.program_changed, check_params_cb=lambda: session.program is not None):
        session.document.open(GRAPH, None)
    assert session.program
    assert "nn.Linear(13, 3)" in session.program.text
    assert "Made with Torchweave from a graph without a file." in session.program.text
    with qtbot.waitSignal(session.program_changed):
        session.document.do([("remove", "adam")], "remove")
    assert session.program is None


def test_that_a_repair_is_one_undo_step(session: Session, qtbot: QtBot) -> None:
    session.document.open(applied(GRAPH, [("set", "layer", "in_features", 7)]), None)
    repairs = [repair for problem in session.report.problems for repair in problem.repairs]
    assert repairs
    session.apply_repair(repairs[0])
    session.check_now()
    assert session.report.sound
    session.document.history.undo()
    assert session.document.graph.nodes["layer"].parameters["in_features"] == 7


def test_that_an_unsound_graph_says_why_it_does_not_run(session: Session, qtbot: QtBot) -> None:
    session.document.open(applied(GRAPH, [("remove", "adam")]), None)
    with qtbot.waitSignal(session.message) as said:
        session.run()
    assert str((said.args or [""])[0]).startswith("Cannot run yet. ")
    assert not session.running


def test_that_a_run_tells_its_epochs_and_is_there_when_the_file_is_opened_again(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    file = saved(session, tmp_path)
    shares: list[float | None] = []
    session.happened.connect(lambda _: shares.append(session.share_done))
    last = run(session, qtbot)
    assert last["event"] == "finished"
    epochs = [event for event in session.last_events if event["event"] == "epoch"]
    assert [event["epoch"] for event in epochs] == [1, 2]
    told = [share for share in shares if share is not None]
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert session.run_name == "first run"
    assert session.changes_since == 0
    session.document.do([("set", "layer", "bias", False)], "bias")
    assert session.changes_since == 1
    events = session.last_events
    with qtbot.waitSignal(session.run_shown):
        session.document.open(GRAPH, file)
    assert session.last_events == events


def test_that_the_run_of_a_graph_that_is_opened_again_is_known(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    file = saved(session, tmp_path)
    folder = prepare_run(GRAPH, file, {})
    write_whole(folder / "events.jsonl", b'{"event": "finished", "epochs": 2}\n')
    with qtbot.waitSignal(session.run_shown):
        session.document.open(applied(GRAPH, [("set", "layer", "bias", False)]), file)
    assert session.run_time is not None
    assert session.changes_since == 1
    run(session, qtbot)
    assert session.run_name == "layer.bias True → False"


def test_that_the_events_of_a_very_long_run_are_shown_too(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    lines = [f'{{"event": "step", "step": {n}, "epoch": 1, "loss": 0.125}}' for n in range(1, 30_001)]
    write_whole(tmp_path / "events.jsonl", "\n".join([*lines, '{"event": "finished"}', ""]).encode())
    with qtbot.waitSignal(session.run_shown, timeout=LONG):
        session.show_run(tmp_path)
    assert session.record.loss.x.tolist() == list(range(1, 30_001))
    assert [event["event"] for event in session.last_events] == ["step", "finished"]


def test_that_a_program_nobody_looks_at_is_written_when_it_is_wanted(session: Session, qtbot: QtBot) -> None:
    session.writing.want(False)
    session.document.open(GRAPH, None)
    written = QSignalSpy(session.program_changed)
    over = QTimer(singleShot=True, interval=2 * PAUSE)
    over.start()
    with qtbot.waitSignal(over.timeout):
        session.check_now()
    assert not written.count()
    session.write_now()
    assert written.count() == 1
    session.document.do([("set", "layer", "bias", False)], "bias")
    session.check_now()
    with qtbot.waitSignal(session.program_changed):
        session.writing.want(True)
    assert session.program
    assert "bias=False" in session.program.text


def test_that_the_spare_process_tells_the_device(session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.device_known, timeout=LONG) as known:
        session.warm()
    (device,) = known.args or []
    assert isinstance(device, dict)
    assert device["device"] in ("cpu", "cuda", "mps")
    assert device["reason"]


def test_that_stop_ends_a_run_at_a_step(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    saved(session, tmp_path, applied(GRAPH, [("run", "epochs", 100_000)]))
    with qtbot.waitSignal(session.happened, timeout=LONG, check_params_cb=lambda event: event["event"] == "step"):
        session.run()
    with qtbot.waitSignals([session.life.changed, session.run_ended], timeout=LONG):
        session.life.stop()
    assert session.last_events[-1]["event"] == "finished"
    assert session.last_events[-1]["stopped"]
    assert not session.running
    done = [event["step"] for event in session.last_events if event["event"] == "step"]
    assert session.going_on.possible
    with qtbot.waitSignal(session.happened, timeout=LONG, check_params_cb=lambda event: event["event"] == "step") as on:
        session.going_on.begin()
    assert on.args and on.args[0]["step"] == done[-1] + 1
    with qtbot.waitSignal(session.run_ended, timeout=LONG):
        session.trainer.kill()


def test_that_a_killed_process_is_told_and_the_next_run_works(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    saved(session, tmp_path, applied(GRAPH, [("run", "epochs", 100_000)]))
    with qtbot.waitSignal(session.happened, timeout=LONG, check_params_cb=lambda event: event["event"] == "step"):
        session.run()
    with qtbot.waitSignal(session.run_ended, timeout=LONG) as ended:
        session.trainer.kill()
    (event,) = ended.args or []
    assert isinstance(event, dict)
    assert event["event"] == "failed"
    assert event["message"].startswith("The run was ended at once after step ")
    session.document.do([("run", "epochs", 1)], "epochs")
    assert run(session, qtbot)["event"] == "finished"
    assert session.run_name == "epochs 100000 → 1"


def test_that_stop_pressed_twice_ends_the_process_at_once(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    saved(session, tmp_path, applied(GRAPH, [("run", "epochs", 100_000)]))
    with qtbot.waitSignal(session.run_started):
        session.run()
    with qtbot.waitSignal(session.run_ended, timeout=LONG):
        session.life.stop()
        session.life.stop()
    assert not session.running


def test_that_the_patience_for_one_run_does_not_end_the_next(
    session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life, "PATIENCE", 3000)
    saved(session, tmp_path, applied(GRAPH, [("run", "epochs", 100_000)]))
    with qtbot.waitSignal(session.happened, timeout=LONG, check_params_cb=lambda event: event["event"] == "step"):
        session.run()
    over = QTimer(singleShot=True, interval=life.PATIENCE + 200)
    with qtbot.waitSignals([session.message, session.run_ended], timeout=LONG):  # it says what is waited for
        session.life.stop_then(lambda: None)
    over.start()
    with qtbot.waitSignal(over.timeout, timeout=LONG):
        session.run()
    assert session.running
    assert not session.stopping


def test_that_python_runs_only_after_it_was_trusted(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    saved(session, tmp_path, applied(GRAPH, [("set", "batches", "collate", {"features": OWN})]))
    with qtbot.waitSignal(session.trust_needed) as needed:
        session.run()
    assert not session.running
    ((pair,),) = needed.args or [()]
    assert pair[0] == "batches"
    assert "def mine" in pair[1]
    with qtbot.waitSignal(session.run_ended, timeout=LONG):
        session.trust_and_run([pair[1]])
    assert session.last_events[-1]["event"] == "finished"
    assert untrusted(session.document.graph) == ()


def test_that_a_run_folder_of_somebody_else_is_shown(session: Session, tmp_path: Path) -> None:
    write_whole(tmp_path / "events.jsonl", b'{"event": "epoch", "epoch": 1, "train": {"loss": 0.5}}\nnonsense\n')
    session.show_run(tmp_path)
    assert [event["event"] for event in session.last_events] == ["epoch"]


def test_that_data_that_is_not_there_is_told_until_it_is(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    fields = {"features": {"type": "float32[2]", "columns": ["a", "b"]}}
    table = Node("table", "data.Table", {"path": "table.csv", "fields": fields})
    session.document.open(Graph({"table": table}), tmp_path / "graph.json")
    missing = f"table has no file: {tmp_path / 'table.csv'} is not there."
    qtbot.waitUntil(lambda: missing in [problem.message for problem in session.report.of("error")])
    session.run()
    assert not session.running
    (tmp_path / "table.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    qtbot.waitUntil(lambda: not session.report.of("error"))


@pytest.mark.parametrize("wanted", ["cuda", "mps"])
def test_that_a_device_that_is_not_there_is_told_before_a_run(session: Session, wanted: str) -> None:
    session.document.open(GRAPH.with_(run={"device": wanted}), None)
    session.check_now()
    assert session.report.sound
    session.device = {"device": "cpu", "reason": "no GPU was found"}
    session.check_now()
    (problem,) = session.report.problems
    why = f"The run is to be on {wanted}, but here it can only be on cpu: no GPU was found. Set device to auto."
    assert problem.message == why
    session.apply_repair(problem.repairs[0])
    session.check_now()
    assert session.report.sound


def test_that_what_takes_long_is_done_in_a_thread(
    session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_thread: list[bool] = []

    def noted(does: Callable[..., Any]) -> Callable[..., Any]:
        def note(*given: Any, **named: Any) -> Any:
            in_thread.append(current_thread() is not main_thread())
            return does(*given, **named)

        return note

    monkeypatch.setattr(writing, "generate", noted(generate))
    monkeypatch.setattr(life, "prepare_run", noted(prepare_run))
    monkeypatch.setattr(Trainer, "start", lambda *_: None)
    with qtbot.waitSignal(session.program_changed, check_params_cb=lambda: session.program is not None):
        saved(session, tmp_path)
    with qtbot.waitSignal(session.run_started):
        session.run()
    assert in_thread == [True, True]


def test_that_a_program_that_comes_late_is_that_of_the_graph_that_is_open_then(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, let = Event(), Event()

    def slowly(graph: Graph, *given: Any) -> Any:
        if graph is GRAPH:
            begun.set()
            assert let.wait(60)
        return generate(graph, *given)

    monkeypatch.setattr(writing, "generate", slowly)
    session.document.open(GRAPH, None)
    qtbot.waitUntil(begun.is_set)
    changed = QSignalSpy(session.program_changed)
    for name, value in (("bias", False), ("out_features", 5)):
        session.document.do([("set", "layer", name, value)], name)
        session.check_now()
    let.set()
    qtbot.waitUntil(lambda: changed.count() > 0)
    assert session.program and "nn.Linear(13, 5, bias=False)" in session.program.text
    assert changed.count() == 1


def test_that_a_run_that_is_about_to_begin_can_be_stopped_and_leaves_nothing(
    session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def noted(*given: Any, **named: Any) -> Path:
        made.append(prepare_run(*given, **named))
        return made[-1]

    monkeypatch.setattr(life, "prepare_run", noted)
    monkeypatch.setattr(Trainer, "start", lambda *_: None)
    saved(session, tmp_path)
    session.run()
    assert (session.life.begins, session.running) == (True, False)
    session.life.stop()
    assert (session.life.begins, session.running) == (False, False)
    session.document.do([("set", "layer", "bias", False)], "bias")
    with qtbot.waitSignal(session.run_started):
        session.run()
    qtbot.waitUntil(lambda: len(made) == 2 and [*session.document.runs.iterdir()] == [session.run_folder])
    assert session.run_graph is session.document.graph and not session.changes_since


def test_that_a_run_of_a_graph_that_is_saved_meanwhile_is_one_of_its_file(
    session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Trainer, "start", lambda *_: None)
    session.document.open(GRAPH, None)
    with qtbot.waitSignal(session.run_started):
        session.run()
        session.document.save(tmp_path / "wine.json")
    assert session.run_folder is not None and session.run_folder in runs_of(session.document.runs)
    assert origin_of(session.run_folder) == tmp_path / "wine.json"


def test_that_no_node_is_looked_at_anew_because_a_run_begins(
    session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Trainer, "start", lambda *_: None)
    saved(session, tmp_path)
    session.check_now()
    checked = QSignalSpy(session.checked)
    with qtbot.waitSignal(session.run_started):
        session.run()
    assert checked.count() == 0
