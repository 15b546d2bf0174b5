"""Where a run stands of which nothing is heard: its process is asked to write down what it is doing.

The system's signal is answered by C code that needs no lock of Python's, so that a process which hangs answers too.
"""

import faulthandler
import json
import os
import re
import signal
from contextlib import suppress
from pathlib import Path

from runtime.train.at_work import at_work
from runtime.train.warned import node_at

FILE = "standing.txt"
FRAME = re.compile(r'  File "(.+)", line (\d+) in (\w+)')  # as faulthandler writes them, the innermost first
MOST = 2**15  # bytes of answers; who hears nothing asks again and again
BEGIN = "(most recent call first):\n"


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


def standing(folder: Path) -> tuple[str | None, str]:
    """The node at which a run stood when it was asked last, and what it did there, in words."""
    try:
        _, _, told = (folder / FILE).read_text(encoding="utf-8").rpartition(BEGIN)
        nodes = json.loads((folder / "graph.json").read_text(encoding="utf-8"))["nodes"]
    except (OSError, ValueError):
        told, nodes = "", {}
    frames = FRAME.findall(told)
    lines = [int(line) for file, line, _ in reversed(frames) if file.endswith("program.py")]
    if node := node_at(lines, folder):
        return node, f"it is at {node}"
    called = {name for _, _, name in frames}
    if any(file.endswith("dataloader.py") for file, _, _ in frames):
        collate = next((id for id, node in nodes.items() if node["type"] == "Collate"), None)
        return collate, f"it waits for samples, which the workers of {collate} make"
    if "evaluate" in called:
        return None, "it measures rows that are held out"
    return None, "a step takes that long" if "train_step" in called else "what it does takes that long"
