"""The plots: how long a frame of a million points takes while 1,000 events a second arrive, and what stays in memory.

``python -m tests.bench.plots 600`` watches for ten minutes. A process writes the events of a run into its folder, and a
whole window follows it in the way in which it follows a training process.
"""

import math
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from editor.running.life import State
from editor.training.record import Record
from runtime.train.events import Events
from runtime.train.pieces.line import as_json
from tests.bench.opened import figures, opened, turn, wait
from tests.bench.window import EXAMPLE

if TYPE_CHECKING:
    from editor.window.window import Window

Took = tuple[float, float]  # seconds by the clock and of the processor
POINTS = 1_000_000
EVENTS = 1_000  # a second
SIZES = ((1366, 768), (2560, 1440))
TURNS = 2  # of 15 seconds each, for a size


def main() -> None:
    """Print frames for both sizes, then what memory does."""
    watched = float(sys.argv[1]) if sys.argv[0].endswith("plots.py") and len(sys.argv) > 1 else 15.0 * TURNS
    for size in SIZES:
        _measured(size, watched if size == SIZES[0] else 15.0 * TURNS)


def _measured(size: tuple[int, int], seconds: float) -> None:
    """One window of that size."""
    app, window = opened(EXAMPLE, size)
    from editor.training.chart import Chart
    from editor.training.plot import Curves

    drawn, painted = _timed(Curves, "draw"), _timed(Chart, "paintEvent")
    idle = turn(app)
    with tempfile.TemporaryDirectory() as folder, _writing(Path(folder)) as writer:
        _follow(window, Path(folder), writer)
        record = window.session.record
        wait(app, lambda: record.loss.size > POINTS + 2 * EVENTS, 60.0)
        drawn.clear()
        painted.clear()
        late, memory, first = [], [_resident()], record.loss.size
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            late += turn(app)
            memory.append(_resident())
        writer.terminate()
        wait(app, lambda: not window.session.running, 30.0)
        with (Path(folder) / "events.jsonl").open("rb") as file:
            written = sum(b'"step"' in line for line in file)
    curves = window.training.curves
    assert curves is not None
    print(f"window {size[0]} x {size[1]}, the loss on {curves.loss.width()} x {curves.loss.height()} pixels:")
    _tell_frames(drawn, painted)
    shown = record.loss.size - POINTS
    print(f"  events: {written:,} written, {shown:,} shown, {written - shown} lost")
    print(f"  lateness of a 10 ms timer, idle: {figures(idle)}")
    print(f"  lateness with 1,000 events a second: {figures(late)}")
    grown = (memory[-1] - memory[0]) / max(record.loss.size - first, 1)
    print(
        f"  memory in MiB every 15 s: {' '.join(f'{each / 2**20:.0f}' for each in memory)}; {grown:.0f} bytes an event"
    )
    window.document.history.setClean()
    window.close()
    window.session.close()


def _tell_frames(drawn: list[Took], painted: list[Took]) -> None:
    """Drawing and the painting that follows; processor time too, for other processes may have been in the way."""
    for at, clock in enumerate(("by the clock", "of the processor")):
        frames = sorted(1000 * (one[at] + other[at]) for one, other in zip(drawn, painted, strict=False))
        shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
        told = ", ".join(f"{name} {frames[int(share * (len(frames) - 1))]:.1f}" for name, share in shares.items())
        print(f"  a frame of {POINTS:,} points, ms {clock}: {told}, largest {frames[-1]:.1f}, {len(frames)} frames")


def _timed(made: type, name: str) -> list[Took]:
    """What each call of a method takes from now on."""
    taken: list[Took] = []
    stock: Callable[..., Any] = getattr(made, name)

    def timed(*arguments: Any, **more: Any) -> Any:
        begin, used = time.perf_counter(), time.thread_time()
        found = stock(*arguments, **more)
        taken.append((time.perf_counter() - begin, time.thread_time() - used))
        return found

    setattr(made, name, timed)
    return taken


def _follow(window: "Window", folder: Path, writer: "subprocess.Popen[bytes]") -> None:
    """Let the window follow the folder, with a million points there already."""
    session, trainer = window.session, window.session.trainer
    session.run_graph, session.run_folder = session.document.graph, folder
    session.last_events, session.record = [], Record()
    session.life.become(State.RUNS)
    session.run_started.emit()
    window.show_training()
    record = session.record
    record.take({"event": "started", "epochs": 100, "steps_per_epoch": POINTS // 10})
    for step in range(1, POINTS + 1):
        record.take(_event(step))
    trainer.folder, trainer.process, trainer.events, trainer.ended = folder, writer, Events(folder), False


def _event(step: int) -> dict[str, Any]:
    loss = 2 * math.exp(-step / 3e5) + 0.1 + random.gauss(0, 0.05)
    return {"event": "step", "step": step, "epoch": 1, "loss": loss, "samples": 32, "seconds": step / EVENTS}


def _writing(folder: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "tests.bench.plots", "--write", str(folder)], start_new_session=True)


def write(folder: Path) -> None:
    """The events of a run, EVENTS a second, flushed twenty times a second as a worker does."""
    begin, step = time.perf_counter(), POINTS
    with (folder / "events.jsonl").open("w", encoding="utf-8") as file:
        while True:
            due = POINTS + int((time.perf_counter() - begin) * EVENTS)
            while step < due:
                step += 1
                file.write(as_json(_event(step)) + "\n")
            file.flush()
            time.sleep(0.05)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(Path(sys.argv[2]))
    else:
        main()
