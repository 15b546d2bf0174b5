"""Runs from the command line that are interrupted, and those that go on where another one ended."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.commands import TWO_MODELS, command, here
from tests.runtime.train.runs import gone


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of one epoch."""
    folder = tmp_path_factory.mktemp("done") / "run"
    assert here("train", TWO_MODELS, "--epochs", 1, "--run-dir", folder)[0] == 0
    return folder


def test_that_a_checkpoint_that_does_not_fit_is_one_sentence(tmp_path: Path, done: Path) -> None:
    (tmp_path / "g.json").write_text(TWO_MODELS.read_text(encoding="utf-8").replace('"adam', '"eve'), encoding="utf-8")
    code, output, errors = here("train", tmp_path / "g.json", "--epochs", 2, "--resume", done)
    assert (code, output) == (2, "")
    misfit = "the optimizer adam is now called eve; set it back, or run from scratch"
    assert f"What that run kept does not fit the graph any more: {misfit}" in errors.splitlines()[-1]


def test_that_what_has_changed_since_is_told_and_what_a_checkpoint_overrules_refused(done: Path) -> None:
    longer = ["--epochs", 2, "--resume", done]
    code, output, errors = here("train", TWO_MODELS, *longer, "--set", "adam.clip_grad_norm=1.0")
    assert (code, output.partition(" | ")[0]) == (0, "epoch 2")
    [told] = [line for line in errors.splitlines() if line.startswith("warning: ")]
    assert told == "warning: changed since that run: adam.clip_grad_norm was the default"
    code, output, errors = here("train", TWO_MODELS, *longer, "--set", "adam.lr=0.004")
    assert (code, output) == (2, "")
    assert "does not fit the graph any more: adam.lr was 0.003 and is 0.004; set it back" in errors


def test_that_a_run_does_not_go_on_with_a_schedule_that_it_did_not_have(done: Path) -> None:
    longer = ["--epochs", 2, "--resume", done, "--set", 'adam.schedule={"type": "StepLR", "warmup": 2}']
    code, output, errors = here("train", TWO_MODELS, *longer)
    had = "adam has a schedule StepLR with warmup, but none in the run to go on from"
    assert (code, output, errors) == (2, "", f"torchweave: {had}; set it back, or train anew.\n")


def children(parent: int) -> Iterator[int]:
    """The processes that a process started."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(file.read_text().rpartition(")")[2].split()[1]) == parent:
                yield int(file.parent.name)
        except (FileNotFoundError, ProcessLookupError):
            continue


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_that_an_interrupt_stops_the_run_and_leaves_no_process(tmp_path: Path, number: signal.Signals) -> None:
    process = command("train", TWO_MODELS, "--events", "--epochs", 10_000, "--run-dir", tmp_path / "run")
    assert process.stdout is not None
    for line in process.stdout:
        if '"step"' in line:
            break
    runs = list(children(process.pid))
    assert runs
    process.send_signal(number)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert json.loads(output.splitlines()[-1])["stopped"] is True
    assert "Traceback" not in errors
    assert all(gone(run) for run in runs)
    assert (tmp_path / "run" / "checkpoint.pt").exists()


def test_that_a_stopped_run_keeps_weights_that_take_long_to_write(tmp_path: Path) -> None:
    wide = ["--set", "dense.out_features=100000"]
    process = command("train", TWO_MODELS, "--events", "--epochs", 100, "--run-dir", tmp_path / "run", *wide)
    assert process.stdout is not None
    next(line for line in process.stdout if '"step"' in line)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert [json.loads(line)["event"] for line in output.splitlines()[-2:]] == ["saved", "finished"]
    names = {file.name for file in (tmp_path / "run").iterdir()}
    assert {"checkpoint.pt", "weights.safetensors"} <= names
    assert not any(name.endswith(".part") for name in names)


def test_that_an_interrupt_while_torch_starts_ends_everything_too(tmp_path: Path) -> None:
    process = command("train", TWO_MODELS, "--events", "--run-dir", tmp_path / "run")
    assert process.stdout is not None
    process.stdout.readline()
    runs = list(children(process.pid))
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert all(gone(run) for run in runs)
