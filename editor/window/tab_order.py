"""The order in which Tab goes through the parts of a window: as the eye does, whenever their widgets were made."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSplitter, QWidget


def stops(part: QWidget) -> Iterator[QWidget]:
    """What Tab stops at in a part, as its widgets were put into it."""
    for stop in _inside(part):
        mine = stop.window() is part.window()  # the list of a combo is a window of its own
        able = stop.isVisible() and stop.isEnabled() and stop.focusProxy() is None
        if mine and able and stop.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield stop


def _inside(part: QWidget) -> Iterator[QWidget]:
    """A part and all within; a splitter turns the order of its own around, which is not that on the screen."""
    yield part
    parts = [each for each in part.children() if isinstance(each, QWidget)]
    if isinstance(part, QSplitter):
        parts = [each for at in range(part.count()) if (each := part.widget(at))]
    for each in parts:
        yield from _inside(each)


def next_stop(parts: Iterable[QWidget], focus: QWidget | None, step: int) -> QWidget | None:
    """The stop after or before the one that has the focus; None where it is somewhere else."""
    found = list(dict.fromkeys(stop for part in parts for stop in stops(part)))
    return found[(found.index(focus) + step) % len(found)] if focus in found else None


def go_to(stop: QWidget, reason: Qt.FocusReason = Qt.FocusReason.TabFocusReason) -> None:
    """Give a stop the focus, and bring it into sight where its part scrolls."""
    stop.setFocus(reason)
    around: QWidget | None = stop.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(stop)
        around = around.parentWidget()
