"""Whatever goes wrong in a run ends in a sentence, keeps the checkpoint before it, and leaves no process behind."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from runtime.graph.edit import Edit, applied
from runtime.graph.file import load
from runtime.train import at_work
from runtime.train.events import read_events
from runtime.train.folder import prepare_run
from runtime.train.process import Trainer
from runtime.train.standing import standing
from tests.runtime.train.bad_data import PICTURES, as_json
from tests.runtime.train.copies import NO_MEMORY, NO_ROOM, Runs
from tests.runtime.train.runs import LONGEST, Event, group, own_function, ready

SOON = 10.0  # seconds from a fault to its sentence
KEPT = r" The checkpoint of epoch \d+ is kept in .*\."
DIED = "The training process was ended after step "
CRASHED = "what it calls crashed the training process after step "
BY_HAND = r"The run was ended at once after step \d+, at batches\."


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


AT = ("it is at batches", "it waits for samples, which the workers of batches make")
RAISES = ("{}['word']",)
CRASHES = ("ctypes.string_at(0)",)
HANGS = ("open(MARK + ' seen', 'w').close()", "while True: pass")
ENDS = ("next(iter(()))",)
KILLED = r"a worker that reads samples (was ended by the signal Killed|ended without a word)(, .*)?\. (Run|Set) .*"
FAULTS = {
    "an exception": Fault("KeyError: 'word'.*", RAISES, node="batches"),
    "an exception in a worker": Fault("KeyError: 'word'.*", RAISES, workers=2, node="batches"),
    "a crash": Fault(CRASHED + r"\d+\. Mend that, and go on\." + KEPT, CRASHES, node="batches"),
    "a crash of a worker": Fault(  # the trainer may see the end of what it sends before it hears of the signal
        r"a worker .* (Segmentation fault|ended without a word(, .*)?)\. Set num_workers .*",
        CRASHES,
        workers=2,
        node="batches",
    ),
    "a hang": Fault(BY_HAND + KEPT, HANGS),
    "a hang of workers": Fault(BY_HAND + KEPT, HANGS, workers=2),
    "a kill": Fault(DIED + r"\d+\." + KEPT, do=_kill, workers=2),
    "a kill of a worker": Fault(KILLED, do=_kill_worker, workers=2, node="batches"),
    "data that ends early": Fault(r"it raised StopIteration\. An own function ends with .*", ENDS, node="batches"),
    "data that ends early in a worker": Fault(r"the data ended after \d+ of .*", ENDS, workers=2, node="batches"),
    "a full disk": Fault(
        r"The checkpoint of epoch 2 cannot be written to .*: there is no room left for it\. "
        r"Make room and go on from the checkpoint of epoch 1, which is kept\.",
        end=NO_ROOM,
    ),
    "no memory": Fault(r"out of memory: it needs 2\.00 GiB more\. .*", node="shapes", end=NO_MEMORY),
}


def until(trainer: Trainer, holds: Callable[[list[Event]], bool], seconds: float) -> list[Event]:
    """What a run tells until something holds."""
    found: list[Event] = []
    deadline = time.monotonic() + seconds
    while not holds(found):
        found += trainer.new_events()
        assert time.monotonic() < deadline, found[-3:]
        with suppress(subprocess.TimeoutExpired):
            assert trainer.process is not None
            trainer.process.wait(0.02)
    return found


def first_epoch(trainer: Trainer) -> int:
    """Wait until an epoch is kept; the process of the run, which leads its group."""
    until(trainer, lambda told: any(event["event"] == "saved" for event in told), LONGEST)
    assert trainer.process is not None
    return trainer.process.pid


def end(trainer: Trainer) -> Event:
    """What a run says at last, soon after something went wrong."""
    return until(trainer, lambda told: any(event["event"] in ("failed", "finished") for event in told), SOON)[-1]


def ends_well(name: str, doing: Runs, folder: Path, onwards: bool = False) -> None:
    """See what a fault leaves, and go on from there without it."""
    fault, mark = FAULTS[name], folder / "mark"
    lines = [f"MARK = {str(mark)!r}", "if os.path.exists(MARK):", *(f"    {line}" for line in fault.own or ("pass",))]
    wide: Edit = ("set", "shapes", "out_features", 64)  # a checkpoint of some size
    edits: list[Edit] = [own_function(*lines), ("set", "batches", "num_workers", fault.workers), wide]
    run = ready(folder / "run", "own_function", *edits, epochs=100_000)
    with doing.followed(run, fault.end, 2 if fault.end == NO_ROOM else 9) as trainer:
        leader = first_epoch(trainer) if not fault.end else 0
        mark.touch()
        fault.do(leader)
        if fault.own == HANGS:
            until(trainer, lambda _: mark.with_name("mark seen").exists(), LONGEST)
            trainer.stop()  # which asks where it stands
            until(trainer, lambda _: standing(run).doing.startswith(AT[fault.workers > 0]), SOON)
            trainer.kill()
        last = end(trainer)
    assert (last["event"], last["node"]) == ("failed", fault.node), last
    assert re.fullmatch(fault.says, last["message"]), last["message"]
    events = read_events(run)
    assert events[-1] == last
    told = [event for event in events if event["event"] == "saved"][-1]["epoch"]
    kept = torch.load(run / "checkpoint.pt", weights_only=True)["place"][0] - 1
    # Whoever kills a process or its worker, in the middle of which torch raises then, may come before it tells.
    assert kept in ((told, told + 1) if fault.do in (_kill, _kill_worker) else (told,))
    if not onwards:
        return
    mark.unlink(missing_ok=True)
    rest = ready(folder / "rest", "own_function", *edits, epochs=kept + 1, resume=run)
    assert doing.run(rest) == 0
    assert [event["epoch"] for event in read_events(rest) if event["event"] == "epoch"] == [kept + 1]


def test_that_a_process_that_hangs_after_its_last_event_is_ended(doing: Runs, tmp_path: Path) -> None:
    thread = ("import threading", "threading.Thread(target=threading.Event().wait).start()")
    run = ready(tmp_path / "run", "own_function", own_function(*thread), epochs=1)
    with doing.followed(run) as trainer:
        assert end(trainer)["event"] == "finished"
        assert trainer.alive
        trainer.end_left()
        assert trainer.process is not None
        trainer.process.wait(SOON)
    assert read_events(run)[-1]["event"] == "finished"


def corrupt_ends_well(doing: Runs, folder: Path, workers: int, onwards: bool = False) -> None:
    """A picture is cut off after the first epoch, and mended before the run goes on."""
    PICTURES.write(folder / PICTURES.path)
    graph = load(as_json(PICTURES.graph()))
    flips: Edit = (
        "insert",
        "flips",
        "transform.RandomHorizontalFlip",
        {},
        "scale.output",
        "batches.picture",
        "input",
        "output",
    )
    graph = applied(graph, [flips, ("set", "batches", "num_workers", workers)])
    options = {"threads": 1, "device": "cpu"}
    run = prepare_run(graph, folder / "graph.json", {**options, "epochs": 100_000}, folder / "run")
    picture = folder / PICTURES.path / "x" / "04.jpg"
    whole = picture.read_bytes()
    with doing.followed(run) as trainer:
        first_epoch(trainer)
        picture.write_bytes(whole[:300])
        last = end(trainer)
    assert last["node"] == "decoded", last
    assert re.search(r"04\.jpg.*\(row 2 of the data.*\. Replace it or take it away.*", last["message"]), last
    if not onwards:
        return
    picture.write_bytes(whole)
    kept = [event for event in read_events(run) if event["event"] == "saved"][-1]["epoch"]
    rest = prepare_run(graph, folder / "graph.json", {**options, "epochs": kept + 1, "resume": run}, folder / "rest")
    assert doing.run(rest) == 0


@pytest.mark.parametrize("workers", [0, 2])
def test_that_a_sample_that_is_corrupt_in_the_middle_is_named_with_its_repair(
    doing: Runs, tmp_path: Path, workers: int
) -> None:
    corrupt_ends_well(doing, tmp_path, workers)


def test_that_a_folder_in_which_a_run_goes_on_takes_no_other(
    doing: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ready(tmp_path / "run", "own_function", epochs=100_000)
    with doing.followed(run) as trainer:
        first_epoch(trainer)
        for options in ({}, {"resume": run}):
            with pytest.raises(FileExistsError, match="a run that goes on: another process is training there"):
                ready(run, "own_function", **options)
        monkeypatch.setattr(at_work, "PATIENCE", 0.0)
        assert not at_work.take(run)
        trainer.stop()
        assert end(trainer)["stopped"]


TURNS = [0, *(pytest.param(turn, marks=pytest.mark.soak) for turn in range(1, 10))]
WHOLE = ["import os", "import torch", "", "", "def join(samples):"]
JOINED = "    batch = {name: torch.stack([each[name] for each in samples]) for name in samples[0]}"
OUTPUTS = {"a": "float32[3]", "b": "float32[3]", "label": "int64[]"}


@pytest.mark.parametrize("turn", TURNS)
def test_that_a_value_that_is_not_finite_ends_a_run_and_keeps_the_checkpoint_before(
    doing: Runs, tmp_path: Path, turn: int
) -> None:
    mark = tmp_path / "mark"
    spoils = (f"    if os.path.exists({str(mark)!r}):", "        batch['a'][0] = torch.nan")
    lines = [*WHOLE, JOINED, *spoils, "    return batch"]
    own: Edit = ("set", "batches", "collate_fn", {"function": lines, "outputs": OUTPUTS})
    run = ready(tmp_path / "run", "whole_samples", own, epochs=100_000)
    with doing.followed(run) as trainer:
        first_epoch(trainer)
        mark.touch()
        last = end(trainer)
    assert (last["event"], last["node"], last["wire"]) == ("failed", "batches", "batches.a"), last
    assert re.match(r"batches\.a became nan at step \d+: ", last["message"]), last
    assert last["message"].endswith(" The last good checkpoint is kept.")
    state = torch.load(run / "checkpoint.pt", weights_only=True)
    assert all(value.isfinite().all() for value in state["model"].values() if value.is_floating_point())


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(10))
def test_that_of_two_runs_prepared_at_the_same_moment_one_trains_and_the_other_says_so(
    doing: Runs, tmp_path: Path, turn: int
) -> None:
    run = ready(tmp_path / "run", "own_function", epochs=100_000)
    with doing.followed(run) as trainer:
        first_epoch(trainer)
        second = Trainer()
        second.start(run, [])
        told = until(second, lambda told: any(event["event"] == "failed" for event in told), LONGEST)
        assert told[-1]["message"] == f"Nothing was trained: another process is training in {run}."
        second.close()
        trainer.stop()
        assert end(trainer)["stopped"]
    assert not any(event["event"] == "failed" for event in read_events(run))


@pytest.mark.parametrize("name", FAULTS)
def test_that_a_fault_ends_in_a_sentence_keeps_the_checkpoint_and_leaves_no_process(
    name: str, doing: Runs, tmp_path: Path
) -> None:
    ends_well(name, doing, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(10))
@pytest.mark.parametrize("workers", [0, 2])
def test_that_each_corrupt_sample_is_named(doing: Runs, tmp_path: Path, workers: int, turn: int) -> None:
    corrupt_ends_well(doing, tmp_path, workers, onwards=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB, where this user may make one: two checkpoints have room in it until it is filled."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a file system")  # a full one; the other case of a full disk always runs
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(10))
@pytest.mark.parametrize("rest", [0, 60, 400], ids="{} kB left".format)
def test_that_a_disk_that_is_full_is_told(doing: Runs, small_disk: Path, tmp_path: Path, rest: int, turn: int) -> None:
    wide: Edit = ("set", "shapes", "out_features", 64)
    run = ready(small_disk / "run", "own_function", wide, epochs=100_000)
    with doing.followed(run, every=0.0) as trainer:
        first_epoch(trainer)
        with suppress(OSError), (small_disk / "filling").open("wb") as file:
            while shutil.disk_usage(small_disk).free > 1024 * rest:
                file.write(bytes(4096))
                file.flush()
        last = end(trainer)
    kept = r"the checkpoint of epoch \d+(, step \d+)?"
    room = rf"there is no room left for it\. Make room and go on from {kept}, which is kept\."
    full = r"(ended with exit code \d+|was ended) after step \d+: the disk is full\. Make room, and go on\."
    full += rf" T{kept[1:]} is kept in .*\."
    assert re.search(f"{room}$|{full}$", last["message"]), last
    (small_disk / "filling").unlink()
    place = torch.load(run / "checkpoint.pt", weights_only=True)["place"]
    after = ready(tmp_path / "rest", "own_function", wide, epochs=place[0], resume=run)
    assert doing.run(after) == 0


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(10))
@pytest.mark.parametrize("name", FAULTS)
def test_that_each_fault_ends_so_every_time_and_the_run_goes_on(
    name: str, turn: int, doing: Runs, tmp_path: Path
) -> None:
    ends_well(name, doing, tmp_path, onwards=True)
