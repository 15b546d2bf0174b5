"""The examples on their real data: they learn, give the same figures twice, and their scripts do exactly the same."""

import itertools
import json
import math
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from tests.runtime.commands import EXAMPLES, here
from tests.runtime.generate.cases import imported

DRAWN = ["gan", "resnet18", "transformer", "unet"]  # with definitions, to be looked at more than trained here
NAMES = sorted(file.stem for file in EXAMPLES.glob("*.json") if file.stem not in DRAWN)
FILES = ["drawings", "penguins", "picture_text_table", "titles"]  # with data as people have it
QUICK = {"two_models", "model_after_model"}  # the others take a minute on two cores
LEAST = {"two_models": 0.90, "penguins": 0.95}  # accuracy on validation rows
ABOVE = {"drawings": 0.08}  # the share of the most frequent class; few pictures of much that differs
Event = dict[str, Any]


def quick(*names: str) -> list[Any]:
    """The examples as parameters of a test: these at once, all others in the soak."""
    return [pytest.param(name, marks=() if name in names else pytest.mark.soak) for name in NAMES]


def trained(name: str, folder: Path, *arguments: object) -> list[Event]:
    """The events of ``torchweave train`` on an example."""
    given = ["train", EXAMPLES / f"{name}.json", "--events", "--run-dir", folder, *arguments]
    code, output, errors = here(*given)
    assert code == 0, errors
    return [json.loads(line) for line in output.splitlines()]


def epochs_of(events: list[Event]) -> list[Event]:
    """The events of whole epochs."""
    return [event for event in events if event["event"] == "epoch"]


@pytest.fixture(scope="module")
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One run of an example as it is: its folder and its events."""
    folder = tmp_path_factory.mktemp(request.param) / "run"
    return {"name": request.param, "folder": folder, "events": trained(request.param, folder)}


def majority(run: dict[str, Any], folder: Path) -> float:
    """The share of the most frequent class among the validation rows."""
    text = (run["folder"] / "program.py").read_text(encoding="utf-8")
    program = imported(text, folder / "program.py", EXAMPLES)
    made = program.prepare(program.options_from(["--device", "cpu"]))
    rows = made.rows["validation"]
    columns = made.samples if hasattr(made, "samples") else made.batches["validation"].columns
    columns = columns or made.batches["validation"].loader.dataset.columns
    return float(columns["label"][rows].bincount().max()) / len(rows)


@pytest.mark.parametrize("whole", quick(*QUICK), indirect=True)
def test_that_an_example_learns(whole: dict[str, Any], tmp_path: Path) -> None:
    steps = [event["loss"] for event in whole["events"] if event["event"] == "step"]
    epochs = epochs_of(whole["events"])
    assert epochs[-1]["train"]["loss"] < steps[0]
    assert epochs[-1]["validation"]["loss"] < epochs[0]["validation"]["loss"]
    accuracy = epochs[-1]["validation"]["accuracy"]
    assert accuracy >= LEAST.get(whole["name"], 0)
    assert accuracy >= majority(whole, tmp_path) + ABOVE.get(whole["name"], 0.2)


@pytest.mark.parametrize("name", [*DRAWN, *FILES])
def test_that_a_program_takes_steps_on_its_real_data(name: str, tmp_path: Path) -> None:
    assert here("export", EXAMPLES / f"{name}.json", "-o", tmp_path / "script.py")[0] == 0
    text = (tmp_path / "script.py").read_text(encoding="utf-8")
    program: Any = imported(text, tmp_path / "program.py", EXAMPLES)
    threads = torch.get_num_threads()
    run = program.prepare(program.options_from(["--epochs", "1", "--device", "cpu", "--threads", "1"]))
    before = [each.clone() for each in run.model.parameters()]
    losses = [event["loss"] for event in itertools.islice(iter(run), 4) if event["event"] == "step"]
    torch.set_num_threads(threads)
    assert len(losses) == 3 and all(map(math.isfinite, losses))
    after = run.model.parameters()
    assert all(not torch.equal(old, new) for old, new in zip(before, after, strict=True) if new.requires_grad)


@pytest.mark.parametrize("name", quick("two_models"))
def test_that_a_script_does_exactly_what_training_with_two_workers_does(name: str, tmp_path: Path) -> None:
    collate = "batches.num_workers=2"
    events = trained(name, tmp_path / "run", "--epochs", 1, "--seed", 4, "--set", collate)
    alone = tmp_path / "alone"
    alone.mkdir()
    if (EXAMPLES / "data").is_dir():
        shutil.copytree(EXAMPLES / "data", alone / "data")
    assert here("export", EXAMPLES / f"{name}.json", "-o", alone / "script.py")[0] == 0
    script = subprocess.run(
        [sys.executable, "-I", "script.py", "--epochs", "1", "--seed", "4", "--run-dir", "run"],
        cwd=alone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (script.returncode, script.stderr) == (0, "")
    [epoch] = epochs_of(events)
    figures = " | ".join(
        " ".join([side, *(f"{name} {value!r}" for name, value in epoch[side].items())])
        for side in ("train", "validation")
    )
    rates = "".join(f" {name} {rate:g}" for name, rate in epoch.get("lr", {}).items())
    assert script.stdout == f"epoch 1 | {figures}{' | lr' + rates if rates else ''}\n"
    kept = load_file(tmp_path / "run" / "weights.safetensors")
    state = torch.load(alone / "run" / "checkpoint.pt", weights_only=True)["model"]
    assert kept.keys() == state.keys()
    assert all(torch.equal(kept[name], state[name]) for name in kept)
    told = [json.loads(line) for line in (alone / "run" / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [event["loss"] for event in told if event["event"] == "step"] == [
        event["loss"] for event in events if event["event"] == "step"
    ]
