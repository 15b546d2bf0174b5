"""How much is drawn at a zoom: by the size that text has on the screen, so that nothing turns into specks."""

from functools import lru_cache

from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from editor.theme import family_font

SMALLEST = 5.0  # pixels on the screen; smaller text is not drawn
SMALL_TEXT = 11  # pixels of types, parameters and names of ports
LARGEST_NAME = 28  # pixels of a name that stands alone in its node
STEADY = 1.07  # so much has the zoom to change before anything else is drawn: a trembling hand makes nothing flicker
NEAR = SMALLEST / SMALL_TEXT  # from this scale on everything is drawn
FAR = SMALLEST / LARGEST_NAME  # below this one shapes and colours alone


def steadied(scale: float, before: float) -> float:
    """The scale by which details are chosen, given the one before: it follows the zoom once that is further away."""
    return before if before / STEADY < scale < before * STEADY else scale


def seen_at(painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None) -> float:
    """The scale by which an item chooses what it draws: that of its view, or of the picture that is made."""
    view = widget.parent() if widget is not None else None
    found = getattr(view, "steady", None)
    return float(found) if found else option.levelOfDetailFromTransform(painter.worldTransform())


@lru_cache(maxsize=LARGEST_NAME + 1)
def name_font(size: int) -> QFont:
    """The font of a name that stands alone in its node."""
    return family_font(size, 600)
