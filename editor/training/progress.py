"""The words of a run above its table: what it does, how far it is, on what, and why it failed; nothing is cut."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from editor.looks.fade import Fade
from editor.looks.pieces import Line
from editor.training.going_on import GoOnRow

if TYPE_CHECKING:
    from editor.running.session import Session

LEAST = 78  # pixels: what is said of a run that goes on
BREAKS = "\u200b"  # where a long word without spaces, such as a path, may be broken


class Paragraph(Line):
    """A text on as many lines as it needs, which can be selected."""

    def __init__(self, token: str = "text", px: int = 12, weight: int = 400) -> None:
        super().__init__("", token, px, weight)
        self.whole = ""
        self.wrapped()
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def tell(self, text: str) -> None:
        """Show another text."""
        if text != self.whole:
            self.whole = text
            self.setAccessibleName(text)
            self.setText(text.replace("/", f"/{BREAKS}").replace("_", f"_{BREAKS}").replace(".", f".{BREAKS}"))


class Progress(QWidget):
    """Lines of words, and a bar below the first."""

    def __init__(self, session: "Session") -> None:
        super().__init__()
        self.stage = Paragraph(px=13, weight=600)
        self.left = Line("", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(5)
        self.bar.setAccessibleName("Progress of the run")
        self.measured = Line(px=11).wrapped()
        self.device = Paragraph("muted", 11)
        self.run = Paragraph("muted", 11)
        self.silence = Paragraph("warning", 11)  # where nothing has been heard for long
        self.go_on = GoOnRow(session)
        self.cannot = Paragraph("warning", 11)  # why it does not go on
        head = QHBoxLayout()
        head.addWidget(self.stage, 1)
        head.addWidget(self.left, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 6)
        layout.setSpacing(5)
        layout.addLayout(head)
        for part in (self.bar, self.go_on, self.cannot, self.silence, self.measured):
            layout.addWidget(part)
        layout.addWidget(self.device)  # also why a run failed: where there is too little height, the run's name scrolls
        layout.addWidget(self.run)

    def show_end(self, token: str) -> None:
        """Give the bar the colour of an end that is an error or a warning; otherwise it has its usual one."""
        if token != self.bar.property("ended"):
            self.bar.setProperty("ended", token)
            self.bar.style().unpolish(self.bar)
            self.bar.style().polish(self.bar)


class Words(QScrollArea):
    """As high as its words are; where the panel is lower, they scroll."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self.progress = progress
        self.told = 0  # the height that is asked for
        self.setWidget(progress)
        self.setAccessibleName("Progress of the run")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self.fade = Fade(self, "panel", 20)

    def sizeHint(self) -> QSize:
        """The height of the words at this width."""
        return QSize(220, self.progress.heightForWidth(max(self.width(), 220)))

    def minimumSizeHint(self) -> QSize:
        """No more for a long text than for a short one, or a panel would jump: the table gives way, or it scrolls."""
        return QSize(220, min(self.sizeHint().height(), LEAST))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another height."""
        super().resizeEvent(event)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A line that comes, goes or gets its style has changed the height of the words."""
        found = super().eventFilter(watched, event)
        if watched is self.progress and event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return found

    def fit(self) -> None:
        """The words may have changed. A scroll bar makes them longer: it goes as soon as they fit without it."""
        whole = self.progress.heightForWidth(self.width())
        scrolls = whole > self.height()
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if scrolls else policy.ScrollBarAlwaysOff)
        self.progress.setMinimumHeight(self.progress.heightForWidth(self.viewport().width()))
        if whole != self.told:
            self.told = whole
            self.updateGeometry()
            place = self.parentWidget()
            column = place.layout() if place else None
            if column is not None:
                column.activate()  # at once: for a moment words would be cut
