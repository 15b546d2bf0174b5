"""The window: bars, palette, canvas, panels, and what makes them one."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QMessageBox, QWidget

from editor.canvas.canvas import Canvas
from editor.commands import actions
from editor.commands.by_keys import ByKeys
from editor.commands.definitions import Definitions
from editor.commands.menu import CanvasMenu
from editor.commands.search import Search
from editor.commands.shelf import Shelf
from editor.document.document import Document
from editor.document.files import Files
from editor.document.journal import EditJournal
from editor.document.leaving import begin_untitled, leave_graph
from editor.document.level import Level
from editor.document.recovery import Recovery
from editor.dropping.drop import Drops
from editor.inspector.inspector import Inspector
from editor.looks import chrome, theme
from editor.looks.dialogs import lay_over
from editor.looks.pieces import WhenSeen
from editor.outside.trust_dialog import TrustDialog
from editor.palette.palette import Palette
from editor.preview.previews import Previews
from editor.running.run_marks import RunMarks
from editor.running.session import Session
from editor.source.preview import ProgramView
from editor.start.page import StartPage
from editor.start.templates import begun
from editor.window.banner import Banner
from editor.window.bar import Bar
from editor.window.breadcrumb import Breadcrumb
from editor.window.explaining import explain, explain_problem
from editor.window.frame import Frame, column
from editor.window.hint import EmptyHint
from editor.window.strip import Strip
from editor.workers.work import Work
from runtime.graph.model import Graph
from runtime.spec.installed import installed

if TYPE_CHECKING:
    from editor.reference.window import Reference

LEAST = 720, 420  # logical pixels: of a small screen on which all is drawn at twice its size
SETTLE = 400  # ms after the first frame


class Window(QMainWindow):
    """One window, one document. `painted` comes once, after the first frame."""

    painted = Signal()
    tab_wanted: "Signal[tuple[str]]" = Signal(str)  # "add", "close", "reopen", "next" or "previous"
    shows_already: Callable[[Path], "Window | None"] = staticmethod(lambda path: None)  # goes to where a file is open
    left = Signal()  # all questions are answered: it goes
    question: QMessageBox | TrustDialog | None = None
    reference: "Reference | None" = None
    _progress = ""  # of a run, in the title

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.Window, parent is None)
        self.setObjectName("window")
        theme.theme_changes.changed.connect(self.restyle)  # before any part: a new sheet undoes their own colours
        self.restyle()  # and what is not shown yet takes it when it is
        self.document: Document = Document(self)
        self.level: Level = Level(self.document, self)
        self.canvas: Canvas = Canvas(self.document, None, self.level)  # before the session: it rebuilds before a report
        self.session: Session = Session(self.document, self)
        self.session.checked.connect(lambda: self.level.see(self.session.report))  # before anything that shows it
        self.canvas.told_at_once = True
        self.level.with_room = self.canvas.make_room
        self.session.with_room = lambda edits: list(edits) if self.level.steps else self.canvas.make_room(edits)
        self.definitions: Definitions = Definitions(self.level, self.canvas, self.session)
        self.breadcrumb = Breadcrumb(self.level)
        self.canvas_place = column((self.breadcrumb,), self.canvas)
        self.canvas_place.setFocusProxy(self.canvas)
        self.files: Files = Files(self)
        self.drops: Drops = Drops(self)
        self.journal: EditJournal = EditJournal(self.document, self)
        self.journal.about = self.files.about
        self.actions_by_name: dict[str, QAction] = actions.make_actions(self)
        self.start = StartPage(*(self.actions_by_name[name] for name in ("new", "open", "add_data", "add_folder")))
        self.palette_panel, self.inspector = Palette(), Inspector(self.session, self.document, self.level)
        self.program, self.bar = ProgramView(self.session), Bar(self.session, self.actions_by_name)
        self.strip = Strip(self.session, self.actions_by_name["panel"])
        self.banner, self.recovery = Banner(), Recovery(self)
        middle = ((self.recovery, self.files.following.notice, self.banner), self.start, self.canvas_place)
        self.frame: Frame = Frame(self.bar, self.palette_panel, *middle, self.strip)
        self.frame.side.add("inspector", "Inspector", self.inspector, 3)
        self.frame.side.add("program", "Program", self.program, 5)
        self.setCentralWidget(self.frame)
        self.resize(1366, 768)
        self.setMinimumSize(*LEAST)
        self.hint = EmptyHint(self.level, self.canvas_place, self.actions_by_name["search"])
        self.searching = Search(self.canvas, self)
        self.menu = CanvasMenu(self)
        self.by_keys: ByKeys = ByKeys(self)
        self.shelf = Shelf(self.level, self.definitions, self.palette_panel, self.searching.popup)
        self.marks = RunMarks(self.session, self.canvas)
        self.previews: Previews = Previews(self.session, self.canvas, self.canvas_place)
        self.room: Callable[[], Window] = lambda: self  # where another graph is shown
        self._leaving = self.awake = False
        self._connect()
        self._paint_icons()
        self.frame.show_start()
        self._able()
        self.installEventFilter(self)

    @property
    def vacant(self) -> bool:
        """Whether nothing is here that another graph would take the place of."""
        document = self.document
        used = document.path or document.graph.nodes or document.history.count() or document.unsaved
        return not used and not self.session.at_work

    # --- what the actions do

    def commit(self) -> None:
        """Take what is being typed into the graph: no action, no question and no run may miss it."""
        self.canvas.renaming.commit()
        self.inspector.commit()

    def run_or_stop(self) -> None:
        """The one button."""
        self.commit()
        if self.session.at_work:
            self.session.life.stop()
        elif not self.session.life.just_ended:
            self.frame.leave_start()  # what runs is seen
            self.session.run()

    def search(self) -> None:
        """Ask for a node type."""
        self.frame.show_canvas()
        self.searching.ask()

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

    def show_runs(self) -> None:
        """The table of runs, to be gone through by keys."""
        self.open_bottom("runs")
        self.runs.table.setFocus()

    def write_text(self, id: str) -> None:
        """The text of a frame is to be written."""
        self.frame.side.show_pane("inspector")
        self.inspector.write(id)

    def show_problems(self) -> None:
        """The list of problems."""
        self.open_bottom("problems")

    # --- what the user is told

    def say(self, sentence: str) -> None:
        """One sentence at the foot of the window."""
        self.strip.say(sentence)

    def refuse(self, sentence: str, about: str = "") -> None:
        """One sentence that stays until it has been read, or until that which it is about is done after all."""
        self.banner.say(sentence, about)

    def ask(self, box: QMessageBox, answers: Mapping[Any, Callable[[], object]]) -> None:
        """Ask over the window without waiting; keys are buttons, what is not among them does nothing."""

        def answered() -> None:
            clicked = box.clickedButton()
            if clicked is not None and (does := answers.get(clicked) or answers.get(box.standardButton(clicked))):
                does()

        self.question = box
        lay_over(box, self)
        box.finished.connect(answered)
        box.open()

    def add_node(self, wanted: Any) -> None:
        """A node of a type, or those of typed code, behind the selected one and wired to it, or amid what is seen."""
        self.frame.show_canvas()
        self.searching.add(wanted)
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
        """What the first frame need not wait for: spare processes, unsaved work, and the panels at the bottom."""
        self.wake()
        self.recovery.look()
        if sentences := installed().left_out:
            self.refuse(f"{sentences[0]}. `torchweave doctor` says what to do.")
        QTimer.singleShot(SETTLE, self, self.fill_bottom)

    def wake(self) -> None:
        """It is looked at: spare processes get ready, and the keys are those of the settings."""
        if not self.awake:
            self.awake = True
            actions.tell_keys(self.actions_by_name)
            self.session.warm()
            self.previews.warm()

    def rest(self) -> None:
        """Another tab is looked at: a run goes on, and nothing else that takes memory but a model that is tried."""
        self.awake = False
        self.commit()
        self.previews.rest(keep=self.frame.bottom.isVisibleTo(self) and self.frame.bottom.shows("try"))

    def fill_bottom(self) -> None:
        """Make the panels at the bottom when they are wanted first."""
        if self.frame.bottom.panes:
            return
        from editor.window.bottom import fill

        self.problems, self.training, self.runs = fill(self)

    def _connect(self) -> None:
        canvas, session = self.canvas, self.session
        self.bar.pressed.connect(self.run_or_stop)
        self.strip.problems_wanted.connect(self.show_problems)
        self.strip.training_wanted.connect(self.show_training)
        self.palette_panel.chosen.connect(self.add_node)
        self.palette_panel.typed.connect(self.add_node)
        self.start.chosen.connect(lambda file: self.files.open(file))
        self.start.run_wanted.connect(lambda file: self.files.open(file, lambda place: place.run_or_stop()))
        self.start.begun.connect(self._begin_own)
        self.start.left.connect(self.frame.leave_start)
        self.start.dropped.connect(self._begin_with)
        self.start.files_dropped.connect(self.drops.begin_with)
        canvas.files_dropped.connect(self.drops.take)
        told = (canvas.rewiring.told, self.definitions.told, self.searching.told)
        for sentence in (canvas.refused, self.definitions.refused, self.journal.failed, *told):
            sentence.connect(self.say)
        canvas.selection_changed.connect(self.inspector.show_nodes)
        canvas.selection_changed.connect(lambda ids: self.program.light([] if self.level.steps else ids))
        canvas.framing.chosen.connect(self.inspector.show_frame)
        canvas.framing.text_wanted.connect(self.write_text)
        canvas.problem_clicked.connect(lambda problem: self.show_problems())
        self.program.node_clicked.connect(self.show_node)
        self.program.export_requested.connect(self.files.export)
        self.breadcrumb.left.connect(self.definitions.leave)
        session.checked.connect(lambda: canvas.show_report(self.level.report))
        self.level.opened.connect(lambda: canvas.show_report(self.level.report) if self.level.whole else None)
        self.palette_panel.asked.connect(lambda *_: self.frame.show_canvas())
        session.checked.connect(lambda: self.previews.warm() if self.awake else None)
        session.run_started.connect(self._run_started)
        session.trust_needed.connect(self._ask_trust)
        session.held_up.connect(self.show_problems)
        self.document.filed.connect(self._entitle)
        self.marks.told.connect(self._entitle)
        self.document.opened.connect(self.banner.hide)
        WhenSeen(self, self._paint_icons)
        self.frame.middle.currentChanged.connect(self._able)
        self.document.history.canUndoChanged.connect(self._able)
        self.document.history.canRedoChanged.connect(self._able)
        self.inspector.group_wanted.connect(self.definitions.group)
        self.inspector.enter_wanted.connect(self.definitions.enter)
        self.inspector.defining.kept.connect(self.definitions.keep)
        self.inspector.help_wanted.connect(lambda: explain(self))
        self.inspector.problem_asked.connect(lambda problem: explain_problem(self, problem))
        self.inspector.sheet_wanted.connect(self.drops.look_again)
        self._entitle()

    def _able(self) -> None:
        """What acts on the graph does nothing behind the start page, where nobody sees it."""
        seen, history = not self.frame.on_start, self.document.history
        for name in actions.CANVAS:
            self.actions_by_name[name].setEnabled(seen)
        self.actions_by_name["undo"].setEnabled(seen and history.canUndo())
        self.actions_by_name["redo"].setEnabled(seen and history.canRedo())
        self.start.back_button.setVisible(self.frame.behind)

    def _begin_own(self, template: Any) -> None:
        """A graph that waits for data of one's own."""
        graph = begun(template)
        begin_untitled(self, graph, lambda place: place.say(str(graph.extra["note"])))

    def _begin_with(self, type_name: str) -> None:
        """A node type was dropped on the start page."""
        begin_untitled(self, Graph(), lambda place: place.add_node(type_name))

    def _run_started(self) -> None:
        """The curves come with every run, unless the log is looked at."""
        if self.frame.bottom.isHidden() or self.frame.bottom.current != "log":
            self.show_training()

    def _ask_trust(self, texts: list[tuple[str, str]]) -> None:
        dialog = TrustDialog(texts, self)
        dialog.trusted.connect(self.session.trust_and_run)
        self.question = dialog
        dialog.open()

    def _entitle(self, progress: str | None = None) -> None:
        """What was told of a run last stays until something else is told."""
        self._progress = self._progress if progress is None else progress
        begin = f"{self._progress} - " if self._progress else ""  # first, for a task bar shows how titles begin
        self.setWindowTitle(f"{begin}{self.document.title}[*] - Torchweave")
        self.setWindowModified(self.document.unsaved)
        self.setWindowFilePath(str(self.document.path or ""))

    def restyle(self) -> None:
        """Take the colours of the theme; a tab that nobody looks at takes them when it is shown again."""
        self._pale = bool(self.styleSheet()) and not self.isVisible()
        if not self._pale:
            self.setStyleSheet(chrome.sheet(theme.current()))

    def _paint_icons(self) -> None:
        actions.paint_icons(self.actions_by_name)
        drawn = "chevron-up" if self.frame.bottom.isHidden() else "chevron-down"
        self.actions_by_name["panel"].setIcon(theme.icon(drawn))

    # --- events of the window

    def showEvent(self, event: QShowEvent) -> None:
        """Take the colours of the theme that was chosen meanwhile, and then each part its own."""
        super().showEvent(event)
        if self._pale:
            theme.theme_changes.changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is room nothing is tabbed."""
        super().resizeEvent(event)
        self.frame.set_width(self.width())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell when the first frame is on the screen."""
        if event.type() == QEvent.Type.Paint:
            self.removeEventFilter(self)
            QTimer.singleShot(0, self, self.painted.emit)  # a window that is gone by then paints no more
        return False

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes as the eye does; Qt goes as widgets were made, and a form that is made anew would come last."""
        return self.by_keys.go_on(next) or super().focusNextPrevChild(next)

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
        if not self._leaving and (self.session.at_work or self.document.unsaved):
            event.ignore()
            leave_graph(self, self.leave)
            return
        self.left.emit()
        for end in (self.previews.close, self.session.close, self.drops.forget, self.inspector.looking.end):
            end()
        for work in self.findChildren(Work):
            work.close()
        self.recovery.close_all()
        self.files.following.close()
        self.journal.close()
        if self.reference is not None:
            self.reference.close()
        self.canvas.dispose()
        event.accept()

    def leave(self) -> None:
        """Go without a question, once: who was asked twice may have answered twice."""
        if not self._leaving:
            self._leaving = True
            self.close()
