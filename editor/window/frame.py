"""How the window is divided: palette, canvas or start page, side panels; below them the panels that open with a run."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from editor.window.panes import Panes
from editor.window.place import REST, keep_parts, parts

WIDE = 1800  # from this width on nothing is tabbed
SIDE, SIDE_WIDE, BOTTOM = 270, 270 + 400, 240
MOST = 0.7  # of the window that panels take as they were left: it may be smaller by now


class Frame(QWidget):
    """Places only; what is put into them is the window's."""

    def __init__(
        self,
        bar: QWidget,
        palette: QWidget,
        notices: Sequence[QWidget],
        start: QWidget,
        canvas: QWidget,
        strip: QWidget,
    ) -> None:
        super().__init__()
        self.start, self.canvas_place = start, canvas
        self.behind = False  # whether a graph is open behind the start page
        self.middle = QStackedWidget()
        self.middle.addWidget(start)
        self.middle.addWidget(canvas)
        self.side, self.bottom = Panes(), Panes()
        self.side.setObjectName("sidePanes")
        self.bottom.setObjectName("bottomPanes")
        self.columns = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False, handleWidth=1)
        self.middle_column = column(notices, self.middle)
        for at, part in enumerate((self.middle_column, self.side)):
            self.columns.addWidget(part)
            self.columns.setStretchFactor(at, 1 - at)
        self.rows = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False, handleWidth=1)
        row = QWidget()
        self.beside = QHBoxLayout(row)
        self.beside.setContentsMargins(0, 0, 0, 0)
        self.beside.setSpacing(0)
        self.beside.addWidget(palette)
        self.beside.addWidget(self.columns, 1)
        self.rows.addWidget(row)
        self.rows.addWidget(self.bottom)
        self.rows.setStretchFactor(0, 1)
        self.bottom.hide()
        self.bottom.tabs.clicked.connect(self.bottom.enter)  # at the side the canvas keeps its keys
        self.sizes = parts()
        self._resting = QTimer(self, interval=REST, singleShot=True)
        self._resting.timeout.connect(lambda: keep_parts(self.sizes))
        self.columns.splitterMoved.connect(lambda *_: self._keep(self._beside, self.columns.sizes()[1]))
        self.rows.splitterMoved.connect(lambda *_: self._keep("bottom", self.rows.sizes()[1]))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for part in (bar, self.rows, strip):
            whole.addWidget(part, int(part is self.rows))

    def put_beside_canvas(self, part: QWidget) -> None:
        """A column at the left of the canvas, as wide as it is; away while the start page is shown."""
        self.beside.insertWidget(1, part)
        self.middle.currentChanged.connect(lambda _: part.setVisible(part.isVisible() and not self.on_start))

    @property
    def on_start(self) -> bool:
        """Whether the start page is shown."""
        return self.middle.currentWidget() is self.start

    def show_start(self) -> None:
        """The start page has the room of canvas and side panels."""
        self.behind = self.behind or not self.on_start
        self.middle.setCurrentWidget(self.start)
        self.side.hide()
        self.start.setFocus()

    def show_canvas(self) -> None:
        """The canvas with its side panels; where it was not there before, its keys are at work at once."""
        came = self.middle.currentWidget() is not self.canvas_place
        self.middle.setCurrentWidget(self.canvas_place)
        self.side.show()
        if came:
            self.canvas_place.setFocus()

    def leave_start(self) -> None:
        """Back to the graph that is open behind the start page; before there was one the page stays."""
        if self.on_start and self.behind:
            self.show_canvas()

    def switch_start(self) -> None:
        """To the start page, and from there back."""
        if self.on_start:
            self.leave_start()
        else:
            self.show_start()

    def set_width(self, width: int) -> None:
        """Where there is room nothing is tabbed."""
        wide = width >= WIDE
        if wide != self.side.side_by_side or not self.side.minimumWidth():
            self.side.set_side_by_side(wide)
            self.bottom.set_side_by_side(wide)
            side = SIDE_WIDE if wide else SIDE
            self.side.setMinimumWidth(side)
            side = max(side, min(self.sizes.get(self._beside, side), round(width * MOST)))
            self.columns.setSizes([width - side, side])

    def open_bottom(self, pane: str | None) -> None:
        """Show one of the panels at the bottom, or none; they are as high as they were left, at first a third."""
        fresh = pane is not None and not self.rows.sizes()[1]
        focus = QApplication.focusWidget()
        if pane is None and focus and self.bottom.isAncestorOf(focus):
            (self.start if self.on_start else self.canvas_place).setFocus()
        self.bottom.setVisible(pane is not None)
        if pane is not None:
            self.bottom.show_pane(pane)
        if fresh:
            bottom = min(self.sizes.get("bottom", BOTTOM), max(BOTTOM, round(self.rows.height() * MOST)))
            self.rows.setSizes([self.rows.height() - bottom, bottom])

    @property
    def _beside(self) -> str:
        """What the width of the side panels is kept as: side by side they take more."""
        return "side by side" if self.side.side_by_side else "side"

    def hideEvent(self, event: QHideEvent) -> None:
        """The window goes: there is no more time to wait."""
        super().hideEvent(event)
        if self._resting.isActive():
            self._resting.stop()
            keep_parts(self.sizes)

    def _keep(self, name: str, size: int) -> None:
        """Somebody has drawn the edge of a panel: the next window is divided so."""
        if size:
            self.sizes[name] = size
            self._resting.start()


def column(above: Sequence[QWidget], rest: QWidget) -> QWidget:
    """Parts above each other, of which the last has all the room that is left."""
    made = QWidget()
    parts = QVBoxLayout(made)
    parts.setContentsMargins(0, 0, 0, 0)
    parts.setSpacing(0)
    for part in above:
        parts.addWidget(part)
    parts.addWidget(rest, 1)
    return made
