"""Whether training can go on from where a run ended, and for how many epochs; read from what the run has told."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from editor.workers.in_thread import InThread
from runtime.check.problem import Report
from runtime.graph.model import Graph
from runtime.train.chain import back
from runtime.train.fits import alike
from runtime.train.resume import Before

if TYPE_CHECKING:
    from editor.running.session import Session

Event = dict[str, Any]
ENDS = ("finished", "failed")


class GoingOn(QObject):
    """Of the run that is shown; `changed` says that there is another answer to whether the graph still fits it.

    That takes long enough to be felt, so that it is looked for in a thread, once nothing was edited for a while.
    """

    changed = Signal()

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session
        self.cannot = ""  # one sentence: why the graph as it is does not fit what the run kept
        self._before: Before | None = None  # what is known of the run to go on from
        self._asked: tuple[Before, Graph, Report] | None = None
        self._known = True  # whether `cannot` is the answer to what was asked last
        # From where, and how many epochs more, was wished for before that was known; 0 for those left.
        self._then: tuple[Path, int] | None = None
        self._waiting = QTimer(self, singleShot=True)
        self._waiting.timeout.connect(self._look_in_thread)
        self.in_thread = InThread(self)
        session.checked.connect(self._look)
        for another in (session.run_shown, session.run_ended, session.run_started):
            another.connect(self._look_anew)

    @property
    def possible(self) -> bool:
        """Whether the run that is shown has ended, and left a checkpoint."""
        return not self.session.running and resumable(self.session.run_folder, self.session.last_events)

    @property
    def epochs_left(self) -> int:
        """How many epochs the shown run was to do yet; those of the graph where it did them all."""
        return epochs_left(self.session.last_events) or self.session.epochs

    def begin(self, epochs: int | None = None) -> None:
        """Train on from where the shown run ended, for so many epochs more, or say why not: the graph may be another.

        Without a number it does those that are left. Where it is not known yet whether the graph fits, that comes
        first.
        """
        folder = with_checkpoint(self.session.run_folder)
        if self.possible and folder is not None:
            self.session.check_now()  # which asks whether this graph fits
            self._then = folder, epochs or 0
            if self._known:
                self._go_on()
            else:
                self._look_in_thread()

    def _go_on(self) -> None:
        """Do what was wished for, now that it is known whether it can be done."""
        session, then, self._then = self.session, self._then, None
        if then is None or not self.possible:
            return
        folder, epochs = then
        if self.cannot:
            session.message.emit(self.cannot)
        else:
            session.run(folder, epochs_done(session.last_events) + (epochs or self.epochs_left))

    def _look_anew(self) -> None:
        """Look at another run."""
        self._before = self._asked = None
        if self._then and self._then[0] != with_checkpoint(self.session.run_folder):
            self._then = None
        self._look()

    def _look(self) -> None:
        """Look whether the graph fits, where it is sound: otherwise that comes first."""
        session, graph = self.session, self.session.document.graph
        folder = with_checkpoint(session.run_folder) if self.possible and session.sound else None
        if folder is None or (folder == session.run_folder and session.run_graph and alike(session.run_graph, graph)):
            self._asked = None
            self._waiting.stop()
            self._say("")
        elif self._asked is None or self._asked[0].run != folder or not alike(self._asked[1], graph):
            if self._before is None or self._before.run != folder:
                self._before = Before(folder)
            self._asked, self._known = (self._before, graph, session.checked_alone), False
            self._waiting.start(session.pause)

    def _look_in_thread(self) -> None:
        self._waiting.stop()
        if self.in_thread.busy or self._asked is None or self.session.closed:
            return
        asked = before, graph, report = self._asked
        self.in_thread.do(lambda: _refusal(before, graph, report), lambda why: self._came(asked, why))

    def _came(self, asked: object, why: str | None) -> None:
        if asked is self._asked:
            if why and self.session.run_of:
                why = f'This is a run of another graph, "{self.session.run_of}": open that to go on with it'
            self._say(f"Cannot go on. {why}." if why else "")
        elif not self._waiting.isActive():  # another one was asked for meanwhile
            self._look_in_thread()

    def _say(self, sentence: str) -> None:
        self._known = True
        if sentence != self.cannot:
            self.cannot = sentence
            self.changed.emit()
        self._go_on()


def _refusal(before: Before, graph: Graph, report: Report) -> str | None:
    """Why a graph does not fit, also where that cannot be told: whoever wished to go on gets an answer."""
    try:
        return before.refusal(graph, report)
    except Exception as problem:  # a run folder from elsewhere can hold anything
        return f"What the run in {before.run} kept cannot be read: {type(problem).__name__}: {problem}"


def begun(events: Sequence[Event]) -> Event:
    """The event with which a run, its last fold, or what it went on with began; nothing before it."""
    return next((event for event in reversed(events) if event["event"] == "started"), {})


def resumable(folder: Path | None, events: Sequence[Event]) -> bool:
    """Whether a run has ended and there is a checkpoint; after the last fold there is nothing left to do."""
    if not events or events[-1]["event"] not in ENDS:
        return False
    over = events[-1]["event"] == "finished" and not events[-1].get("stopped")
    return not (over and begun(events).get("folds")) and with_checkpoint(folder) is not None


def with_checkpoint(folder: Path | None) -> Path | None:
    """Where the checkpoint of a run is: one that ended before its first has that of the run that it went on from."""
    return next((each for each in back(folder) if (each / "checkpoint.pt").is_file()), None)


def epochs_done(events: Sequence[Event]) -> int:
    """How many whole epochs the last checkpoint has seen."""
    kept = next((event for event in reversed(events) if event["event"] == "saved"), {"epoch": 0})
    return int(kept["epoch"]) - ("step" in kept)


def epochs_left(events: Sequence[Event]) -> int:
    """How many of the epochs that a run was to do are left."""
    return max(int(begun(events).get("epochs") or 0) - epochs_done(events), 0)
