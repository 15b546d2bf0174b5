"""The item of a port: invisible (its node paints it), there to be found under the cursor and to hold wires."""

from math import hypot
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from editor.canvas.pin import Pin
from editor.canvas.stock import PortItem
from editor.looks.unharmed import unharmed

if TYPE_CHECKING:
    from editor.canvas.node import NodeBox
    from editor.canvas.wire import Wire

REACH = 11.0


class Port(PortItem):
    """One port. It lies where its node's shape says; a port that takes many has one slot a wire."""

    def __init__(self, box: "NodeBox", name: str, output: bool) -> None:
        super().__init__(box)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemSendsScenePositionChanges, False)
        self.setAcceptHoverEvents(False)
        self.box = box
        self.name = name
        self.output = output
        self.port_type = "out" if output else "in"
        self.slots: tuple[QPointF, ...] = (QPointF(),)
        self.many = output
        self._bounds = QRectF()

    def setCacheMode(self, *_: object) -> None:
        """Nothing: the stock class asks for a cache, which takes most of the time in which an item is made."""

    def fit(self, slots: tuple[QPointF, ...], many: bool) -> None:
        """Lie at these slots, given in the node's coordinates; `many` says how many wires may come."""
        if slots == self.slots and many == self.many:
            return
        self.prepareGeometryChange()
        self.slots, self.many = slots, many
        self._multi_connection = many  # the stock setter would also set a tooltip
        self._bounds = QRectF(slots[0], slots[-1]).adjusted(-REACH, -REACH, REACH, REACH)

    @property
    def pin(self) -> Pin:
        """Which port of the graph this is."""
        return Pin(self.box.id, self.name, self.output)

    @property
    def wires(self) -> "list[Wire]":
        """The wires that end here, in the order of their edges."""
        return self.connected_pipes

    def anchor(self, wire: "Wire | None" = None) -> QPointF:
        """Where a wire ends, in scene coordinates: at its own slot, or in the middle."""
        if wire is not None and len(self.slots) > 1 and wire.slot < len(self.slots):
            return QPointF(self.box.pos() + self.slots[wire.slot])
        return QPointF(self.box.pos() + (self.slots[0] + self.slots[-1]) / 2)

    def slot_at(self, at: QPointF) -> int:
        """The slot nearest to a scene position."""
        inner = at.y() - self.box.pos().y()
        return min(range(len(self.slots)), key=lambda n: abs(self.slots[n].y() - inner))

    def distance(self, at: QPointF) -> float:
        """How far a scene position is from the nearest slot."""
        inner = at - self.box.pos()
        return min(hypot(slot.x() - inner.x(), slot.y() - inner.y()) for slot in self.slots)

    itemChange = QGraphicsItem.itemChange  # without the stock method, which is called for every flag of every item

    def boundingRect(self) -> QRectF:
        """Some room around the dots."""
        return self._bounds

    @unharmed
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Nothing: the node paints its ports."""
