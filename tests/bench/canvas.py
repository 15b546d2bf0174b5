"""The canvas: how long 500 nodes take to be pasted, and a frame of a node dragged among 1,000 with snapping."""

import os
import statistics
import time

from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph

PASTED, AMONG, FRAMES = 500, 1000, 60


def main() -> None:
    """Print both, with the time of the processor, which other programs do not lengthen."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEvent, QPoint
    from PySide6.QtWidgets import QApplication

    from editor import clipboard, theme
    from editor.window import Window
    from tests.editor.canvas.hand import Hand

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, "dark")
    window = Window()
    window.resize(1366, 768)
    window.show()
    window.frame.show_canvas()
    window.document.open(chain(PASTED), None)
    window.canvas.select_all()
    clipboard.copy(window)
    window.document.open(Graph(), None)
    app.processEvents()
    start, used = time.perf_counter(), time.process_time()
    clipboard.paste(window)
    app.processEvents()
    wall, cpu = time.perf_counter() - start, time.process_time() - used
    print(
        f"paste of {len(window.document.graph.nodes)} nodes, painted: {wall:.2f} s, processor {cpu:.2f} s (limit 1 s)"
    )

    window.document.open(chain(AMONG), None)
    app.processEvents()
    hand = Hand(window.canvas)
    window.canvas.centre_on("layer_500")
    app.processEvents()
    at, frames = hand.title("layer_500"), list[float]()
    hand.press(at)
    for step in range(1, FRAMES + 1):
        start = time.process_time()
        hand.move(at + QPoint(2 * step, step))
        app.processEvents()
        frames.append(1000 * (time.process_time() - start))
    hand.release(at + QPoint(2 * FRAMES, FRAMES))
    late = statistics.quantiles(frames, n=20)[-1]
    print(f"a node dragged among {AMONG}, processor: p50 {statistics.median(frames):.1f} ms, p95 {late:.1f} (limit 16)")
    window.document.history.setClean()
    window.close()
    window.session.close()
    window.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def chain(count: int) -> Graph:
    """So many layers, one behind the other, in rows."""
    edits: list[Edit] = [
        ("add", f"layer_{at}", "nn.Linear", {"out_features": 8}, (at % 25 * 200, at // 25 * 120)) for at in range(count)
    ]
    edits += [("connect", f"layer_{at}.output", f"layer_{at + 1}.input") for at in range(count - 1)]
    return applied(Graph(), edits)
