"""A hand on the canvas: real mouse, wheel and key events, sent where a user would send them."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.canvas.adding import NODE_TYPE
from editor.canvas.canvas import Canvas
from editor.document.document import Document
from runtime.check.check import check
from runtime.graph.bends import bends
from runtime.graph.edit import Edit, applied
from runtime.graph.frames import frames
from runtime.graph.model import Edge, Graph, end

LEFT, MIDDLE, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.NoButton
PLAIN, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)

NODES: list[Edit] = [
    ("add", "digits", "data.Digits", {}, (0, 0)),
    ("add", "batches", "Collate", {"fields": ["image", "label"]}, (200, 0)),
    ("add", "flat", "nn.Flatten", {}, (460, 0)),
    ("add", "model_a", "nn.Linear", {"out_features": 5}, (660, -60)),
    ("add", "model_b", "nn.Linear", {"out_features": 7}, (660, 40)),
    ("add", "joined", "torch.cat", {"dim": 1}, (840, 0)),
    ("add", "final", "nn.Linear", {"out_features": 10}, (1000, 0)),
    ("add", "loss", "nn.CrossEntropyLoss", {}, (1000, 120)),
    ("add", "adam", "optim.AdamW", {"lr": 0.002}, (1000, 260)),
]
WIRES: list[Edit] = [
    ("connect", "digits.image", "batches.image"),
    ("connect", "digits.label", "batches.label"),
    ("connect", "batches.image", "flat.input"),
    ("connect", "flat.output", "model_a.input"),
    ("connect", "flat.output", "model_b.input"),
    ("connect", "model_a.output", "joined.tensors"),
    ("connect", "model_b.output", "joined.tensors"),
    ("connect", "joined.output", "final.input"),
    ("connect", "final.output", "loss.input"),
    ("connect", "batches.label", "loss.target"),
    ("connect", "loss.output", "adam.loss"),
]


def two_models() -> Graph:
    """Digits into two models, joined: the example of the design."""
    return applied(Graph(), [*NODES, *WIRES])


def edge(source: str, target: str) -> Edge:
    """An edge from ``"a.output"`` to ``"b.input"``."""
    return Edge(end(source), end(target))


class Hand:
    """Presses, pulls and types on one canvas, at positions named by node and port."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.view = canvas.view

    @property
    def document(self) -> Document:
        """The document under the canvas."""
        return self.canvas.document

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The edges of the graph."""
        return self.document.graph.edges

    def check(self) -> None:
        """What the session does after an edit."""
        self.canvas.show_report(check(self.document.graph))

    # positions

    def pixel(self, at: QPointF) -> QPoint:
        """A scene position in the viewport."""
        return self.view.pixel(at)

    def output(self, text: str) -> QPoint:
        """The pixel of an output port, as in ``"flat.output"``."""
        name = end(text)
        return self.pixel(self.canvas.mirror.boxes[name.node].ports[name.port, True].anchor())

    def input(self, text: str, slot: int = 0) -> QPoint:
        """The pixel of an input port, or of one of its slots."""
        name = end(text)
        box = self.canvas.mirror.boxes[name.node]
        return self.pixel(box.pos() + box.ports[name.port, False].slots[slot])

    def title(self, id: str) -> QPoint:
        """The pixel of a node's name."""
        return self.pixel(self.canvas.mirror.boxes[id].title_rect.center())

    def body(self, id: str) -> QPoint:
        """A pixel of a node that is neither name nor port."""
        rect = self.canvas.mirror.boxes[id].rect
        return self.pixel(QPointF(rect.center().x(), rect.bottom() - 4))

    def middle(self, one: str, other: str) -> QPoint:
        """The pixel in the middle of a wire."""
        return self.pixel(self.canvas.mirror.wires[edge(one, other)].path().pointAtPercent(0.5))

    def frame(self, id: str, across: float = 0.5, down: float = 0.5) -> QPoint:
        """The pixel at a share of the width and height of a frame."""
        rect = self.canvas.mirror.frames[id].rect
        return self.pixel(QPointF(rect.left() + across * rect.width(), rect.top() + down * rect.height()))

    def bar(self, id: str) -> QPoint:
        """A pixel of the title bar of a frame, in its right half."""
        rect = self.canvas.mirror.frames[id].title_rect
        return self.pixel(QPointF(rect.right() - rect.width() / 4, rect.center().y()))

    def dot(self, one: str, other: str, at: int = 0) -> QPoint:
        """The pixel of a dot of a wire."""
        return self.pixel(self.canvas.mirror.wires[edge(one, other)].dots[at])

    def nowhere(self) -> QPoint:
        """A pixel where nothing lies."""
        return self.pixel(self.canvas.content().bottomLeft() + QPointF(60, 60))

    # events

    def press(self, at: QPoint, modifiers: Qt.KeyboardModifier = PLAIN, button: Qt.MouseButton = LEFT) -> None:
        """A button goes down."""
        QTest.mousePress(self.view.viewport(), button, modifiers, at)

    def release(self, at: QPoint, modifiers: Qt.KeyboardModifier = PLAIN, button: Qt.MouseButton = LEFT) -> None:
        """It comes up."""
        QTest.mouseRelease(self.view.viewport(), button, modifiers, at)

    def move(self, at: QPoint, button: Qt.MouseButton = LEFT, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """The mouse moves; QTest's own move carries no pressed button."""
        port = self.view.viewport()
        place = QPointF(at)
        event = QMouseEvent(QEvent.Type.MouseMove, place, port.mapToGlobal(place), NONE, button, modifiers)
        QApplication.sendEvent(port, event)

    def pull(
        self, start: QPoint, stop: QPoint, modifiers: Qt.KeyboardModifier = PLAIN, button: Qt.MouseButton = LEFT
    ) -> None:
        """Press, move in eight steps, release."""
        self.hold(start, stop, modifiers, button)
        self.release(stop, modifiers, button)

    def hold(
        self, start: QPoint, stop: QPoint, modifiers: Qt.KeyboardModifier = PLAIN, button: Qt.MouseButton = LEFT
    ) -> None:
        """Press and move, without releasing."""
        self.press(start, modifiers, button)
        for step in range(1, 9):
            self.move(start + (stop - start) * (step / 8), button, modifiers)

    def click(self, at: QPoint, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Press and release."""
        self.press(at, modifiers)
        self.release(at, modifiers)

    def double(self, at: QPoint) -> None:
        """Two clicks."""
        self.click(at)
        QTest.mouseDClick(self.view.viewport(), LEFT, PLAIN, at)
        self.release(at)  # QTest leaves the button down

    def key(self, key: Qt.Key) -> None:
        """A key on the canvas."""
        QTest.keyClick(self.view, key)

    def wheel(
        self, at: QPoint, turned: QPoint, pixels: QPoint | None = None, modifiers: Qt.KeyboardModifier = PLAIN
    ) -> None:
        """A wheel's notch is 120; two fingers on a trackpad also say pixels."""
        port = self.view.viewport()
        place = QPointF(at)
        phase = Qt.ScrollPhase.NoScrollPhase if pixels is None else Qt.ScrollPhase.ScrollUpdate
        event = QWheelEvent(place, port.mapToGlobal(place), pixels or QPoint(), turned, NONE, modifiers, phase, False)
        QApplication.sendEvent(port, event)

    def pinch(self, at: QPoint, by: float) -> None:
        """Two fingers apart by a share."""
        port = self.view.viewport()
        place = QPointF(at)
        kind, device = Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice()
        event = QNativeGestureEvent(kind, device, 2, place, place, port.mapToGlobal(place), by, QPointF())
        QApplication.sendEvent(port, event)

    def drop(self, data: QMimeData, at: QPoint) -> bool:
        """Enter, move and drop; whether the canvas took it."""
        port, copy = self.view.viewport(), Qt.DropAction.CopyAction
        QApplication.sendEvent(port, QDragEnterEvent(at, copy, data, LEFT, PLAIN))
        QApplication.sendEvent(port, QDragMoveEvent(at, copy, data, LEFT, PLAIN))
        event = QDropEvent(QPointF(at), copy, data, LEFT, PLAIN)
        QApplication.sendEvent(port, event)
        return event.isAccepted()

    def drop_type(self, type_name: str, at: QPoint) -> bool:
        """A node type from the palette."""
        data = QMimeData()
        data.setData(NODE_TYPE, type_name.encode())
        return self.drop(data, at)

    def drop_files(self, files: Iterable[Path], at: QPoint) -> bool:
        """Files from a file browser."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        return self.drop(data, at)


def assert_mirrors(canvas: Canvas) -> None:
    """Items and graph say the same once nothing moves: nodes, positions, ports, wires, their order and dots, frames."""
    canvas.glide.end()
    graph, mirror = canvas.graph, canvas.mirror
    assert list(mirror.boxes) == [id for id in mirror.boxes if id in graph.nodes]
    assert set(mirror.boxes) == set(graph.nodes)
    assert set(mirror.wires) == {edge for edge in graph.edges if {end.node for end in edge} <= graph.nodes.keys()}
    faces = canvas.scenery.faces()
    for id, box in mirror.boxes.items():
        assert box.face == faces[id]
        assert set(box.ports) == {(i.name, False) for i in box.face.inlets} | {(o.name, True) for o in box.face.outlets}
        if id in graph.layout:
            assert (box.pos().x(), box.pos().y()) == graph.layout[id]
    for each, wire in mirror.wires.items():
        assert (wire.source.box.id, wire.source.name) == tuple(each.source)
        assert (wire.target.box.id, wire.target.name) == tuple(each.target)
        assert wire in wire.source.wires
        assert wire in wire.target.wires
        assert wire.isVisible()
        if wire.target.many and len(wire.target.slots) > 1:
            assert graph.incoming[each.target][wire.slot] == each
        assert [dot.toTuple() for dot in wire.dots] == [*bends(graph).get(each, ())]
    assert {id: box.frame for id, box in mirror.frames.items()} == frames(graph)
    assert {id: box.rect.getRect() for id, box in mirror.frames.items()} == {
        id: frame.rect for id, frame in frames(graph).items()
    }
    shown = {item for item in canvas.view.all_pipes() if item.scene() is not None}
    assert len(shown) == len(mirror.wires)
    assert len(canvas.view.all_nodes()) == len(mirror.boxes)
