"""Whether the system has ended processes for want of memory; Linux alone counts them."""

from contextlib import suppress
from pathlib import Path

COUNTS = Path("/proc/vmstat")  # of the whole machine, in a container too
LINE = "oom_kill "
BY_SYSTEM = ", as the system does where memory is short"
PERHAPS = ", perhaps by the system, as memory is short"
OUTSIDE = ", from outside"  # by somebody, or by a program that looks after memory itself
WHY = {True: BY_SYSTEM, None: PERHAPS, False: OUTSIDE}  # of a SIGKILL, by whether the system did so


def ended_by_system() -> int | None:
    """How many processes the system has ended for want of memory since it began; None where it does not say.

    It counts before it ends one: whoever sees a process gone finds it counted.
    """
    with suppress(OSError, ValueError):
        lines = COUNTS.read_text(encoding="ascii").splitlines()
        return next((int(line.removeprefix(LINE)) for line in lines if line.startswith(LINE)), None)
    return None
