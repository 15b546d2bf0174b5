"""A process that does the work of this one: what asks this one to end is passed on to it."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from runtime.interrupted import ending
from runtime.started import environment


@contextmanager
def passing_on(line: list[str], output: int | None) -> Iterator[subprocess.Popen[bytes]]:
    """A process that hears no signals of the terminal: whoever ends this one means it, and is heard here alone."""
    told: list[int] = []
    processes: list[subprocess.Popen[bytes]] = []

    def end(number: int, frame: FrameType | None) -> None:
        told.append(number)
        for each in processes:
            each.terminate()

    before = {number: signal.getsignal(number) for number in ending()}
    for number in before:
        signal.signal(number, end)
    try:
        processes.append(subprocess.Popen(line, env=environment(), stdout=output, start_new_session=True))
        if told:
            processes[0].terminate()
        yield processes[0]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if signal.SIGINT in told:
        raise KeyboardInterrupt
