"""A whole window for a bench, made as the editor makes its own, and how late a timer of it comes."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from editor.window.window import Window

TICK = 10  # ms
TURN = 15.0  # seconds


def opened(file: Path, size: tuple[int, int] = (1366, 768)) -> tuple["QApplication", "Window"]:
    """A window of so many px that shows the graph of a file, and its application."""
    os.environ.update(offscreen())
    from PySide6.QtWidgets import QApplication

    from editor.looks import theme
    from editor.window.window import Window
    from editor.workers.collecting import Collecting, keep_loaded

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    if not app.findChild(Collecting):
        theme.apply(app, "dark")
        Collecting(app)
    window = Window()
    window.painted.connect(lambda: keep_loaded("the first window"))
    window.resize(*size)
    window.show()
    window.files.open(file)
    return app, window


def offscreen() -> dict[str, str]:
    """The environment, with a window that nobody sees unless it says otherwise."""
    return os.environ | {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}


def wait(app: "QApplication", done: Callable[[], bool], most: float) -> None:
    """Work as the window does until it is done. Raises TimeoutError after so many seconds at most."""
    from PySide6.QtCore import QEventLoop

    end = time.perf_counter() + most
    while not done():
        if time.perf_counter() > end:
            raise TimeoutError("the window did not get there")
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def turn(app: "QApplication") -> list[float]:
    """How late each tick came, in ms, during one turn."""
    from PySide6.QtCore import Qt, QTimer

    found: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        found.append(max(0.0, 1000 * (now - last) - TICK))
        last = now

    timer = QTimer(interval=TICK, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start()
    stop = time.perf_counter() + TURN
    wait(app, lambda: time.perf_counter() > stop, TURN + 60)
    timer.stop()
    return found


def quantile(values: list[float], share: float) -> float:
    """The value below which this share of them lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def figures(values: list[float]) -> str:
    """How late ticks came, in a line."""
    shares = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}
    parts = [f"{name} {quantile(values, share):6.2f}" for name, share in shares.items()]
    return f"{', '.join(parts)}, largest {max(values):6.2f} ms, {len(values)} ticks"
