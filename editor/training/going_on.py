"""The row that lets a run go on that has ended: Continue, and for how many epochs more."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QWidget

from editor.looks.pieces import Line, TextButton

if TYPE_CHECKING:
    from editor.running.session import Session

MOST = 1_000_000
WIDE = 72  # pixels: the largest number is seen whole


class GoOnRow(QWidget):
    """Offers the epochs that are left, or as many as the graph asks for where none are."""

    def __init__(self, session: "Session") -> None:
        super().__init__()
        self.session = session
        self.offered = 0
        self.button = TextButton("run", "Continue", "Train on from where this run ended")
        self.epochs = QSpinBox(minimum=1, maximum=MOST)  # with NoButtons a style sheet leaves its text one pixel
        self.epochs.lineEdit().setTextMargins(5, 0, 5, 0)
        self.epochs.setAccessibleName("How many epochs more")
        self.epochs.setFixedWidth(WIDE)
        self.words = Line("", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        row.addWidget(Line("for", "muted"))
        row.addWidget(self.epochs)
        row.addWidget(self.words)
        row.addStretch(1)
        self.setSizePolicy(self.sizePolicy().horizontalPolicy(), self.sizePolicy().Policy.Fixed)
        self.button.clicked.connect(lambda: session.going_on.begin(self.epochs.value()))
        self.epochs.valueChanged.connect(self._count)
        self.epochs.lineEdit().returnPressed.connect(self.button.click, Qt.ConnectionType.QueuedConnection)
        self._count(self.epochs.value())

    def show_state(self) -> None:
        """Be there where a run can go on; what was typed stays as long as the same is offered.

        Where it is refused the reason takes its place: there is little height for both.
        """
        going_on = self.session.going_on
        possible = going_on.possible
        self.setVisible(possible and not going_on.cannot)
        for part in (self.button, self.epochs):
            part.setEnabled(not going_on.cannot)
        if possible and self.offered != going_on.epochs_left:
            self.offered = going_on.epochs_left
            self.epochs.setValue(self.offered)

    def _count(self, number: int) -> None:
        self.words.setText("more epoch" if number == 1 else "more epochs")
