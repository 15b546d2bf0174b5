"""The window: bars, palette, canvas, panels, and what makes them one."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMessageBox, QVBoxLayout, QWidget

from editor import actions, chrome, theme
from editor.banner import Banner
from editor.bar import Bar
from editor.breadcrumb import Breadcrumb
from editor.canvas.canvas import Canvas
from editor.definitions import Definitions
from editor.document import Document
from editor.drop import Drops
from editor.files import Files
from editor.frame import Frame
from editor.hint import EmptyHint
from editor.inspector.inspector import Inspector
from editor.journal import EditJournal
from editor.leaving import leave_graph
from editor.level import Level
from editor.menu import CanvasMenu
from editor.packing import Packing
from editor.palette.palette import Palette
from editor.preview.previews import Previews
from editor.recovery import Recovery
from editor.run_marks import RunMarks
from editor.search import Search
from editor.session import Session
from editor.shelf import Shelf
from editor.source.preview import ProgramView
from editor.start.page import StartPage
from editor.strip import Strip
from editor.tab_order import order_tabs
from editor.trust_dialog import TrustDialog
from runtime.graph.model import Graph
from runtime.places import write_setting
from runtime.spec.catalogue import catalogue
from runtime.spec.installed import installed

if TYPE_CHECKING:
    from editor.reference.window import Reference

SETTLE = 400  # ms after the first frame


class Window(QMainWindow):
    """One window, one document. `painted` comes once, after the first frame."""

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("window")
        theme.theme_changes.changed.connect(self.restyle)  # before any part: a new sheet undoes their own colours
        self.document: Document = Document(self)
        self.level: Level = Level(self.document, self)
        self.canvas: Canvas = Canvas(self.document, None, self.level)  # before the session: it rebuilds before a report
        self.session: Session = Session(self.document, self)
        self.session.checked.connect(lambda: self.level.see(self.session.report))  # before anything that shows it
        self.level.with_room = self.canvas.make_room
        self.session.with_room = lambda edits: list(edits) if self.level.steps else self.canvas.make_room(edits)
        self.definitions: Definitions = Definitions(self.level, self.canvas, self.session)
        self.breadcrumb = Breadcrumb(self.level)
        self.canvas_place = self._place_canvas()
        self.files: Files = Files(self)
        self.drops: Drops = Drops(self)
        self.journal: EditJournal = EditJournal(self.document, self)
        self.journal.about = self.files.about
        self.actions_by_name: dict[str, QAction] = actions.make_actions(self)
        self.palette_panel = Palette()
        self.start = StartPage(*(self.actions_by_name[name] for name in ("new", "open", "add_data", "add_folder")))
        self.inspector = Inspector(self.session, self.document, self.level)
        self.program = ProgramView(self.session)
        self.bar = Bar(self.session, self.actions_by_name)
        self.strip = Strip(self.session, self.actions_by_name["panel"])
        self.banner, self.recovery = Banner(), Recovery(self)
        middle = ((self.recovery, self.banner), self.start, self.canvas_place)
        self.frame: Frame = Frame(self.bar, self.palette_panel, *middle, self.strip)
        self.frame.side.add("inspector", "Inspector", self.inspector, 3)
        self.frame.side.add("program", "Program", self.program, 5)
        self.setCentralWidget(self.frame)
        self.resize(1366, 768)
        self.setMinimumSize(900, 560)
        self.hint = EmptyHint(self.level, self.canvas_place)
        self.searching = Search(self.canvas, self)
        self.menu = CanvasMenu(self)
        self.shelf = Shelf(self.level, self.definitions, self.palette_panel, self.searching.popup)
        self.marks = RunMarks(self.session, self.canvas)
        self.previews: Previews = Previews(self.session, self.canvas, self.canvas_place)
        self.question: QMessageBox | TrustDialog | None = None
        self.reference: Reference | None = None
        self._leaving = False
        self._connect()
        self.restyle()
        self._paint_icons()
        self.frame.show_start()
        self._able()
        self.installEventFilter(self)

    def _place_canvas(self) -> QWidget:
        """The canvas below the way to what it shows."""
        made = QWidget()
        place = QVBoxLayout(made)
        place.setContentsMargins(0, 0, 0, 0)
        place.setSpacing(0)
        place.addWidget(self.breadcrumb)
        place.addWidget(self.canvas, 1)
        made.setFocusProxy(self.canvas)
        return made

    # --- what the actions do

    def commit(self) -> None:
        """Take what is being typed into the graph: no action, no question and no run may miss it."""
        self.canvas.renaming.commit()
        self.inspector.commit()

    def run_or_stop(self) -> None:
        """The one button."""
        self.commit()
        if self.session.running:
            self.session.stop()
        else:
            self.frame.leave_start()  # what runs is seen
            self.session.run()

    def search(self) -> None:
        """Ask for a node type."""
        self.frame.show_canvas()
        self.searching.ask()

    def show_reference(self) -> None:
        """Explain the node type that is looked at: in the search, in the palette, on the canvas; else list them all."""
        from editor.reference.window import Reference

        if self.reference is None:
            self.reference = Reference(self)
            self.reference.example_wanted.connect(self._begin_example)
        name = self._looked_at()
        if name and name not in catalogue():
            self.say(f"{name} has no page: it is no node type of Torchweave's own.")
        else:
            self.reference.show_type(name)

    def _looked_at(self) -> str:
        """The node type that has the user's attention, or nothing."""
        chosen = [] if self.frame.on_start else self.canvas.selected()
        listed = self.searching.popup.looked_at() or self.palette_panel.looked_at()
        return listed or (self.level.graph.nodes[chosen[0]].type if chosen else "")

    def _begin_example(self, graph: Any) -> None:
        """An example becomes the open graph, untitled."""
        leave_graph(self, lambda: self.files.show_graph(graph, None))

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
        self.fill_bottom()
        self.open_bottom(self.frame.bottom.current if self.frame.bottom.isHidden() else None)

    def open_bottom(self, pane: str | None) -> None:
        """Show one of the panels at the bottom, or none."""
        self.fill_bottom()
        self.frame.open_bottom(pane)
        self._paint_icons()

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
        """A node behind the selected one, or amid what is seen."""
        self.frame.show_canvas()
        self.canvas.add_node(type_name)
        self.canvas.setFocus()

    def add_typed(self, chain: Any) -> None:
        """The nodes of typed code, likewise."""
        self.frame.show_canvas()
        self.say(" ".join(self.canvas.add_typed(chain)))
        self.canvas.setFocus()

    def show_node(self, id: str) -> None:
        """Select a node of the file's graph and bring it into view."""
        self.frame.show_canvas()
        self.level.go(())
        self.canvas.select([id])
        self.canvas.centre_on(id)

    def show_problem(self, problem: Any) -> None:
        """Select the node that a problem comes from, inside of definitions where it lies there."""
        self.frame.show_canvas()
        if id := self.definitions.lead_to(problem):
            self.canvas.select([id])
            self.canvas.centre_on(id)

    # --- how it is put together

    def settle(self) -> None:
        """What the first frame need not wait for: the spare process, unsaved work, and the panels at the bottom."""
        self.session.warm()
        self.session.checked.connect(self.previews.warm)
        self.previews.warm()
        self.recovery.look()
        if sentences := installed().left_out:
            self.refuse(f"{sentences[0]}. `torchweave doctor` says what to do.")
        QTimer.singleShot(SETTLE, self, self.fill_bottom)

    def fill_bottom(self) -> None:
        """Make the panels at the bottom when they are wanted first."""
        if self.frame.bottom.panes:
            return
        from editor.problems import ProblemsPanel
        from editor.training.log import LogPanel
        from editor.training.panel import TrainingPanel

        self.problems = ProblemsPanel(self.session, self.document)
        self.problems.problem_chosen.connect(self.show_problem)
        self.frame.bottom.add("problems", "Problems", self.problems, 3)
        self.training = TrainingPanel(self.session)
        self.frame.bottom.add("training", "Training", self.training, 6)
        self.frame.bottom.add("log", "Log", LogPanel(self.session), 3)
        self._order()

    def _connect(self) -> None:
        canvas, session = self.canvas, self.session
        self.bar.pressed.connect(self.run_or_stop)
        self.strip.problems_wanted.connect(self.show_problems)
        self.strip.training_wanted.connect(self.show_training)
        self.palette_panel.chosen.connect(self.add_node)
        self.palette_panel.typed.connect(self.add_typed)
        self.start.chosen.connect(lambda file: self.files.open(file))
        self.start.left.connect(self.frame.leave_start)
        self.start.dropped.connect(self._begin_with)
        self.start.files_dropped.connect(self.drops.begin_with)
        canvas.files_dropped.connect(self.drops.take)
        told = (canvas.rewiring.told, self.definitions.told, self.searching.told)
        for sentence in (canvas.refused, self.definitions.refused, self.journal.failed, *told):
            sentence.connect(self.say)
        canvas.selection_changed.connect(self.inspector.show_nodes)
        canvas.selection_changed.connect(lambda ids: self.program.light([] if self.level.steps else ids))
        canvas.problem_clicked.connect(lambda problem: self.show_problems())
        self.program.node_clicked.connect(self.show_node)
        self.program.export_requested.connect(self.files.export)
        self.breadcrumb.left.connect(self.definitions.leave)
        session.checked.connect(lambda: canvas.show_report(self.level.report))
        self.level.opened.connect(lambda: canvas.show_report(self.level.report) if self.level.whole else None)
        self.palette_panel.asked.connect(lambda *_: self.frame.show_canvas())
        session.run_started.connect(self._run_started)
        session.trust_needed.connect(self._ask_trust)
        session.held_up.connect(self.show_problems)
        self.document.filed.connect(self._entitle)
        self.document.opened.connect(self.banner.hide)
        theme.theme_changes.changed.connect(self._paint_icons)
        self.frame.middle.currentChanged.connect(self._able)
        self.document.history.canUndoChanged.connect(self._able)
        self.document.history.canRedoChanged.connect(self._able)
        self.inspector.rebuilt.connect(self._order)
        self.inspector.group_wanted.connect(self.definitions.group)
        self.inspector.enter_wanted.connect(self.definitions.enter)
        self.inspector.defining.kept.connect(self.definitions.keep)
        self.inspector.help_wanted.connect(self.show_reference)
        self.inspector.sheet_wanted.connect(self.drops.look_again)
        self._entitle()
        self._order()

    def _able(self) -> None:
        """What acts on the graph does nothing behind the start page, where nobody sees it."""
        seen, history = not self.frame.on_start, self.document.history
        for name in actions.CANVAS:
            self.actions_by_name[name].setEnabled(seen)
        self.actions_by_name["undo"].setEnabled(seen and history.canUndo())
        self.actions_by_name["redo"].setEnabled(seen and history.canRedo())
        self.start.back_button.setVisible(self.frame.behind)

    def _order(self) -> None:
        """Tab goes as the eye does: canvas, side panels, bottom, strip; a form that is made anew would come last."""
        side = self.frame.side
        order_tabs([self.canvas, side.tabs, self.inspector, self.program, self.frame.bottom, self.strip])

    def _begin_with(self, type_name: str) -> None:
        """A node type was dropped on the start page."""

        def begin() -> None:
            self.files.show_graph(Graph(), None)
            self.add_node(type_name)

        leave_graph(self, begin)

    def _run_started(self) -> None:
        """The curves come with every run, unless the log is looked at."""
        if self.frame.bottom.isHidden() or self.frame.bottom.current != "log":
            self.show_training()

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

    def _paint_icons(self) -> None:
        actions.paint_icons(self.actions_by_name)
        drawn = "chevron-up" if self.frame.bottom.isHidden() else "chevron-down"
        self.actions_by_name["panel"].setIcon(theme.icon(drawn))

    # --- events of the window

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is room nothing is tabbed."""
        super().resizeEvent(event)
        self.frame.set_width(self.width())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell when the first frame is on the screen."""
        if event.type() == QEvent.Type.Paint:
            self.removeEventFilter(self)
            QTimer.singleShot(0, self.painted.emit)
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that nothing else wanted closes the preview, and goes from the start page back to the graph."""
        if event.key() == Qt.Key.Key_Escape:
            self.previews.panel.leave()
            self.frame.leave_start()
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing is lost and nothing is left running that the user did not say."""
        if not self._leaving:
            self.commit()
        if not self._leaving and (self.session.running or self.document.unsaved):
            event.ignore()
            leave_graph(self, self._leave)
            return
        self.previews.close()
        self.session.close()
        self.drops.forget()
        for packing in self.findChildren(Packing):
            packing.close()
        self.recovery.close_all()
        self.journal.close()
        if self.reference is not None:
            self.reference.close()
        self.canvas.dispose()
        self.document.history.clear()  # a history that is collected together with a canvas can crash Qt
        event.accept()

    def _leave(self) -> None:
        self._leaving = True
        self.close()
