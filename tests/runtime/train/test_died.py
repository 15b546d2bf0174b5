"""What is said of a process that ended without a word, by its exit code and what it printed."""

import json
import signal
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from runtime.train.died import died, saved_at
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


def test_that_what_the_system_killed_is_said_with_what_helps(tmp_path: Path) -> None:
    message = said(-signal.SIGKILL, False, 5, tmp_path, "")
    why = "ended by SIGKILL after step 5, as the system does where memory is short"
    assert message == f"The training process was {why}. Make the batch smaller, or num_workers."
    (tmp_path / "checkpoint.pt").touch()
    kept = f"The checkpoint of epoch 2, step 70 is kept in {tmp_path}."
    assert said(-signal.SIGKILL, True, 80, tmp_path, saved_at({"epoch": 2, "step": 70})).endswith(
        f"after step 80. {kept}"
    )


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
