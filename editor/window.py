"""The window: bars, palette, canvas, panels, and what makes them one."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QCursor, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QMessageBox,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from editor import actions, chrome, theme
from editor.banner import Banner
from editor.bar import Bar
from editor.canvas.canvas import Canvas
from editor.canvas.intents import input_port
from editor.document import Document
from editor.drop import Drops
from editor.files import Files
from editor.hint import EmptyHint
from editor.inspector.inspector import Inspector
from editor.palette.fit import gives, takes
from editor.palette.palette import Palette
from editor.palette.popup import SearchPopup
from editor.panes import Panes
from editor.session import Session
from editor.source.preview import ProgramView
from editor.start.page import StartPage
from editor.strip import Strip
from editor.trust_dialog import TrustDialog
from runtime.graph.model import End, Graph
from runtime.places import write_setting
from runtime.spec.catalogue import catalogue

WIDE = 1800  # from this width on nothing is tabbed
SETTLE, PROGRESS = 400, 100  # ms
SIDE, SIDE_WIDE, BOTTOM = 270, 270 + 400, 240


class Window(QMainWindow):
    """One window, one document. `painted` comes once, after the first frame."""

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("window")
        self.document: Document = Document(self)
        self.canvas: Canvas = Canvas(self.document, None)  # before the session: it rebuilds before it gets a report
        self.session: Session = Session(self.document, self)
        self.canvas_place = QWidget()
        self.files: Files = Files(self)
        self.drops: Drops = Drops(self)
        self.actions_by_name: dict[str, QAction] = actions.make_actions(self)
        self.palette_panel = Palette()
        self.start = StartPage(self.actions_by_name["new"], self.actions_by_name["open"])
        self.inspector = Inspector(self.session, self.document)
        self.program = ProgramView(self.session)
        self.side, self.bottom = Panes(), Panes()
        self.bar = Bar(self.session, self.actions_by_name)
        self.strip = Strip(self.session, self.actions_by_name["panel"])
        self.question: QMessageBox | TrustDialog | None = None
        self._wire: Any = None  # what the search was opened with
        self._wanted_at = QPointF()
        self._showing = QTimer(self, interval=PROGRESS, singleShot=True)
        self._showing.timeout.connect(self._show_progress)
        self._leaving = self._ran = False
        self._arrange()
        self.banner = Banner(self.middle)
        self.hint = EmptyHint(self.document, self.canvas_place)
        self.popup = SearchPopup(self)
        self._connect()
        self.restyle()
        self.show_start()
        self.installEventFilter(self)

    # --- what the actions do

    def show_start(self) -> None:
        """The examples and recent files instead of the canvas; the open graph stays open behind them."""
        self.middle.setCurrentWidget(self.start)
        self.side.hide()
        self.start.setFocus()

    def show_canvas(self) -> None:
        """The canvas instead of the start page."""
        self.middle.setCurrentWidget(self.canvas_place)
        self.side.show()

    def run_or_stop(self) -> None:
        """The one button."""
        if self.session.running:
            self.session.stop()
        else:
            self.session.run()

    def search(self) -> None:
        """Ask for a node type, at the cursor where it is over the canvas."""
        self.show_canvas()
        seen = self.canvas.view.viewport()
        at = seen.mapFromGlobal(QCursor.pos())
        self.search_at(self.canvas.view.mapToScene(at if seen.rect().contains(at) else seen.rect().center()), None)

    def search_at(self, at: QPointF, wire: Any) -> None:
        """Ask for a node type that goes to a place on the canvas, and to the end of a wire where one was dragged."""
        self._wire, self._wanted_at = wire, at
        place = self.canvas.view.viewport().mapTo(self, self.canvas.view.mapFromScene(at))
        self.popup.ask(place, self._fits(wire))

    def switch_theme(self) -> None:
        """Dark to light, light to dark; remembered."""
        name = "light" if theme.current().name == "dark" else "dark"
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.apply(application, name)
        try:
            write_setting("theme", name)
        except OSError as problem:
            self.say(f"The theme is not remembered: {problem.strerror}")

    def switch_bottom(self) -> None:
        """Open or close the panels at the bottom."""
        self.open_bottom(self.bottom.current if self.bottom.isHidden() else None)

    def open_bottom(self, pane: str | None) -> None:
        """Show one of the panels at the bottom, or none."""
        self.fill_bottom()
        self.bottom.setVisible(pane is not None)
        if pane is not None:
            self.bottom.show_pane(pane)
        action = self.actions_by_name["panel"]
        action.setIcon(theme.icon("chevron-down" if pane else "chevron-up"))

    def show_training(self) -> None:
        """The curves."""
        self.open_bottom("training")

    def show_problems(self) -> None:
        """The list of problems."""
        self.open_bottom("problems")

    # --- what the user is told

    def say(self, sentence: str) -> None:
        """One sentence at the foot of the window."""
        self.strip.say(sentence)

    def refuse(self, sentence: str) -> None:
        """One sentence that stays until it has been read: something that was asked for was not done."""
        self.banner.say(sentence)

    def ask(self, box: QMessageBox, answers: Mapping[Any, Callable[[], object]]) -> None:
        """Ask over the window without waiting; keys are buttons, what is not among them does nothing."""

        def answered() -> None:
            clicked = box.clickedButton()
            if clicked is not None and (does := answers.get(clicked) or answers.get(box.standardButton(clicked))):
                does()

        self.question = box
        box.setParent(self, Qt.WindowType.Dialog)
        box.finished.connect(answered)
        box.open()

    def add_node(self, type_name: str) -> None:
        """A node in the middle of what is seen."""
        self.show_canvas()
        seen = self.canvas.view
        self.canvas.add_node(type_name, seen.mapToScene(seen.viewport().rect().center()))
        self.canvas.setFocus()

    def show_node(self, id: str) -> None:
        """Select a node and bring it into view."""
        self.show_canvas()
        self.canvas.select([id])
        self.canvas.centre_on(id)

    # --- how it is put together

    def _arrange(self) -> None:
        self.middle = QStackedWidget()
        place = QVBoxLayout(self.canvas_place)
        place.setContentsMargins(0, 0, 0, 0)
        place.addWidget(self.canvas)
        self.middle.addWidget(self.start)
        self.middle.addWidget(self.canvas_place)
        self.side.setObjectName("sidePanes")
        self.bottom.setObjectName("bottomPanes")
        self.side.add("inspector", "Inspector", self.inspector)
        self.side.add("program", "Program", self.program, 2)
        self.columns = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False, handleWidth=1)
        for at, part in enumerate((self.middle, self.side)):
            self.columns.addWidget(part)
            self.columns.setStretchFactor(at, 1 - at)
        upper = QWidget()
        row = QHBoxLayout(upper)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.palette_panel)
        row.addWidget(self.columns, 1)
        self.rows = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False, handleWidth=1)
        self.rows.addWidget(upper)
        self.rows.addWidget(self.bottom)
        self.rows.setStretchFactor(0, 1)
        self.bottom.hide()
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.bar, self.rows, self.strip):
            column.addWidget(part, int(part is self.rows))
        self.setCentralWidget(whole)
        self.resize(1366, 768)
        self.setMinimumSize(900, 560)

    def settle(self) -> None:
        """What the first frame need not wait for: the spare process, and the panels at the bottom."""
        self.session.warm()
        QTimer.singleShot(SETTLE, self, self.fill_bottom)

    def fill_bottom(self) -> None:
        """Make the panels at the bottom when they are wanted first: drawing curves takes a while to load."""
        if self.bottom.panes:
            return
        from editor.problems import ProblemsPanel
        from editor.training.log import LogPanel
        from editor.training.panel import TrainingPanel

        self.problems = ProblemsPanel(self.session, self.document)
        self.problems.node_chosen.connect(self.show_node)
        self.bottom.add("problems", "Problems", self.problems)
        self.training = TrainingPanel(self.session)
        self.bottom.add("training", "Training", self.training, 2)
        self.bottom.add("log", "Log", LogPanel(self.session))
        self.bottom.set_side_by_side(self.width() >= WIDE)
        self.rows.setSizes([self.rows.height() - BOTTOM, BOTTOM])

    def _connect(self) -> None:
        canvas, session = self.canvas, self.session
        self.bar.pressed.connect(self.run_or_stop)
        self.strip.problems_wanted.connect(self.show_problems)
        self.strip.training_wanted.connect(self.show_training)
        self.palette_panel.chosen.connect(self.add_node)
        self.popup.chosen.connect(lambda name: canvas.add_node(name, self._wanted_at, self._wire))
        self.popup.closed.connect(canvas.setFocus)
        self.start.chosen.connect(lambda file: self.files.open(file))
        self.start.dropped.connect(lambda name: self.files.unless_unsaved(lambda: self._begin_with(name)))
        self.start.files_dropped.connect(lambda names: self.drops.take(names, QPointF()))
        canvas.search_requested.connect(self.search_at)
        canvas.files_dropped.connect(self.drops.take)
        canvas.refused.connect(self.say)
        canvas.selection_changed.connect(self.inspector.show_nodes)
        canvas.selection_changed.connect(self.program.light)
        canvas.problem_clicked.connect(lambda problem: self.show_problems())
        self.program.node_clicked.connect(self.show_node)
        session.checked.connect(lambda: canvas.show_report(session.report))
        session.run_started.connect(self._run_started)
        session.happened.connect(self._happened)
        session.run_ended.connect(lambda _: self._run_ended())
        session.trust_needed.connect(self._ask_trust)
        self.document.filed.connect(self._entitle)
        theme.theme_changes.changed.connect(self.restyle)
        self._entitle()

    def _begin_with(self, type_name: str) -> None:
        self.files.new()
        self.add_node(type_name)

    def _fits(self, wire: Any) -> Any:
        """Which node types could be at the other end of a dragged wire."""
        if wire is None:
            return None
        at = End(wire.node, wire.port)
        if wire.output:
            return takes(self.session.report.types.get(at))
        return gives(input_port(self.document.graph, at))

    def _run_started(self) -> None:
        for id in list(self.canvas.failures):
            self.canvas.show_failure(id, "")
        if not self._ran:
            self._ran = True
            self.show_training()

    def _happened(self, event: dict[str, Any]) -> None:
        if event["event"] == "failed" and event.get("node"):
            self.canvas.show_failure(event["node"], str(event.get("message", "")))
        if event["event"] == "step" and not self._showing.isActive():
            self._showing.start()

    def _show_progress(self) -> None:
        """How far the run is and how low its loss, on the nodes that make it lower."""
        share = self.session.share_done if self.session.running else None
        loss = self.session.last_events[-1].get("loss")
        for id in optimizers(self.document.graph):
            self.canvas.show_progress(id, -1 if share is None else share, f"loss {loss:.4g}" if loss else "")

    def _run_ended(self) -> None:
        self._showing.stop()
        for id in optimizers(self.document.graph):
            self.canvas.show_progress(id, -1, "")

    def _ask_trust(self, texts: list[tuple[str, str]]) -> None:
        dialog = TrustDialog(texts, self)
        dialog.trusted.connect(self.session.trust_and_run)
        self.question = dialog
        dialog.open()

    def _entitle(self) -> None:
        self.setWindowTitle(f"{self.document.title}[*] - Torchweave")
        self.setWindowModified(self.document.unsaved)
        self.setWindowFilePath(str(self.document.path or ""))

    def restyle(self) -> None:
        """Take the colours of the theme."""
        self.setStyleSheet(chrome.sheet(theme.current()))
        actions.paint_icons(self.actions_by_name)

    # --- events of the window

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is room nothing is tabbed."""
        super().resizeEvent(event)
        wide = self.width() >= WIDE
        if wide != self.side.side_by_side or event.oldSize().width() < 0:
            self.side.set_side_by_side(wide)
            self.bottom.set_side_by_side(wide)
            side = SIDE_WIDE if wide else SIDE
            self.side.setMinimumWidth(SIDE_WIDE if wide else SIDE)
            self.columns.setSizes([self.width() - side, side])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell when the first frame is on the screen."""
        if event.type() == QEvent.Type.Paint:
            self.removeEventFilter(self)
            QTimer.singleShot(0, self.painted.emit)
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing is lost and nothing is left running that the user did not say."""
        if not self._leaving and (self.session.running or self.document.unsaved):
            event.ignore()
            self._ask_about_run(lambda: self.files.unless_unsaved(self._leave))
            return
        self.session.close()
        self.canvas.dispose()
        event.accept()

    def _leave(self) -> None:
        self._leaving = True
        self.close()

    def _ask_about_run(self, then: Callable[[], None]) -> None:
        if not self.session.running:
            then()
            return
        box = QMessageBox(QMessageBox.Icon.NoIcon, "A run goes on", "The graph is still being trained.")
        box.setInformativeText(
            "The run can go on without the window; its curve is there when the graph is opened again."
        )
        on = box.addButton("Let it go on", QMessageBox.ButtonRole.AcceptRole)
        stop = box.addButton("Stop it", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)

        def released() -> None:
            self.session.release()
            then()

        self.ask(box, {on: released, stop: lambda: self.session.stop_then(then)})


def optimizers(graph: Graph) -> list[str]:
    """The nodes that minimise."""
    known = catalogue()
    return [id for id, node in graph.nodes.items() if node.type in known and known[node.type].family == "optimizer"]
