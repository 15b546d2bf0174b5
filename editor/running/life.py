"""The life of a run of the open graph: wished for, about to begin, going on, asked to stop; all that changes it."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from enum import Enum, auto
from errno import ENOSPC
from math import inf
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from editor.running.going_on import ENDS
from editor.workers.in_thread import InThread
from runtime.graph.model import Graph
from runtime.spec.moved import moved
from runtime.train.folder import Untrusted, prepare_run, throw_away

if TYPE_CHECKING:
    from editor.running.session import Session

LOG = logging.getLogger("torchweave")
LOOK = 50  # ms between two looks at the events of a run
PATIENCE = 30_000  # ms for a run to stop by itself, which takes a step, or an epoch's validation, and keeping it
ENDING = 5000  # ms for a process that has told its last event
TOO_SOON = 0.5  # seconds in which nobody has seen yet that a button means something else now


class State(Enum):
    """Where the life of a run is; it may end in each."""

    IDLE = auto()
    WAITS = auto()  # for own Python to be tried, to be asked for again then
    BEGINS = auto()  # its folder is being made
    RUNS = auto()
    STOPS = auto()  # it was asked to end at its next step


class Life(QObject):
    """One run at a time: another one takes the place of the one before."""

    changed = Signal()  # `state` is another one

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session, self.state = session, State.IDLE
        self.clock: Callable[[], float] = monotonic  # seconds
        self._ended = -inf  # when the last run was over without being asked at that moment
        self._folder: Future[Path] | None = None  # of the run that is about to begin
        # That one is let go on as soon as it has begun, and what follows; or this, where it cannot begin.
        self._then: tuple[Callable[[], None], Callable[[], None]] | None = None
        self._in_thread = InThread(self, lasting=True)  # no folder is left half made
        self._looking = QTimer(self, interval=LOOK)
        self._looking.timeout.connect(self._look)

    @property
    def begins(self) -> bool:
        """Whether a run was asked for that has not begun yet."""
        return self.state in (State.WAITS, State.BEGINS)

    @property
    def runs(self) -> bool:
        """Whether a run goes on and is followed here."""
        return self.state in (State.RUNS, State.STOPS)

    @property
    def just_ended(self) -> bool:
        """Whether a run was over so short a while ago that a press was meant to stop it."""
        return self.clock() - self._ended < TOO_SOON

    def become(self, state: State, folder: Future[Path] | None = None) -> None:
        """Every change. A folder in which no run has begun goes, whether it is there already or comes later."""
        if self._folder is not None:
            self._folder.add_done_callback(_throw_away)
        if state is State.IDLE:
            self._then = None
            self._ended = self.clock() if self.state is not state else self._ended
        self.state, self._folder = state, folder
        if self.runs:
            self._looking.start()
        else:
            self._looking.stop()
        self.changed.emit()

    def begin(self, graph: Graph, origin: Path | None, options: Mapping[str, Any]) -> None:
        """Make the folder of a run, and train what is in it; say why not where that cannot be."""
        session, document, folder = self.session, self.session.document, Future[Path]()
        runs, place, draft = document.runs, document.folder, None if document.path else document.draft

        def make() -> None:
            try:
                folder.set_result(prepare_run(graph, origin, options, runs=runs, draft=draft))
            except Exception as why:
                folder.set_exception(why)

        def made(_: None) -> None:
            if folder is not self._folder:
                return
            self._folder = found = None
            try:
                found = folder.result()
                session.trainer.start(found, [])
            except Exception as why:
                if found:
                    throw_away(found)
                self._fail(why)
            else:
                session.recalling.along.begin(found, draft is not None)
                session.recalling.begin(found, moved(graph, place, document.folder), options)
                self._run()

        self.become(State.BEGINS, folder)
        self._in_thread.do(make, made)

    def follow(self, folder: Path, begin: int) -> bool:
        """Follow a run that was started elsewhere, from a byte of its events on; False where it is over."""
        if found := self.session.trainer.follow(folder, begin):
            self._run()
        return found

    def drop(self) -> None:
        """What has not begun does not begin."""
        if self.begins:
            self.become(State.IDLE)

    def refuse(self) -> None:
        """What was to begin cannot; whoever wished to leave while it goes on hears so."""
        then = self._then
        self.become(State.IDLE)
        if then:
            then[1]()

    def stop(self) -> None:
        """Ask the run to end at its next step; asked twice, end it now. One that has not begun does not begin."""
        if self.begins:
            self.refuse()
            self._ended = -inf  # whoever pressed knows
        if self.state is State.STOPS:
            self.session.trainer.kill()
        elif self.state is State.RUNS:
            self.become(State.STOPS)
            self.session.trainer.stop()

    def stop_then(self, then: Callable[[], None]) -> None:
        """Stop the run, at once where asking takes too long, and go on when it has ended."""
        self.drop()
        if not self.runs:
            then()
            return
        session, folder = self.session, self.session.run_folder  # the next run may have begun by then
        session.run_ended.connect(lambda _: then(), Qt.ConnectionType.SingleShotConnection)
        QTimer.singleShot(PATIENCE, self, lambda: self.stop() if self.runs and session.run_folder == folder else None)
        if self.state is State.RUNS:
            self.stop()
        session.message.emit("The run keeps what it has learned and ends; that comes first. Stop now ends it at once.")

    def release(self, then: Callable[[], None] = lambda: None, otherwise: Callable[[], None] = lambda: None) -> None:
        """Let the run go on without this window, and go on; one that is about to begin has to begin for that."""
        if self.begins:
            self._then = then, otherwise
            return
        if self.runs:
            self.become(State.IDLE)
            self.session.run_released.emit()
        then()

    def close(self) -> None:
        """The window goes; a run that was let go on is not touched."""
        self.drop()
        self._looking.stop()

    def _run(self) -> None:
        self.become(State.RUNS)
        self.session.run_started.emit()
        then, self._then = self._then, None
        if then:
            self.release(then[0])

    def _fail(self, why: Exception) -> None:
        if not isinstance(why, OSError | ValueError | Untrusted):
            LOG.error("unexpected", exc_info=why)
            why = RuntimeError(f"{type(why).__name__}: {why}")
        elif isinstance(why, OSError) and why.strerror:
            todo = " Make room, and run again." if why.errno == ENOSPC else ""
            why = RuntimeError(f"{why.strerror}{f': {why.filename}' if why.filename else ''}.{todo}")
        self.session.message.emit(f"The run could not be started: {why}")
        self.refuse()

    def _look(self) -> None:
        session = self.session
        if session.recalling.awaited:  # what the run goes on from comes first
            return
        for event in session.trainer.new_events():
            if event["event"] == "started":
                session.know_device({"device": event["device"], "reason": event.get("reason", "")})
            session.happened.emit(event)
            if event["event"] in ENDS:
                self._end(event)
                return

    def _end(self, event: dict[str, Any]) -> None:
        session = self.session
        self.become(State.IDLE)
        if session.at_hand:
            session.trainer.warm()  # before anybody hears of the end and closes
        session.run_ended.emit(event)
        QTimer.singleShot(ENDING, self, session.trainer.end_left)


def _throw_away(folder: Future[Path]) -> None:
    if not folder.exception():
        throw_away(folder.result())
