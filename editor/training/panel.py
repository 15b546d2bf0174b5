"""The training panel: how far the run is, on what, how long it will take, its figures and its curves."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from editor.looks.pieces import Line, once_released
from editor.training.epochs import EpochTable
from editor.training.plot import Curves
from editor.training.predictions import read
from editor.training.progress import Progress, Words
from editor.training.record import Event, at_the_end, duration
from editor.training.silence import Silence
from runtime.check.failed import by_hand
from runtime.train.outcome import diverged, why

if TYPE_CHECKING:
    from editor.running.session import Session

NOTHING = "No run yet. Press Run: the loss appears here, step by step."
COMING = "The curves begin with the first step."
NEVER = "This run ended before its first step: the log tells what it said."


class TrainingPanel(QWidget):
    """Follows the session's run, or shows the last one of a graph that was opened."""

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.record = session.record
        self.setAccessibleName("Training")
        self.progress, self.table = Progress(session), EpochTable()
        self.silence = Silence(session, self)
        self.place = QStackedWidget()
        self.empty = Line(NOTHING, "muted").wrapped()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.place.addWidget(self.empty)
        self.curves: Curves | None = None
        self.back: Callable[[], object] | None = None  # to where the run that is shown was chosen
        self._lay()
        self._due = once_released(self, self._say)
        self.silence.changed.connect(self._due.start)
        for told in (session.life, session.pausing, session.going_on):
            told.changed.connect(self._due.start)
        self._preparing = QTimer(self, singleShot=True, interval=0)
        self._preparing.timeout.connect(self._prepare)
        for another in (session.run_started, session.document.opened):
            another.connect(self._stay)
        session.run_started.connect(self.reload)
        session.run_started.connect(self._preparing.start)
        session.run_shown.connect(self.reload)
        session.happened.connect(self.take)
        session.run_ended.connect(lambda _: self._ended())
        session.device_known.connect(lambda _: self._due.start())
        session.document.changed.connect(lambda _: self._due.start())
        self.reload()

    def _lay(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.words = Words(self.progress)
        column.addWidget(self.words)
        column.addWidget(self.table, 1)
        column.addStretch(0)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(1)
        for part in (left, self.place):
            parts.addWidget(part)
        left.setMinimumWidth(220)
        self.place.setMinimumWidth(200)
        parts.setStretchFactor(0, 0)
        parts.setStretchFactor(1, 1)
        parts.setSizes([310, 700])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(parts)

    def _stay(self) -> None:
        """Another run comes that nobody chose elsewhere: Escape goes nowhere."""
        self.back = None

    def reload(self) -> None:
        """Show the run that the session holds, from its first event on."""
        self.record = self.session.record
        self.table.show_record(self.record)
        if self.record.loss.size or self.curves:
            self._plot().show_record(self.record)
        self._look_at_predictions()
        self._show_place()
        self._say()

    def take_keys(self, back: Callable[[], object]) -> None:
        """Have the keyboard, for the curves where there are some; Escape goes `back` as long as this run is shown."""
        self.back = back
        (self.curves.loss if self.curves and self.place.currentWidget() is self.curves else self.words).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that no part of it wanted goes back to where the run was chosen."""
        if event.key() == Qt.Key.Key_Escape and self.back:
            self.back()
        else:
            super().keyPressEvent(event)

    def _look_at_predictions(self) -> None:
        """What the run predicts, where its folder has it."""
        found = None if self.session.running else read(self.session.run_folder)
        if found is not None or self.curves:
            self._plot().show_predictions(found)

    def take(self, event: Event) -> None:
        """One event more, which the record of the session has already."""
        if event.get("event") == "step" or self.curves:
            if self.curves is None:
                self._plot().show_record(self.record)
            self._plot().more()
            self._show_place()
        if not self._due.isActive():
            self._due.start()

    def _ended(self) -> None:
        self._look_at_predictions()
        self._show_place()
        self._due.start()

    def _prepare(self) -> None:
        """A run has begun: what its first step would wait for is made before it comes.

        First the charts, then, a turn later, their curves.
        """
        if self.curves is not None:
            self.curves.prepare()
        else:
            self._plot()
            self._preparing.start()

    def _plot(self) -> Curves:
        """The curves, made when they are wanted first."""
        if self.curves is None:
            self.curves = Curves(self.record)
            self.curves.export.told.connect(self.session.message)
            self.curves.export.graph = lambda: self.session.run_graph
            self.curves.export.beside = self.session.document.beside
            self.place.addWidget(self.curves)
        return self.curves

    def _show_place(self) -> None:
        some = self.curves is not None and (self.record.loss.size or self.record.epochs)
        self.place.setCurrentWidget(self.curves if some and self.curves else self.empty)
        self.empty.setText(COMING if self.session.running else NEVER if self.record.ended else NOTHING)

    # --- words

    def _say(self) -> None:
        record, said = self.record, self.progress
        self.table.more()
        self.table.setVisible(bool(record.epochs))
        stage, token = self._stage()
        said.stage.in_colour(token)
        said.stage.tell(stage)
        said.show_end("" if self.session.running else token)
        goes = self.session.running and not self.session.pausing.paused
        said.left.setText(f"{duration(record.left)} left" if goes and record.left is not None else "")
        said.go_on.show_state()
        said.cannot.tell(self.session.going_on.cannot)
        said.silence.tell(self.silence.sentence)
        self._show_place()
        said.bar.setVisible(self.session.running or bool(record.step))
        waiting = goes and (record.share is None or not record.trains)
        said.bar.setRange(0, 0 if waiting else 1000)
        if not waiting:
            said.bar.setValue(round(1000 * (record.share or 0)))
        said.device.tell(self._device())
        said.run.tell(self._run())
        said.measured.setText(self._measured())
        said.measured.setVisible(bool(said.measured.text()))
        for line in (said.cannot, said.silence, said.device, said.run):
            line.setVisible(bool(line.whole))
        self.words.fit()

    def _stage(self) -> tuple[str, str]:
        """What the run is doing, and the colour of it."""
        record = self.record
        if not self.session.running and record.ended is not None:
            return self._ending(record.ended)
        if self.session.running and self.session.stopping:
            return "Stopping", "text"
        if record.step and (record.trains if self.session.running else record.epochs):
            total = int((record.started or {}).get("epochs") or 0)
            at = f"epoch {record.epoch}{f' of {total}' if total else ''}, step {record.step:,}"
            if record.folds:
                at = f"fold {record.fold} of {record.folds}, {at}"
            if self.session.pausing.paused:
                return f"Paused at {at}", "warning"
            return at[0].upper() + at[1:], "text"
        if self.session.running:
            if self.session.pausing.paused:
                return "Paused before the first step", "warning"
            if self.session.pausing.asked:
                return "Pausing" if record.started else "Pausing when the data is read", "running"
            return record.stage[:1].upper() + record.stage[1:] if record.stage else "Starting", "running"
        return "No run yet", "muted"

    def _ending(self, event: Event) -> tuple[str, str]:
        record = self.record
        took = f" in {duration(record.seconds)}" if record.seconds >= 1 else ""
        if took and record.begun > 1 and not record.folds:  # the seconds are those of what went on
            took = f", the last {record.done - record.begun + 1}{took}"
        if event.get("event") == "failed":
            step = event.get("step") or record.step  # that of a value that is not finite was searched for
            if by_hand(event):
                return f"Ended at step {step:,}" if step else "Ended before its first step", "warning"
            return f"Failed at step {step:,}" if step else "Failed", "error"
        done = f"{record.done} epoch{'s' * (record.done != 1)}"
        epochs = f"{record.fold} folds, {done}" if record.folds else done
        if event.get("stopped"):
            where = f"in fold {record.fold} " if record.folds else ""
            return f"Stopped {where}after {done}, step {record.step:,}", "warning"
        if diverged(event):
            return f"Diverged: {epochs}{took}", "error"
        best = f", epoch {event['best']} the best" if event.get("best") and not record.folds else ""
        return f"Finished: {epochs}{took}{best}", "good"

    def _measured(self) -> str:
        """What stands in no epoch: the figures of the rows for a test, and means over folds, a line for each part."""
        ended = self.record.ended or {}
        sides = ("validation", "test") if ended.get("folds") else ("test",)
        return "\n".join(at_the_end(ended, side) for side in sides if ended.get(side))

    def _device(self) -> str:
        record = self.record
        failed = record.ended is not None and record.ended.get("event") == "failed"
        if failed and record.ended is not None and not self.session.running:
            return self._reason(record.ended)
        if record.ended is not None and not self.session.running and (sentence := diverged(record.ended)):
            return sentence
        if record.ended is not None and not self.session.running:
            return ""  # stands behind the name of the run
        known = {**(self.session.device or {}), **{k: v for k, v in (record.started or {}).items() if v}}
        device, reason = known.get("device"), known.get("reason")
        return "" if not device else f"{device}: {reason}" if reason else f"on {device}"

    def _reason(self, event: Event) -> str:
        """Why it failed. The path of the run's folder, which the log has, would take half of the lines."""
        folder = self.session.run_folder
        kept = f" is kept in {folder.resolve()}." if folder else ""
        return why(event).replace(kept, " is kept in the run's folder.") if kept else why(event)

    def _run(self) -> str:
        """Which graph this run is of."""
        session = self.session
        if session.run_time is None:
            return "The last run of this graph" if self.record.step else ""
        device = (self.record.started or {}).get("device") if self.record.ended and not session.running else ""
        on = f", on {device}" if device else ""
        at, since = session.run_at, session.changes_since
        if session.run_of:
            return f'{at}, {session.run_name}, a run of "{session.run_of}"{on}'
        if since:
            verb = "running the graph" if session.running else "the graph"
            return f"{verb} of {at}, {since} change{'s' * (since != 1)} since"
        return f"{at}, {session.run_name}{on}" if session.run_name else f"the graph of {at}{on}"
