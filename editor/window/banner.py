"""One sentence over the canvas that stays until it is closed: what was refused, and what went wrong."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy

from editor.looks import theme
from editor.looks.pieces import IconButton, Line


class Banner(QFrame):
    """A row of its own above start page or canvas, so that it covers nothing."""

    def __init__(self) -> None:
        super().__init__(objectName="banner")
        self.about = ""
        self.sign = QLabel()
        self.sentence = Line("", "text", 13).wrapped()
        self.close_button = IconButton("close", "Close this message")
        self.close_button.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self.sign)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.close_button)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.theme_changes.changed.connect(self.recolour)
        self.recolour()
        self.hide()

    def say(self, sentence: str, about: str = "") -> None:
        """Show a sentence instead of the one that is there; `about` is what may be done later."""
        self.sentence.setText(sentence)
        self.about = about
        self.show()

    def done(self, about: str) -> None:
        """What had failed is done now: the sentence about it goes."""
        if self.about == about:
            self.hide()

    def recolour(self) -> None:
        """Draw the sign in the colours of the theme."""
        self.sign.setPixmap(theme.icon_pixmap("problem-error", theme.current().error, 18, self.devicePixelRatioF()))
