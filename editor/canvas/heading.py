"""Room for the title of a frame: how much it takes, and what goes out of the way of a new one."""

import math
from collections.abc import Collection
from functools import reduce
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


def headroom(mirror: Mirror, rect: QRectF, held: QRectF, chosen: Collection[str]) -> list[Edit]:
    """Edits after which a new frame around `held` shares its title with nothing.

    Nodes on its title go up. The frames that hold it too, or one of these nodes, grow, other than the `chosen` ones
    in it; what stands on their titles then goes up as well.
    """
    before = mirror.rects()
    rects, grown = dict(before), dict[str, QRectF]()
    _raise(rect, rects)
    others = [box for id, box in mirror.frames.items() if id not in chosen]
    for box in sorted(others, key=lambda each: -each.zValue()):  # the innermost first
        mine = {id for id, node in before.items() if box.holds(node)}
        more = [rects[id] for id in mine if rects[id] != before[id]]
        more += [now for id, now in grown.items() if box.holds(mirror.frames[id].rect)]
        more += [rect] if box.holds(held) else []
        if more and (now := box.rect.united(fitting(reduce(QRectF.united, more), head(box)))) != box.rect:
            grown[box.id] = now
            around = {id: node for id, node in rects.items() if id not in mine}
            _raise(now, around)
            rects |= around
    frames: list[Edit] = [("frame", id, {"rect": now.getRect()}) for id, now in grown.items()]
    return [*frames, *(("move", id, (to.x(), to.y())) for id, to in rects.items() if to != before[id])]


def _raise(frame: QRectF, rects: dict[str, QRectF]) -> None:
    """Move what stands on the title of a frame up."""
    bar = (frame.left(), frame.top(), frame.right(), frame.top() + HEAD)
    for id, (x, y) in raised(bar, {id: cast(Rect, node.getCoords()) for id, node in rects.items()}).items():
        rects[id] = QRectF(x, y, rects[id].width(), rects[id].height())
