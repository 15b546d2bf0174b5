"""One sentence above the canvas with what can be done about it: news of the file that is open."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QFrame, QHBoxLayout

from editor.looks.pieces import IconButton, Line, TextButton

Offer = tuple[str, str, str, Callable[[], object]]  # icon, words, tooltip, what it does


class Notice(QFrame):
    """A row of its own; what is offered is done once, and the row goes with it."""

    def __init__(self) -> None:
        super().__init__(objectName="notice")
        self.sentence = Line("", "text", 13).wrapped()
        self.offers: list[TextButton] = []
        self.close_button = IconButton("close", "Close this message")
        self.close_button.clicked.connect(self.hide)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(14, 6, 8, 6)
        self.row.setSpacing(8)
        self.row.addWidget(self.sentence, 1)
        self.row.addWidget(self.close_button)
        self.hide()

    def tell(self, sentence: str, *offers: Offer) -> None:
        """Show a sentence and its buttons instead of what is there."""
        for each in self.offers:
            each.hide()
            each.deleteLater()
        self.offers = [TextButton(icon, words, tip) for icon, words, tip, _ in offers]
        for at, (button, (*_, does)) in enumerate(zip(self.offers, offers, strict=True), start=1):
            button.clicked.connect(partial(self._do, does))
            self.row.insertWidget(at, button)
        self.sentence.setText(sentence)
        self.show()

    def _do(self, does: Callable[[], object], *_: object) -> None:
        self.hide()
        does()
