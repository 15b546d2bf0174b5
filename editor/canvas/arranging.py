"""Lays the graph, or what is selected of it, out in layers from left to right, as one undo step."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF, QRectF

from editor.canvas.arriving import bring_into_view
from editor.canvas.intents import Intent, movement
from editor.canvas.layout import Places
from editor.canvas.room import NEAR, Rect, free_place, snap

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas


def arrange(canvas: "Canvas") -> None:
    """The selected nodes where they are two or more, else all; the others stay where they are."""
    canvas.glide.end()
    chosen = canvas.selected()
    some = 1 < len(chosen) < len(canvas.graph.nodes)
    ids = chosen if some else list(canvas.graph.nodes)
    if not ids:
        return
    boxes = canvas.mirror.boxes
    before = {id: QPointF(boxes[id].pos()) for id in ids}
    if not some and (canvas.mirror.frames or any(wire.dots for wire in canvas.mirror.wires.values())):
        edits = tuple(canvas.framing.arrange())
    else:
        places = canvas.mirror.arranged(canvas.scenery, ids)
        if some:
            places = _beside_others(canvas, places)
            places |= {id: at for id, at in canvas.mirror.guessed.items() if id not in places}
        edits = (*movement(places).edits, *canvas.framing.straightened(set(ids)))
    told = any(edit[0] == "bend" for edit in edits)
    canvas.carry_out(Intent(edits, f"arrange {len(ids)} nodes" if some else "arrange"))
    if some:
        bring_into_view(canvas, ids)
    else:
        canvas.fit()
    canvas.glide.begin(before)
    if told:
        canvas.rewiring.told.emit("Wires between arranged nodes have lost their dots; undo brings them back.")


def _beside_others(canvas: "Canvas", places: Places) -> Places:
    """About where these nodes stood; as near to that as they stand on no other node."""
    boxes = canvas.mirror.boxes
    whole = QRectF()
    for id, at in places.items():
        whole = whole.united(QRectF(QPointF(*at), boxes[id].rect.size()))
    way = canvas.content(places).center() - whole.center()
    found = _moved(places, snap(way.x()), snap(way.y()))
    others = [box.rect for id, box in boxes.items() if id not in places]
    keep = [QRectF(QPointF(*at), boxes[id].rect.size()).adjusted(-NEAR, -NEAR, NEAR, NEAR) for id, at in found.items()]
    if not any(mine.intersects(other) for mine in keep for other in others):
        return found
    corner = whole.topLeft() + QPointF(snap(way.x()), snap(way.y()))
    free = free_place(
        (corner.x(), corner.y()), (whole.width(), whole.height()), [cast(Rect, rect.getCoords()) for rect in others]
    )
    return _moved(places, free[0] - whole.left(), free[1] - whole.top())


def _moved(places: Places, across: float, down: float) -> Places:
    return {id: (x + across, y + down) for id, (x, y) in places.items()}
