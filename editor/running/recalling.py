"""Runs that this window did not hear from their begin: read from their folders, shown, and followed as they go on."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from editor.running.going_on import ENDS
from editor.running.past_run import past, past_graph, small
from editor.running.taking_along import TakingAlong
from editor.training.record import Record
from editor.workers.in_thread import InThread
from runtime.graph.model import Graph
from runtime.spec.moved import moved
from runtime.train.about import name_of, read
from runtime.train.at_work import gone
from runtime.train.belonging import other_graph
from runtime.train.died import died, saved_at
from runtime.train.folder import last_run

if TYPE_CHECKING:
    from editor.running.session import Session

Event = dict[str, Any]
Told = tuple[list[Event], Record, int, str]  # events, figures, bytes, and why there are none where that is odd


class Recalling(QObject):
    """Shows runs that this window did not start; one that another window or nobody follows is taken over."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session
        self.may_follow = True
        self.awaited: Path | None = None  # the run that goes on already, while what it goes on from is read
        self.until = 0  # how many epochs that one is to have in all; 0 where it only says so itself
        self.place = session.document.folder  # the paths of the shown run's graph are as seen from here
        self.runs = session.document.runs  # among which the shown one is, or not
        self.along = TakingAlong(session)
        session.document.filed.connect(self._move)
        self.in_thread = InThread(self)

    def recall(self) -> None:
        """Show the last run of the graph; an untitled copy, as an example is, takes over none of another one."""
        document = self.session.document
        whole = document.path == document.origin
        folder = last_run(document.runs, None if whole else document.draft)
        self.show(folder, follow=whole or (folder is not None and read(folder).get("draft") == document.draft))

    def show(self, folder: Path | None, follow: bool = True) -> None:
        """Show the events of a run, and take it over where it goes on; while one goes on here, that one stays."""
        session = self.session
        if session.running:
            return
        session.run_folder, self.may_follow, self.awaited = folder, follow, None
        session.run_name = name_of(folder) if folder else ""
        session.run_of = other_graph(folder, session.document.runs) if folder else ""
        session.run_graph, session.run_time = past_graph(folder, self.place)
        session.last_events, session.record = [], Record()
        if folder is None or small(folder):
            self._came(folder, _told_by(folder))
        else:
            self._read_in_thread(folder, folder)

    def begin(self, folder: Path, graph: Graph, options: Mapping[str, Any]) -> None:
        """A run of a graph has begun: it is shown behind what the one told that it goes on from."""
        session, self.awaited, before = self.session, None, options.get("resume")
        self.until = int(options.get("epochs") or 0)
        known = before is not None and self._knows(Path(before))
        session.run_folder, session.run_name, session.run_graph, session.run_of = folder, name_of(folder), graph, ""
        session.run_time, session.last_events = datetime.now(), [*session.last_events] if known else []
        if known:
            self._go_on()
            return
        session.record = Record()
        if before is not None and small(Path(before)):
            self._take(_told_by(Path(before)))
            self._go_on()
        elif before is not None:
            self.awaited = folder
            self._read_in_thread(Path(before), folder)

    def _move(self) -> None:
        """The open graph has gone to another folder, its paths rewritten: those of the run's graph go with them."""
        before, self.place = self.place, self.session.document.folder
        if self.runs != (runs := self.session.document.runs):
            self.runs = runs
            self.session.run_of = other_graph(self.session.run_folder, runs) if self.session.run_folder else ""
        if self.session.run_graph and before != self.place:
            self.session.run_graph = moved(self.session.run_graph, before, self.place)

    def _go_on(self) -> None:
        if self.until:
            self.session.record.go_on(self.until)

    def _knows(self, folder: Path) -> bool:
        """Whether the run that is shown is this one, with all that it told."""
        session = self.session
        over = bool(session.last_events) and session.last_events[-1]["event"] in ENDS
        return over and session.run_folder is not None and session.run_folder.resolve() == folder.resolve()

    def _read_in_thread(self, folder: Path, shown: Path) -> None:
        """Read a run in a thread: the window would stand still for it."""
        self.in_thread.do(lambda: _told_by(folder), lambda found: self._came(shown, found))

    def _came(self, folder: Path | None, found: Told) -> None:
        session, goes_on = self.session, folder is not None and folder == self.awaited
        if session.closed or folder != session.run_folder or session.running != goes_on:
            return
        self.awaited = None
        self._take(found)
        if goes_on:
            self._go_on()
        elif folder is not None and self._taken_over(folder, found[2]):
            return
        session.run_shown.emit()

    def _take(self, found: Told) -> None:
        self.session.last_events, self.session.record, _, why = found
        if why:
            self.session.message.emit(why)

    def _taken_over(self, folder: Path, size: int) -> bool:
        """Whether the run goes on and is followed here; one that died while nobody followed it has that told."""
        events, record = self.session.last_events, self.session.record
        if not events or events[-1]["event"] in ENDS:
            return False
        waits = self.session.life.begins  # another run was asked for: this one is only looked at
        if self.may_follow and not waits and self.session.life.follow(folder, size):
            return True
        if gone(folder):
            events.append(_died(folder, events))
            record.take(events[-1])
        return False


def _told_by(folder: Path | None) -> Told:
    """What `past` finds, and why that is nothing where it cannot be read."""
    try:
        return *past(folder), ""
    except Exception as problem:  # a folder from elsewhere can hold anything
        return [], Record(), 0, f"What the run in {folder} told cannot be read. {type(problem).__name__}: {problem}"


def _died(folder: Path, events: list[Event]) -> Event:
    step = next((event["step"] for event in reversed(events) if event["event"] == "step"), 0)
    kept = next((saved_at(event) for event in reversed(events) if event["event"] == "saved"), "")
    return died(None, False, step, folder, kept)
