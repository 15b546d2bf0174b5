"""Whether the device that a run is to be on is here, asked before there is a run of it."""

import json
import subprocess

from runtime.started import command, environment

USUAL = ("auto", "cpu")  # devices that every machine has, for which torch need not be started


def not_here(wish: str) -> str | None:
    """One sentence where this machine has no device of that kind; None where it has, or where torch cannot tell.

    Which of several there are is told by the run.
    """
    kind = wish.partition(":")[0]
    if kind in USUAL:
        return None
    line = command("runtime.train.device")
    done = subprocess.run(line, env=environment(), capture_output=True, text=True, check=False)
    try:
        found = json.loads(done.stdout)
        device, reason = str(found["device"]), str(found["reason"])
    except (ValueError, TypeError, KeyError):  # the run says why
        return None
    return (
        None if kind == device else f"there is no {wish} device here ({device}: {reason}); --device cpu always works."
    )
