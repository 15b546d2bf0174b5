"""The window: how late a 10 ms timer comes while training, beside idle; the first frame, tabs and themes."""

import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from runtime.places import EXAMPLES
from tests.bench.opened import TICK, figures, offscreen, opened, quantile, turn, wait

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from editor.window.window import Window

EXAMPLE = EXAMPLES / "two_models.json"
TURNS = 4  # of each, which make 60 s
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
    wait(app, lambda: time.perf_counter() > stop, 60.0)


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
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=offscreen())
    found = re.search(r"(\d+) ms to the first frame", done.stdout)
    if found is None:
        raise RuntimeError(f"no figure in {done.stdout!r}")
    return float(found[1])


def lateness() -> None:
    """A real window with live plots, turns of idle and training one after the other; idle again is the control."""
    app, window = opened(EXAMPLE)
    late: dict[str, list[float]] = {"idle": [], "training": [], "idle again": []}
    window.document.do([("run", "epochs", 100_000)], "Train long")
    wait(app, lambda: window.session.device is not None or window.session.trainer.spare is None, 5.0)
    for _ in range(TURNS):
        late["idle"] += turn(app)
        late["training"] += _trained(app, window)
        late["idle again"] += turn(app)
    for name, values in late.items():
        print(f"lateness of a {TICK} ms timer, {name:10}: {figures(values)}")
    worse = quantile(late["training"], 0.999) - quantile(late["idle"], 0.999)
    print(f"  training above idle at p99.9: {worse:.1f} ms (limit 20 ms)")
    same = quantile(late["idle again"], 0.999) - quantile(late["idle"], 0.999)
    print(f"  control, idle again above idle: {same:.1f} ms")
    window.document.history.setClean()
    window.close()
    window.session.close()


def _trained(app: "QApplication", window: "Window") -> list[float]:
    """One turn while a run is on its way, curves drawn as they come."""
    session = window.session
    session.run()
    wait(app, lambda: session.running, 60.0)  # what it told before is of the run before
    wait(app, lambda: any(event["event"] == "step" for event in session.last_events), 60.0)
    found = turn(app)
    steps = session.record.step
    session.life.stop()
    wait(app, lambda: not session.running, 30.0)
    print(f"  trained {steps} steps meanwhile")
    return found


if __name__ == "__main__":
    main()
