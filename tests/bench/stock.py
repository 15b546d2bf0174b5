"""The canvas beside NodeGraphQt as it comes: the same graph in both, in turns, and ours against ours as control."""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from runtime.graph.edit import applied
from runtime.graph.model import Graph

BLOCKS, PASTED, DEEP, STOCK_DEEP = 142, 500, 50, (8, 11, 13)
TURNS, FRAMES, WIRED, SIZE = 3, 40, 15, (1366, 768)
Row = dict[str, float]
Ports = tuple[tuple[str, bool], ...]  # names, and whether they take many wires


def main() -> None:
    """Print what each takes of the processor in ours, in the stock canvas, and in ours again, in milliseconds."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from editor.looks import theme
    from tests.editor.canvas.large import chain, residual

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, "dark")
    drawn, pasted = arranged(residual(BLOCKS)), chain(PASTED)
    rows: dict[str, list[Row]] = {"ours": [], "stock": [], "ours again": []}
    for _ in range(TURNS):
        for name in rows:
            rows[name].append((Stock() if name == "stock" else Ours()).measured(drawn, pasted))
    print(f"{len(drawn.nodes)} nodes, {len(drawn.edges)} wires, {SIZE[0]} by {SIZE[1]}; medians of {TURNS} turns, ms")
    for what in rows["ours"][0]:
        ours, stock, again = (statistics.median(row[what] for row in rows[name]) for name in rows)
        print(
            f"  {what:42} ours {ours:7.1f}, stock {stock:7.1f}, ratio {stock / ours:6.1f}; control {again / ours:5.2f}"
        )
    print("a wire into the head of a residual network, ms")
    for blocks in (*STOCK_DEEP, DEEP):
        its = f"{Stock().wired(residual(blocks)):.1f}" if blocks in STOCK_DEEP else "without end"
        print(f"  of {blocks} blocks: ours {Ours().wired(residual(blocks)):.1f} (limit 5), stock {its}")


def arranged(graph: Graph) -> Graph:
    """The graph with the positions that our layout gives it."""
    from editor.canvas.canvas import Canvas
    from editor.document.document import Document

    canvas = Canvas(Document())
    canvas.document.open(graph, None)
    canvas.arrange()
    found = canvas.graph
    canvas.dispose()
    return found


def spent(does: Callable[[], object]) -> float:
    """Milliseconds of the processor until it is done and painted."""
    from PySide6.QtWidgets import QApplication

    start = time.process_time()
    does()
    QApplication.processEvents()
    return 1000 * (time.process_time() - start)


def late(steps: Sequence[Callable[[], object]]) -> float:
    """The 95th percentile of what the frames take."""
    return statistics.quantiles([spent(step) for step in steps], n=20, method="inclusive")[-1]


class Side:
    """One of the two canvases; what a hand does is sent to its viewport as events."""

    view: Any

    def measured(self, drawn: Graph, pasted: Graph) -> Row:
        """Everything that is measured of it, once; then it is gone."""
        row = {"open until painted": self.opened(drawn)}
        row["a frame of a drag, p95"] = self.dragged()
        for what, share in (("part", 0.45), ("whole", 0.0)):
            self.look(share)
            row[f"a frame of a pan, {what} in view, p95"] = self.panned()
            row[f"a frame of a zoom, {what} in view, p95"] = self.zoomed()
        row[f"paste of {len(pasted.nodes)}"] = self.pasted(pasted)
        self.dispose()
        return row

    def opened(self, graph: Graph) -> float:
        """Until it is painted."""
        raise NotImplementedError

    def pasted(self, graph: Graph) -> float:
        """Copies of all nodes of a graph, painted."""
        raise NotImplementedError

    def look(self, share: float) -> None:
        """The middle of the graph at a scale; 0 for all of it."""
        raise NotImplementedError

    def grip(self) -> Any:
        """A pixel on a node, which is in view at full size then."""
        raise NotImplementedError

    def dispose(self) -> None:
        """Away."""
        raise NotImplementedError

    def dragged(self) -> float:
        """A node among all."""
        from PySide6.QtCore import QPoint, Qt

        at, left = self.grip(), Qt.MouseButton.LeftButton
        self._event("press", at, left)
        found = late([partial(self._event, "move", at + QPoint(2 * n, n), left) for n in range(1, FRAMES)])
        self._event("release", at + QPoint(2 * FRAMES, FRAMES), left)
        return found

    def panned(self) -> float:
        """With the middle button."""
        from PySide6.QtCore import QPoint, Qt

        at, middle = QPoint(300, 300), Qt.MouseButton.MiddleButton
        self._event("press", at, middle)
        found = late([partial(self._event, "move", at + QPoint(5 * n, 3 * n), middle) for n in range(1, FRAMES)])
        self._event("release", at, middle)
        return found

    def zoomed(self) -> float:
        """A notch of the wheel to and fro."""
        from PySide6.QtCore import QPoint, QPointF, Qt
        from PySide6.QtGui import QWheelEvent
        from PySide6.QtWidgets import QApplication

        port, at = self.view.viewport(), QPointF(600, 380)

        def turn(by: int) -> None:
            none, plain = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
            phase = Qt.ScrollPhase.NoScrollPhase
            event = QWheelEvent(at, port.mapToGlobal(at), QPoint(), QPoint(0, by), none, plain, phase, False)
            QApplication.sendEvent(port, event)

        return late([partial(turn, 120 if n % 2 else -120) for n in range(FRAMES)])

    def _event(self, kind: str, at: Any, button: Any) -> None:
        from PySide6.QtCore import QEvent, QPointF, Qt
        from PySide6.QtGui import QMouseEvent
        from PySide6.QtWidgets import QApplication

        kinds = {"press": QEvent.Type.MouseButtonPress, "release": QEvent.Type.MouseButtonRelease}
        port, place, none = self.view.viewport(), QPointF(at), Qt.MouseButton.NoButton
        event = QMouseEvent(
            kinds.get(kind, QEvent.Type.MouseMove),
            place,
            port.mapToGlobal(place),
            none if kind == "move" else button,
            none if kind == "release" else button,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(port, event)


class Ours(Side):
    """The canvas on a document, with a check of what it shows."""

    def __init__(self) -> None:
        from editor.canvas.canvas import Canvas
        from editor.document.document import Document

        self.canvas = Canvas(Document())
        self.view = self.canvas.view
        self.canvas.resize(*SIZE)
        self.canvas.show()
        spent(lambda: None)

    def opened(self, graph: Graph) -> float:
        """The check included."""
        from runtime.check.check import check

        def show() -> None:
            self.canvas.document.open(graph, None)
            self.canvas.show_report(check(graph))

        return spent(show)

    def grip(self) -> Any:
        """On its name."""
        id = list(self.canvas.graph.nodes)[len(self.canvas.graph.nodes) // 2]
        self.look(1.0)
        box = self.canvas.mirror.boxes[id]
        self.view.centerOn(box.rect.center())
        spent(lambda: None)
        return self.view.pixel(box.title_rect.center())

    def look(self, share: float) -> None:
        """By the view's own means."""
        self.canvas.fit()
        if share:
            self.view.zoom(share / self.view.scale_now)
        self.view.centerOn(self.canvas.content().center())
        spent(lambda: None)

    def pasted(self, graph: Graph) -> float:
        """As edits of an empty document."""
        from editor.canvas.intents import copies

        self.canvas.document.open(Graph(), None)
        edits = [*copies(graph, dict(graph.layout))[0].edits]
        return spent(lambda: self.canvas.document.do(edits, "paste"))

    def wired(self, graph: Graph) -> float:
        """The first wire of a network, until the document and the items have it: all that follows is looked at."""
        from PySide6.QtCore import QPointF

        from editor.canvas.pin import Pin

        self.canvas.document.open(applied(graph, [("disconnect", "batches.image", "stem.input")]), None)
        one, other, times = Pin("batches", "image", True), Pin("stem", "input", False), list[float]()
        for _ in range(WIRED):
            start = time.process_time()
            self.canvas.connect_pins(one, other, None, None, QPointF())
            times.append(1000 * (time.process_time() - start))
            self.canvas.document.history.undo()
        self.dispose()
        return statistics.median(times)

    def dispose(self) -> None:
        """As the editor does."""
        self.canvas.dispose()
        _sweep()


class Stock(Side):
    """NodeGraphQt with a node type for each number of ports."""

    def __init__(self) -> None:
        from NodeGraphQt import NodeGraph  # our canvas, which says what binding of Qt it takes, is there already

        self.graph = NodeGraph()
        self.view = self.graph.viewer()
        self.view.resize(*SIZE)
        self.view.show()
        self.made: dict[str, Any] = {}  # nodes by our ids
        self.known: dict[Any, Any] = {}  # its node types by their ports
        spent(lambda: None)

    def opened(self, graph: Graph) -> float:
        """From what it saved of the same graph."""
        self.fill(graph)
        saved = self.graph.serialize_session()
        self.graph.clear_session()
        self.graph.undo_stack().clear()
        spent(lambda: None)
        return spent(lambda: self.graph.deserialize_session(saved, clear_undo_stack=True))

    def fill(self, graph: Graph) -> None:
        """The nodes with the ports that wires use, and the wires; without its search for circles, which has no end."""
        from NodeGraphQt import BaseNode

        self.graph.set_acyclic(False)
        sides = _sides(graph)
        known = self.known
        for id, ports in sides.items():
            if ports not in known:
                name = f"Of{len(known)}"
                known[ports] = type(
                    name, (BaseNode,), {"__identifier__": "bench", "NODE_NAME": name, "__init__": _making(*ports)}
                )
                self.graph.register_node(known[ports])
            node = known[ports]()
            self.graph.add_node(node, pos=list(graph.layout.get(id, (0.0, 0.0))), selected=False, push_undo=False)
            node.set_name(id)
            self.made[id] = node
        for source, target in graph.edges:
            out = self.made[source.node].get_output(source.port)
            out.connect_to(self.made[target.node].get_input(target.port), push_undo=False)

    def grip(self) -> Any:
        """On its upper edge."""
        nodes = self.graph.all_nodes()
        item = nodes[len(nodes) // 2].view
        self.look(1.0)
        self.view.setSceneRect(item.sceneBoundingRect())
        self.view._scene_range.moveCenter(item.sceneBoundingRect().center())
        self.view._update_scene()
        spent(lambda: None)
        rect = item.sceneBoundingRect()
        at = rect.center()
        at.setY(rect.top() + 8)
        return self.view.mapFromScene(at)

    def look(self, share: float) -> None:
        """By the range of its scene, as it does itself."""
        from PySide6.QtCore import QRectF

        rect = QRectF()
        for node in self.graph.all_nodes():
            rect = rect.united(node.view.sceneBoundingRect())
        if share:
            centre, size = rect.center(), self.view.viewport().size()
            rect = QRectF(0, 0, size.width() / share, size.height() / share)
            rect.moveCenter(centre)
        self.view._scene_range = rect
        self.view._update_scene()
        spent(lambda: None)

    def pasted(self, graph: Graph) -> float:
        """From its clipboard, which is the application's."""
        self.graph.clear_session()
        self.fill(graph)
        self.graph.select_all()
        self.graph.copy_nodes()
        self.graph.clear_session()
        return spent(self.graph.paste_nodes)

    def wired(self, graph: Graph) -> float:
        """The same wire, its search for circles included."""
        self.fill(graph)
        out, stem = self.made["batches"].get_output("image"), self.made["stem"].get_input("input")
        self.graph.set_acyclic(True)
        times = []
        for _ in range(3):
            out.disconnect_from(stem, push_undo=False)
            start = time.process_time()
            out.connect_to(stem, push_undo=False)
            times.append(1000 * (time.process_time() - start))
        self.dispose()
        return statistics.median(times)

    def dispose(self) -> None:
        """Its undo stack first: collecting a graph that has one crashes."""
        self.graph.undo_stack().clear()
        self.graph.clear_session()
        self.graph.undo_stack().clear()
        self.view.close()
        self.graph.widget.deleteLater()
        self.graph.deleteLater()
        _sweep()


def _making(inputs: Ports, outputs: Ports) -> Callable[[Any], None]:
    def make(self: Any) -> None:
        from NodeGraphQt import BaseNode

        BaseNode.__init__(self)
        for name, many in inputs:
            self.add_input(name, multi_input=many)
        for name, _ in outputs:
            self.add_output(name)

    return make


def _sides(graph: Graph) -> dict[str, tuple[Ports, Ports]]:
    """For each node the inputs and the outputs that wires use, in their order, and whether several come to one."""
    found: dict[str, tuple[dict[str, int], dict[str, int]]] = {id: ({}, {}) for id in graph.nodes}
    for source, target in graph.edges:
        for end, side in ((target, 0), (source, 1)):
            ports = found[end.node][side]
            ports[end.port] = ports.get(end.port, 0) + 1
    return {id: (_ports(inputs), _ports(outputs)) for id, (inputs, outputs) in found.items()}


def _ports(counted: dict[str, int]) -> Ports:
    return tuple((port, count > 1) for port, count in counted.items())


def _sweep() -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


if __name__ == "__main__":
    main()
