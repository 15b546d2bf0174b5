"""What lies under a place of the scene: ports, nodes, dots, wires, frames, in this order of preference."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt

from editor.canvas.frame_box import FrameBox
from editor.canvas.node import NodeBox
from editor.canvas.port import REACH, Port
from editor.canvas.tips import Hit
from editor.canvas.wire import Dot, Wire

if TYPE_CHECKING:
    from editor.canvas.view import View

NEAR = 9.0  # pixels from the middle of a dot


def hit(view: "View", at: QPointF) -> Hit:
    """The port, node, dot, wire, or handle of a frame at a scene position."""
    reach = min(18.0, max(7.0, REACH / view.scale_now))
    if ports := ports_near(view, at, reach):
        return min(ports, key=lambda port: port.distance(at))
    items = view.scene().items(around(at, reach), Qt.ItemSelectionMode.IntersectsItemBoundingRect)  # marks lie outside
    for box in items:
        if isinstance(box, NodeBox) and (box.contains(at - box.pos()) or box.badge_rect(view.scale_now).contains(at)):
            return box
    wires = [wire for wire in items if isinstance(wire, Wire) and wire.isVisible()]
    for wire in wires:
        if (dot := wire.dot_at(at, min(NEAR / view.scale_now, 18.0))) is not None:
            return Dot(wire, dot)
    near = around(at, 2)
    if (found := next((wire for wire in wires if wire.shape().intersects(near)), None)) is not None:
        return found
    frames = (item for item in items if isinstance(item, FrameBox))
    return next((frame for frame in frames if frame.zone(at, view.scale_now)), None)


def wire_at(view: "View", at: QPointF) -> Wire | None:
    """The wire at a scene position, whatever node lies over it."""
    near = around(at, 2)
    found = (item for item in view.scene().items(around(at, 7)) if isinstance(item, Wire) and item.isVisible())
    return next((wire for wire in found if wire.shape().intersects(near)), None)


def ports_near(view: "View", at: QPointF, reach: float) -> list[Port]:
    """The ports within reach that no node hides which lies over theirs: it takes what is meant for what is seen."""
    found: list[Port] = []
    above: list[NodeBox] = []
    for item in view.scene().items(around(at, reach)):  # what lies on top comes first, ports before their nodes
        if isinstance(item, NodeBox):
            above.append(item)
        elif isinstance(item, Port) and item.distance(at) <= reach:
            dot = item.box.pos() + item.slots[item.slot_at(at)]
            if not any(box.contains(each - box.pos()) for box in above for each in (at, dot)):
                found.append(item)
    return found


def around(at: QPointF, reach: float) -> QRectF:
    """A square about a place."""
    return QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)
