"""A whole window that shows a run which goes on in another process: ``python -m tests.bench.beside GRAPH_FILE``.

It finds the run by itself, as a window does that is started anew. Once its curves are drawn, and again when its input
ends, it says how many steps it shows.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.opened import opened, wait

LOADED = 4.0  # seconds until what a window loads when it is open has come


@contextmanager
def shown(file: Path) -> Iterator[None]:
    """While a window shows the run of a graph's file. Raises RuntimeError where it showed nothing new meanwhile."""
    line = [sys.executable, "-m", "tests.bench.beside", str(file)]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as window:
        try:
            assert window.stdin and window.stdout
            before = window.stdout.readline()
            yield
            window.stdin.close()
            after = window.stdout.readline()
            if not after or int(after) <= int(before):
                raise RuntimeError("no window showed the run")
        finally:
            window.kill()


def show() -> None:
    """Show the run until somebody ends this process."""
    app, window = opened(Path(sys.argv[1]))
    from PySide6.QtCore import QSocketNotifier

    session = window.session
    wait(app, lambda: session.running, 60.0)
    window.show_training()
    until = time.monotonic() + LOADED
    wait(app, lambda: session.record.loss.size > 0 and time.monotonic() > until, 60.0)
    told = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    told.activated.connect(lambda: app.exit())  # a run that goes on would have `quit` ask
    print(session.record.loss.size, flush=True)
    app.exec()
    print(session.record.loss.size, flush=True)


if __name__ == "__main__":
    show()
