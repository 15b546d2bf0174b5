"""The process that trains, seen from outside: followed, stopped, killed, crashed; nothing of it is left behind."""

import importlib.util
import os
import py_compile
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from runtime.graph.edit import Edit
from runtime.train import process
from runtime.train.control import STOP, ask
from runtime.train.died import died
from runtime.train.events import read_events
from runtime.train.process import Trainer
from tests.runtime.train.runs import Event, gone, group, losses_of, own_function, ready, until
from tests.workers import SPAWNED, Copies, Workers

ROOT = Path(__file__).parents[3]
WORKERS: Edit = ("set", "batches", "num_workers", 2)
CRASHED = "what it calls crashed the training process"
WORKER: Edit = ("set", "batches", "num_workers", 1)


@pytest.fixture
def trainer() -> Iterator[Trainer]:
    """A trainer whose processes are ended after the test."""
    made = Trainer()
    yield made
    made.kill()
    if made.process:
        made.process.wait()
    made.close()


@pytest.fixture
def really(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers are started as users start them, and are no copies."""
    monkeypatch.setattr(process, "_spawned", SPAWNED)


def started(trainer: Trainer, folder: Path) -> int:
    """Start the run of a folder; returns the id of its process, which leads its group."""
    trainer.start(folder, [])
    assert trainer.process is not None
    return trainer.process.pid


@pytest.mark.usefixtures("really")
def test_that_a_run_tells_what_it_does_and_leaves_its_weights(trainer: Trainer, tmp_path: Path) -> None:
    folder = ready(tmp_path / "run", "two_models", epochs=1)
    leader = started(trainer, folder)
    events = until(trainer, "finished")
    kinds = [event["event"] for event in events]
    assert kinds == ["stage", "stage", "started", *["step"] * 45, "epoch", "saved", "finished"]
    assert [event["stage"] for event in events[:2]] == ["starting torch", "reading data"]
    assert events[2]["reason"] == "asked for"
    assert events == read_events(folder)
    assert trainer.ended and trainer.new_events() == []
    assert gone(leader)
    kept = load_file(folder / "weights.safetensors")
    state = torch.load(folder / "checkpoint.pt", weights_only=True)["model"]
    assert kept.keys() == state.keys()
    assert all(torch.equal(kept[name], state[name]) for name in kept)


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="this system has no niceness")
@pytest.mark.parametrize("nice", [0, 7])
def test_that_a_run_is_nice_to_a_window_alone(trainer: Trainer, tmp_path: Path, nice: int) -> None:
    trainer.nice = nice
    leader = started(trainer, ready(tmp_path / "run", "two_models", epochs=1000))
    until(trainer, "started")
    assert os.getpriority(os.PRIO_PROCESS, leader) == os.getpriority(os.PRIO_PROCESS, 0) + nice


@pytest.mark.usefixtures("really")
def test_that_a_warm_process_tells_its_device_and_starts_without_waiting(trainer: Trainer, tmp_path: Path) -> None:
    trainer.warm()
    spare = trainer.spare
    assert spare is not None
    trainer.told.put(trainer.told.get(timeout=60))
    known = trainer.device()
    assert known is not None and {"device", "reason", "torch"} <= known.keys()
    trainer.warm()
    assert trainer.spare is spare
    trainer.start(ready(tmp_path / "run", "table"), [])
    assert trainer.process is spare
    assert until(trainer, "stage")[0]["stage"] == "reading data"
    until(trainer, "finished")


def test_that_stop_ends_a_run_at_its_next_step_and_it_goes_on_from_there(trainer: Trainer, tmp_path: Path) -> None:
    endless = ready(tmp_path / "first", "flips", WORKER, epochs=1000)
    leader = started(trainer, endless)
    events = until(trainer, "step")
    trainer.warm()
    trainer.stop()
    until(trainer, "finished", events)
    assert events[-1]["stopped"] is True
    assert gone(leader)
    last = [event for event in events if event["event"] == "step"][-1]
    rest = ready(tmp_path / "second", "flips", epochs=last["epoch"] + 1, resume=tmp_path / "first")
    trainer.start(rest, [])
    trainer.warm()
    resumed = until(trainer, "finished")
    whole = ready(tmp_path / "whole", "flips", epochs=last["epoch"] + 1)
    trainer.start(whole, [])
    unbroken = until(trainer, "finished")
    assert losses_of(events) + losses_of(resumed) == losses_of(unbroken)
    figures = [[e["train"] for e in told if e["event"] == "epoch"][-1] for told in (resumed, unbroken)]
    assert figures[0] == figures[1]
    weights = [(folder / "weights.safetensors").read_bytes() for folder in (rest, whole)]
    assert weights[0] == weights[1]


def test_that_a_killed_run_says_so_and_leaves_no_process(trainer: Trainer, tmp_path: Path) -> None:
    leader = started(trainer, ready(tmp_path / "run", "padded", epochs=100_000))
    events = until(trainer, "saved")
    assert len(group(leader)) >= 3  # the run and its loader's workers
    trainer.kill()
    until(trainer, "failed", events)
    message = events[-1]["message"]
    assert message.startswith("The run was ended at once after step ")
    assert re.search(rf" The checkpoint of epoch \d+ is kept in {tmp_path / 'run'}\.$", message)
    assert gone(leader)
    assert read_events(tmp_path / "run")[-1] == events[-1]


def test_that_a_run_that_cannot_be_asked_to_stop_is_ended_and_not_taken_for_one_that_the_system_ended(
    trainer: Trainer, tmp_path: Path
) -> None:
    leader = started(trainer, ready(tmp_path / "run", "two_models", epochs=100_000))
    events = until(trainer, "step")
    (tmp_path / "run" / "control.new").mkdir()  # nothing can be written there
    trainer.stop()
    assert until(trainer, "failed", events)[-1]["message"].startswith("The run was ended at once after step ")
    assert gone(leader)


@pytest.mark.parametrize(
    ("line", "node", "message"),
    [
        ("ctypes.string_at(0)", "batches", f"{CRASHED} (SIGSEGV) before its first step. Mend that, and run again."),
        ("os.kill(os.getpid(), 4)", "batches", f"{CRASHED} (SIGILL) before its first step. Mend that, and run again."),
        ("os.kill(os.getpid(), 15)", None, "The training process was ended by SIGTERM before its first step."),
        ("os._exit(3)", None, "The training process ended with exit code 3 before its first step."),
    ],
)
def test_that_a_run_that_ends_without_a_word_is_a_failure_of_the_node_that_crashed_it(
    trainer: Trainer, tmp_path: Path, line: str, node: str | None, message: str
) -> None:
    started(trainer, ready(tmp_path / "run", "own_function", own_function(line)))
    assert until(trainer, "failed")[-1] == {"event": "failed", "node": node, "message": message}


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGUSR2])  # the second may be of a crash
def test_that_a_crash_of_before_is_not_that_of_a_run_that_goes_on_in_its_folder(
    trainer: Trainer, tmp_path: Path, sent: int
) -> None:
    mark, speak = tmp_path / "mark", tmp_path / "speak"
    lines = (
        *(f"if os.path.exists({str(speak)!r}):", f"    os.remove({str(speak)!r})", "    print('a line', flush=True)"),
        *(f"if os.path.exists({str(mark)!r}):", "    ctypes.string_at(0)"),
    )
    folder = ready(tmp_path / "run", "own_function", own_function(*lines), epochs=100_000)
    started(trainer, folder)
    events = until(trainer, "saved")
    mark.touch()
    assert until(trainer, "failed", events)[-1]["node"] == "batches"
    assert died(-signal.SIGSEGV, False, 5, folder, "")["node"] == "batches"
    assert [died(-each, False, 5, folder, "")["node"] for each in (signal.SIGKILL, signal.SIGTERM)] == [None, None]
    mark.unlink()
    speak.touch()
    ready(folder, "own_function", own_function(*lines), epochs=100_000, resume=folder)
    leader = started(trainer, folder)
    events = until(trainer, "step")
    assert (folder / "output.txt").read_text().endswith("a line\n")
    os.kill(leader, sent)
    assert until(trainer, "failed", events)[-1]["node"] is None


@pytest.mark.usefixtures("really")
def test_that_only_the_text_of_the_program_is_run(trainer: Trainer, tmp_path: Path) -> None:
    folder = ready(tmp_path / "run", "two_models", epochs=1)
    for name in ("sklearn", "safetensors", "numpy"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("raise SystemExit('planted')")
    planted = tmp_path / "planted.py"
    planted.write_text("raise SystemExit('planted')")
    file, cached = folder / "program.py", Path(importlib.util.cache_from_source(str(folder / "program.py")))
    py_compile.compile(str(planted), str(cached), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    assert file.is_file() and cached.is_file()
    started(trainer, folder)
    assert until(trainer, "finished")[-1]["event"] == "finished"


@pytest.mark.usefixtures("really")
def test_that_spawned_loader_workers_find_the_program(trainer: Trainer, tmp_path: Path) -> None:
    spawn: Edit = ("set", "batches", "multiprocessing_context", "spawn")
    alone: Edit = ("set", "batches", "validation", 0.0)
    folder = ready(tmp_path / "run", "own_function", WORKER, spawn, alone, epochs=1)
    leader = started(trainer, folder)
    assert until(trainer, "finished")[-1]["event"] == "finished"
    assert gone(leader)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ctypes.string_at(0)", "a worker that reads samples was ended by the signal Segmentation fault"),
        ("{}['word']", "KeyError: 'word'"),
        ("next(iter(()))", "the data ended after 0 of 3 batches"),
    ],
)
def test_that_what_happens_in_a_loader_worker_is_a_failure_of_the_run(
    trainer: Trainer, tmp_path: Path, line: str, message: str
) -> None:
    leader = started(trainer, ready(tmp_path / "run", "own_function", own_function(line), WORKERS))
    event = until(trainer, "failed")[-1]
    assert message in event["message"] and "\n" not in event["message"]
    assert event["node"] == "batches"
    assert gone(leader)


def test_that_a_line_that_was_torn_does_not_swallow_the_failure(trainer: Trainer, tmp_path: Path) -> None:
    events = str(tmp_path / "run" / "events.jsonl")
    lines = [f"file = os.open({events!r}, os.O_WRONLY | os.O_APPEND)", "os.write(file, b'{')", "os._exit(3)"]
    started(trainer, ready(tmp_path / "run", "own_function", own_function(*lines)))
    event = until(trainer, "failed")[-1]
    assert "exit code 3" in event["message"]
    assert read_events(tmp_path / "run")[-1] == event


def test_that_a_run_that_goes_on_in_its_folder_keeps_what_was_told(trainer: Trainer, tmp_path: Path) -> None:
    folder = ready(tmp_path / "run", "two_models", epochs=1)
    started(trainer, folder)
    first = until(trainer, "finished")
    assert trainer.process is not None
    trainer.process.wait(60)  # which holds the folder until it is gone
    with (folder / "events.jsonl").open("a") as file:
        file.write('{"event": "st')
    assert ready(folder, "two_models", epochs=2, resume=folder) == folder
    trainer.start(folder, [])
    second = until(trainer, "finished")
    assert [event["epoch"] for event in second if event["event"] == "epoch"] == [2]
    assert read_events(folder) == first + second


def test_that_workers_of_a_run_that_crashed_do_not_outlive_it(trainer: Trainer, tmp_path: Path) -> None:
    leader = started(trainer, ready(tmp_path / "run", "padded", epochs=100_000))
    events = until(trainer, "step")
    os.kill(leader, signal.SIGABRT)
    assert "SIGABRT" in until(trainer, "failed", events)[-1]["message"]
    assert gone(leader)


def test_that_two_runs_at_once_do_not_meet(trainer: Trainer, tmp_path: Path) -> None:
    other = Trainer()
    try:
        for each, name in ((trainer, "first"), (other, "second")):
            started(each, ready(tmp_path / name, "two_models", epochs=1))
        events = [until(each, "finished") for each in (trainer, other)]
    finally:
        other.kill()
        other.close()
    assert losses_of(events[0]) == losses_of(events[1])
    assert len(losses_of(events[0])) == 45


def test_that_closing_waits_for_no_process(trainer: Trainer, tmp_path: Path) -> None:
    run = started(trainer, ready(tmp_path / "run", "two_models", epochs=100_000))
    trainer.warm()
    assert trainer.spare is not None
    spare = trainer.spare.pid
    before = time.monotonic()
    trainer.close()
    assert time.monotonic() - before < 1
    assert group(run)
    assert gone(spare)


PARENT = """
import sys
from pathlib import Path
from runtime.train import process
from tests.runtime.train.runs import until
from tests.workers import Copy
folder, copies = sys.argv[1:]
if copies:
    process._spawned = lambda: Copy(copies)
trainer = process.Trainer()
trainer.start(Path(folder), [])
trainer.warm()
until(trainer, "step")
print(trainer.process.pid, trainer.spare.pid, flush=True)
trainer.told.get()
print("warm", flush=True)
sys.stdin.read()
"""


def test_that_a_run_outlives_its_parent_and_the_spare_process_does_not(tmp_path: Path, workers: Workers) -> None:
    folder, copies = ready(tmp_path / "run", "two_models", epochs=100_000), ""
    if isinstance(workers, Copies):  # which have torch: how long importing it takes is not what is asked
        workers.begin()
        copies = workers.name
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder), copies], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert parent.stdin is not None and parent.stdout is not None
    run, spare = map(int, parent.stdout.readline().split())
    assert parent.stdout.readline() == b"warm\n"
    parent.kill()
    parent.wait()
    parent.stdin.close()
    parent.stdout.close()
    assert gone(spare)
    assert group(run)
    ask(folder, STOP)  # which only a run that goes on hears
    assert gone(run)
    events: list[Event] = read_events(folder)
    assert events[-1]["event"] == "finished" and events[-1]["stopped"]


@pytest.mark.usefixtures("really")
def test_that_a_torch_that_cannot_be_imported_is_said(
    trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "torch.py").write_text("raise ImportError('libgomp.so.1 is missing')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    started(trainer, ready(tmp_path / "run", "two_models"))
    event = until(trainer, "failed")[-1]
    assert event["message"] == "torch cannot be imported. ImportError: libgomp.so.1 is missing"


@pytest.mark.usefixtures("really")
def test_that_folders_called_like_ours_where_the_user_is_are_not_taken_for_ours(
    trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("runtime", "editor", "torch"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('the wrong one')")
    monkeypatch.chdir(tmp_path)
    started(trainer, ready(tmp_path / "run", "table"))
    assert until(trainer, "finished")[-1]["event"] == "finished"
