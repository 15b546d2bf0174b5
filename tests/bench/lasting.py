"""A real run in a window for a long time: what is told and not shown, and what both processes take of memory.

``python -m tests.bench.lasting 600`` trains for ten minutes.
"""

import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

from runtime.train.at_work import at_work
from tests.bench.home import at_home
from tests.bench.opened import figures, opened, turn, wait
from tests.bench.window import EXAMPLE

EPOCHS = 100_000  # the most; nobody comes to the end
WARM = 15.0  # seconds until what both load as they go has come
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def main() -> None:
    """Print the memory of window and trainer every fifteen seconds, and how many steps were told and shown."""
    seconds = float(sys.argv[1]) if sys.argv[0].endswith("lasting.py") and len(sys.argv) > 1 else 30.0
    with at_home():
        app, window = opened(EXAMPLE)
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
        late, memory, until = [], [_both(worker.process)], time.perf_counter() + seconds
        while time.perf_counter() < until:
            late += turn(app)
            memory.append(_both(worker.process))
        session.life.stop()
        wait(app, lambda: not session.running, 30.0)
        told = Counter(json.loads(line)["event"] for line in (folder / "events.jsonl").open("rb"))
        shown = {"step": session.record.loss.size, "epoch": len(session.record.epochs)}
        print(f"{EXAMPLE.stem}, {seconds:.0f} s, a run that got to step {session.record.step:,}:")
        for kind, many in shown.items():
            print(f"  events, {kind}: {told[kind]:,} told, {many:,} shown, {told[kind] - many} lost")
        print(f"  lateness of a 10 ms timer: {figures(late)}")
        for at, who in enumerate(("window", "trainer")):
            print(f"  memory of the {who} in MiB every 15 s: {' '.join(f'{each[at] / 2**20:.0f}' for each in memory)}")
        window.document.history.setClean()
        window.close()
        session.close()
        wait_for_ended(app)


def _both(process: int) -> tuple[int, int]:
    """Bytes in memory of this process and of another one."""
    return _resident("self"), _resident(str(process))


def _resident(process: str) -> int:
    return int(Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[1]) * PAGE


if __name__ == "__main__":
    main()
