"""The window: how late a 10 ms timer comes while training, beside idle; the first frame, tabs and themes."""

import gc
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from runtime.places import EXAMPLES

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from editor.window.window import Window

EXAMPLE = EXAMPLES / "two_models.json"
TICK = 10  # ms
TURN, TURNS = 15.0, 4  # seconds; four turns of each make 60 s
STARTS = 5
TABS, SETTLED = 4, 1.0  # pairs of tabs that are opened; seconds until the panels at the bottom of one are made


def main() -> None:
    """Print all; the first two with a same-against-same control."""
    first_frames()
    lateness()
    tabs_and_themes()
    leave()


def leave() -> None:
    """Wait for what the windows have let go, as the editor does."""
    from PySide6.QtWidgets import QApplication

    from editor.workers.started import wait_for_ended

    app = QApplication.instance()
    assert app is not None
    wait_for_ended(app)


def tabs_and_themes() -> None:
    """How long the window answers nobody while a tab is opened, and while a theme is changed: processor's time."""
    from PySide6.QtWidgets import QApplication

    from editor.looks import theme
    from editor.window.tabs import Tabs

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    window = Tabs()
    window.show()
    _rest(app)
    opened, changed = [], []
    for name in ("light", "dark") * TABS:
        opened.append(_spent(window.add))
        _rest(app)
        changed.append(_spent(partial(theme.apply, app, name)))
        app.processEvents()
    print(f"a tab opened: median {statistics.median(opened):.0f} ms, most {max(opened):.0f} (wanted 50)")
    many = f"another theme, {len(changed) + 1} tabs at last"
    print(f"{many}: median {statistics.median(changed):.0f} ms, most {max(changed):.0f} (wanted 50)")
    window.close()


def _rest(app: "QApplication") -> None:
    stop = time.perf_counter() + SETTLED
    _wait(app, lambda: time.perf_counter() > stop, 60.0)


def _spent(does: Callable[[], object]) -> float:
    """Milliseconds of the processor."""
    start = time.process_time()
    does()
    return 1000 * (time.process_time() - start)


def first_frames() -> None:
    """Start the editor on an example, twice in turn."""
    here, there = [], []
    for _ in range(STARTS):
        here.append(_first_frame())
        there.append(_first_frame())
    one, other = statistics.median(here), statistics.median(there)
    print(f"first painted frame of {EXAMPLE.stem}: median {one:.0f} ms (limit 2000 ms)")
    print(f"  control, the same again: median {other:.0f} ms, ratio {one / other:.2f}")


def _first_frame() -> float:
    command = [sys.executable, "-m", "editor", "--measure-first-frame", str(EXAMPLE)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=_offscreen())
    found = re.search(r"(\d+) ms to the first frame", done.stdout)
    if found is None:
        raise RuntimeError(f"no figure in {done.stdout!r}")
    return float(found[1])


def _offscreen() -> dict[str, str]:
    return os.environ | {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}


def lateness() -> None:
    """A real window with live plots, turns of idle and training one after the other; idle again is the control."""
    os.environ.update(_offscreen())
    from PySide6.QtWidgets import QApplication

    from editor.looks import theme
    from editor.window.window import Window
    from editor.workers.collecting import Collecting

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, "dark")
    Collecting(app)
    window = Window()
    window.painted.connect(gc.freeze)  # as the editor does
    window.resize(1366, 768)
    window.show()
    window.files.open(EXAMPLE)
    late: dict[str, list[float]] = {"idle": [], "training": [], "idle again": []}
    window.document.do([("run", "epochs", 100_000)], "Train long")
    _wait(app, lambda: window.session.device is not None or window.session.trainer.spare is None, 5.0)
    for _ in range(TURNS):
        late["idle"] += _turn(app)
        late["training"] += _trained(app, window)
        late["idle again"] += _turn(app)
    for name, values in late.items():
        print(f"lateness of a {TICK} ms timer, {name:10}: {_figures(values)}")
    worse = _quantile(late["training"], 0.999) - _quantile(late["idle"], 0.999)
    print(f"  training above idle at p99.9: {worse:.1f} ms (limit 20 ms)")
    same = _quantile(late["idle again"], 0.999) - _quantile(late["idle"], 0.999)
    print(f"  control, idle again above idle: {same:.1f} ms")
    window.document.history.setClean()
    window.close()
    window.session.close()


def _trained(app: "QApplication", window: "Window") -> list[float]:
    """One turn while a run is on its way, curves drawn as they come."""
    session = window.session
    session.run()
    _wait(app, lambda: session.running, 60.0)  # what it told before is of the run before
    _wait(app, lambda: any(event["event"] == "step" for event in session.last_events), 60.0)
    found = _turn(app)
    steps = session.record.step
    session.life.stop()
    _wait(app, lambda: not session.running, 30.0)
    print(f"  trained {steps} steps meanwhile")
    return found


def _turn(app: "QApplication") -> list[float]:
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
    _wait(app, lambda: time.perf_counter() > stop, TURN + 60)
    timer.stop()
    return found


def _wait(app: "QApplication", done: Callable[[], bool], most: float) -> None:
    from PySide6.QtCore import QEventLoop

    end = time.perf_counter() + most
    while not done():
        if time.perf_counter() > end:
            raise TimeoutError("the window did not get there")
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _figures(values: list[float]) -> str:
    shares = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}
    parts = [f"{name} {_quantile(values, share):6.2f}" for name, share in shares.items()]
    return f"{', '.join(parts)}, largest {max(values):6.2f} ms, {len(values)} ticks"


if __name__ == "__main__":
    main()
