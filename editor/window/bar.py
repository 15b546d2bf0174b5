"""The bar at the top of the window: files, undo, search, the title; at the right the device and the Run button."""

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from editor.commands.keys import shown
from editor.looks import theme
from editor.looks.pieces import Elided, PressedOnce
from editor.running.session import Session
from runtime.check.settings import setting

HEIGHT = 40
SEARCH, WORDED = "Add a node", 1100  # px of a bar that has room for these words
GROUPS = (("start", "new", "open", "save", "versions", "export_as", "weights"), ("add_data",), ("undo", "redo"))


class Bar(QWidget):
    """Emits `pressed` when the one button is pressed; what that means depends on whether a run goes on."""

    pressed = Signal()

    def __init__(self, session: Session, actions: dict[str, QAction]) -> None:
        super().__init__()
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.session, self.document = session, session.document
        self.title = Elided("", "text", 13, 500)
        self.state = Elided("", "muted", 12)
        self.device = Elided("", "muted", 12)
        self.search = QPushButton(SEARCH, accessibleName=SEARCH, objectName="searchButton", iconSize=QSize(14, 14))
        self.asked = (actions["search"], actions["run"], actions["pause"])
        self.search.setFixedHeight(26)
        self.search.clicked.connect(actions["search"].trigger)
        self.run_button = PressedOnce(objectName="runButton", iconSize=QSize(14, 14))
        self.run_button.setFixedHeight(30)
        self.run_button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.run_button.clicked.connect(self.pressed)
        self.pause_button = PressedOnce(objectName="pauseButton", iconSize=QSize(14, 14))
        self.pause_button.setFixedHeight(30)
        self.pause_button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.pause_button.clicked.connect(session.pausing.switch)
        self._arrange(actions)
        self._follow()
        self._restyle()

    def _arrange(self, actions: dict[str, QAction]) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 8, 0)
        row.setSpacing(2)
        for group in GROUPS:
            for name in group:
                row.addWidget(_tool(actions[name]))
            row.addWidget(_line())
        row.addSpacing(4)
        row.addWidget(self.search)
        row.addSpacing(12)
        row.addWidget(self.title, 6)
        row.addSpacing(6)
        row.addWidget(self.state, 2)
        row.addStretch(0)  # what the words leave
        row.addWidget(_tool(actions["shortcuts"]))
        row.addWidget(_tool(actions["theme"]))
        row.addWidget(_line())
        row.addSpacing(4)
        row.addWidget(self.device, 3)
        row.addSpacing(8)
        row.addWidget(self.pause_button)
        row.addSpacing(4)
        row.addWidget(self.run_button)

    def _follow(self) -> None:
        self.document.filed.connect(self._entitle)
        self.session.checked.connect(self._label)
        self.session.life.changed.connect(self._label)
        self.session.pausing.changed.connect(self._label)
        self.session.device_known.connect(self._name_device)
        theme.theme_changes.changed.connect(self._restyle)
        for action in self.asked:
            action.changed.connect(self._tell_keys)
        self._tell_keys()
        self._entitle()
        self._name_device(self.session.device)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the words of the search give way to those of the graph and the device."""
        super().resizeEvent(event)
        wide = self.width() >= WORDED
        self.search.setText(SEARCH if wide else "")
        self.search.setFixedWidth(150 if wide else 34)

    def _entitle(self) -> None:
        self.title.tell(self.document.title)
        self.state.tell("unsaved changes" if self.document.unsaved else "")

    def _name_device(self, device: dict[str, Any] | None) -> None:
        """The device and why this one: "cpu: no GPU was found"."""
        reason = str(device.get("reason") or "") if device else ""
        self.device.tell(f"{device['device']}: {reason}" if device else "looking for a device")
        self._label()

    def _label(self) -> None:
        """What the button says, and how loudly."""
        session = self.session
        if session.running:
            text, state = ("Stop now", "running") if session.stopping else ("Stop", "running")
            tip = "End the process at once" if session.stopping else "End the run after this step"
        elif session.life.begins:
            text, state, tip = "Stop", "running", "The run is about to begin: let it not"
        else:
            epochs = session.epochs
            processes = setting(self.document.graph.run, "processes")
            times = f" × {processes}" if isinstance(processes, int) and processes > 1 else ""
            where = f" on {session.device['device']}{times}" if session.device else ""
            folds = f"{session.folds} folds of " if session.folds else ""
            text = f"Run {folds}{epochs} epoch{'' if epochs == 1 else 's'}{where}"
            state = "ready" if session.report.sound and self.document.graph.nodes else "waiting"
            problem = session.unfinished()
            keys = shown(self.asked[1].shortcut().toString())
            tip = f"Not yet. {problem.message}" if problem else f"Train this graph{f' ({keys})' if keys else ''}"
        self._label_pause()
        self.run_button.setText(text)
        self.run_button.setToolTip(tip)
        if self.run_button.property("state") != state:
            self.run_button.setDown(self.run_button.isDown() and self.run_button.property("state") != "running")
            self.run_button.setProperty("state", state)
            self.run_button.style().unpolish(self.run_button)
            self.run_button.style().polish(self.run_button)
        self._paint_run()

    def _label_pause(self) -> None:
        session, pausing = self.session, self.session.pausing
        self.pause_button.setVisible(session.running and not session.stopping)
        self.pause_button.setText("Continue" if pausing.paused else "Pausing" if pausing.asked else "Pause")
        keep = "Let the run stand still after this step: it computes nothing, and what it has learnt is kept"
        keys = shown(self.asked[2].shortcut().toString())
        self.pause_button.setToolTip(f"{'Train on' if pausing.asked else keep}{f' ({keys})' if keys else ''}")
        name = "run" if pausing.paused else "pause"
        self.pause_button.setIcon(theme.icon(name, theme.current().text))

    def _tell_keys(self) -> None:
        self.search.setToolTip(self.asked[0].toolTip())
        self._label()

    def _paint_run(self) -> None:
        shown = theme.current()
        icons = {"running": ("stop", shown.error), "waiting": ("run", theme.faded(shown))}
        self.run_button.setIcon(theme.icon(*icons.get(self.run_button.property("state"), ("run", shown.on_accent))))

    def _restyle(self) -> None:
        self.search.setIcon(theme.icon("search", theme.current().muted))
        self._label()


def _tool(action: QAction) -> QToolButton:
    button = QToolButton(autoRaise=True, iconSize=QSize(18, 18), focusPolicy=Qt.FocusPolicy.TabFocus)
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setFixedSize(30, 30)
    return button


def _line() -> QFrame:
    line = QFrame(objectName="barLine")
    line.setFixedSize(1, 20)
    line.setContentsMargins(4, 0, 4, 0)
    return line
