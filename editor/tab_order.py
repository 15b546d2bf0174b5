"""The order in which Tab goes through the parts of a window."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def order_tabs(parts: Sequence[QWidget]) -> None:
    """One part after the other; inside a part as its widgets were put into it."""
    for before, after in pairwise([stop for part in parts for stop in _stops(part)]):
        QWidget.setTabOrder(before, after)


def _stops(part: QWidget) -> Iterator[QWidget]:
    """What Tab stops at in a part."""
    for stop in (part, *part.findChildren(QWidget)):
        mine = stop.window() is part.window()  # the list of a combo is a window of its own
        if mine and stop.focusProxy() is None and stop.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield stop
