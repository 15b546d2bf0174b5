"""Panels that share a place: one at a time under tabs where there is little room, side by side where there is much."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QSplitter, QTabBar, QVBoxLayout, QWidget

from editor.looks import theme
from editor.looks.pieces import Line

HEAD = 32
UNIT = 100  # pixels that a share of 1 asks for; the splitter keeps the proportions


class Pane(QFrame):
    """One panel under its title; the title is hidden where tabs say it."""

    def __init__(self, title: str, content: QWidget) -> None:
        super().__init__(objectName="pane")
        self.head = QFrame(objectName="paneHead")
        self.head.setFixedHeight(HEAD)
        row = QHBoxLayout(self.head)
        row.setContentsMargins(12, 0, 8, 0)
        row.addWidget(Line(title, "text", 12, 600))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(content, 1)
        self.content = content


class Tabs(QTabBar):
    """Tabs that tell of a click on one, once it is the current one."""

    clicked = Signal()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The tab comes first, then what it shows is there to be worked in."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.tabAt(event.position().toPoint()) >= 0:
            self.clicked.emit()


class Panes(QWidget):
    """Panels by name. `shown` tells which of them came to the front."""

    shown = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panes")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tabs = Tabs(drawBase=False, expanding=False, documentMode=True)
        self.tabs.setMinimumHeight(HEAD)  # more of it where text is larger
        self.tabs.setFont(theme.family_font(12, 500))
        self.splitter = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False, handleWidth=1)
        self.panes: dict[str, Pane] = {}
        self.shares: list[int] = []
        self.side_by_side = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self.splitter, 1)
        self.tabs.currentChanged.connect(self._show_tab)

    def add(self, name: str, title: str, content: QWidget, stretch: int = 1) -> None:
        """Another panel, after those that are there; one without a share has the whole place for itself.

        Where there is such a panel, the tabs stay also where there is much room.
        """
        pane = self.panes[name] = Pane(title, content)
        self.shares.append(stretch)
        self.splitter.addWidget(pane)
        self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        self.tabs.addTab(title)
        self.tabs.setAccessibleName(", ".join(self.tabs.tabText(at) for at in range(self.tabs.count())))
        self.set_side_by_side(self.side_by_side)

    def set_side_by_side(self, wide: bool) -> None:
        """Show all panels, or one under tabs."""
        self.side_by_side = wide
        self.tabs.setVisible(not wide or not all(self.shares))
        at = self.tabs.currentIndex()
        beside = wide and at >= 0 and self.shares[at] > 0
        panes = list(self.panes.values())
        seen = [number == at or (beside and share > 0) for number, share in enumerate(self.shares)]
        focus = QApplication.focusWidget()
        if focus and any(pane.isAncestorOf(focus) and not stays for pane, stays in zip(panes, seen, strict=True)):
            panes[at].show()
            self.enter()  # before it is hidden: else whatever comes next in the window would have it, a text even
        for pane, stays in zip(panes, seen, strict=True):
            pane.head.setVisible(beside and self.tabs.isHidden())  # no title twice
            pane.setVisible(stays)
        if beside:
            self.splitter.setSizes([share * UNIT for share in self.shares])

    def shows(self, name: str) -> bool:
        """Whether a panel is at the front, or beside others."""
        return name in self.panes and not self.panes[name].isHidden()

    def show_pane(self, name: str) -> None:
        """Bring a panel to the front."""
        self.tabs.setCurrentIndex(list(self.panes).index(name))

    def enter(self) -> None:
        """The keys are those of the panel at the front; it says itself which of its parts has them, or none."""
        pane = self.panes[self.current]
        part = pane.content.focusProxy() or pane.content
        (part if part.isVisible() else pane).setFocus()

    @property
    def current(self) -> str:
        """The panel at the front."""
        return list(self.panes)[self.tabs.currentIndex()]

    def _show_tab(self, index: int) -> None:
        if 0 <= index < len(self.panes):
            self.set_side_by_side(self.side_by_side)
            self.shown.emit(self.current)
