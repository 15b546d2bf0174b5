"""Room for the title of a frame: how much it takes, and what goes out of the way of a new one."""

import math
from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import QRectF

from editor.canvas.frame_box import HEAD, FrameBox
from editor.canvas.mirror import Mirror
from editor.canvas.nested import AROUND
from editor.canvas.room import GRID, Rect, raised
from runtime.graph.edit import Edit

MOST_TEXT = 160.0  # of the text of a frame for which nodes make room


def head(box: FrameBox) -> float:
    """The room above the nodes of a frame, for its title and its text."""
    text = box.text
    return HEAD - GRID + AROUND + (math.ceil(min(text.height, MOST_TEXT) / GRID) * GRID if text else 0.0)


def fitting(rect: QRectF, above: float = HEAD - GRID + AROUND) -> QRectF:
    """With room around and for the title above, outwards on the grid."""
    left, top = ((each // GRID) * GRID for each in (rect.left() - AROUND, rect.top() - above))
    right, bottom = (-((-each - AROUND) // GRID) * GRID for each in (rect.right(), rect.bottom()))
    return QRectF(left, top, right - left, bottom - top)


def headroom(mirror: Mirror, rect: QRectF, held: QRectF, chosen: Iterable[str]) -> list[Edit]:
    """Edits after which a new frame around `held` shares its title with nothing.

    The frames that hold it too, other than the `chosen` ones in it, grow; nodes on any of the titles go up.
    """
    edits, bars = list[Edit](), [rect]
    outer = [box for id, box in mirror.frames.items() if id not in set(chosen) and box.holds(held)]
    for box in sorted(outer, key=lambda each: -each.zValue()):  # the innermost first
        grown = box.rect.united(fitting(bars[-1], head(box)))
        bars.append(grown)
        if grown != box.rect:
            edits.append(("frame", box.id, {"rect": grown.getRect()}))
    rects = {id: cast(Rect, node.getCoords()) for id, node in mirror.rects().items()}
    places: dict[str, tuple[float, float]] = {}
    for bar in bars:
        went = raised((bar.left(), bar.top(), bar.right(), bar.top() + HEAD), rects)
        places |= went
        rects |= {
            id: (x, y, x + rects[id][2] - rects[id][0], y + rects[id][3] - rects[id][1]) for id, (x, y) in went.items()
        }
    return [*edits, *(("move", id, at) for id, at in places.items())]
