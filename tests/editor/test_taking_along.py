"""Runs of a graph that had no file: they are those of its file once it has one."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from editor.session import Session
from runtime.places import runs_folder
from runtime.train import about
from runtime.train.folder import last_run
from tests.editor.test_session import GRAPH, LONG, session

__all__ = ["session"]


def test_that_runs_go_along_when_their_graph_is_saved_and_one_that_goes_on_comes_after_its_end(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    document, file = session.document, tmp_path / "drawn.json"
    document.open(GRAPH, None)
    with qtbot.waitSignal(session.run_ended, timeout=LONG):
        session.run()
    first = session.run_folder
    session.run()
    second = session.run_folder
    assert first is not None and second is not None and first.parent == second.parent == runs_folder(None)
    with qtbot.waitSignal(session.run_ended, timeout=LONG):
        document.save(file)
        assert not first.exists() and (runs_folder(file) / first.name / "checkpoint.pt").is_file()
        assert second.exists() and session.run_folder == second
    assert session.run_folder == last_run(file) == runs_folder(file) / second.name
    assert about.origin_of(runs_folder(file) / first.name) == file
    assert session.last_events[-1]["event"] == "finished"
    document.save(tmp_path / "copy.json")
    assert last_run(file) is not None and last_run(tmp_path / "copy.json") is None, "a copy has its own"
