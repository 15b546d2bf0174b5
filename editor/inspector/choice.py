"""One of a few words, and yes or no."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout

from editor.inspector.entry import Entry, Seen
from editor.theme import family_font
from runtime.spec.parameter import Parameter


class StillCombo(QComboBox):
    """A combo that the wheel passes over, so that scrolling the form changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setFont(family_font(12))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the form."""
        event.ignore()


class ChoiceEntry(Entry):
    """A combo of words."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter)
        self.combo = StillCombo()
        self.combo.addItems(list(parameter.choices))
        self.combo.activated.connect(lambda at: self.give(parameter.choices[at]))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.combo)
        self.setFocusProxy(self.combo)

    def show_seen(self, seen: Seen) -> None:
        """Show the word; nothing where the nodes differ or the word is unknown."""
        super().show_seen(seen)
        self.combo.setPlaceholderText("several values" if seen.mixed else str(seen.value))
        known = not seen.mixed and seen.value in self.parameter.choices
        self.combo.setCurrentIndex(self.parameter.choices.index(seen.value) if known else -1)


class ToggleEntry(Entry):
    """A box to tick."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter)
        self.box = QCheckBox()
        self.box.setFont(family_font(12))
        self.box.clicked.connect(self._clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 3, 0, 3)
        layout.addWidget(self.box)
        self.setFocusProxy(self.box)

    def show_seen(self, seen: Seen) -> None:
        """Ticked, not ticked, or half where the nodes differ."""
        super().show_seen(seen)
        state = Qt.CheckState.PartiallyChecked if seen.mixed else Qt.CheckState(2 if seen.value is True else 0)
        self.box.setTristate(seen.mixed)
        self.box.setCheckState(state)

    def _clicked(self) -> None:
        self.box.setTristate(False)
        self.give(self.box.isChecked())
