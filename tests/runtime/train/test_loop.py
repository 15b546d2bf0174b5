"""The loop of a program: the same numbers every time, also when it is stopped anywhere and goes on later."""

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from runtime.graph.edit import Edit, applied
from runtime.train.events import FILE, read_events
from runtime.train.pieces import main
from tests.runtime.generate.cases import graph_of, imported, program_of

Program = Callable[..., ModuleType]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Imports the program of a case with some edits."""
    count = iter(range(100))

    def made(name: str, *edits: Edit) -> ModuleType:
        return imported(program_of(applied(graph_of(name), edits)).text, tmp_path / f"p{next(count)}.py")

    return made


def prepared(program: ModuleType, *arguments: str) -> Any:
    """A run on one thread of the CPU."""
    return program.prepare(program.options_from(["--threads=1", "--device=cpu", *arguments]))


def told(events: list[dict[str, Any]]) -> list[Any]:
    """What may not differ between two runs: losses and figures, without what is measured now and then."""
    return [
        {key: value for key, value in event.items() if key not in ("seconds", "memory", "gradient_norm")}
        for event in events
        if event["event"] in ("step", "epoch")
    ]


def weights_of(run: Any) -> list[bytes]:
    """All weights, as bytes."""
    return [value.numpy().tobytes() for value in run.model.state_dict().values()]


@pytest.mark.parametrize("name", ["two_models", "flips", "padded", "two_optimizers", "metrics"])
def test_that_the_same_seed_gives_the_same_figures_and_another_seed_others(program: Program, name: str) -> None:
    found = []
    for seed in (7, 7, 8):
        run = prepared(program(name), "--epochs=1", f"--seed={seed}")
        found.append((told(list(run)), weights_of(run)))
    assert found[0] == found[1]
    assert found[0][0] != found[2][0]


@pytest.mark.parametrize("name", ["two_models", "flips", "padded", "two_optimizers", "metrics"])
def test_that_a_stopped_run_goes_on_as_if_it_had_not_been(program: Program, tmp_path: Path, name: str) -> None:
    made = program(name)
    whole = prepared(made, "--epochs=2")
    events = list(whole)
    size = events[0]["steps_per_epoch"]
    for last in (1, 3, size, size + 1):
        begun, before = prepared(made, "--epochs=2"), []
        for event in begun:
            before.append(event)
            begun.stopped = event.get("step") == last
        made.save(begun.state(), tmp_path / "checkpoint.pt")
        torch.manual_seed(99)  # what happens in between does not count
        resumed = prepared(program(name), "--epochs=2", f"--resume={tmp_path}")
        assert told([*before, *resumed]) == told(events), last
        assert weights_of(resumed) == weights_of(whole), last


def test_that_the_events_come_in_this_order(program: Program) -> None:
    events = list(prepared(program("model_after_model"), "--epochs=2"))
    kinds = [event["event"] for event in events]
    steps = ["step"] * 15
    assert kinds == ["started", *steps, "epoch", *steps, "epoch", "finished"]
    assert [event["step"] for event in events if event["event"] == "step"] == list(range(1, 31))
    assert events[0] | {"device": "cpu", "rows": {"training": 455, "validation": 114}, "seed": 0} == events[0]
    assert events[0]["steps_per_epoch"] == 15
    assert sum(event["samples"] for event in events if event.get("epoch") == 1 and event["event"] == "step") == 455
    epoch, finished = events[-2], events[-1]
    assert set(epoch["train"]) == set(epoch["validation"]) == {"loss", "accuracy"}
    assert (finished["validation"], finished["stopped"]) == (epoch["validation"], False)


def test_that_validation_rows_are_never_trained_on_and_depend_on_the_split_seed_alone(program: Program) -> None:
    first, other = (prepared(program("two_models"), f"--seed={seed}").rows for seed in (1, 2))
    split = [prepared(program("two_models", ("set", "batches", "split_seed", 4))).rows]
    assert torch.equal(first["validation"], other["validation"])
    assert not torch.equal(first["validation"], split[0]["validation"])
    both = torch.cat([first["training"], first["validation"]])
    assert torch.equal(both.sort().values, torch.arange(1797))


def test_that_a_small_last_batch_is_dropped_in_training_only_where_that_is_asked_for(program: Program) -> None:
    made = program("table")
    run = prepared(made)
    assert [len(batch["kind"]) for batch in run.feed("training", 1)] == [5] * 6
    assert [len(batch["kind"]) for batch in run.feed("validation", 0)] == [5, 3]


def test_that_the_order_of_samples_changes_from_epoch_to_epoch_unless_it_is_fixed(program: Program) -> None:
    def order(run: Any, epoch: int) -> torch.Tensor:
        return torch.cat([next(iter(batch.values())).flatten(1) for batch in run.feed("training", epoch)])

    run, fixed = prepared(program("two_models")), prepared(program("outputs"))
    assert torch.equal(order(run, 1), order(run, 1))
    assert not torch.equal(order(run, 1), order(run, 2))
    assert torch.equal(order(fixed, 1), order(fixed, 2))


def test_that_a_column_that_ends_early_is_not_taken_for_the_end_of_an_epoch(program: Program) -> None:
    made = program("own_function", ("set", "batches", "pin_memory", True))
    run = prepared(made)
    run.batches["training"].loader.collate_fn = lambda samples: next(iter(()))
    with pytest.raises(RuntimeError, match="the data ended after 0 of 3 batches"):
        list(run)


def test_that_a_device_that_is_not_there_is_named_in_one_sentence(program: Program) -> None:
    there = "mps" if torch.cuda.is_available() else "cuda"
    if there == "mps":
        assert not torch.backends.mps.is_available()
    with pytest.raises(SystemExit, match=f"There is no {there} device here"):
        program("table").pick_device(there)
    assert program("table").pick_device("cpu") == "cpu"


def test_that_a_device_that_is_named_with_its_number_is_the_one_whose_random_numbers_are_kept(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    current: list[Any] = []
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda check_available: torch.device("cuda"))
    monkeypatch.setattr(torch.accelerator, "set_device_index", current.append)
    pick = program("table").pick_device
    assert [pick(wish) for wish in ("auto", "cpu", "cuda", "cuda:0")] == ["cuda", "cpu", "cuda", "cuda:0"]
    assert current == []
    assert pick("cuda:1") == "cuda:1"
    assert current == [torch.device("cuda:1")]


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_that_events_are_json_for_every_reader_and_numbers_for_ours(
    program: Program, value: str, tmp_path: Path
) -> None:
    event = {"event": "step", "loss": float(value), "train": {"loss": float(value), "nan": 1.5}, "step": 3}
    event["message"] = 'said "loss": NaN, and Infinity: NaN'
    text = program("table").as_json(event)
    assert json.loads(text, parse_constant=pytest.fail)["loss"] in ("NaN", "Infinity", "-Infinity")
    (tmp_path / FILE).write_text(f"{text}\n")
    [found] = read_events(tmp_path)
    assert repr(found) == repr(event)


def test_that_the_loop_is_an_ordinary_file_that_runs() -> None:
    run = main.prepare(main.options_from(["--epochs=2", "--threads=1", "--device=cpu"]))
    losses = [event["train"]["grower"] for event in run if event["event"] == "epoch"]
    assert losses[1] < losses[0]
