"""Runs from the command line that are interrupted, and those that go on where another one ended."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.graph.file import load
from runtime.train.folder import prepare_run
from runtime.train.resume import told as since
from tests.runtime.commands import TWO_MODELS, command, here
from tests.runtime.generate.cases import FOLDER
from tests.runtime.train.runs import gone


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of one epoch."""
    folder = tmp_path_factory.mktemp("done") / "run"
    assert here("train", TWO_MODELS, "--epochs", 1, "--run-dir", folder)[0] == 0
    return folder


def test_that_a_checkpoint_that_does_not_fit_is_one_sentence(done: Path) -> None:
    more = ["--epochs", 2, "--resume", done]
    code, output, errors = here("train", TWO_MODELS, *more, "--set", "adam.amsgrad=true")
    assert (code, output) == (2, "")
    misfit = "adam.amsgrad was False and is True; set it back, or run from scratch"
    assert f"What that run kept does not fit the graph any more: {misfit}" in errors.splitlines()[-1]


def test_that_a_run_goes_on_where_it_was_with_other_names_and_another_learning_rate(tmp_path: Path, done: Path) -> None:
    text = TWO_MODELS.read_text(encoding="utf-8")
    (tmp_path / "g.json").write_text(text.replace('"adam', '"eve').replace('"dense', '"narrow'), encoding="utf-8")
    losses: list[list[float]] = []
    warnings: list[list[str]] = []
    for graph, *more in ([TWO_MODELS], [tmp_path / "g.json"], [tmp_path / "g.json", "--set", "eve.lr=0.004"]):
        run = ["--run-dir", tmp_path / str(len(losses)), "--epochs", 2, "--resume", done, "--device", "cpu"]
        code, output, errors = here("train", graph, *run, *more, "--events")
        assert code == 0, errors
        losses.append([event["loss"] for event in map(json.loads, output.splitlines()) if event["event"] == "step"])
        warnings.append([line for line in errors.splitlines() if "changed since" in line])
    assert losses[0] == losses[1] and losses[0][0] == losses[2][0] and losses[0] != losses[2]
    names = "narrow was called dense, eve was called adam"
    told = [[], [names], [f"{names}, eve.lr was 0.003"]]
    assert warnings == [[f"warning: changed since that run: {each}" for each in some] for some in told]


def test_that_what_has_changed_since_is_told(done: Path) -> None:
    longer = ["--epochs", 2, "--resume", done]
    code, output, errors = here("train", TWO_MODELS, *longer, "--set", "adam.clip_grad_norm=1.0")
    assert (code, output.partition(" | ")[0]) == (0, "epoch 2")
    [told] = [line for line in errors.splitlines() if line.startswith("warning: ")]
    assert told == "warning: changed since that run: adam.clip_grad_norm was the default"


def test_that_settings_of_the_run_that_changed_are_told_too(done: Path, tmp_path: Path) -> None:
    other = json.loads(TWO_MODELS.read_text(encoding="utf-8"))
    other["run"] = {**other.get("run", {}), "accumulate": 2, "epochs": 2}
    other["nodes"]["dense"]["frozen"] = True
    (tmp_path / "g.json").write_text(json.dumps(other), encoding="utf-8")
    told = since(done, load((tmp_path / "g.json").read_bytes()))
    assert told == "changed since that run: dense frozen, accumulate of the run was the default"


def test_that_a_run_goes_on_with_the_seed_and_the_epochs_that_it_was_given(tmp_path: Path) -> None:
    small, graph = FOLDER / "table.json", load((FOLDER / "table.json").read_bytes())
    _, whole, _ = here("train", small, "--epochs", 3, "--seed", 7, "--run-dir", tmp_path / "whole")
    code, first, errors = here("train", small, "--epochs", 1, "--seed", 7, "--run-dir", tmp_path / "first")
    assert code == 0, errors
    resumed = ["--epochs", 3, "--resume", tmp_path / "first", "--run-dir", tmp_path / "rest"]
    code, rest, errors = here("train", small, *resumed)
    assert (code, first + rest) == (0, whole), errors

    with command("train", small, "--epochs", 50_000, "--seed", 7, "--run-dir", tmp_path / "long") as process:
        assert process.stdout is not None and process.stdout.readline().startswith("epoch 1 ")
        going = tmp_path / "long"
        code, _, errors = here("train", small, "--resume", going)
        said = f"{going} goes on: another process trains there. Write stop into {going / 'control'}, and go on once"
        assert code == 2 and errors.endswith(f"{said} it has ended.\n")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    given = {}
    for run in ("first", "long"):
        folder = prepare_run(graph, small, {"resume": tmp_path / run}, tmp_path / f"{run} goes on", trusting=True)
        arguments = json.loads((folder / "arguments.json").read_text(encoding="utf-8"))
        given[run] = dict(zip(arguments[::2], arguments[1::2], strict=True))
    assert {run: (each["--seed"], each.get("--epochs")) for run, each in given.items()} == {
        "first": ("7", None),  # it came to its end: how many more is for the graph to say
        "long": ("7", "50000"),
    }


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


@pytest.mark.parametrize("times", [1, 2])  # a wrapper passes on what the terminal has sent to both
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_that_an_interrupt_stops_the_run_and_leaves_no_process(
    tmp_path: Path, number: signal.Signals, times: int
) -> None:
    process = command("train", TWO_MODELS, "--events", "--epochs", 10_000, "--run-dir", tmp_path / "run")
    assert process.stdout is not None
    for line in process.stdout:
        if '"step"' in line:
            break
    runs = list(children(process.pid))
    assert runs
    for _ in range(times):
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
