"""Help in a window of its own: the page of a node type with its example, and below it what torch itself says."""

from PySide6.QtCore import QSize, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QHideEvent, QImage, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from editor.export.picture import picture
from editor.looks.pieces import IconButton, TextButton
from editor.looks.theme import theme_changes
from editor.reference.asking import OF_PAGES, Asking
from editor.reference.restructured import markdown
from editor.reference.sheet import Sheet
from runtime.reference.example import ExampleGraph, example
from runtime.reference.page import TORCH_PLACES, declared, index
from runtime.spec.catalogue import catalogue

INDEX = ""  # the page of all node types
PROBLEM = "A problem"  # the page of the problem that was asked for last
ASKING = "Asking torch …"
SILENT = "torch says nothing of it."
DRAWN_AFTER = 120  # ms without a change of size


class Reference(QDialog):
    """Not modal: it can stand beside the graph that it explains. `example_wanted` carries a graph to be opened."""

    example_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reference")
        self.resize(760, 720)
        self.shown = INDEX
        self.before: list[str] = []
        self.texts: dict[str, str] = {}
        self.examples: dict[str, ExampleGraph] = {}
        self.drawn: dict[str, QImage] = {}
        self.torch = ASKING
        self.sheet = Sheet()
        self.sheet.setAccessibleName("Reference")
        self.sheet.anchorClicked.connect(self._follow)
        self.back = IconButton("chevron-left", "Back")
        self.back.clicked.connect(self.go_back)
        self.opener = TextButton("open", "Open the example")
        self.opener.clicked.connect(self._open_example)
        self._lay()
        self.asking = Asking(self)
        self.asking.answered.connect(self._answered)
        self.telling = Asking(self, OF_PAGES)
        self.telling.answered.connect(self._told)
        self._drawing = QTimer(self, singleShot=True)
        self._drawing.timeout.connect(self._draw)
        theme_changes.changed.connect(self._redraw)

    def _lay(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(10, 8, 10, 8)
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.opener)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.sheet, 1)

    def show_type(self, name: str) -> None:
        """Show the page of a node type, or that of all of them."""
        if self.isVisible() and name != self.shown:
            self.before.append(self.shown)
        self._turn_to(name)

    def show_problem(self, text: str) -> None:
        """Show what is said of a problem."""
        self.texts[PROBLEM] = text
        self.show_type(PROBLEM)

    def go_back(self) -> None:
        """Show what was shown before."""
        if self.before:
            self._turn_to(self.before.pop())

    def _turn_to(self, name: str) -> None:
        self.shown = name
        self.back.setEnabled(bool(self.before))
        self.setWindowTitle(f"{name or 'Node types'} - {'Help' if name == PROBLEM else 'Reference'}")
        self.opener.setVisible(name in catalogue())
        self.torch = ASKING
        self.show()
        self.raise_()
        if name not in self.texts:
            self.texts[name] = declared(catalogue()[name]) if name != INDEX else index(catalogue().values())
        self._fill()
        self.sheet.verticalScrollBar().setValue(0)
        self._drawing.start(0)
        if name in catalogue():
            self.telling.ask(name)
        if self._asks():
            self.asking.ask(name)

    def _asks(self) -> bool:
        """Whether torch has a text about what is shown."""
        return self.shown.rpartition(".")[0] in TORCH_PLACES

    def _fill(self) -> None:
        """The page, its picture where that is drawn, and torch's text."""
        name = self.shown
        torch = f"\n## In torch's own words\n\n{self.torch}\n" if self._asks() else ""
        self.sheet.show_markdown(self.texts[name] + torch, {f"{name}.png": self.drawn.get(name) or self._blank()})

    def _blank(self) -> QImage:
        """Keeps the room of a picture that is being drawn."""
        made = QImage(QSize(self.sheet.inner_width(), 160), QImage.Format.Format_ARGB32_Premultiplied)
        made.fill(0)
        return made

    def _draw(self) -> None:
        """Draw the example as wide as the page, sharp on every screen."""
        name, ratio = self.shown, self.devicePixelRatioF()
        width = round(self.sheet.inner_width() * ratio)
        known = self.drawn.get(name)
        if name in catalogue() and (known is None or known.width() != width):
            found = self._example(name)
            made = picture(found.graph, QSize(width, 0), [found.node])
            made.setDevicePixelRatio(ratio)
            self.drawn[name] = made
            self._fill()

    def _redraw(self) -> None:
        """Take the colours of the theme."""
        self.drawn.clear()
        if self.isVisible():
            self._fill()
            self._drawing.start(0)

    def _answered(self, name: str, text: str, wrong: str) -> None:
        if name == self.shown:
            self.torch = f"{wrong}." if wrong else markdown(text) if text else SILENT
            self._fill()

    def _told(self, name: str, text: str) -> None:
        """The whole page; what is declared stands there all the same."""
        if text and text != self.texts.get(name):
            self.texts[name] = text
            if name == self.shown:
                self._fill()

    def _follow(self, to: QUrl) -> None:
        """A link to another page, to the example, or to somewhere else."""
        text = to.toString()
        if text.endswith(".md"):
            name = text.removesuffix(".md")
            self.show_type(name if name in catalogue() else INDEX)
        elif text.endswith(".json"):
            self._open_example()
        else:
            QDesktopServices.openUrl(to)

    def _open_example(self) -> None:
        if self.shown in catalogue():
            self.example_wanted.emit(self._example(self.shown).graph)

    def _example(self, name: str) -> ExampleGraph:
        if name not in self.examples:
            self.examples[name] = example(catalogue()[name])
        return self.examples[name]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw the picture for the new width once it is settled."""
        super().resizeEvent(event)
        self._drawing.start(DRAWN_AFTER)

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no longer, and begin anew next time."""
        self._end()
        self.before.clear()
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The processes end with the window."""
        self._end()
        super().closeEvent(event)

    def _end(self) -> None:
        self.asking.end()
        self.telling.end()
