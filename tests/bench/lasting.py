"""A real run in a window for a long time: what is told and not shown, and what both processes take of memory.

``python -m tests.bench.lasting 600`` trains for ten minutes, ``python -m tests.bench.lasting 600 resnet18`` another
example. What the window shows of a run it has in memory: the first example makes some 500 points a second, all of which
it keeps.
"""

import json
import os
import sys
import time
from array import array
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from runtime.places import EXAMPLES
from runtime.train.at_work import at_work
from tests.bench.home import at_home
from tests.bench.opened import figures, opened, turn, wait
from tests.bench.window import EXAMPLE

if TYPE_CHECKING:
    from editor.training.record import Record

EPOCHS = 100_000  # the most; nobody comes to the end
WARM = 15.0  # seconds until what both load as they go has come
POINT = 24  # bytes of where it stands, how high, and its smoothed height
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class Look(NamedTuple):
    """Bytes in memory of window and trainer, and what is shown by then."""

    window: int
    trainer: int
    points: int
    epochs: int


def main() -> None:
    """Print the memory of window and trainer every fifteen seconds, and how many steps were told and shown."""
    asked = sys.argv[1:] if sys.argv[0].endswith("lasting.py") else []
    seconds = float(asked[0]) if asked else 30.0
    example = EXAMPLES / f"{asked[1]}.json" if len(asked) > 1 else EXAMPLE
    with at_home():
        app, window = opened(example)
        from editor.workers.started import wait_for_ended

        window.document.do([("run", "epochs", EPOCHS)], "Train long")
        session = window.session
        session.run()
        wait(app, lambda: session.running and session.record.loss.size > 0, 60.0)
        window.show_training()
        warm = time.perf_counter() + WARM
        wait(app, lambda: time.perf_counter() > warm, WARM + 60)
        folder = session.run_folder
        assert folder is not None
        worker = at_work(folder)
        assert worker is not None
        # Of what is measured little is held: it is memory of the window too.
        record, late, until = session.record, array("f"), time.perf_counter() + seconds
        looks = [_look(worker.process, record)]
        while time.perf_counter() < until:
            late.extend(turn(app))
            looks.append(_look(worker.process, record))
        session.life.stop()
        wait(app, lambda: not session.running, 30.0)
        told = Counter(json.loads(line)["event"] for line in (folder / "events.jsonl").open("rb"))
        shown = {"step": record.loss.size, "epoch": len(record.epochs)}
        print(f"{example.stem}, {seconds:.0f} s, a run that got to step {record.step:,}:")
        for kind, many in shown.items():
            print(f"  events, {kind}: {told[kind]:,} told, {many:,} shown, {told[kind] - many} lost")
        print(f"  lateness of a 10 ms timer: {figures([*late])}")
        _print_memory(looks)
        window.document.history.setClean()
        window.close()
        session.close()
        wait_for_ended(app)


def _look(trainer: int, record: "Record") -> Look:
    return Look(_resident("self"), _resident(str(trainer)), record.loss.size, len(record.epochs))


def _print_memory(looks: list[Look]) -> None:
    """What both take as time goes, and how much that grew once the log has all the lines that it ever has."""
    from editor.training.log import MOST

    for at, who in enumerate(("window", "trainer")):
        print(f"  memory of the {who} in MiB every 15 s: {' '.join(f'{look[at] / 2**20:.0f}' for look in looks)}")
    full = next((look for look in looks if look.epochs >= MOST), looks[0])
    window, trainer, points, _ = (last - first for first, last in zip(full, looks[-1], strict=True))
    print(f"  from epoch {full.epochs:,} on: window {window / 2**20:+.1f} MiB, trainer {trainer / 2**20:+.1f} MiB;")
    print(f"    {points:,} points came to be shown, which take {points * POINT / 2**20:.1f} MiB")


def _resident(process: str) -> int:
    return int(Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[1]) * PAGE


if __name__ == "__main__":
    main()
