"""Pens for the curves of a run and for their swatches."""

from collections.abc import Sequence

from PySide6.QtGui import QColor, QGuiApplication, QPen


def stroke(ink: QColor, width: float, pattern: Sequence[float] = ()) -> QPen:
    """A pen; `pattern` is that of Qt, none a solid line."""
    made = QPen(ink)
    made.setWidthF(width)
    if pattern:
        made.setDashPattern(pattern)
    return made


def pen(ink: QColor, width: float, pattern: Sequence[float] = ()) -> QPen:
    """A pen that is as wide however far the plot is zoomed: Qt takes its width in the pixels of the screen."""
    made = stroke(ink, width * ratio(), pattern)
    made.setCosmetic(True)
    return made


def ratio() -> float:
    """How many pixels of the screen one of a window has."""
    application = QGuiApplication.instance()
    return application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0
