"""The start page: what to do first, the files that were open lately, the examples as pictures."""

import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QHideEvent, QImage, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from editor.document.recent import recent_files
from editor.looks import theme
from editor.looks.fade import Fade
from editor.looks.pieces import Elided, Line, WhenSeen
from editor.palette.entry import NODE_TYPE, first_sentence
from editor.start.card import HIGH, Card
from editor.start.pictures import Pictures
from editor.start.templates import TEMPLATES, Template
from runtime.graph.file import Refused, load
from runtime.graph.model import Graph
from runtime.places import EXAMPLES

WIDEST, RECENT, ACROSS = 1180, 6, 2
GAP = 18  # pixels between the parts of the page
JOINED = ("two_models", "model_after_model", "text_and_image")  # the ones to begin with
DATA = ("penguins", "drawings", "titles", "picture_text_table")
FIRST = (*JOINED, *DATA)
SECTIONS = (  # of the examples; each stands in the first that it belongs to
    ("Models that feed each other", frozenset(JOINED), 3),
    ("Data as people have it", frozenset(DATA), 2),
    ("Networks with definitions", None, 2),
)
DRAWN = 720  # pixels; twice what is shown: below a certain size the canvas leaves out what one reads
ADVICE = "Open an example, or let it run at once, to watch a whole pipeline learn; or drop data of your own here."


class StartPage(QWidget):
    """Emits `chosen` with a file to open, and `dropped` with a node type that somebody could not wait to use."""

    chosen = Signal(object)
    begun = Signal(object)  # Template
    run_wanted = Signal(object)  # a file to open and train
    left = Signal()  # back to the graph that is open
    dropped = Signal(str)
    files_dropped = Signal(list)

    def __init__(self, new: QAction, open_file: QAction, data: QAction, folder: QAction) -> None:
        super().__init__(objectName="startPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self.pictures = Pictures(self)
        self.pictures.drawn.connect(self._show_picture)
        self.examples = examples()
        self.cards = {
            file: Card(file, *words(file, graph), above=file.stem in JOINED) for file, graph in self.examples.items()
        }
        for card in self.cards.values():
            card.chosen.connect(self.chosen)
            card.run_wanted.connect(self.run_wanted)
        self.templates = {template.title: self._template_button(template) for template in TEMPLATES}
        self.new_button, self.open_button = _button(new, "New graph"), _button(open_file, "Open a graph")
        self.data_button, self.folder_button = _button(data, "Add data"), _button(folder, "Add a folder")
        self.back_button = QPushButton("Back to the graph", toolTip="Back to the open graph (Esc)")
        self.back_button.setMinimumHeight(32)
        self.back_button.clicked.connect(self.left)
        self.back_button.hide()
        self.lately = QWidget()  # where there are files that were open lately
        self.recent = QGridLayout()
        self._arrange()
        WhenSeen(self, self._restyle)
        self._restyle()

    def showEvent(self, event: QShowEvent) -> None:
        """What was open lately may have changed since the page was seen."""
        super().showEvent(event)
        self.list_recent()
        self.draw()

    def _restyle(self) -> None:
        self.back_button.setIcon(theme.icon("chevron-left"))
        self.new_button.setIcon(theme.icon("new"))
        self.open_button.setIcon(theme.icon("open"))
        self.data_button.setIcon(theme.icon("table"))
        self.folder_button.setIcon(theme.icon("folder"))
        for template in TEMPLATES:
            self.templates[template.title].setIcon(theme.icon(template.icon))
        for card in self.cards.values():
            card.picture.show_image(QImage())  # one in other colours is none
        self.draw()

    def draw(self) -> None:
        """Draw the pictures anew, in the theme's colours."""
        if self.isVisible():
            graphs = {file.stem: graph for file, graph in self.examples.items()}
            self.pictures.ask(graphs, QSize(DRAWN, round(DRAWN * HIGH)))

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks at the pictures any more."""
        super().hideEvent(event)
        self.pictures.forget()

    def list_recent(self) -> None:
        """The latest files; those that are gone are grey."""
        while (item := self.recent.takeAt(0)) is not None:
            if widget := item.widget():
                widget.setParent(None)
                widget.deleteLater()
        files = recent_files()[:RECENT]
        for at, file in enumerate(files):
            self.recent.addWidget(self._recent_row(file), at // ACROSS, at % ACROSS)
        self.lately.setVisible(bool(files))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Node types from the palette are welcome, and files."""
        if event.mimeData().hasFormat(NODE_TYPE) or event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Begin a graph with the node, or open the file."""
        if event.mimeData().hasFormat(NODE_TYPE):
            self.dropped.emit(bytes(event.mimeData().data(NODE_TYPE).data()).decode())
        else:
            self.files_dropped.emit([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    def _template_button(self, template: Template) -> QPushButton:
        made = QPushButton(template.title, toolTip=f"A graph that waits for {template.wanted}")
        made.clicked.connect(lambda: self.begun.emit(template))
        return made

    def _recent_row(self, file: Path) -> QWidget:
        row = QPushButton(objectName="recentRow", flat=True)
        there = os.path.isfile(file)  # Path raises where a folder may not be entered
        row.setEnabled(there)
        row.setCursor(Qt.CursorShape.PointingHandCursor)
        row.setFixedHeight(30)
        inside = QHBoxLayout(row)
        inside.setContentsMargins(8, 0, 8, 0)
        inside.setSpacing(10)
        inside.addWidget(Line(file.stem, "text" if there else "muted", 13, 500))
        place = Elided(str(file.parent) if there else f"{file.parent} (not there now)", "muted", 12)
        place.setObjectName("recentPath")
        inside.addWidget(place, 1)
        inside.addStretch(0)
        row.setToolTip(str(file))
        row.clicked.connect(lambda: self.chosen.emit(file))
        return row

    def _arrange(self) -> None:
        inside = QWidget(objectName="startInside")
        inside.setMaximumWidth(WIDEST)
        column = QVBoxLayout(inside)
        column.setContentsMargins(36, 22, 36, 28)
        column.setSpacing(0)
        column.addWidget(Line("Draw a pipeline, watch it learn, keep the script", "text", 26, 600))
        column.addSpacing(6)
        column.addWidget(Line(ADVICE, "muted", 14).wrapped())
        column.addSpacing(16)
        begin = [self.new_button, self.open_button, self.data_button, self.folder_button]
        column.addLayout(_row([self.back_button, *begin]))
        column.addSpacing(10)
        own = Line("With data of your own", "muted", 13)
        column.addLayout(_row([own, *self.templates.values()]))
        column.addSpacing(GAP)
        self._place_recent()
        column.addWidget(self.lately)
        waiting = dict(self.cards)
        for title, names, across in SECTIONS:
            cards = [waiting.pop(file) for file in [*waiting] if names is None or file.stem in names]
            column.addWidget(Line(title, "text", 15, 600))
            column.addSpacing(8)
            column.addLayout(_grid(cards, across))
            column.addSpacing(GAP)
        column.addStretch(1)
        self.area = area = QScrollArea(widgetResizable=True, alignment=Qt.AlignmentFlag.AlignHCenter)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.setAccessibleName("Start page")
        self.fade = Fade(area, "canvas", 44)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    def _place_recent(self) -> None:
        """Before the examples: whoever has been here before comes for them."""
        self.recent.setHorizontalSpacing(14)
        self.recent.setVerticalSpacing(0)
        for at in range(ACROSS):
            self.recent.setColumnStretch(at, 1)
        column = QVBoxLayout(self.lately)
        column.setContentsMargins(0, 0, 0, GAP)
        column.setSpacing(6)
        column.addWidget(Line("Recent", "text", 15, 600))
        column.addLayout(self.recent)

    def _show_picture(self, name: str, drawn: QImage) -> None:
        next(card for file, card in self.cards.items() if file.stem == name).picture.show_image(drawn)


@cache
def examples() -> Mapping[Path, Graph]:
    """The graphs that Torchweave brings, by file; the first is the one to begin with."""
    found: dict[Path, Graph] = {}
    place = {name: at for at, name in enumerate(FIRST)}
    for file in sorted(EXAMPLES.glob("*.json"), key=lambda file: (place.get(file.stem, len(FIRST)), file.stem)):
        try:
            found[file] = load(file.read_bytes())
        except (Refused, OSError):
            continue
    return found


def words(file: Path, graph: Graph) -> tuple[str, str]:
    """Title and first sentence of a graph."""
    title = graph.extra.get("name")
    note = graph.extra.get("note")
    text = " ".join(map(str, note)) if isinstance(note, list) else str(note or "")
    return str(title) if title else file.stem.replace("_", " ").capitalize(), first_sentence(text)


def _button(action: QAction, text: str) -> QPushButton:
    button = QPushButton(text)
    button.setMinimumHeight(32)
    button.setToolTip(action.toolTip())
    button.clicked.connect(action.trigger)
    return button


def _row(widgets: Sequence[QWidget]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row


def _grid(cards: list[Card], across: int) -> QGridLayout:
    """Cards side by side, all of one width, those of a row of one height."""
    grid = QGridLayout()
    grid.setSpacing(14)
    for at, card in enumerate(cards):
        grid.addWidget(card, at // across, at % across)
    for column in range(across):
        grid.setColumnStretch(column, 1)
    return grid
