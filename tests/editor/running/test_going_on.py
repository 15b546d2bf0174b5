"""Whether the open graph fits what the shown run kept: looked for in a thread, seldom, and once at a time."""

import json
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from editor.running.session import Session
from runtime.check.check import check
from runtime.check.problem import Report
from runtime.graph.model import Graph
from runtime.train.folder import prepare_run
from runtime.train.resume import Before
from tests.editor.running.test_session import GRAPH, saved, session
from tests.editor.training.conftest import told

__all__ = ["session"]

WHY = "layer.out_features was 3 and is 5"


@pytest.fixture
def over(session: Session, tmp_path: Path) -> Path:
    """The folder of a run that was stopped, which is shown."""
    folder = prepare_run(GRAPH, saved(session, tmp_path), {})
    events = [*list(told())[:-1], {"event": "finished", "stopped": True}]
    (folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    (folder / "checkpoint.pt").touch()
    session.show_run(folder)
    assert session.going_on.possible
    return folder


def widen(session: Session, size: int) -> None:
    """Edit the graph so that the checkpoint does not fit, and have that checked."""
    session.document.do([("set", "layer", "out_features", size)], "wider", "slide")
    session.check_now()


def test_that_edits_in_a_row_are_looked_at_once_with_the_report_that_is_there_and_one_of_the_run(
    session: Session, qtbot: QtBot, over: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Graph, Report | None]] = []
    checked: list[Graph] = []
    refusal = Before.refusal

    def refused(self: Before, graph: Graph, report: Report | None = None) -> str | None:
        asked.append((graph, report))
        return refusal(self, graph, report)

    def counted(graph: Graph) -> Report:
        checked.append(graph)
        return check(graph)

    monkeypatch.setattr(Before, "refusal", refused)
    monkeypatch.setattr("runtime.train.fits.check", counted)
    for size in (7, 6, 5):
        widen(session, size)
    qtbot.waitUntil(lambda: WHY in session.going_on.cannot)
    widen(session, 4)
    qtbot.waitUntil(lambda: "is 4" in session.going_on.cannot)
    assert [graph.nodes["layer"].parameters["out_features"] for graph, _ in asked] == [5, 4]
    assert asked[-1][1] is session.checked_alone
    assert checked == [GRAPH]


def test_that_going_on_waits_for_the_answer_beside_the_window_one_at_a_time(
    session: Session, qtbot: QtBot, over: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let, at_once, most = Event(), 0, 0

    def slowly(self: Before, graph: Graph, report: Report | None = None) -> str | None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        assert let.wait(60)
        at_once -= 1
        return f"It is {graph.nodes['layer'].parameters['out_features']} wide"

    monkeypatch.setattr(Before, "refusal", slowly)
    said = QSignalSpy(session.message)
    for size in (7, 5):
        widen(session, size)
        session.going_on.begin()
    assert said.count() == 0
    let.set()
    qtbot.waitUntil(lambda: said.count() == 1)
    assert said.at(0)[0] == "Cannot go on. It is 5 wide."
    assert (most, session.running) == (1, False)


def test_that_nothing_is_looked_for_beside_a_window_that_is_closed(
    session: Session, over: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[object] = []
    monkeypatch.setattr(session.going_on.in_thread, "do", lambda *asked: begun.append(asked))
    widen(session, 5)
    session.close()
    session.going_on.begin()
    assert not begun
