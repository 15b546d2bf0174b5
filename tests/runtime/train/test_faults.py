"""Whatever goes wrong in a run ends in a sentence, keeps the checkpoint before it, and leaves no process behind."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from runtime.graph.edit import Edit
from runtime.train.folder import read_events
from runtime.train.process import Trainer
from tests.runtime.train.copies import NO_MEMORY, NO_ROOM, Copies, copies
from tests.runtime.train.runs import LONGEST, Event, gone, group, own_function, ready

SOON = 10.0  # seconds from a fault to its sentence
KEPT = r" The checkpoint of epoch \d+ is kept in .*\."
DIED = "The training process was ended after step "


@dataclass(frozen=True)
class Fault:
    """What goes wrong once an epoch is over, and what is said of it."""

    says: str
    own: tuple[str, ...] = ()  # lines of the function that collates, from then on
    do: Callable[[int], None] = lambda leader: None  # to the processes of the run
    workers: int = 0
    node: str | None = None
    end: str = ""  # what is done in the process; see `copies`


def _kill_worker(leader: int) -> None:
    while not (members := [each for each in group(leader) if each != leader]):
        continue  # between two epochs there are none
    os.kill(members[0], signal.SIGKILL)


def _kill(leader: int) -> None:
    os.kill(leader, signal.SIGKILL)


RAISES = ("{}['word']",)
CRASHES = ("ctypes.string_at(0)",)
HANGS = ("while True: pass",)
ENDS = ("next(iter(()))",)
KILLED = r"a worker that reads samples (was ended by the signal Killed|ended without a word), most often because .*"
FAULTS = {
    "an exception": Fault("KeyError: 'word'.*", RAISES, node="batches"),
    "an exception in a worker": Fault("KeyError: 'word'.*", RAISES, workers=2, node="batches"),
    "a crash": Fault(DIED + r"\d+\." + KEPT, CRASHES),
    "a crash of a worker": Fault(
        r"a worker .* Segmentation fault\. Set num_workers .*", CRASHES, workers=2, node="batches"
    ),
    "a hang": Fault(r"The run was ended at once after step \d+\." + KEPT, HANGS),
    "a hang of workers": Fault(r"The run was ended at once after step \d+\." + KEPT, HANGS, workers=2),
    "a kill": Fault(DIED + r"\d+\." + KEPT, do=_kill, workers=2),
    "a kill of a worker": Fault(KILLED, do=_kill_worker, workers=2, node="batches"),
    "data that ends early": Fault(r"it raised StopIteration\. An own function ends with .*", ENDS, node="batches"),
    "data that ends early in a worker": Fault(r"the data ended after 0 of .*", ENDS, workers=2, node="batches"),
    "a full disk": Fault(
        r"The checkpoint of epoch 2 cannot be written to .*: there is no room left for it\. "
        r"Make room and go on from the checkpoint of epoch 1, which is kept\.",
        end=NO_ROOM,
    ),
    "no memory": Fault(r"out of memory: it needs 2\.00 GiB more\. .*", node="shapes", end=NO_MEMORY),
}


@pytest.fixture(scope="module")
def doing() -> Iterator[Copies]:
    """Does runs."""
    with copies() as made:
        yield made


def until(trainer: Trainer, holds: Callable[[list[Event]], bool], seconds: float) -> list[Event]:
    """What a run tells until something holds."""
    found: list[Event] = []
    deadline = time.monotonic() + seconds
    while not holds(found):
        found += trainer.new_events()
        assert time.monotonic() < deadline, found[-3:]
    return found


def goes_wrong(fault: Fault, leader: int, trainer: Trainer, mark: Path) -> Event:
    """Let it happen in a run, as a window sees it that did not start the run; what is said at last."""
    while not trainer.follow(mark.parent / "run", 0):
        assert group(leader)
    if not fault.end:
        until(trainer, lambda told: any(event["event"] == "saved" for event in told), LONGEST)
    mark.touch()
    fault.do(leader)
    if fault.own == HANGS:
        trainer.stop()
        trainer.kill()
    return until(trainer, lambda told: any(event["event"] in ("failed", "finished") for event in told), SOON)[-1]


def ends_well(name: str, doing: Copies, folder: Path) -> None:
    """See what a fault leaves, and go on from there without it."""
    fault, mark, trainer = FAULTS[name], folder / "mark", Trainer()
    lines = [f"if os.path.exists({str(mark)!r}):", *(f"    {line}" for line in fault.own or ("pass",))]
    wide: Edit = ("set", "shapes", "out_features", 64)  # a checkpoint of some size
    edits: list[Edit] = [own_function(*lines), ("set", "batches", "num_workers", fault.workers), wide]
    run = ready(folder / "run", "own_function", *edits, epochs=100_000)
    leader = doing.start(run, fault.end, 2 if fault.end == NO_ROOM else 9)
    try:
        last = goes_wrong(fault, leader, trainer, mark)
    finally:
        trainer.close()
        if not (left := gone(leader)):
            os.killpg(leader, signal.SIGKILL)
        code = doing.code()
    assert left and code != 0
    assert (last["event"], last["node"]) == ("failed", fault.node), last
    assert re.fullmatch(fault.says, last["message"]), last["message"]
    events = read_events(run)
    assert events[-1] == last
    kept = [event for event in events if event["event"] == "saved"][-1]["epoch"]
    assert torch.load(run / "checkpoint.pt", weights_only=True)["place"][0] == kept + 1
    mark.unlink()
    rest = ready(folder / "rest", "own_function", *edits, epochs=kept + 1, resume=run)
    assert doing.run(rest) == 0
    assert [event["epoch"] for event in read_events(rest) if event["event"] == "epoch"] == [kept + 1]


@pytest.mark.parametrize("name", FAULTS)
def test_that_a_fault_ends_in_a_sentence_keeps_the_checkpoint_and_leaves_no_process(
    name: str, doing: Copies, tmp_path: Path
) -> None:
    ends_well(name, doing, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(10))
@pytest.mark.parametrize("name", FAULTS)
def test_that_each_fault_ends_so_every_time(name: str, turn: int, doing: Copies, tmp_path: Path) -> None:
    ends_well(name, doing, tmp_path)
