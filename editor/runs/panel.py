"""The panel of runs: a table of them, the curves of those that are chosen, and what differs between their graphs."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPlainTextEdit,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from editor.dropping.drop import holds_runs
from editor.looks.pieces import Elided, Line, SearchLine, TextButton
from editor.looks.theme import family_font
from editor.runs import doing
from editor.runs.beside import Run, said
from editor.runs.columns import left_out
from editor.runs.follow import Followed
from editor.runs.listing import Listing
from editor.runs.model import RunRows
from editor.runs.table import RunTable
from editor.training.legend import Switch
from editor.training.plot import Curves
from runtime.graph.model import Graph
from runtime.places import all_runs
from runtime.train.runs import RUNNING, Glance

if TYPE_CHECKING:
    from editor.window.window import Window

MOST = 8  # runs whose curves are told apart over each other
SLOW = 400  # ms of reading after which it is said how far that is
PAUSE = 120  # ms; whoever goes down the table by keys sees the curves where they stop
AGAIN = 5000  # ms between two looks at all runs while one of them goes on
FOR_SEVERAL = ("tensorboard", "away")  # buttons
LONG = 40  # letters of a name in the legend
SIDE, GAP = 8, 6  # px beside what stands in the bar, and between two parts of it
READING = "Reading runs"
NONE_FOUND = "In no run do all of these words stand: in its name, note, state, device or parameters (lr=0.01)."
NOTHING = "No run yet. Press Run, or drop the folder of a run here."


class RunsPanel(QWidget):
    """The runs of the window's graph, or all there are; folders that were dropped are among them."""

    def __init__(self, window: "Window") -> None:
        super().__init__()
        self.window_ = window
        self.setAccessibleName("Runs")
        self.setAcceptDrops(True)
        self.listing, self.rows = Listing(self), RunRows(self)
        self.table = RunTable(self.rows)
        self.setFocusProxy(self.table)
        self.dropped: list[Path] = []
        self.wished = ""  # the run that is chosen once it has been read
        self.followed: dict[str, Followed] = {}
        self.curves: Curves | None = None
        self.words = SearchLine("Search")
        self.words.setAccessibleName("Search the runs")
        self.words.setAcceptDrops(False)  # a folder is for the panel, not its name for the search
        self.every = Switch("all graphs", "Show the runs of all graphs")
        self.count = Elided("", "muted")
        self.beside = QPlainTextEdit(readOnly=True)
        self.beside.setAccessibleName("What the chosen runs are made with, or what differs between them")
        self.buttons = self._buttons()
        self.place, self.middle = QWidget(), QStackedWidget()
        self.empty = Line("", "muted").wrapped()  # where there is no run
        self._lay()
        self._choosing = QTimer(self, interval=PAUSE, singleShot=True)
        self._choosing.timeout.connect(self._follow)
        self._reading = QTimer(self, interval=SLOW)
        self._reading.timeout.connect(self._tell_reading)
        self._again = QTimer(self, interval=AGAIN, singleShot=True)
        self._again.timeout.connect(self.look)
        self._join()

    def look(self) -> None:
        """Read the runs anew, if anybody looks; whoever looks later has them read then."""
        if not self.isVisible():
            return
        self.listing.read([*self.dropped, *self._roots()])
        if not self.rows.all:
            self._draw()

    def show_folder(self, folder: Path) -> None:
        """A folder that was dropped, of a run or of several: they are among the runs, and the newest is chosen."""
        folder = folder.resolve()
        self.dropped = [folder, *(each for each in self.dropped if each != folder)]
        self.words.clear()
        self.wished = str(folder)
        self.look()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Folders are welcome, wherever on the panel they are dropped."""
        event.setAccepted(any(url.isLocalFile() for url in event.mimeData().urls()))

    def dropEvent(self, event: QDropEvent) -> None:
        """Those of runs are listed; of others it is said that they are none."""
        event.acceptProposedAction()
        for path in [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]:
            if path.is_dir() and holds_runs(path):
                self.show_folder(path)
            else:
                wanted = "the folder of a run, in which events.jsonl lies, or a folder of such folders"
                self.window_.refuse(f"{path.name} is no run: drop {wanted}.")

    def leave(self) -> None:
        """The window goes: nothing is read any more."""
        self._rest()
        self._choosing.stop()
        for followed in self.followed.values():
            followed.close()
        self.followed.clear()

    def _roots(self) -> list[Path]:
        return [all_runs() if self.every.isChecked() else self.window_.document.runs]

    # --- how it is put together

    def _buttons(self) -> dict[str, TextButton]:
        made = {
            "show": TextButton("curve", "Show", "Show the run in the Training panel (Return)"),
            "graph": TextButton("open", "Open graph", "Open the graph of the run as an untitled copy"),
            "repeat": TextButton("run", "Repeat", "Train the same graph with the same seed and options once more"),
            "note": TextButton("text", "Note", "Write a note of the run (F2)"),
            "tensorboard": TextButton("export", "TensorBoard", "Write the curves of the chosen runs for TensorBoard"),
            "away": TextButton("close", "Delete", "Move the chosen runs to the trash (Del)"),
        }
        does: dict[str, Callable[[], object]] = {
            "show": lambda: self._do(doing.show),
            "graph": lambda: self._do(doing.open_graph),
            "repeat": lambda: self._do(doing.repeat),
            "note": self.table.write_note,
            "tensorboard": lambda: doing.write_for_tensorboard(self.window_, self.table.chosen()),
            "away": self._ask_away,
        }
        for name, button in made.items():
            button.clicked.connect(does[name])
        return made

    def _lay(self) -> None:
        self.words.setFont(family_font(12))
        self.words.setFixedWidth(160)
        self.beside.setFont(family_font(12))
        self.beside.setStyleSheet(
            "QPlainTextEdit { border: none; border-radius: 0; padding: 4px 8px; background: palette(window); }"
        )
        bar = QHBoxLayout()
        bar.setContentsMargins(SIDE, 3, SIDE, 3)
        bar.setSpacing(GAP)
        bar.addWidget(self.words)
        bar.addWidget(self.every)
        bar.addWidget(self.count)
        bar.addStretch(1)
        for button in self.buttons.values():
            bar.addWidget(button)
        inside = QVBoxLayout(self.place)
        inside.setContentsMargins(0, 0, 0, 0)
        parts = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False, handleWidth=1)
        for at, (part, least, share) in enumerate(((self.table, 240, 5), (self.place, 200, 5), (self.beside, 180, 3))):
            part.setMinimumWidth(least)
            parts.addWidget(part)
            parts.setStretchFactor(at, share)
        parts.setSizes([640, 480, 246])
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.middle.addWidget(parts)
        self.middle.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.middle, 1)

    def _join(self) -> None:
        session, table = self.window_.session, self.table
        self.words.textChanged.connect(self._search)
        self.every.toggled.connect(lambda _: self.look())
        self.listing.told.connect(self._show)
        self.rows.refused.connect(self.window_.refuse)
        self.rows.noted.connect(self._draw)
        self.rows.modelReset.connect(lambda: self.middle.setCurrentIndex(int(not self.rows.all)))
        table.chosen_changed.connect(self._chosen)
        table.opened.connect(lambda: self._do(doing.show))
        table.unwanted.connect(self._ask_away)
        table.left.connect(self.window_.canvas_place.setFocus)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._ask_menu)
        for change in (session.run_started, session.run_ended, session.run_released, session.pausing.changed):
            change.connect(lambda *_: self.look())
        session.document.opened.connect(self._forget)
        session.document.filed.connect(self.look)
        self.window_.left.connect(self.leave)
        self._chosen()

    def _forget(self) -> None:
        """Another graph has other runs."""
        self.rows.show([], False)
        self._follow()
        self.look()

    def showEvent(self, event: QShowEvent) -> None:
        """It is looked at: what changed meanwhile is read."""
        super().showEvent(event)
        self._read_on()
        self.look()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing is read."""
        super().hideEvent(event)
        self._rest()

    def _rest(self) -> None:
        self._again.stop()
        self._reading.stop()
        self.listing.close()
        for followed in self.followed.values():
            followed.rest()

    # --- the table

    def _show(self, runs: list[Glance], whole: bool) -> None:
        if self.table.writing:  # other rows would take the note away that is being written
            self._again.start()
            return
        if whole or not self.rows.all:
            self.rows.show(runs, self.every.isChecked())
            self._tell_count()
        if whole and (self.wished or not self.table.chosen()):
            wished = [run for run in self.rows.rows if Path(self.wished) in (run.path, run.path.parent)]
            self.table.choose([run.folder for run in (wished if self.wished else self.rows.rows)[:1]])
            self.wished = ""
        if whole and any(run.state == RUNNING for run in runs):  # chosen or not, in this window or another
            self._again.start()
        self._choosing.start()

    def _search(self, text: str) -> None:
        self.rows.search(text)
        self._tell_count()
        self._choosing.start()

    def _tell_count(self) -> None:
        shown, there = len(self.rows.rows), len(self.rows.all)
        runs = f"{there:,} run{'s' * (there != 1)}"
        told = (runs if shown == there else f"{shown:,} of {runs}", left_out(self.rows.rows))
        self.count.tell(", ".join(filter(None, told)))
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is another room for the buttons."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Where there is no room for the words of all buttons, each is its icon alone: none is cut."""
        buttons = self.buttons.values()
        beside = sum(part.sizeHint().width() + GAP for part in (self.every, self.count))
        needed = self.words.width() + beside + sum(button.whole + GAP for button in buttons) + 2 * SIDE
        for button in buttons:
            button.fold(needed > self.width())

    def _ask_menu(self, at: QPoint) -> None:
        menu = QMenu(self.table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in self.buttons.values():
            action = menu.addAction(button.icon(), button.words)
            action.setEnabled(button.isEnabled())
            action.triggered.connect(button.click)
        menu.addAction("Show the folder").triggered.connect(lambda: self._do(lambda _, run: doing.show_folder(run)))
        menu.popup(self.table.viewport().mapToGlobal(at))

    # --- the chosen runs

    def _chosen(self) -> None:
        count = len(self.table.chosen())
        for name, button in self.buttons.items():
            button.setEnabled(count == 1 or (name in FOR_SEVERAL and count > 1))
        self._choosing.start()

    def _do(self, does: Callable[["Window", Glance], object]) -> None:
        chosen = self.table.chosen()
        if len(chosen) == 1:
            does(self.window_, chosen[0])

    def _ask_away(self) -> None:
        if chosen := self.table.chosen():
            doing.ask_away(self.window_, chosen, lambda: self._thrown(chosen))

    def _thrown(self, runs: list[Glance]) -> None:
        """Rows, curves and words of runs that are gone go at once; the others are read anew."""
        gone = {run.folder for run in runs if not run.path.exists()}
        self.rows.show([run for run in self.rows.all if run.folder not in gone], self.every.isChecked())
        self._tell_count()
        self._follow()
        self.look()

    def _follow(self) -> None:
        """Read those that are chosen, and forget the others."""
        chosen = sorted(self.table.chosen(), key=lambda run: run.begun)[-MOST:]
        wanted = {run.folder: run for run in chosen}
        for folder in self.followed.keys() - wanted.keys():
            self.followed.pop(folder).close()
        for folder, run in wanted.items():
            if folder not in self.followed:
                followed = self.followed[folder] = Followed(run.path, self)
                followed.known.connect(self._known)
                followed.grew.connect(self._grew)
        self._known()

    def _known(self) -> None:
        self._read_on()
        self._draw()

    def _read_on(self) -> None:
        """One after the other, each a moment at a time; then all of them are followed."""
        if self.isVisible():
            unread = [each for each in self.followed.values() if not each.ready]
            for each in unread[:1] or self.followed.values():
                each.go_on()
            if unread and not self._reading.isActive():
                self._reading.start()

    def _tell_reading(self) -> None:
        """A long run takes its time: how far it has been read, in place of what was chosen before."""
        unread = [each for each in self.followed.values() if not each.ready]
        if not unread:
            self._reading.stop()
            return
        many = len(self.followed)
        which = f"run {many - len(unread) + 1} of {many}" if many > 1 else "the run"
        self.beside.setPlainText(f"Reading {which}, {unread[0].share:.0%}")
        if self.curves:
            self.curves.compare([])

    def _draw(self) -> None:
        """Curves and words, once all of them are read."""
        there = {run.folder: run for run in self.rows.all}
        if not all(each.ready for each in self.followed.values()):
            return
        runs = [(there[folder], each) for folder, each in self.followed.items() if folder in there]
        runs.sort(key=lambda run: run[0].begun)
        self.rows.number([run.folder for run, _ in runs] if len(runs) > 1 else [])
        more = len(self.table.chosen()) - MOST
        left_out = f"The {MOST} newest of the chosen runs are shown, {more} are not.\n\n" if more > 0 else ""
        found = left_out + said(runs) if self.rows.rows else NONE_FOUND
        text = found if self.rows.all else READING if self.listing.reading else NOTHING
        if text != self.beside.toPlainText():
            self.beside.setPlainText(text)
        self.empty.setText("" if self.rows.all else text)  # its lines would be the least height of the panel
        if runs or self.curves:
            self._plot().compare([(name, run[1].record) for name, run in zip(names(runs), runs, strict=True)])

    def _grew(self) -> None:
        """There are more steps; rows and words follow after a while."""
        if self.curves:
            self.curves.more()
        if not self._again.isActive():
            self._again.start()

    def _plot(self) -> Curves:
        """The curves, made when they are wanted first."""
        if self.curves is None:
            self.curves = Curves()
            self.curves.export.told.connect(self.window_.say)
            self.curves.export.graph = self._graph
            layout = self.place.layout()
            assert layout is not None
            layout.addWidget(self.curves)
        return self.curves

    def _graph(self) -> Graph | None:
        """The graph of the only run that is chosen."""
        read = list(self.followed.values())
        return read[0].graph if len(read) == 1 else None


def names(runs: list[Run]) -> list[str]:
    """What each run is called in the legend; where there is no room for more that leaves out what follows the comma."""
    texts = (run.name if len(run.name) <= LONG else f"{run.name[: LONG - 1]}…" for run, _ in runs)
    return [f"run {number}, {text}" for number, text in enumerate(texts, start=1)]
