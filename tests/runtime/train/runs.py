"""Runs in tests: graphs of the programs' cases made ready, and processes followed until something happens."""

import os
import select
import subprocess
import time
from pathlib import Path
from typing import Any

from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from runtime.train.folder import prepare_run
from runtime.train.process import Trainer
from tests.runtime.generate.cases import FOLDER, graph_of

LONGEST = 60.0  # seconds after which a run that tells nothing is a failure
Event = dict[str, Any]


def ready(folder: Path, graph: Graph | str, *edits: Edit, **options: Any) -> Path:
    """The run folder of a case with some edits; one thread, so that machines give the same numbers."""
    found = applied(graph_of(graph) if isinstance(graph, str) else graph, edits)
    origin = FOLDER / "graph.json"
    return prepare_run(found, origin, {"threads": 1, "device": "cpu", **options}, folder, trusting=True)


def own_function(*lines: str) -> Edit:
    """The edit that gives the case `own_function` a function of these lines."""
    written = ["import ctypes", "import os", "", "import torch", "", "", "def own(titles: list[str]) -> torch.Tensor:"]
    body = [f"    {line}" for line in lines]
    rest = ["    return torch.zeros(len(titles), 6, dtype=torch.int64)"]
    return ("set", "batches", "collate", {"text": {"function": [*written, *body, *rest], "output": "int64[6]"}})


def until(trainer: Trainer, kind: str, seen: list[Event] | None = None) -> list[Event]:
    """All events up to the first of a kind, or up to the end of the run; fails after a while."""
    found = [] if seen is None else seen
    deadline = time.monotonic() + LONGEST
    assert trainer.process is not None
    while not any(event["event"] == kind for event in found) and not trainer.ended:
        found += trainer.new_events()
        assert time.monotonic() < deadline, f"no {kind} in {found[-3:]}"
        try:
            trainer.process.wait(0.02)
        except subprocess.TimeoutExpired:
            continue
    return found


def group(leader: int) -> list[int]:
    """The processes of a process group, those that are only waiting to be reaped left out."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, number = file.read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(number) == leader and state != "Z":
            found.append(int(file.parent.name))
    return found


def gone(leader: int) -> bool:
    """Whether a process group ends within some seconds."""
    deadline = time.monotonic() + 20
    for member in group(leader):
        try:
            handle = os.pidfd_open(member)
        except ProcessLookupError:
            continue
        select.select([handle], [], [], max(0.0, deadline - time.monotonic()))
        os.close(handle)
    return not group(leader)


def losses_of(events: list[Event]) -> list[float]:
    """The loss of each step."""
    return [event["loss"] for event in events if event["event"] == "step"]
