"""Whether a run waits for the processor most of the time since others have it: beside a window it gives way to them.

Waiting for data, a disk or another device does not count, so it is asked of the system how long the process that trains
was ready and not let run. Only Linux tells.
"""

import time
from contextlib import suppress
from pathlib import Path

TOLD = Path("/proc/self/schedstat")  # nanoseconds that the main thread ran, and those that it was ready but waited
WHILE, LEAST, SHARE = (
    10.0,
    5.0,
    0.25,
)  # seconds that are looked at, in which it wanted so many and got so little of them
SENTENCE = (
    "This machine is busy: for some seconds the run got less than a quarter of the processor time that it could use. "
    "End other programs to train faster."
)


class Starved:
    """Looks at one stretch of time after another, and says so once."""

    def __init__(self) -> None:
        self.begun, self.before, self.said = time.monotonic(), _told(), False

    def look(self) -> str | None:
        """The sentence, where a stretch has ended in which it was so."""
        if self.said or self.before is None or (now := time.monotonic()) < self.begun + WHILE:
            return None
        before, after = self.before, _told()
        self.begun, self.before = now, after
        if after is None:
            return None
        ran, waited = (new - old for old, new in zip(before, after, strict=True))
        self.said = ran + waited > LEAST and ran < SHARE * (ran + waited)
        return SENTENCE if self.said else None


def _told() -> tuple[float, float] | None:
    """Seconds that it ran and that it waited; None where the system does not tell."""
    with suppress(OSError, ValueError):
        ran, waited, *_ = TOLD.read_text(encoding="ascii").split()
        return int(ran) / 1e9, int(waited) / 1e9
    return None
