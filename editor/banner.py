"""One sentence over the canvas that stays until it is closed: what was refused, and what went wrong."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from editor import theme
from editor.pieces import IconButton, Line

MARGIN, WIDEST = 12, 640


class Banner(QFrame):
    """Lies over the upper edge of `place` and takes no room from it."""

    def __init__(self, place: QWidget) -> None:
        super().__init__(place, objectName="banner")
        self.place = place
        self.sign = QLabel()
        self.sentence = Line("", "text", 13)
        self.sentence.setWordWrap(True)
        self.close_button = IconButton("close", "Close this message")
        self.close_button.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self.sign)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.close_button)
        place.installEventFilter(self)
        theme.theme_changes.changed.connect(self.recolour)
        self.recolour()
        self.hide()

    def say(self, sentence: str) -> None:
        """Show a sentence instead of the one that is there."""
        self.sentence.setText(sentence)
        self.show()
        self.raise_()
        self._settle()

    def recolour(self) -> None:
        """Draw the sign in the colours of the theme."""
        self.sign.setPixmap(theme.icon_pixmap("problem-error", theme.current().error, 18, self.devicePixelRatioF()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the place."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._settle()
        return super().eventFilter(watched, event)

    def _settle(self) -> None:
        room = self.place.width() - 2 * MARGIN
        width = max(200, min(room, WIDEST))
        self.setGeometry((self.place.width() - width) // 2, MARGIN, width, self.heightForWidth(width))
