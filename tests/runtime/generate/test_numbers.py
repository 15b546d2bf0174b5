"""What a program computes does not depend on how it is fed, what was pruned, or how nodes are called."""

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import torch

from runtime.check.check import check
from runtime.generate import template
from runtime.generate.drawn import Drawn
from runtime.generate.program import flags
from runtime.graph.edit import Edit, applied
from runtime.spec.templates import templates
from tests.runtime.generate.cases import NAMES, graph_of, imported, program_of
from tests.runtime.generate.fed import batches_of, bytes_of, loading

Loads = Callable[[str], ModuleType]


@pytest.fixture
def loads(tmp_path: Path) -> Loads:
    """Imports program texts, each from a file of its own beside its data."""
    count = iter(range(100))
    return lambda text: imported(text, tmp_path / f"p{next(count)}.py")


def trained(program: ModuleType, epochs: int = 2) -> tuple[list[str], list[torch.Tensor]]:
    """The lines of a run and the weights at its end."""
    run = program.prepare(program.options_from([f"--epochs={epochs}", "--threads=1", "--device=cpu"]))
    lines = [program.line(event) for event in run if event["event"] == "epoch"]
    return lines, list(run.model.state_dict().values())


def same(found: list[torch.Tensor], others: list[torch.Tensor]) -> bool:
    """Whether all weights are equal, bit for bit."""
    return len(found) == len(others) and all(map(torch.equal, found, others))


@pytest.mark.parametrize("name", ["two_models", "table", "arrays"])
def test_that_both_ways_to_feed_give_the_same_batches(loads: Loads, name: str) -> None:
    graph = graph_of(name)
    gathering = program_of(graph).text
    assert "DataLoader" not in gathering
    expected = batches_of(loads(gathering))
    assert batches_of(loads(loading(graph, 0))) == expected
    assert batches_of(loads(loading(graph, 2))) == expected


def test_that_a_run_is_the_same_for_both_ways_to_feed(loads: Loads) -> None:
    graph = graph_of("table")
    lines, weights = trained(loads(program_of(graph).text))
    loaded_lines, loaded_weights = trained(loads(loading(graph, 2)))
    assert lines == loaded_lines
    assert same(weights, loaded_weights)


@pytest.mark.parametrize("name", ["flips", "masked", "own_function"])
def test_that_batches_are_the_same_for_any_number_of_workers(loads: Loads, name: str) -> None:
    graph = graph_of(name)
    assert batches_of(loads(loading(graph, 2))) == batches_of(loads(loading(graph, 0)))


def test_that_flips_left_of_collate_differ_by_epoch_and_leave_validation_alone(loads: Loads) -> None:
    program = loads(program_of(graph_of("flips")).text)
    columns = program.read_digits()
    samples = program.Samples(columns, 0, training=True)
    row = next(at for at, image in enumerate(columns["image"]) if not torch.equal(image, image.flip(-1)))
    pictures = {bytes_of(samples[epoch, row]["image"]) for epoch in range(30)}
    assert len(pictures) == 2
    held_out = program.Samples(columns, 0, training=False)
    assert all(torch.equal(held_out[epoch, row]["image"], columns["image"][row]) for epoch in range(30))


@pytest.mark.parametrize("name", ["flips", "two_optimizers", "two_losses", "own_function", "outputs"])
def test_that_renaming_and_moving_nodes_changes_no_number(loads: Loads, name: str) -> None:
    graph = graph_of(name)
    new = {id: f"z{99 - at}" for at, id in enumerate(graph.nodes)}
    edits: list[Edit] = [("rename", id, other) for id, other in new.items()]
    edits += [("move", other, (at * -7.0, at)) for at, other in enumerate(new.values())]
    if name == "outputs":
        edits.append(("set", new["sgd"], "layers", [new["final"], new["norm"]]))
    renamed = applied(graph, edits)
    assert list(renamed.nodes) == list(new.values())
    lines, weights = trained(loads(program_of(graph).text))
    renamed_lines, renamed_weights = trained(loads(program_of(renamed).text))
    assert same(weights, renamed_weights)
    figures = [[word for word in line.split() if word[0].isdigit()] for line in lines]
    assert figures == [[word for word in line.split() if word[0].isdigit()] for line in renamed_lines]


@pytest.mark.filterwarnings("ignore:.*left out")  # of rows, which these cases show
@pytest.mark.parametrize("name", NAMES)
def test_that_pruned_equals_unpruned(loads: Loads, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    graph = graph_of(name)
    lines, weights = trained(loads(program_of(graph).text), 1)
    monkeypatch.setattr(template, "_definition", lambda name, _: templates().definitions[name])
    chosen = flags(Drawn(graph, check(graph)))
    text = program_of(graph).text
    asked = re.findall(r"\bif (\w+)\b", "".join(templates().definitions.values()))
    assert chosen.keys() <= set(asked)
    head, gap, rest = text.partition("\n\n\n")
    settings = "".join(f"\n{flag} = {on}" for flag, on in chosen.items())
    whole_lines, whole_weights = trained(loads(head + settings + gap + rest), 1)
    assert lines == whole_lines
    assert same(weights, whole_weights)


def test_that_two_optimizers_do_what_a_loop_by_hand_does(loads: Loads) -> None:
    program = loads(program_of(graph_of("two_optimizers")).text)
    _, weights = trained(program, 3)

    torch.set_num_threads(1)
    torch.manual_seed(0)
    run = program.prepare(program.options_from(["--seed=0", "--device=cpu", "--threads=1"]))
    torch.manual_seed(0)
    norm, grower, number = torch.nn.BatchNorm1d(13), torch.nn.Linear(13, 3), torch.nn.Linear(13, 1)
    adam = torch.optim.Adam([*norm.parameters(), *grower.parameters()], lr=0.01, betas=(0.8, 0.99))
    sgd = torch.optim.SGD(number.parameters(), lr=1e-6)
    for epoch in (1, 2, 3):
        for batch in run.feed("training", epoch):
            features, label = batch["features"], batch["label"]
            adam.zero_grad()
            sgd.zero_grad()
            first = torch.nn.functional.cross_entropy(grower(norm(features)), label)
            second = torch.nn.functional.mse_loss(number(features), label.unsqueeze(1).float())
            torch.autograd.backward([first, second])
            adam.step()
            sgd.step()
    by_hand = [*norm.state_dict().values(), *grower.state_dict().values(), *number.state_dict().values()]
    assert same(weights, by_hand)


def test_that_the_reported_loss_is_what_is_minimised_averaged_over_rows(loads: Loads) -> None:
    alone: Edit = ("run", "accumulate", 1)  # of several batches together a sum is that of all, a figure that of each
    program = loads(program_of(applied(graph_of("two_losses"), [alone])).text)
    run = program.prepare(program.options_from(["--epochs=1", "--threads=1"]))
    events = list(run)
    steps = [event for event in events if event["event"] == "step"]
    figures = next(event for event in events if event["event"] == "epoch")["train"]
    rows = sum(event["samples"] for event in steps)
    assert figures["loss"] == sum(float(event["loss"]) * event["samples"] for event in steps) / rows
    assert figures["loss"] == pytest.approx(figures["loss_alone"] + figures["distance"])


def test_that_a_layer_in_no_optimizer_keeps_its_weights(loads: Loads) -> None:
    program = loads(program_of(graph_of("outputs")).text)
    run = program.prepare(program.options_from(["--epochs=1", "--threads=1"]))
    before = {name: value.clone() for name, value in run.model.state_dict().items()}
    assert len(list(run)) > 3
    changed = {name for name, value in run.model.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {"norm.weight", "norm.bias", "final.weight", "final.bias"}
    assert run.model.fixed.weight.grad is None


def test_why_samples_are_loaded_one_by_one() -> None:
    reasons = {name: Drawn(graph_of(name), check(graph_of(name))).loaded_because for name in NAMES}
    loaded = "flips many_layers masked padded pictures pinned standardized whole_samples".split()
    assert [name for name, reason in reasons.items() if reason is not None] == loaded
    assert reasons["pinned"] == "batches keeps batches in page-locked memory"
    assert reasons["masked"] == "batches has workers"
    assert reasons["flips"] == "left acts at random"
    assert reasons["many_layers"] == "torch rounds curve differently for one sample and for many"
    assert reasons["padded"] == "torch rounds squashed differently for one sample and for many"
    large = applied(graph_of("arrays"), [("set", "resized", "size", [224, 224])])
    assert Drawn(large, check(large)).loaded_because == "resized makes samples too large to keep them all"
