"""The last run of a graph that is opened: its events are shown, and where it still goes on it is followed."""

from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from editor.going_on import ENDS
from editor.past_run import past, past_graph, small
from runtime.train.at_work import gone
from runtime.train.died import died, saved_at

if TYPE_CHECKING:
    from editor.session import Session


class Recalling(QObject):
    """Shows runs that this window did not start; one that another window or nobody follows is taken over."""

    _read = Signal(object, object, object, int)  # folder, and what `past` found; from a thread

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session
        self._read.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def show(self, folder: Path | None) -> None:
        """Show the events of a run; while one goes on here, that one stays."""
        session = self.session
        if session.running:
            return
        session.run_folder, session.run_name = folder, ""
        session.run_graph, session.run_time = past_graph(folder)
        session.last_events, session.past = [], None
        if folder is None or small(folder):
            self._show(folder, *past(folder))
        else:  # beside the window, which would stand still for it
            Thread(target=self._read_beside, args=(folder,), daemon=True).start()

    def _read_beside(self, folder: Path) -> None:
        found = past(folder)
        with suppress(RuntimeError):  # the window is gone meanwhile
            self._read.emit(folder, *found)

    def _show(self, folder: object, events: Any, record: Any, size: int) -> None:
        session = self.session
        if folder != session.run_folder or session.running:
            return
        session.last_events, session.past = events, record
        over = not events or events[-1]["event"] in ENDS
        if session.run_folder is not None and not over:
            if session.follow(session.run_folder, size):
                return
            if gone(session.run_folder):  # while nobody followed it
                events.append(_died(session.run_folder, events))
                record.take(events[-1])
        session.run_shown.emit()


def _died(folder: Path, events: list[dict[str, Any]]) -> dict[str, Any]:
    step = next((event["step"] for event in reversed(events) if event["event"] == "step"), 0)
    kept = next((saved_at(event) for event in reversed(events) if event["event"] == "saved"), "")
    return {"event": "failed", "node": None, "message": died(None, False, step, folder, kept)}
