"""The row of tabs above the window: what each graph is called, whether it is unsaved, whether its run goes on."""

from functools import partial
from string import Template

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QTabBar, QWidget

from editor.looks import chrome, theme
from editor.looks.pieces import IconButton, colour

HIGH, WIDEST, NARROWEST = 32, 240, 92
BESIDE = 40  # pixels for the button behind the tabs
DOT, RUN, GAP = 7, 11, 7  # pixels of the marks, and beside each
SHEET = Template("""
#tabRow { background: $window; border-bottom: 1px solid $border; }
#tabRow QTabBar::tab { background: $window; color: $muted; padding: 0 4px 0 12px; margin: 0;
    border: none; border-top: 2px solid transparent; border-right: 1px solid $border; height: 30px; }
#tabRow QTabBar::tab:hover { background: $raised; color: $text; }
#tabRow QTabBar::tab:selected { background: $panel; color: $text; border-top: 2px solid $accent; }
#tabRow QTabBar::close-button { image: none; }
""")


class Names(QTabBar):
    """Tabs as wide as their names; where there is too little room they share it, and at last arrows scroll."""

    middle_clicked = Signal(int)

    def __init__(self) -> None:
        super().__init__(drawBase=False, expanding=False, movable=True, usesScrollButtons=True, documentMode=True)
        self.setIconSize(QSize(DOT + RUN + 2 * GAP, 14))
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setFont(theme.family_font(12, 500))
        self.setFixedHeight(HIGH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Open graphs")

    def tabSizeHint(self, index: int) -> QSize:
        """As wide as its name, or its share of the row."""
        wished = [self._wished(at) for at in range(self.count())]
        room = (self.parentWidget() or self).width() - BESIDE
        if index == self.currentIndex() or sum(wished) <= room:
            return QSize(wished[index], HIGH)  # the one that is looked at keeps its name
        now = max(self.currentIndex(), 0)
        share = (room - wished[now]) // max(self.count() - 1, 1)
        return QSize(max(NARROWEST, min(wished[index], share)), HIGH)

    def _wished(self, at: int) -> int:
        return max(NARROWEST, min(WIDEST, super().tabSizeHint(at).width()))

    def minimumTabSizeHint(self, index: int) -> QSize:
        """As wide as it is: what does not fit is scrolled to."""
        return self.tabSizeHint(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The middle button closes."""
        super().mouseReleaseEvent(event)
        at = self.tabAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.MiddleButton and at >= 0:
            self.middle_clicked.emit(at)


class TabRow(QWidget):
    """Emits where in the row something is wanted; with a single tab it takes no room."""

    chosen = Signal(int)
    closed = Signal(int)
    moved = Signal(int, int)
    added = Signal()

    def __init__(self) -> None:
        super().__init__(objectName="tabRow")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.names = Names()
        self.add_button = IconButton("plus", "New tab")
        self.add_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.marks: list[tuple[bool, bool, bool]] = []  # unsaved, running, and paused
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 6, 0)
        row.setSpacing(4)
        row.addWidget(self.names, 1)
        row.addWidget(self.add_button)
        self.names.currentChanged.connect(self.chosen)
        self.names.middle_clicked.connect(self.closed)
        self.names.tabMoved.connect(self._moved)
        self.add_button.clicked.connect(lambda: self.added.emit())
        theme.theme_changes.changed.connect(self.restyle)
        self.restyle()
        self.hide()

    def add(self, at: int) -> None:
        """Another tab, before the one that stands at a place, or behind all."""
        button = IconButton("close", "Close this tab", size=12)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(partial(self._close, button))
        self.marks.insert(at, (False, False, False))
        self.names.blockSignals(True)
        self.names.insertTab(at, "")
        self.names.blockSignals(False)
        self.names.setTabButton(at, QTabBar.ButtonPosition.RightSide, button)
        self.setVisible(self.names.count() > 1)

    def remove(self, at: int) -> None:
        """A tab goes."""
        del self.marks[at]
        self.names.blockSignals(True)
        self.names.removeTab(at)
        self.names.blockSignals(False)
        self.setVisible(self.names.count() > 1)

    def choose(self, at: int) -> None:
        """This one is looked at."""
        self.names.blockSignals(True)
        self.names.setCurrentIndex(at)
        self.names.blockSignals(False)
        self.names.setTabText(at, self.names.tabText(at))  # so that the widths are shared anew

    def tell(self, at: int, title: str, whole: str, unsaved: bool, running: bool, paused: bool = False) -> None:
        """What a tab says; `whole` is the place of its file, and a run that is `paused` is `running` too."""
        run = "a run is paused" if paused else "a run goes on"
        said = [text for text, true in (("unsaved changes", unsaved), (run, running)) if true]
        before, self.marks[at] = self.marks[at], (unsaved, running, paused)
        self.names.setTabText(at, title.replace("&", "&&"))
        self.names.setTabToolTip(at, ", ".join([whole or title, *said]))
        self.names.setAccessibleTabName(at, ", ".join([title, *said]))
        if before != self.marks[at]:  # each icon, also one that is empty, lays out the whole row
            self.names.setTabIcon(at, self._mark(unsaved, running, paused))

    def restyle(self) -> None:
        """Take the colours of the theme."""
        now = theme.current()
        self.setStyleSheet(chrome.small(now) + SHEET.substitute(chrome.tokens(now)))
        for at, marks in enumerate(self.marks):
            if any(marks):
                self.names.setTabIcon(at, self._mark(*marks))

    def _close(self, button: QWidget, *_: object) -> None:
        places = range(self.names.count())
        side = QTabBar.ButtonPosition.RightSide
        self.closed.emit(next(at for at in places if self.names.tabButton(at, side) is button))

    def _moved(self, source: int, target: int) -> None:
        self.marks.insert(target, self.marks.pop(source))
        self.moved.emit(source, target)

    def _mark(self, unsaved: bool, running: bool, paused: bool) -> QIcon:
        """A dot for edits, an arrow for a run, or two bars where that is paused; both, or nothing."""
        if not (unsaved or running):
            return QIcon()
        wide = (DOT + GAP) * unsaved + (RUN + GAP) * running
        ratio = self.devicePixelRatioF()
        drawn = QPixmap(QSize(wide, 14) * ratio)
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(Qt.GlobalColor.transparent)
        with QPainter(drawn) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            if unsaved:
                painter.setBrush(colour("text"))
                painter.drawEllipse(QRectF(0, 7 - DOT / 2, DOT, DOT))
            left = wide - RUN - GAP
            if running and paused:
                painter.setBrush(colour("warning"))
                for at in (1, RUN - 4):
                    painter.drawRect(QRectF(left + at, 2, 3, 10))
            elif running:
                painter.setBrush(colour("accent"))
                painter.drawPolygon([QPointF(left + 1, 2), QPointF(left + RUN, 7), QPointF(left + 1, 12)])
        return QIcon(drawn)
