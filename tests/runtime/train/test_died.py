"""What is said of a process that ended without a word, by its exit code and what it printed."""

import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from runtime.check.failed import failed
from runtime.graph.edit import Edit
from runtime.train import at_work, short
from runtime.train.at_work import take
from runtime.train.died import died, saved_at
from runtime.train.failure import of_loader
from tests.runtime.generate.cases import graph_of
from tests.runtime.train.runs import ready

VIOLATION = 0xC0000005


def said(*about: Any) -> str:
    """The sentence about a process that died."""
    event = died(*about)
    assert (event["event"], event["node"]) == ("failed", None)
    return str(event["message"])


def test_that_a_signal_without_a_name_is_told_too(tmp_path: Path) -> None:
    assert said(-250, False, 5, tmp_path, "") == "The training process was ended by signal 250 after step 5."


def test_that_a_full_disk_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=0))
    assert said(1, False, 5, tmp_path, "").endswith("after step 5: the disk is full. Make room, and run again.")
    (tmp_path / "checkpoint.pt").touch()
    assert "Make room, and go on. The last checkpoint is kept in" in said(1, False, 5, tmp_path, "")


def test_that_what_somebody_ended_says_what_is_kept(tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").touch()
    kept = f"The checkpoint of epoch 2, step 70 is kept in {tmp_path}."
    assert said(-signal.SIGKILL, True, 80, tmp_path, saved_at({"epoch": 2, "step": 70})).endswith(
        f"after step 80. {kept}"
    )


KILLED = "The training process was ended by SIGKILL after step 5"


@pytest.fixture
def taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A run folder that this process has taken when the system had ended three processes for want of memory."""
    folder = ready(tmp_path / "run", "two_models", ("set", "batches", "num_workers", 2))
    count(monkeypatch, tmp_path, 3)
    assert take(folder)
    yield folder
    at_work.HELD.pop().close()


def count(monkeypatch: pytest.MonkeyPatch, folder: Path, ended: int | None) -> None:
    """Let the system say how many processes it has ended so, or nothing about it."""
    counts = "pgfault 12\n" + ("" if ended is None else f"oom_kill {ended}\noom_kill_other 9\n")
    (folder / "vmstat").write_text(counts, encoding="ascii")
    monkeypatch.setattr(short, "COUNTS", folder / "vmstat")


def test_that_memory_is_named_where_the_system_has_ended_a_process_for_want_of_it(
    taken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count(monkeypatch, tmp_path, 4)
    why = ", as the system does where memory is short. Make the batch smaller, or num_workers."
    assert said(-signal.SIGKILL, False, 5, taken, "") == KILLED + why


def test_that_no_memory_and_no_node_is_blamed_for_a_kill_from_outside(taken: Path) -> None:
    assert said(-signal.SIGKILL, False, 5, taken, "") == f"{KILLED}, from outside. Run again."
    (taken / "checkpoint.pt").touch()
    event = died(-signal.SIGKILL, False, 5, taken, "epoch 2")
    onwards = f"Go on from the checkpoint of epoch 2, which is kept in {taken}."
    assert event["message"] == f"{KILLED}, from outside. {onwards}"
    (problem,) = failed(graph_of("two_models"), event)
    assert (problem.node, problem.repairs) == ("", ())


@pytest.mark.parametrize("lacks", ["the system", "the folder", "another machine"])
def test_that_memory_is_a_guess_where_nobody_has_counted(
    taken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacks: str
) -> None:
    about = json.loads((taken / "process.json").read_text())
    if lacks == "the system":
        count(monkeypatch, tmp_path, None)
    elif lacks == "the folder":
        del about["ended_by_system"]
    else:
        about["host"] += " of somebody"
    (taken / "process.json").write_text(json.dumps(about))
    message = said(-signal.SIGKILL, False, 5, taken, "")
    assert message == f"{KILLED}, perhaps by the system, as memory is short. Make the batch smaller, or num_workers."
    (problem,) = failed(graph_of("two_models"), {"event": "failed", "node": None, "message": message})
    assert problem.node == "batches" and problem.repairs


@pytest.mark.parametrize(
    ("batch_size", "num_workers", "less"),
    [
        (32, 0, "Make the batch smaller."),
        (1, 0, "Make the model smaller."),
        (1, 2, "Make num_workers smaller."),
        (32, 2, "Make the batch smaller, or num_workers."),
    ],
)
def test_that_only_what_can_be_smaller_is_to_be_made_so(
    tmp_path: Path, batch_size: int, num_workers: int, less: str
) -> None:
    edits: list[Edit] = [("set", "batches", "batch_size", batch_size), ("set", "batches", "num_workers", num_workers)]
    folder = ready(tmp_path / "run", "two_models", *edits)
    assert said(-signal.SIGKILL, False, 5, folder, "").endswith(f" memory is short. {less}")


@pytest.mark.parametrize(
    ("counted", "why"),
    [
        (True, ", as the system does where memory is short. Set num_workers lower, or to 0 to see what fails, and"),
        (None, ", most often because memory is short. Set num_workers lower, or to 0 to see what fails, and"),
        (False, ", from outside. Run again, or"),
    ],
)
def test_that_a_loader_worker_that_was_killed_is_put_down_to_memory_as_a_run_is(counted: bool | None, why: str) -> None:
    killed = RuntimeError("DataLoader worker (pid 7) is killed by signal: Killed. ")
    told = f"a worker that reads samples was ended by the signal Killed{why} go on from the checkpoint."
    assert of_loader(killed, counted) == told


@pytest.mark.skipif(not hasattr(signal, "SIGBUS"), reason="this system has no such signal")
@pytest.mark.parametrize(
    ("system", "why"),
    [
        ("linux", ", as where a file gets shorter while it is read. Write such a file whole, and run again."),
        ("mac", "."),
    ],
)
def test_that_a_file_that_gets_shorter_is_suspected_only_where_nothing_else_gives_that_signal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, why: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    message = said(-signal.SIGBUS, False, 5, tmp_path, "")
    assert message == f"The training process was ended by SIGBUS after step 5{why}"


def test_that_a_crash_on_windows_is_told_at_its_node(tmp_path: Path) -> None:
    folder = ready(tmp_path / "run", "two_models")
    [line, *_] = json.loads((folder / "lines.json").read_text())["dense"]
    lines = (
        *("Windows fatal exception: access violation", "", "Current thread 0x00001a2c (most recent call first):"),
        *(f'  File "C:\\run\\program.py", line {line} in forward', ""),
    )
    (folder / "output.txt").write_bytes("\r\n".join(lines).encode())
    (folder / "process.json").write_text(json.dumps({"printed": 0}))
    event = died(VIOLATION, False, 5, folder, "")
    why = "what it calls crashed the training process (an access violation) after step 5. Mend that, and run again."
    assert (event["node"], event["message"]) == ("dense", why)


@pytest.mark.parametrize(
    ("code", "how"), [(VIOLATION, "an access violation"), (0xC0000409, "the exception 0xc0000409")]
)
def test_that_an_exception_of_windows_is_no_exit_code(tmp_path: Path, code: int, how: str) -> None:
    assert said(code, False, 5, tmp_path, "") == f"The training process was ended by {how} after step 5."
