"""One of a few words, and yes or no."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStyle, QStyleOptionComboBox

from editor.inspector.entry import Entry, Seen
from editor.inspector.text import NONE
from editor.looks.pieces import colour, tells_whole
from editor.looks.theme import family_font, icon_pixmap
from editor.looks.tick import Tick
from editor.looks.unharmed import unharmed
from runtime.spec.parameter import Parameter

ROOM = """
QComboBox { padding-right: 0; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: none; }
"""  # for the longest words beside an arrow of our own


class StillCombo(QComboBox):
    """A combo that the wheel passes over, so that scrolling the form changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setFont(family_font(12))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setMinimumWidth(60)  # beside the longest of names
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setStyleSheet(ROOM)

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """What is drawn: a text that is too long ends with an ellipsis."""
        super().initStyleOption(option)
        option.currentText = self.shown()

    def shown(self) -> str:
        """The chosen text as far as there is room for it."""
        option = QStyleOptionComboBox()
        super().initStyleOption(option)
        control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, part, self).width()
        return self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)

    def event(self, event: QEvent) -> bool:
        """Tell the whole of what is cut."""
        return tells_whole(self, event, self.currentText(), self.shown) or super().event(event)

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw an arrow of our own: the style's has a frame around it."""
        super().paintEvent(event)
        arrow = icon_pixmap("chevron-down", colour("muted").name(), 14, self.devicePixelRatioF())
        QPainter(self).drawPixmap(self.width() - 20, (self.height() - 14) // 2, arrow)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the form."""
        event.ignore()


class ChoiceEntry(Entry):
    """A combo of words."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter)
        self.values: tuple[str | None, ...] = (
            (None, *parameter.choices) if parameter.default is None else parameter.choices
        )
        self.combo = StillCombo()
        self.combo.addItems([NONE if value is None else value for value in self.values])
        self.combo.activated.connect(lambda at: self.give(self.values[at]))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.combo)
        self.setFocusProxy(self.combo)

    def show_seen(self, seen: Seen) -> None:
        """Show the word; nothing where the nodes differ or the word is unknown."""
        super().show_seen(seen)
        self.combo.setPlaceholderText("mixed" if seen.mixed else str(seen.value))
        if self.parameter.inferred:
            self.combo.setItemText(0, f"{seen.told or 'told'} by the wire")
        known = not seen.mixed and seen.value in self.values
        self.combo.setCurrentIndex(self.values.index(seen.value) if known else -1)


class FieldEntry(ChoiceEntry):
    """A combo of the node's fields, or none of them."""

    def show_seen(self, seen: Seen) -> None:
        """Offer the fields as they are now."""
        if self.values != (values := ("", *seen.names)):
            self.values = values
            self.combo.clear()
            self.combo.addItems([NONE, *seen.names])
        super().show_seen(seen)


class ToggleEntry(Entry):
    """A box to tick."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter)
        self.box = Tick()
        self.box.setFont(family_font(12))
        self.box.clicked.connect(self._clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.addWidget(self.box)
        layout.addStretch(1)
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
