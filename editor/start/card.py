"""One example on the start page: its picture, its name, what it teaches."""

from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QEnterEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QTransform,
)
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from editor.looks.pieces import IconButton, Line, colour
from editor.looks.theme import family_font
from editor.looks.unharmed import unharmed

HIGH = 0.42  # of its width
WIDE = 190  # pixels of a picture beside its words
SHARE = 0.36  # of the card, at most
ROUND = 9  # pixels; as round as the card inside of its border


class Picture(QWidget):
    """A drawn graph; `above` the words it is as high as its width tells, beside them as high as they are."""

    def __init__(self, above: bool) -> None:
        super().__init__()
        self.above = above
        self.image = QImage()
        self._drawn = QPixmap()
        across = QSizePolicy.Policy.Ignored if above else QSizePolicy.Policy.Fixed
        policy = QSizePolicy(across, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(above)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """The width beside words, and the height that goes with it."""
        return QSize(WIDE, self.heightForWidth(WIDE))

    def hasHeightForWidth(self) -> bool:
        """Only where the words stand below."""
        return self.above

    def heightForWidth(self, width: int) -> int:
        """All pictures have one form."""
        return int(width * HIGH)

    def show_image(self, image: QImage) -> None:
        """Take another picture."""
        self.image = image
        self._drawn = QPixmap()
        self.update()

    @unharmed
    def paintEvent(self, _: QPaintEvent) -> None:
        """The picture, round where the card is."""
        if self.image.isNull():
            painter = QPainter(self)
            painter.setPen(colour("muted"))
            painter.setFont(family_font(12))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Drawing it …")
            return
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        if self._drawn.size() != size:
            self._drawn = _filling(self.image, size)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        brush = QBrush(self._drawn)
        brush.setTransform(QTransform.fromScale(1 / ratio, 1 / ratio))
        further = (0, 0, 0, 2 * ROUND) if self.above else (0, 0, 2 * ROUND, 0)  # where the words are it is not round
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect().adjusted(*further)), ROUND, ROUND)
        painter.fillPath(shape, brush)


class Card(QFrame):
    """Emits `chosen` on a click, Enter or Space. The picture stands `above` the words, or at their left."""

    chosen = Signal(object)
    run_wanted = Signal(object)

    def __init__(self, file: Path, title: str, about: str, above: bool) -> None:
        super().__init__(objectName="card")
        self.file = file
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{title}. {about}")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.picture = Picture(above)
        words = QVBoxLayout()
        words.setContentsMargins(16, 10, 12, 12)
        words.setSpacing(3)
        self.run_button = IconButton("run", f"Open {title} and run it", "accent", 14)
        self.run_button.clicked.connect(lambda: self.run_wanted.emit(file))
        head = QHBoxLayout()
        head.addWidget(Line(title, "text", 15 if above else 14, 600).wrapped(), 1)
        head.addWidget(self.run_button, 0, Qt.AlignmentFlag.AlignTop)
        words.addLayout(head)
        words.addWidget(Line(about, "muted", 13).wrapped())
        words.addStretch(1)
        whole = QBoxLayout(QBoxLayout.Direction.TopToBottom if above else QBoxLayout.Direction.LeftToRight, self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        whole.addWidget(self.picture)
        whole.addLayout(words, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow card leaves its words room."""
        super().resizeEvent(event)
        if not self.picture.above:
            self.picture.setFixedWidth(min(WIDE, round(event.size().width() * SHARE)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.file)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter or Space while it has the focus."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.file)
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """The border lights up."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """The border goes out."""
        super().leaveEvent(event)
        self.update()


def _filling(image: QImage, size: QSize) -> QPixmap:
    """The whole picture in the middle; what it leaves free goes on like its edges, which show the ground alone."""
    drawn = image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    left, top = (size.width() - drawn.width()) // 2, (size.height() - drawn.height()) // 2
    right, bottom = drawn.width() - 1, drawn.height() - 1
    made = QPixmap(size)
    painter = QPainter(made)
    if top:
        painter.drawImage(QRect(QPoint(), size), drawn, QRect(0, bottom, right, 1))  # words may stand at the upper edge
    else:
        painter.drawImage(QRect(0, 0, left, size.height()), drawn, QRect(0, 0, 1, bottom))
        painter.drawImage(QRect(left, 0, size.width(), size.height()), drawn, QRect(right, 0, 1, bottom))
    painter.drawImage(left, top, drawn)
    painter.end()
    return made
