"""Learning rates that change: the same numbers as torch by hand, also in a run that was stopped anywhere."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from torch.nn import functional as F
from torch.optim import lr_scheduler

from runtime.graph.edit import applied
from runtime.spec.schedule import SCHEDULES
from runtime.train.pieces.line import line
from tests.runtime.generate.cases import graph_of, imported, program_of
from tests.runtime.train.test_loop import prepared, told, weights_of

Program = Callable[[dict[str, Any] | None], ModuleType]
EPOCHS = 4
SETTINGS: dict[str, dict[str, Any]] = {
    "StepLR": {"step_size": 2},
    "MultiStepLR": {"milestones": [1, 3], "gamma": 0.5},
    "ConstantLR": {"total_iters": 2},
    "LinearLR": {"total_iters": 3},
    "ExponentialLR": {"gamma": 0.7},
    "PolynomialLR": {"power": 2.0},
    "CosineAnnealingLR": {"T_max": 3, "warmup": 2},
    "CosineAnnealingWarmRestarts": {"T_0": 1, "T_mult": 2},
    "CyclicLR": {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 3, "mode": "exp_range", "gamma": 0.9},
    "OneCycleLR": {"max_lr": 0.1, "three_phase": True},
    "ReduceLROnPlateau": {"patience": 0, "threshold": 0.9},
}


@pytest.fixture(autouse=True)
def _threads_as_before() -> Iterator[None]:
    """A program sets the threads of its process."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Imports the program of a small graph whose optimizer has a schedule; five batches an epoch."""
    count = iter(range(100))

    def made(schedule: dict[str, Any] | None) -> ModuleType:
        graph = applied(graph_of("warmed_up"), [("set", "sgd", "schedule", schedule)])
        return imported(program_of(graph).text, tmp_path / f"p{next(count)}.py")

    return made


def test_that_every_schedule_is_tried_here() -> None:
    assert set(SETTINGS) == set(SCHEDULES)


def by_hand(program: ModuleType, name: str, settings: dict[str, Any]) -> tuple[list[float], list[bytes]]:
    """The learning rate of each step and the weights at the end, of a loop as torch's documentation has it."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    run = program.prepare(program.options_from(["--seed=0", "--device=cpu"]))
    torch.manual_seed(0)
    norm, final = torch.nn.BatchNorm1d(13), torch.nn.Linear(13, 3)
    model = torch.nn.Sequential(norm, final)
    sgd = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    schedule = scheduled(sgd, name, dict(settings), len(list(run.feed("training", 1))))
    rates = []
    for epoch in range(1, EPOCHS + 1):
        model.train()
        for batch in run.feed("training", epoch):
            sgd.zero_grad()
            loss = F.cross_entropy(model(batch["features"]), batch["label"])
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            sgd.step()
            rates.append(sgd.param_groups[0]["lr"])
            if SCHEDULES[name].each == "batch":
                schedule.step()
        if SCHEDULES[name].each == "epoch":
            schedule.step()
        elif SCHEDULES[name].each == "loss":
            schedule.step(validated(model, run.feed("validation", 0)))
    return rates, [value.numpy().tobytes() for value in model.state_dict().values()]


def scheduled(optimizer: torch.optim.Optimizer, name: str, settings: dict[str, Any], steps: int) -> Any:
    """Torch's own, made with names of arguments."""
    warmup = settings.pop("warmup", 0)
    if name == "OneCycleLR":
        settings |= {"epochs": EPOCHS, "steps_per_epoch": steps}
    if not warmup:
        return getattr(lr_scheduler, name)(optimizer, **settings)
    first = lr_scheduler.LinearLR(optimizer, total_iters=warmup)
    rest = getattr(lr_scheduler, name)(optimizer, **settings)
    return lr_scheduler.SequentialLR(optimizer, [first, rest], milestones=[warmup])


@torch.no_grad()
def validated(model: torch.nn.Module, batches: Any) -> float:
    """The loss on the rows that are held out, averaged over rows."""
    model.eval()
    found = [(F.cross_entropy(model(b["features"]), b["label"]).item(), len(b["label"])) for b in batches]
    return sum(loss * rows for loss, rows in found) / sum(rows for _, rows in found)


@pytest.mark.parametrize("name", SETTINGS)
def test_that_a_program_does_what_a_loop_by_hand_does(program: Program, name: str) -> None:
    made = program({"type": name, **SETTINGS[name]})
    run = prepared(made, f"--epochs={EPOCHS}")
    events = list(run)
    ended = [event["lr"]["sgd"] for event in events if event["event"] == "epoch"]
    each = [event.get("lr") for event in events if event["event"] == "step"]
    rates, weights = by_hand(made, name, SETTINGS[name])
    assert weights_of(run) == weights
    steps = len(list(run.feed("training", 1)))
    last = rates[steps - 1 :: steps]
    assert len(set(rates)) > 1
    if SCHEDULES[name].each == "batch":  # the rate of the next step, where there is one
        assert each == [{"sgd": rate} for rate in rates]
        assert ended[:-1] == rates[steps::steps]
    else:
        assert {*each} == {None}
        assert ended == last


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("steps", [1, 5, 6, 12, 15])
def test_that_a_stopped_run_goes_on_as_if_it_had_not_been(
    program: Program, tmp_path: Path, name: str, steps: int
) -> None:
    schedule = {"type": name, **SETTINGS[name]}
    made = program(schedule)
    whole = prepared(made, f"--epochs={EPOCHS}")
    expected = told(list(whole))
    assert whole.step == EPOCHS * 5
    begun = prepared(made, f"--epochs={EPOCHS}")
    events = []
    for event in begun:
        events.append(event)
        begun.stopped = event.get("step") == steps
    made.save(begun.state(), tmp_path / "checkpoint.pt")
    resumed = prepared(program(schedule), f"--epochs={EPOCHS}", f"--resume={tmp_path}")
    assert told([*events, *resumed]) == expected
    assert weights_of(resumed) == weights_of(whole)


def test_that_one_cycle_stays_at_its_end_where_a_run_goes_on_for_longer(program: Program, tmp_path: Path) -> None:
    made = program({"type": "OneCycleLR", "anneal_strategy": "linear"})
    first = prepared(made, "--epochs=2")
    ended = [event["lr"]["sgd"] for event in first if event["event"] == "epoch"][-1]
    assert ended == pytest.approx(0.01 / 25 / 1e4)
    made.save(first.state(), tmp_path / "checkpoint.pt")
    longer = prepared(made, "--epochs=4", f"--resume={tmp_path}")
    assert [event["lr"]["sgd"] for event in longer if event["event"] == "epoch"] == [ended, ended]


def lowered(losses: list[float], rate: float) -> list[float]:
    """The rate of each epoch where one that does not halve the best loss is followed by a tenth."""
    best, rates = float("inf"), []
    for loss in losses:
        rates.append(rate)
        best, rate = (loss, rate) if loss < best * 0.5 else (best, rate * 0.1)
    return rates


def test_that_an_optimizer_of_its_own_losses_looks_at_these_alone(tmp_path: Path) -> None:
    made = imported(program_of(graph_of("three_schedules")).text, tmp_path / "three.py")
    events = [event for event in prepared(made, "--epochs=4") if event["event"] == "epoch"]
    rates = lowered([event["validation"]["distance"] for event in events], 0.01)
    assert [event["lr"]["sgd"] for event in events] == pytest.approx(rates)
    assert len(set(rates)) > 2
    assert [event["lr"]["adam"] for event in events] == [0.002, 0.001, 0.0005, 0.0005]


def test_that_the_training_loss_counts_where_no_rows_are_held_out(tmp_path: Path) -> None:
    schedule = {"type": "ReduceLROnPlateau", "patience": 0, "threshold": 0.5}
    edits = [("set", "sgd", "schedule", schedule), ("set", "batches", "validation", 0.0)]
    made = imported(program_of(applied(graph_of("warmed_up"), edits)).text, tmp_path / "p.py")
    events = [event for event in prepared(made, "--epochs=6") if event["event"] == "epoch"]
    assert "validation" not in events[0]
    rates = lowered([event["train"]["loss"] for event in events], 0.1)
    assert [event["lr"]["sgd"] for event in events] == pytest.approx(rates)
    assert len(set(rates)) > 1


def test_that_only_a_learning_rate_that_changes_is_told(program: Program) -> None:
    still = [event for event in prepared(program(None), "--epochs=1") if event["event"] == "epoch"]
    moving = [event for event in prepared(program({"type": "StepLR"}), "--epochs=1") if event["event"] == "epoch"]
    assert "lr" not in still[0] and " lr " not in line(still[0])
    assert moving[0]["lr"] == {"sgd": 0.1}
    assert line(moving[0]).endswith(" | lr sgd 0.1")
    assert json.loads(json.dumps(moving[0])) == moving[0]


def test_that_a_line_rounds_learning_rates_alone() -> None:
    event = {"epoch": 2, "train": {"loss": 1 / 3}, "lr": {"adam": 1 / 30, "sgd": 1e-08}}
    assert line(event) == "epoch 2 | train loss 0.3333333333333333 | lr adam 0.0333333 sgd 1e-08"


def test_that_gradients_are_clipped_for_each_optimizer_alone(tmp_path: Path) -> None:
    made = imported(program_of(graph_of("three_schedules")).text, tmp_path / "three.py")
    model = made.Model()
    for weight in model.parameters():
        weight.grad = torch.full_like(weight, 10.0)
    made.clip_gradients(model)
    size = {name: torch.linalg.vector_norm(weight.grad) for name, weight in model.named_parameters()}
    whole = torch.linalg.vector_norm(torch.stack([size["classes.weight"], size["classes.bias"]]))
    assert float(whole) == pytest.approx(0.5 * 51**0.5)  # all 51 numbers cut at 0.5, after the length was 5
    assert float(model.number.weight.grad.max()) == 1.0
    assert float(model.hidden.weight.grad.max()) == 10.0
