"""The strip at the foot of the window: how many problems there are, one sentence, how far the run is."""

from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QProgressBar, QToolButton, QWidget

from editor.looks import theme
from editor.looks.pieces import Elided, Line
from editor.running.going_on import ENDS
from editor.running.session import Session
from runtime.check.failed import by_hand
from runtime.train.outcome import best, diverged, why

HEIGHT = 28
PAUSE = 100  # ms; a run may tell a thousand steps a second
ANSWERS = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)  # keys that end what a sentence was about
ASKS = "Select "  # begins a sentence that asks for something: whatever comes next is the answer
HELD = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta)  # keys that do nothing by themselves
COUNTS = (("error", "error", "errors"), ("open", "to connect", "to connect"), ("warning", "warning", "warnings"))


class Strip(QWidget):
    """A click on the counts emits `problems_wanted`, one on the run `training_wanted`."""

    problems_wanted = Signal()
    training_wanted = Signal()

    def __init__(self, session: Session, panel: QAction) -> None:
        super().__init__()
        self.setObjectName("strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.session = session
        self.counts = {severity: self._count_button(severity) for severity, _, _ in COUNTS}
        self.fine = Line("", "muted", 12)
        self.sentence = Elided("", "text", 12)
        self.stage = Line("", "muted", 12)
        self.progress = QProgressBar(textVisible=False)
        self.progress.setFixedSize(160, 6)
        self.progress.setAccessibleName("Progress of the run")
        self.panel_button = QToolButton(autoRaise=True, iconSize=QSize(16, 16))
        self.panel_button.setDefaultAction(panel)
        self.timer = QTimer(self, interval=PAUSE, singleShot=True)
        self.timer.timeout.connect(self._show_step)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 6, 0)
        row.setSpacing(4)
        for button in self.counts.values():
            row.addWidget(button)
        self.fine.setContentsMargins(4, 0, 0, 0)
        row.addWidget(self.fine)
        row.addSpacing(10)
        row.addWidget(self.sentence, 1)
        row.addStretch(0)
        for part in (self.stage, self.progress, self.panel_button):
            row.addWidget(part)
        self._follow()

    def say(self, sentence: str) -> None:
        """Show one sentence until what it tells of is over: an edit, another graph, a run, a key that answers it."""
        self.sentence.tell(sentence)
        application = QApplication.instance()
        assert application is not None
        if sentence:
            application.installEventFilter(self)
        else:
            application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While a sentence stands: the user goes on, by a key or by leaving the line that was typed in.

        One that asks for a selection is over with any press. Of a key that is what comes before its shortcut, which
        may ask again.
        """
        kind, asks = event.type(), self.sentence.whole.startswith(ASKS)
        if isinstance(event, QKeyEvent):
            does = asks and kind == QEvent.Type.ShortcutOverride and event.key() not in HELD
            over = does or (kind == QEvent.Type.KeyPress and event.key() in ANSWERS)
        else:
            pressed = kind == QEvent.Type.MouseButtonPress
            over = pressed and (asks or isinstance(QApplication.focusWidget(), QLineEdit))
        if over:
            self.say("")
        return False

    def show_progress(self, stage: str, share: float | None) -> None:
        """What the run is doing; no share for a bar that only shows that something happens."""
        self.stage.setText(stage)
        self.progress.setRange(0, 0 if share is None else 1000)
        self.progress.setValue(round(1000 * (share or 0)))
        self.progress.show()

    def hide_progress(self) -> None:
        """Nothing runs."""
        self.stage.setText("")
        self.progress.hide()

    def _follow(self) -> None:
        self.session.checked.connect(self._count)
        self.session.message.connect(self.say)
        self.session.document.changed.connect(lambda _: self.say(""))
        self.session.document.opened.connect(lambda: self.say(""))
        self.session.run_started.connect(self._started)
        self.session.happened.connect(self._tell)
        self.session.pausing.changed.connect(self._show_step)
        self.session.run_ended.connect(self._ended)
        self.session.run_released.connect(self._released)
        theme.theme_changes.changed.connect(self._restyle)
        self.hide_progress()
        self._restyle()
        self._count()

    def _count(self) -> None:
        report, empty = self.session.report, not self.session.document.graph.nodes
        for severity, one, many in COUNTS:
            number = len(report.of(severity))
            self.counts[severity].setText(f"{number} {one if number == 1 else many}")
            self.counts[severity].setVisible(number > 0 and not empty)
        self.fine.setText("an empty graph" if empty else "ready to run")
        self.fine.setVisible(empty or not (report.problems or self.session.running))

    def _started(self) -> None:
        self.say("")
        self._count()
        told = self.session.last_events
        if told and told[-1]["event"] not in ENDS:  # it was found again
            self._show_step()
        else:
            self.show_progress("starting torch", None)

    def _tell(self, event: dict[str, Any]) -> None:
        if event["event"] == "stage":
            self.show_progress(str(event.get("stage", "")), None)
        if event["event"] == "step" and not self.timer.isActive():
            self.timer.start()

    def _show_step(self) -> None:
        """How far the run is now, and whether it stands still."""
        session, paused = self.session, self.session.pausing.paused
        last, share = session.last_step, session.share_done
        if session.running and last and share is not None and session.record.trains:
            self.show_progress(f"paused at {session.place_done}" if paused else session.place_done, share)
        elif session.running and paused:
            self.show_progress("paused before the first step", 0.0)
        elif session.running:
            self.show_progress(session.record.stage, None)

    def _released(self) -> None:
        self.timer.stop()
        self.hide_progress()
        self._count()

    def _ended(self, event: dict[str, Any]) -> None:
        self.hide_progress()
        self._count()
        if by_hand(event):
            self.say(why(event))
        elif event["event"] == "failed":
            told = why(event)
            self.say(f"The run failed. {told if event.get('node') else told[:1].upper() + told[1:]}")
        else:
            ended = "The run was stopped." if event.get("stopped") else "The run has finished."
            self.say(diverged(event) or " ".join(filter(None, (ended, best(event)))))

    def _count_button(self, severity: str) -> QToolButton:
        button = QToolButton(autoRaise=True, iconSize=QSize(14, 14))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFont(theme.family_font(12))
        button.setToolTip("Show the problems")
        button.clicked.connect(self.problems_wanted)
        return button

    def _restyle(self) -> None:
        colours = {"error": "error", "warning": "warning", "open": "muted"}
        for severity, button in self.counts.items():
            button.setIcon(theme.icon(f"problem-{severity}", getattr(theme.current(), colours[severity])))
