"""The sheet of the versions of the open graph's file: when each was written, and what changed with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QMessageBox, QTreeWidget, QTreeWidgetItem, QVBoxLayout

from editor.document.leaving import begin_graph
from editor.looks.pieces import Line, TextButton
from editor.workers.in_thread import InThread
from runtime.check.changes import changes
from runtime.graph.file import Refused, load
from runtime.graph.model import Graph
from runtime.graph.versions import Version, clear, versions
from runtime.places import versions_folder

if TYPE_CHECKING:
    from editor.window.window import Window

TIME, WHAT = range(2)  # columns
HIGH = 26  # pixels of a row
MOST = 12  # lines of a comparison
PLACES = "only places, notes or order"
HELP = "Choose a version to see how it differs from the graph that is open."


@dataclass(frozen=True)
class Read:
    """A version, its graph, and what changed with it in a few words; no graph where it cannot be read."""

    version: Version
    graph: Graph | None
    what: str


class VersionSheet(QDialog):
    """Not modal: the list is there beside the graph. Nothing here changes the open graph or its file."""

    def __init__(self, window: "Window", file: Path) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.window_, self.file, self.folder = window, file, versions_folder(file)
        self.read: list[Read] = []
        self.setWindowTitle(f"Versions of {file.name}")
        self.resize(620, 560)
        self.tree = QTreeWidget(objectName="sheetRows", accessibleName="Versions")
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.tree.header().setSectionResizeMode(TIME, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.currentItemChanged.connect(lambda *_: self._compare())
        self.tree.itemActivated.connect(lambda *_: self.open_copy())
        self.said = Line(HELP, "muted", 12).wrapped()
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.said.setMinimumHeight(64)
        self.copy = TextButton("copy", "Open as a copy", "An untitled copy; the file stays as it is")
        self.all_away = TextButton("minus", "Give up all versions", "The file itself stays as it is")
        self.shut = TextButton("close", "Close", "Back to the graph (Esc)")
        self.shut.clicked.connect(self.close)
        self.copy.clicked.connect(self.open_copy)
        self.all_away.clicked.connect(self._ask_clear)
        window.document.opened.connect(self.close)  # there is nothing to compare with any more
        self._in_thread = InThread(self)
        self._lay()
        self.look()

    def look(self) -> None:
        """Read the versions in a thread: there may be many, and large ones."""
        for button in (self.copy, self.all_away):
            button.setEnabled(False)
        folder = self.folder
        self._in_thread.do(lambda: list(_all_read(versions(folder))), self._show)

    def open_copy(self) -> None:
        """The chosen version becomes an untitled graph."""
        chosen = self._chosen()
        if chosen and (graph := chosen.graph):
            begin_graph(self.window_, lambda place: place.files.show_graph(graph, None, self.file))

    def _lay(self) -> None:
        row, column = QHBoxLayout(), QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 10)
        column.setSpacing(8)
        row.addWidget(self.copy)
        row.addWidget(self.all_away)
        row.addStretch(1)
        row.addWidget(self.shut)
        column.addWidget(self.tree, 1)
        column.addWidget(self.said)
        column.addLayout(row)

    def _show(self, found: list[Read]) -> None:
        self.read = found
        self.tree.clear()
        now = datetime.now()
        for each in found:
            today = "today " if each.version.time.date() == now.date() else ""
            item = QTreeWidgetItem(self.tree, [f"{today}{when(each.version.time, now)}", each.what])
            item.setToolTip(WHAT, each.what)
            item.setSizeHint(WHAT, QSize(0, HIGH))
        self.all_away.setEnabled(bool(found))
        self.said.setText(HELP if found else "No version is kept yet. Each Save keeps one.")
        if first := self.tree.topLevelItem(0):
            self.tree.setCurrentItem(first)

    def _chosen(self) -> Read | None:
        at = self.tree.indexOfTopLevelItem(item) if (item := self.tree.currentItem()) else -1
        return self.read[at] if at >= 0 else None

    def _compare(self) -> None:
        """Say what lies between the chosen version and the open graph."""
        chosen = self._chosen()
        self.copy.setEnabled(chosen is not None and chosen.graph is not None)
        if chosen is None or chosen.graph is None:
            return
        graph = self.window_.document.graph
        found = changes(chosen.graph, graph)
        more = [f"and {len(found) - MOST} more"] if len(found) > MOST else []
        same = "This is the open graph." if chosen.graph == graph else f"Since then {PLACES} changed."
        self.said.setText("Since then: " + ", ".join([*found[:MOST], *more]) if found else same)

    def _ask_clear(self) -> None:
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Versions", f"Give up all versions of {self.file.name}?")
        box.setInformativeText("The file itself stays as it is.")
        away = box.addButton("Clear", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        self.window_.ask(box, {away: self._clear})

    def _clear(self) -> None:
        try:
            clear(self.folder)
        except OSError as problem:
            self.window_.refuse(f"The versions are still there. {problem.strerror or problem}")
        self.look()


def show_versions(window: "Window") -> None:
    """Show the sheet of the open file."""
    file = window.document.path
    if file is None:
        window.say("An untitled graph has no versions: Save begins them.")
        return
    for before in window.findChildren(VersionSheet):
        before.close()
    sheet = VersionSheet(window, file)
    sheet.show()
    sheet.tree.setFocus()


def when(time: datetime, now: datetime) -> str:
    """``14:02:31`` of today, ``3 Nov 14:02`` of another day, with its year where that is another one."""
    if time.date() == now.date():
        return f"{time:%H:%M:%S}"
    year = "" if time.year == now.year else f" {time.year}"
    return f"{time.day} {time:%b}{year} {time:%H:%M}"


def _all_read(kept: list[Version]) -> Iterator[Read]:
    """Each with what changed since the one before it in time; the oldest is the first that is kept."""
    graphs = [_graph(each) for each in kept]
    for at, (each, graph) in enumerate(zip(kept, graphs, strict=True)):
        before = next((older for older in graphs[at + 1 :] if older is not None), None)
        if graph is None:
            what = "cannot be read"
        elif before is None:
            what = f"{len(graph.nodes)} node{'s' * (len(graph.nodes) != 1)}"
        else:
            found = changes(before, graph)
            what = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "") or PLACES
        yield Read(each, graph, what)


def _graph(version: Version) -> Graph | None:
    try:
        return load(version.path.read_bytes())
    except (Refused, OSError):
        return None
