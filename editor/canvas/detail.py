"""How much is drawn at a zoom: by the size that text has on the screen, so that nothing turns into specks."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from editor.looks.theme import family_font

SMALLEST = 5.0  # pixels on the screen; smaller text is not drawn
SMALL_TEXT = 11  # pixels of types, parameters and names of ports
LARGEST_NAME = 24  # pixels of a name that stands alone in its node: a pill has room for it
STEADY = 1.07  # so much has the zoom to change before anything else is drawn: a trembling hand makes nothing flicker
NEAR = SMALLEST / SMALL_TEXT  # from this scale on everything is drawn
FAR = SMALLEST / LARGEST_NAME  # below this one shapes and colours alone
_views: list[float] = []  # each item would have to ask Qt for its view otherwise, a thousand times a frame


def steadied(scale: float, before: float) -> float:
    """The scale by which details are chosen, given the one before: it follows the zoom once that is further away."""
    return before if before / STEADY < scale < before * STEADY else scale


@contextmanager
def seen_from(scale: float) -> Iterator[None]:
    """While a view paints its items: the scale by which they choose what they draw."""
    _views.append(scale)
    try:
        yield
    finally:
        _views.pop()


def seen_at(painter: QPainter, option: QStyleOptionGraphicsItem) -> float:
    """The scale by which an item chooses what it draws: that of the view that paints, or of the picture."""
    return _views[-1] if _views else option.levelOfDetailFromTransform(painter.worldTransform())


@lru_cache(maxsize=LARGEST_NAME + 1)
def name_font(size: int) -> QFont:
    """The font of a name that stands alone in its node."""
    return family_font(size, 600)
