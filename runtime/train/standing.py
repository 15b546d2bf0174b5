"""Where a run stands of which nothing is heard, or stood when its process crashed: it writes down what it is doing.

The system's signal is answered by C code that needs no lock of Python's, so that a process which hangs answers too.
"""

import faulthandler
import json
import os
import re
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from runtime.train.at_work import FILE as HOLDER
from runtime.train.at_work import OUTPUT, at_work
from runtime.train.warned import node_at

FILE = "standing.txt"
FRAME = re.compile(r'  File "(.+)", line (\d+) in (\S+)')  # as faulthandler writes them, the innermost first
BEGIN = "(most recent call first):\n"
MOST = 2**15  # bytes of answers; who hears nothing asks again and again
LATELY = 5.0  # seconds
LAST = 2**16  # bytes of what a run prints, at whose end a crash is told
CRASH = re.compile(
    r"(?:Fatal Python error|Windows fatal exception): .*?^Current thread .*?$(.*?)(?:^$|\Z)", re.DOTALL | re.MULTILINE
)


class Standing(NamedTuple):
    """The node at which a run stood, what it did there, in words, and whether that is known to take long."""

    node: str | None
    doing: str
    slow: bool = False


def answer(folder: Path) -> None:
    """Let this process be asked, from now on until it ends; systems without such signals are not."""
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGUSR1, (folder / FILE).open("a"), all_threads=False)


def ask_standing(folder: Path) -> None:
    """Ask who trains in a run folder; the answer is there a moment later."""
    worker = at_work(folder)
    if worker and worker.here and hasattr(faulthandler, "register"):
        with suppress(OSError):
            if (folder / FILE).stat().st_size > MOST:
                os.truncate(folder / FILE, 0)  # the process appends, wherever the end is
            os.kill(worker.process, signal.SIGUSR1)


def answers(folder: Path) -> bool:
    """Whether a process that is asked again and again has answered lately; where none can be asked it is not known."""
    with suppress(OSError):
        return time.time() - (folder / FILE).stat().st_mtime < LATELY
    return True


def standing(folder: Path) -> Standing:
    """Where a run stood when it was asked last."""
    try:
        _, _, told = (folder / FILE).read_text(encoding="utf-8").rpartition(BEGIN)
        nodes = json.loads((folder / "graph.json").read_text(encoding="utf-8"))["nodes"]
    except (OSError, ValueError):
        told, nodes = "", {}
    frames = FRAME.findall(told)
    called = {name for _, _, name in frames}
    measures = "evaluate" in called
    if (node := _node(told, folder)) is not None:
        return Standing(node, f"it is at {node}{', and measures rows that are held out' if measures else ''}", measures)
    if any(file.endswith("dataloader.py") for file, _, _ in frames):
        collate = next((id for id, node in nodes.items() if node["type"] == "Collate"), None)
        return Standing(collate, f"it waits for samples, which the workers of {collate} make", slow=True)
    if measures:
        return Standing(None, "it measures rows that are held out", slow=True)
    return Standing(None, "a step takes that long" if "train_step" in called else "what it does takes that long")


def crashed_at(folder: Path) -> str | None:
    """The node at whose line the process of a run crashed; None where it did not, or nobody knows."""
    with suppress(OSError, ValueError, KeyError, TypeError), (folder / OUTPUT).open("rb") as output:
        before = int(json.loads((folder / HOLDER).read_text(encoding="utf-8"))["printed"])  # by others in the folder
        output.seek(max(before, os.fstat(output.fileno()).st_size - LAST))
        told = output.read().decode("utf-8", "replace").replace("\r\n", "\n")
        found = CRASH.findall(told)
        return _node(found[-1], folder) if found else None
    return None


def _node(told: str, folder: Path) -> str | None:
    """The node at whose line of the program somebody stands."""
    lines = [int(line) for file, line, _ in reversed(FRAME.findall(told)) if file.endswith("program.py")]
    with suppress(OSError, ValueError):
        return node_at(lines, folder) if lines else None
    return None
