"""What is known of the open graph right now: its report, program and training; told to the screen as Qt signals."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from editor.document.document import Document
from editor.export.writing import Writing
from editor.outside.absent import Absent, elsewhere
from editor.outside.trying import Trying
from editor.outside.weight_files import WeightFiles
from editor.running.going_on import GoingOn
from editor.running.life import LOOK, Life, State
from editor.running.past_run import note
from editor.running.pausing import Pausing
from editor.running.recalling import Recalling
from editor.training.record import Record
from runtime.check.changes import changes
from runtime.check.check import Checker
from runtime.check.failed import failed
from runtime.check.problem import Problem, Repair, Report
from runtime.check.split import folds_in
from runtime.generate.program import EPOCHS, Program
from runtime.graph.edit import Edit
from runtime.graph.model import Graph
from runtime.spec.observed import forget_failed
from runtime.train.outcome import place
from runtime.train.process import Trainer
from runtime.train.trust import trust, untrusted

EVENT: Any = object  # a dict; one that Qt is told of arrives as a copy with its keys sorted
PAUSE = 150  # ms without an edit before the program is written anew
LONG_PAUSE = 800  # the same for a graph of more than MANY nodes, where that takes long enough to be felt
MANY = 200  # nodes
NICE = 10  # of runs: the window comes first where cores are few


class Session(QObject):
    """Follows the document; runs its program in a process of its own and tells what that does."""

    checked = Signal()  # `report` is new
    program_changed = Signal()  # `program` is new
    run_started = Signal()
    happened = Signal(EVENT)  # one event of the run (a QObject has an `event` already)
    run_ended = Signal(EVENT)  # its last event
    run_released = Signal()  # it goes on, but nothing more is heard of it here
    run_shown = Signal()  # `last_events` are those of another run: draw them from the start
    device_known = Signal(dict)  # {"device", "reason"}
    message = Signal(str)  # one sentence for the status line
    held_up = Signal()  # a run was asked for, but a problem is in the way
    trust_needed = Signal(list)  # [(node, text)]: ask, then `trust_and_run`

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.report = self.checked_alone = Report()
        self.weights = WeightFiles(document, self)
        self.absent = Absent(self)
        self.absent.changed.connect(self._tell)
        self.run_started.connect(lambda: self._tell(anew=False))
        self.run_ended.connect(lambda _: self._tell())
        self.trying = Trying(document, self)
        self.trying.learned.connect(self._learned)
        self.absent.changed.connect(lambda: self.weights.look(self.document.graph, again=True))
        self.weights.changed.connect(self.check_now)
        self.weights.told.connect(self.message)
        self.program: Program | None = None
        self.checker = Checker()
        self.with_room: Callable[[Iterable[Edit]], list[Edit]] = list  # the canvas moves aside what is in the way
        self.weights.with_room = lambda edits: self.with_room(edits)
        self.trainer, self.life = Trainer(NICE), Life(self)
        self.device: dict[str, Any] | None = None
        self.run_graph: Graph | None = None  # the graph of the run that goes on, or of the last one here
        self.run_time: datetime | None = None
        self.run_name = ""
        self.run_folder: Path | None = None
        self.run_of = ""  # the graph that the shown run is of, where that is another one than the open one
        self.resume: Path | None = None  # the run that the next one goes on from
        self.until: int | None = None  # how many epochs that one has then; None for those of the graph
        self.closed = False
        self.at_hand = True  # whether the graph is looked at, so that a spare process is worth its memory
        self.last_events: list[dict[str, Any]] = []  # of the run that is shown, as `note` keeps them
        self.record = Record()  # all figures of that run
        self.recalling = Recalling(self)
        self.pausing = Pausing(self)
        self.going_on = GoingOn(self)
        self._checking = _timer(self, 0, self.check_now)
        self.writing = Writing(self)
        self._recalling = _timer(self, 0, self.recalling.recall)
        self._asking = _timer(self, LOOK, self._ask_device, once=False)
        self.happened.connect(self._keep)  # before anybody draws it
        document.changed.connect(lambda _: self._checking.start())
        document.opened.connect(self._opened)
        self.run_shown.connect(lambda: self._tell(anew=False))

    def warm(self) -> None:
        """Let a spare process import torch, so that Run need not wait for it. Called after the first paint."""
        self.at_hand = True
        self.trainer.warm()
        if self.device is None:
            self._asking.start()

    def hand_over(self, other: "Session") -> None:
        """The graph of another session is looked at now: it has the spare process; a run goes on here."""
        self.at_hand = False
        self._asking.stop()
        self.trainer.hand_over(other.trainer)
        if other.device is None and self.device is not None:
            other.know_device(self.device)

    def check_now(self, anew: bool = True) -> None:
        """Bring the report up to date at once, instead of at the end of this turn of the event loop; see `_tell`."""
        self._checking.stop()
        self.checker.cards = self.weights.cards
        self.checked_alone = self.checker.check(self.document.graph)
        self._tell(anew)
        self.trying.after_check()
        self.absent.look(self.document.graph, self.document.folder)
        self.weights.look(self.document.graph)
        self.writing.follow()

    @property
    def pause(self) -> int:
        """How many ms nothing is edited before what takes long is done."""
        return LONG_PAUSE if len(self.document.graph.nodes) > MANY else PAUSE

    def _learned(self) -> None:
        """What own Python gives is known now, so that more can be checked."""
        self.checker.forget()
        self.check_now()
        if self.life.state is State.WAITS and not self.trying.under_way:
            self._run()

    def _tell(self, anew: bool = True) -> None:
        """The report is that of the check, and what it cannot know: files and a device that are not there.

        Where nothing was checked `anew` it is told if it is another one: the canvas looks at every node for it.
        """
        nodes = {"", *self.document.graph.nodes}
        absent = [problem for problem in self.absent.problems if problem.node in nodes]
        found = (*absent, *elsewhere(self.document.graph, self.device), *self._failed(), *self.checked_alone.problems)
        if anew or found != self.report.problems:
            self.report = replace(self.checked_alone, problems=found)
            self.checked.emit()

    def _failed(self) -> Iterator[Problem]:
        """What the shown run of this very graph failed at."""
        if self.last_events and self.run_graph and not self.running and not self.changes_since:
            which = f"run of {self.run_at}" if self.run_at else "last run"
            yield from failed(self.document.graph, self.last_events[-1], which)

    @property
    def sound(self) -> bool:
        """Whether there is a program of the graph; its data may be elsewhere."""
        return self.checked_alone.sound

    def apply_repair(self, repair: Repair) -> None:
        """Do what a repair's button says, as one undo step."""
        self.document.do(self.with_room(repair.edits), repair.label)

    @property
    def epochs(self) -> int:
        """How many epochs the graph asks for."""
        asked = self.document.graph.run.get("epochs")
        return asked if isinstance(asked, int) and not isinstance(asked, bool) else EPOCHS

    @property
    def folds(self) -> int:
        """How many folds the graph asks for; 0 where it is trained once."""
        return folds_in(self.document.graph)

    @property
    def place_done(self) -> str:
        """Where the shown run is, whatever the graph says by now: ``epoch 3 of 10``."""
        return place(self.record.started or {}, self.last_step or {})

    @property
    def last_step(self) -> dict[str, Any] | None:
        """The last event that tells how far the run is; others may stand behind it."""
        return next((event for event in reversed(self.last_events) if event["event"] in ("step", "epoch")), None)

    @property
    def share_done(self) -> float | None:
        """How far the run is, from 0 to 1; None before it has said how long it will take."""
        return self.record.share

    @property
    def run_at(self) -> str:
        """When the shown run began: ``14:02``, of another day ``3 Nov 14:02``; empty where that is not known."""
        time = self.run_time
        day = f"{time.day} {time:%b} " if time and time.date() != datetime.now().date() else ""
        return f"{day}{time:%H:%M}" if time else ""

    @property
    def changes_since(self) -> int:
        """How many things differ between the graph of the run and the one that is open."""
        return len(changes(self.run_graph, self.document.graph)) if self.run_graph else 0

    @property
    def at_work(self) -> bool:
        """Whether a run goes on here, or was asked for and is about to begin."""
        return self.life.state is not State.IDLE

    @property
    def running(self) -> bool:
        """Whether a run goes on here."""
        return self.life.runs

    @property
    def stopping(self) -> bool:
        """Whether it was asked to end."""
        return self.life.state is State.STOPS

    def unfinished(self) -> Problem | None:
        """The first problem that keeps the graph from being run."""
        return next((problem for problem in self.report.problems if problem.blocks), None)

    # --- running

    def run(self, resume: Path | None = None, until: int | None = None) -> None:
        """Train the graph as it is now, anew or on from a run; say why not where it cannot be."""
        if self.closed or self.at_work:
            return
        self.resume, self.until = resume, until
        self.weights.look(self.document.graph, again=True)  # another program may have written them anew
        if not self.trying.under_way and forget_failed():  # the machine may have been busy, a package missing
            self.checker.forget()
        self._run()

    def _run(self) -> None:
        self.check_now(anew=self.checker.walk is None or self.writing.graph is not self.document.graph)
        problem, texts = self.unfinished(), untrusted(self.document.graph, self.document.folder)
        if self.trying.under_way:
            self.life.become(State.WAITS)
            self.message.emit("Your own Python is being tried; the run begins then.")
        elif problem and problem.node not in dict(texts):
            self.life.refuse()
            self.held_up.emit()
            self.message.emit(f"Cannot run yet. {problem.message}")
        elif texts:
            self.life.refuse()
            self.trust_needed.emit(list(texts))
        else:
            options = {"resume": self.resume.resolve(), "epochs": self.until} if self.resume else {}
            self.life.begin(self.document.graph, self.document.origin, options)

    def trust_and_run(self, texts: Iterable[str]) -> None:
        """Remember that the user trusts these texts, and train."""
        if self.trust(texts):
            self.run(self.resume, self.until)

    def trust(self, texts: Iterable[str]) -> bool:
        """Remember that the user trusts these texts, and have them tried; whether that could be written down."""
        try:
            trust(texts)
        except OSError as problem:
            self.message.emit(f"Nothing was run: that you trust this cannot be written down. {problem.strerror}")
            return False
        self.checker.forget()  # it may ask again now
        self.check_now()
        return True

    def close(self) -> None:
        """End the spare process; a run that was let go on is not touched."""
        self.closed = True
        self.life.close()
        self.writing.want(False)
        for timer in (self._checking, self._recalling, self._asking):
            timer.stop()
        self.absent.close()
        self.trying.close()
        self.weights.close()
        self.trainer.close()

    def _keep(self, event: dict[str, Any]) -> None:
        note(self.last_events, event)
        self.record.take(event)

    # --- following the document

    def _opened(self) -> None:
        self.run_graph = self.run_time = self.run_folder = self.program = None
        self.last_events, self.record, self.run_name, self.run_of = [], Record(), "", ""
        self.life.drop()
        self.program_changed.emit()
        self.check_now()
        self._recalling.start()

    def show_run(self, folder: Path) -> None:
        """Show the events of a run, and follow it where it goes on; while one goes on here, that one stays."""
        self.recalling.show(folder)

    def write_now(self) -> None:
        """Bring report and program up to date at once."""
        if self.writing.graph is not self.document.graph:
            self.check_now()
        self.writing.now()

    def _ask_device(self) -> None:
        if (device := self.trainer.device()) is not None:
            self.know_device(device)

    def know_device(self, device: dict[str, Any]) -> None:
        """Tell it, and whether the graph asks for another one."""
        self._asking.stop()
        self.device = device
        self.device_known.emit(device)
        if any(elsewhere(self.document.graph, self.device)):
            self._tell()


def _timer(parent: QObject, pause: int, slot: Any, once: bool = True) -> QTimer:
    timer = QTimer(parent, interval=pause, singleShot=once)
    timer.timeout.connect(slot)
    return timer
