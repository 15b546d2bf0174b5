"""The canvas of a whole window on large graphs: opening, pasting, dragging, pan and zoom, wiring, layout, memory."""

import gc
import os
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from runtime.graph.edit import applied
from runtime.graph.model import Graph

if TYPE_CHECKING:
    from editor.window.window import Window
    from tests.editor.canvas.hand import Hand

PASTED, BLOCKS, DEEP, FRAMES = 500, 142, 50, 60
LAYOUTS, OPENED, CLOSED = 9, 5, 500
Timed = Callable[[Callable[[], object]], tuple[float, float]]


def main() -> None:
    """Print each with its limit, in time of the processor, which other programs do not lengthen, and by the clock."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    from editor.looks import theme
    from editor.window.window import Window
    from tests.editor.canvas.hand import Hand
    from tests.editor.canvas.large import branched, residual

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, "dark")
    window = Window()
    window.resize(1366, 768)
    window.show()
    window.frame.show_canvas()
    app.processEvents()
    gc.freeze()  # as the app does once it is painted
    hand = Hand(window.canvas)
    pasting(window)
    laying_out(window, branched(32))
    graph = laid_out(window, residual(BLOCKS))
    opening(window, graph)
    frames(hand)
    wiring(hand, residual(DEEP))
    closing(window, laid_out(window, residual(6)))
    window.document.history.setClean()
    window.close()
    window.session.close()
    window.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def spent(does: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock and of the processor until it is done and painted."""
    from PySide6.QtWidgets import QApplication

    start, used = time.perf_counter(), time.process_time()
    does()
    QApplication.processEvents()
    return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - used)


def pasting(window: "Window") -> None:
    """Nodes from the clipboard, painted."""
    from editor.commands import clipboard
    from tests.editor.canvas.large import chain

    window.document.open(chain(PASTED), None)
    window.canvas.select_all()
    clipboard.copy(window)
    window.document.open(Graph(), None)
    wall, used = spent(lambda: clipboard.paste(window))
    count = len(window.document.graph.nodes)
    print(f"paste of {count} nodes, painted: {wall:.0f} ms, processor {used:.0f} (limit 1000)")


def laying_out(window: "Window", graph: Graph) -> None:
    """The places alone, and the whole command with its wires."""
    from itertools import combinations

    canvas = window.canvas
    window.document.open(graph, None)
    window.session.check_now()
    times = [spent(lambda: canvas.mirror.arranged(canvas.scenery, canvas.graph.nodes)) for _ in range(LAYOUTS)]
    wall, used = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"layout of {len(graph.nodes)} nodes: {wall:.0f} ms, processor {used:.0f} (limit 200)")
    wall, used = spent(canvas.arrange)
    canvas.glide.end()
    print(f"  the whole command, with {len(graph.edges)} wires, painted: {wall:.0f} ms, processor {used:.0f}")
    found = sum(one.intersects(other) for one, other in combinations(canvas.mirror.rects().values(), 2))
    print(f"  nodes that overlap: {found} (limit 0)")


def laid_out(window: "Window", graph: Graph) -> Graph:
    """The graph with positions."""
    window.document.open(graph, None)
    window.session.check_now()
    window.canvas.arrange()
    window.canvas.glide.end()
    return window.document.graph


def opening(window: "Window", graph: Graph) -> None:
    """A graph until it is checked, painted and takes input; the first of several times is not counted."""

    def show() -> None:
        window.document.open(graph, None)
        window.session.check_now()

    times = []
    for _ in range(OPENED + 1):
        window.document.open(Graph(), None)
        times.append(spent(show))
    wall, used = (statistics.median(column) for column in zip(*times[1:], strict=True))
    print(f"{len(graph.nodes)} nodes opened, checked, painted: {wall:.0f} ms, processor {used:.0f} (limit 1000)")


def frames(hand: "Hand") -> None:
    """What a frame takes of the processor while a hand drags, pans, zooms and travels."""
    from PySide6.QtCore import QPoint, Qt

    middle, view = QPoint(400, 300), hand.view
    near = min(hand.canvas.mirror.boxes.values(), key=lambda box: abs(box.y()) + abs(box.x() - 2000))
    hand.canvas.centre_on(near.id)
    spent(lambda: None)
    at = hand.title(near.id)
    hand.press(at)
    told("a node dragged among all", [partial(hand.move, at + QPoint(2 * n, n)) for n in range(1, FRAMES)], 16)
    hand.release(at + QPoint(2 * FRAMES, FRAMES))
    hand.document.history.undo()
    for limit, scale in ((16, scale_of(hand, 200)), (33, 0.0)):
        hand.canvas.fit()
        if scale:
            view.zoom(scale / view.scale_now)
            view.centerOn(hand.canvas.content().center())
        spent(lambda: None)
        seen = f"{visible(hand)} visible nodes"
        hand.press(middle, button=Qt.MouseButton.MiddleButton)
        moves = [
            partial(hand.move, middle + QPoint(5 * n, 3 * n), Qt.MouseButton.MiddleButton) for n in range(1, FRAMES)
        ]
        told(f"pan with {seen}", moves, limit)
        hand.release(middle, button=Qt.MouseButton.MiddleButton)
        turns = [
            partial(hand.wheel, middle, QPoint(0, 15 if n % 2 else -15), None, Qt.KeyboardModifier.ControlModifier)
            for n in range(FRAMES)
        ]
        told(f"zoom with {seen}", turns, limit)
    corner = view.minimap.rect
    if not corner.isEmpty():
        hand.press(corner.center())
        told(
            "travel on the minimap",
            [partial(hand.move, corner.center() + QPoint(n - 30, n // 2)) for n in range(FRAMES)],
            33,
        )
        hand.release(corner.center())


def scale_of(hand: "Hand", count: int) -> float:
    """The zoom at which about so many nodes are in view."""
    view = hand.view
    scale = 1.0
    while scale > 0.1:
        view.zoom(scale / view.scale_now)
        view.centerOn(hand.canvas.content().center())
        if visible(hand) >= count:
            break
        scale *= 0.97
    return scale


def visible(hand: "Hand") -> int:
    """How many nodes are in view."""
    seen = hand.view.mapToScene(hand.view.viewport().rect()).boundingRect()
    return sum(box.rect.intersects(seen) for box in hand.canvas.mirror.boxes.values())


def told(what: str, steps: Sequence[Callable[[], object]], limit: float) -> None:
    """Print a frame of each step."""
    times = sorted(spent(step)[1] for step in steps)
    late = statistics.quantiles(times, n=20, method="inclusive")[-1]
    print(
        f"{what}, a frame: p50 {statistics.median(times):.1f} ms, p95 {late:.1f}, most {times[-1]:.1f} (limit {limit})"
    )


def wiring(hand: "Hand", graph: Graph) -> None:
    """What the release of a pulled wire costs at the head of a deep residual network, the edit itself and the rest."""
    wide = applied(graph, [("disconnect", "batches.image", "stem.input")])
    hand.document.open(wide, None)
    hand.check()
    canvas = hand.canvas
    from editor.canvas.pin import Pin

    times = []
    for _ in range(20):
        used = time.process_time()
        canvas.connect_pins(
            Pin("batches", "image", True), Pin("stem", "input", False), None, None, canvas.content().center()
        )
        times.append(1000 * (time.process_time() - used))
        hand.document.history.undo()
    print(
        f"a wire into the head of {DEEP} residual blocks, {len(graph.nodes)} nodes: "
        f"{statistics.median(times):.1f} ms (limit 5)"
    )


def closing(window: "Window", graph: Graph) -> None:
    """Memory over many times open and close."""
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    held = []
    for turn in range(CLOSED + 1):
        window.document.open(graph, None)
        window.session.check_now()
        window.document.open(Graph(), None)
        spent(lambda: None)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if turn in (50, CLOSED // 2, CLOSED):
            held.append(resident())
    print(
        f"memory after 50, {CLOSED // 2} and {CLOSED} times open and close: {', '.join(f'{mb:.1f}' for mb in held)} MB"
    )


def resident() -> float:
    """Megabytes of this process that lie in memory."""
    import resource
    from pathlib import Path

    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main()
