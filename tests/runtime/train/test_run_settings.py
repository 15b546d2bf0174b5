"""The settings of a run: what each does to training, that they go together, and that a stopped run goes on."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
import torch
import torchmetrics
from safetensors.torch import load_file

from runtime.check.check import check
from runtime.generate import program as generator
from runtime.generate.drawn import Drawn
from runtime.graph.bypass import passed
from runtime.graph.edit import Edit, applied
from runtime.graph.model import End, Graph
from runtime.spec.catalogue import catalogue
from runtime.train import keeping
from runtime.train.events import read_events
from runtime.train.folder import arguments_of
from runtime.train.outcome import best
from runtime.train.process import Trainer
from runtime.train.told import Told
from runtime.train.worker import work
from tests.runtime.generate.cases import NAMES, graph_of, imported, program_of
from tests.runtime.train.runs import ready, until
from tests.runtime.train.test_loop import prepared, told, weights_of

ALONE: list[dict[str, Any]] = [
    {"precision": "bfloat16"},
    {"precision": "float16"},
    {"accumulate": 3},
    {"best": "loss"},
    {"best": "loss", "patience": 1},
    {"deterministic": True},
    {"processes": 2},
]
CASES = ["model_after_model", "two_optimizers", "three_schedules", "flips"]
FEW, MANY = 4, 20  # random sets of settings that always run, and those of the soak

Program = Callable[..., ModuleType]


@pytest.fixture(autouse=True)
def _torch_as_before() -> Iterator[None]:
    """A deterministic program says so to all of torch."""
    yield
    torch.use_deterministic_algorithms(False)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Imports the program of a case with some settings and edits."""
    count = iter(range(100))

    def made(name: str, settings: dict[str, Any], *edits: Edit) -> ModuleType:
        graph = asked(graph_of(name), settings, *edits)
        return imported(program_of(graph).text, tmp_path / f"p{next(count)}.py")

    return made


def asked(graph: Graph, settings: dict[str, Any], *edits: Edit) -> Graph:
    """The graph with these settings of its run."""
    return applied(graph, [*edits, *[("run", name, value) for name, value in settings.items()]])


def unpruned(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> str:
    """The program with every block of the loop in it, which it enters or not by flags at its top."""
    flags = generator.flags(Drawn(passed(graph), check(graph)))
    with monkeypatch.context() as patched:
        patched.setattr(generator, "flags", lambda drawn: {})
        text = program_of(graph).text
    start = text.index("import ")
    return text[:start] + "".join(f"{name} = {value}\n" for name, value in flags.items()) + text[start:]


def drawn_at_random(seed: int) -> tuple[str, dict[str, Any]]:
    """A case and settings for it."""
    random = Random(seed)
    settings = {
        "precision": random.choice(["float32", "bfloat16", "float16"]),
        "accumulate": random.choice([1, 1, 2, 5]),
        "patience": random.choice([0, 0, 1, 2]),
        "best": random.choice(["", "loss"]),
        "deterministic": random.random() < 0.3,
        "processes": random.choice([1, 1, 2]),
    }
    return random.choice(CASES), settings


SETS = [(CASES[0], settings) for settings in ALONE]
SETS += [drawn_at_random(seed) for seed in range(MANY)]


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        pytest.param(*each, marks=() if at < len(ALONE) + FEW else pytest.mark.soak, id=str(at))
        for at, each in enumerate(SETS)
    ],
)
def test_that_the_pruned_program_does_what_the_whole_one_does(
    name: str, settings: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = asked(graph_of(name), settings)
    found = []
    for file, text in (("pruned", program_of(graph).text), ("whole", unpruned(graph, monkeypatch))):
        run = prepared(imported(text, tmp_path / f"{file}.py"), "--epochs=2")
        found.append((told(list(run)), weights_of(run)))
    assert found[0] == found[1]


@pytest.mark.filterwarnings("ignore:.* left out")  # which rows are, is what programs are to warn of
@pytest.mark.parametrize("name", NAMES)
def test_that_each_case_pruned_does_what_it_does_whole(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of options that are not the run's: schedules, clipping, folds, samplers, buckets, parts of a split."""
    graph, found = graph_of(name), []
    for file, text in (("pruned", program_of(graph).text), ("whole", unpruned(graph, monkeypatch))):
        run = prepared(imported(text, tmp_path / f"{file}.py"), "--epochs=2")
        found.append((told(list(run)), weights_of(run)))
    assert found[0] == found[1]


@pytest.mark.parametrize("settings", [{"accumulate": 4, "precision": "float16", "best": "loss"}, {"accumulate": 2}])
@pytest.mark.parametrize("name", ["two_optimizers", "padded"])
def test_that_a_stopped_run_goes_on_as_if_it_had_not_been(
    program: Program, tmp_path: Path, name: str, settings: dict[str, Any]
) -> None:
    made = program(name, settings)
    whole = prepared(made, "--epochs=3")
    expected = told(list(whole))
    for last in (1, 2, 5):
        begun, events = prepared(made, "--epochs=3"), []
        for event in begun:
            events.append(event)
            begun.stopped = event.get("step") == last
        torch.save(begun.state(), tmp_path / "checkpoint.pt")
        resumed = prepared(program(name, settings), "--epochs=3", f"--resume={tmp_path}")
        assert told([*events, *resumed]) == expected, last
        assert weights_of(resumed) == weights_of(whole), last


def test_that_several_batches_together_do_what_one_large_batch_does(program: Program) -> None:
    large = prepared(program("two_models", {}, ("set", "batches", "batch_size", 64)), "--epochs=2")
    several = prepared(program("two_models", {"accumulate": 4}, ("set", "batches", "batch_size", 16)), "--epochs=2")
    events = [list(large), list(several)]
    steps = [[event for event in each if event["event"] == "step"] for each in events]
    assert [event["samples"] for event in steps[0]] == [event["samples"] for event in steps[1]]
    assert events[0][0]["steps_per_epoch"] == events[1][0]["steps_per_epoch"]
    losses = [[float(event["loss"]) for event in each] for each in steps]
    assert losses[1] == pytest.approx(losses[0], rel=1e-4)


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_that_layers_compute_in_half_precision_in_training_and_in_validation(program: Program, precision: str) -> None:
    run = prepared(program("model_after_model", {"precision": precision}), "--epochs=1")
    seen: set[tuple[bool, torch.dtype]] = set()
    layer = next(each for each in run.model.modules() if isinstance(each, torch.nn.Linear))
    layer.register_forward_hook(lambda module, given, made: seen.add((module.training, made.dtype)))
    *_, epoch, _ = run
    half = getattr(torch, precision)
    assert seen == {(True, half), (False, half)}
    assert {each.dtype for each in run.model.parameters()} == {torch.float32}
    assert epoch["train"]["loss"] < 1


def test_that_gradients_are_clipped_once_their_scale_is_taken_off(program: Program) -> None:
    settings = {"precision": "float16", "accumulate": 2}
    run = prepared(program("model_after_model", settings, ("set", "adam", "clip_grad_norm", 0.001)), "--epochs=1")
    norms: list[float] = []

    def look(optimizer: torch.optim.Optimizer, *_: Any) -> None:
        weights = [weight for group in optimizer.param_groups for weight in group["params"]]
        norms.append(float(torch.nn.utils.get_total_norm([weight.grad for weight in weights])))

    run.optimizer.register_step_pre_hook(look)
    list(run)
    assert len(norms) > 5 and norms == pytest.approx([0.001] * len(norms), rel=0.01)


def test_that_training_ends_where_it_gets_no_better(program: Program) -> None:
    still = ("set", "adam", "lr", 0.0)
    made = program("model_after_model", {"patience": 2, "best": "accuracy"}, still)
    events = list(prepared(made, "--epochs=9"))
    epochs = [event for event in events if event["event"] == "epoch"]
    assert [event["best"] for event in epochs] == [1, 1, 1]
    assert (events[-1]["event"], events[-1]["stopped"], events[-1]["best"]) == ("finished", False, 1)


@pytest.mark.parametrize(("best", "better"), [("accuracy", max), ("loss", min)])
def test_that_the_best_epoch_is_that_of_the_highest_share_or_of_the_least_loss(
    program: Program, best: str, better: Callable[[list[float]], float]
) -> None:
    events = list(prepared(program("model_after_model", {"best": best}), "--epochs=4"))
    figures = [event["validation"][best] for event in events if event["event"] == "epoch"]
    assert events[-1]["best"] == figures.index(better(figures)) + 1


def test_that_metrics_are_better_in_the_direction_that_torchmetrics_says() -> None:
    checked = 0
    for name, spec in catalogue().items():
        classes = (torchmetrics, torchmetrics.classification, torchmetrics.regression)
        short = name.removeprefix("metric.")
        kinds = [f"{task}{short}" for task in ("", "Multiclass", "Binary")]
        said = {getattr(getattr(module, kind, None), "higher_is_better", None) for module in classes for kind in kinds}
        if spec.family == "metric" and len(said - {None}) == 1:
            assert {bool(getattr(spec.declared, "higher", False))} == said - {None}, name
            checked += 1
    assert checked > 25


def test_that_a_figure_that_nobody_counts_is_told_with_those_that_are() -> None:
    graph = asked(graph_of("model_after_model"), {"best": "recall"})
    [problem] = check(graph).of("error")
    assert problem.message == (
        "The run is to keep the epoch of the best recall, but there is no such loss or metric. Take loss."
    )
    assert check(applied(graph, problem.repairs[0].edits)).sound


def test_that_a_compiled_model_is_compiled_before_its_first_step() -> None:
    text = program_of(asked(graph_of("two_models"), {"compile": True})).text
    assert text.index("self.model = Model()") < text.index("self.model.compile()") < text.index("self.epoch, ")
    assert "model.compile" not in program_of(graph_of("two_models")).text


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore:.torch.jit.script_method. is deprecated")  # torch's compiler uses it itself
def test_that_a_compiled_model_learns_what_a_plain_one_does(program: Program) -> None:
    plain, compiled = (prepared(program("two_models", {"compile": on}), "--epochs=1") for on in (False, True))
    figures = [list(run)[-1]["train"]["loss"] for run in (plain, compiled)]
    assert figures[1] == pytest.approx(figures[0], rel=1e-4)


def test_that_the_weights_of_the_best_epoch_are_kept_apart_and_told(tmp_path: Path) -> None:
    graph = asked(graph_of("model_after_model"), {"patience": 2, "best": "accuracy"}, ("set", "adam", "lr", 0.0))
    folder = ready(tmp_path / "run", graph)
    trainer = Trainer()
    try:
        trainer.start(folder, [])
        finished = until(trainer, "finished")[-1]
    finally:
        trainer.close()
    assert best(finished) == "Epoch 1 was the best; best.safetensors in the run's folder has its weights."
    kept, last = (load_file(folder / f"{name}.safetensors") for name in ("best", "weights"))
    assert kept.keys() == last.keys()


def test_that_the_best_weights_of_epochs_too_short_to_be_kept_are_written_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = asked(graph_of("model_after_model"), {"best": "loss"}, ("set", "adam", "lr", 0.3))
    found = []
    for share in (0, 10**9):  # each epoch is kept at once, and hardly any is
        monkeypatch.setattr(keeping, "SHARE", share)
        folder = ready(tmp_path / str(share), graph, epochs=8)
        assert work(folder, arguments_of(folder)) == 0
        top = [event["best"] for event in read_events(folder) if event["event"] == "epoch"][-1]
        saved = [event["epoch"] for event in read_events(folder) if event["event"] == "saved"]
        found.append((top, saved, load_file(folder / "best.safetensors")))
    (top, every, at_once), (_, seldom, later) = found
    assert (every, seldom) == ([*range(1, 9)], [1, 8]) and 1 < top < 8
    assert all(torch.equal(at_once[name], later[name]) for name in at_once)


def test_that_a_run_that_fails_keeps_the_best_weights_that_were_to_be_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SHARE", 10**9)
    graph = asked(graph_of("model_after_model"), {"best": "loss"})
    folders = [ready(tmp_path / str(epochs), graph, epochs=epochs) for epochs in (3, 9)]
    assert work(folders[0], arguments_of(folders[0])) == 0
    write = Told.write

    def breaking(self: Told, event: dict[str, Any]) -> bool:
        if event["event"] == "step" and event["epoch"] == 4:
            raise ValueError("a row that cannot be read")
        return write(self, event)

    monkeypatch.setattr(Told, "write", breaking)
    assert work(folders[1], arguments_of(folders[1])) == 1
    told = [each for each in read_events(folders[1]) if each["event"] in ("epoch", "saved")]
    assert [each.get("best") for each in told] == [1, None, 2, 3]  # the checkpoint is that of the first epoch
    whole, broken = (load_file(folder / "best.safetensors") for folder in folders)
    assert all(torch.equal(whole[name], broken[name]) for name in whole)


@pytest.mark.parametrize("fault", [(torch, "save"), (os, "replace")], ids=["written", "renamed"])
def test_that_a_script_that_broke_off_while_it_kept_an_epoch_goes_on_like_one_that_did_not(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: tuple[Any, str]
) -> None:
    made = program("model_after_model", {"best": "accuracy", "patience": 2})
    figures, whole, broken, other = [0.1, 0.5, 0.9, 0.2, 0.2, 0.2], *(tmp_path / name for name in ("w", "b", "o"))
    monkeypatch.setattr(made.Run, "evaluate", lambda run, _: {"accuracy": figures[run.epoch - 1]})

    def train(folder: Path, *more: str) -> dict[str, Any]:
        given = ["--epochs=6", "--threads=1", "--device=cpu", f"--run-dir={folder}", *more]
        monkeypatch.setattr("sys.argv", ["p", *given])
        made.main()
        return kept(folder)

    def kept(folder: Path) -> dict[str, Any]:
        """The weights, the place and the best so far of each file."""
        states = {file.name: torch.load(file, weights_only=True) for file in folder.glob("*.pt")}
        weights = {name: [each.tolist() for each in state["model"].values()] for name, state in states.items()}
        return {name: (weights[name], state["place"], state["best"]) for name, state in states.items()}

    done, ends = getattr(*fault), iter([False, False, True])  # in which epochs the disk is full

    def full(*given: Any) -> None:
        if Path(given[-1]).stem == "checkpoint" and next(ends):
            raise OSError("the disk is full")
        done(*given)

    unbroken = train(whole)
    assert [unbroken[name][1][0] - 1 for name in ("best.pt", "checkpoint.pt")] == [3, 5]
    with monkeypatch.context() as now, pytest.raises(OSError, match="the disk is full"):
        now.setattr(*fault, full)
        train(broken)
    if fault[0] is torch:  # what could not be written whole is not there
        assert {best for *_, best in kept(broken).values()} == {("accuracy", 0.5, 2)}
    assert train(other, f"--resume={broken}") == unbroken
    assert train(broken, f"--resume={broken}") == unbroken


def test_that_a_run_that_goes_on_with_patience_begins_to_count_there(program: Program, tmp_path: Path) -> None:
    before = program("model_after_model", {})
    begun = prepared(before, "--epochs=3")
    list(begun)
    torch.save(begun.state(), tmp_path / "checkpoint.pt")
    for settings in ({"patience": 2}, {"precision": "float16"}, {"patience": 2, "best": "accuracy"}):
        resumed = list(prepared(program("model_after_model", settings), "--epochs=5", f"--resume={tmp_path}"))
        assert [event["epoch"] for event in resumed if event["event"] == "epoch"] == [4, 5]


def test_that_batches_of_a_loss_that_adds_up_are_added_up(program: Program) -> None:
    summed = ("set", "loss", "reduction", "sum")
    large = prepared(program("two_models", {}, summed, ("set", "batches", "batch_size", 64)), "--epochs=1")
    several = prepared(
        program("two_models", {"accumulate": 4}, summed, ("set", "batches", "batch_size", 16)), "--epochs=1"
    )
    losses = [[float(event["loss"]) for event in run if event["event"] == "step"] for run in (large, several)]
    assert losses[1] == pytest.approx(losses[0], rel=1e-3)


def test_that_of_several_losses_each_is_averaged_or_added_up_over_batches_as_over_one(program: Program) -> None:
    each_row: Edit = ("retype", "norm", "nn.Tanh", {})  # a norm would see other batches
    found = []
    for size, parts in ((64, 1), (16, 4)):
        made = program("two_losses", {"accumulate": parts}, each_row, ("set", "batches", "batch_size", size))
        run = prepared(made, "--epochs=2")
        found.append([float(event["loss"]) for event in run if event["event"] == "step"])
    assert found[1] == pytest.approx(found[0], rel=1e-4)


def test_that_a_loss_counts_by_its_factor(program: Program) -> None:
    still: Edit = ("set", "adam", "lr", 0.0)
    figures = []
    for factor in (1.0, 0.25):
        run = prepared(program("two_losses", {}, still, ("set", "distance", "factor", factor)), "--epochs=1")
        *_, epoch, _ = run
        figures.append(epoch["train"])
        assert epoch["train"]["loss"] == pytest.approx(epoch["train"]["loss_alone"] + epoch["train"]["distance"])
    assert figures[1]["distance"] == pytest.approx(figures[0]["distance"] / 4)
    assert figures[1]["loss_alone"] == figures[0]["loss_alone"]
    text = program_of(applied(graph_of("two_models"), [("set", "loss", "factor", 3)])).text
    assert 'found = {"loss": 3.0 * F.cross_entropy(result, batch["label"])}' in text


def test_that_the_best_figure_follows_its_name_and_must_be_reported() -> None:
    graph = applied(asked(graph_of("model_after_model"), {"best": "accuracy"}), [("rename", "accuracy", "share")])
    assert graph.run["best"] == "share"
    assert check(graph).sound
    ends = [str(graph.incoming[End("loss", port)][0].source) for port in ("input", "target")]
    aside: list[Edit] = [("add", "aside", "nn.BCEWithLogitsLoss", {}), ("run", "best", "aside")]
    aside += [("connect", end, f"aside.{port}") for end, port in zip(ends, ("input", "target"), strict=True)]
    messages = [problem.message for problem in check(applied(graph, aside)).of("error")]
    assert any("the best aside" in message for message in messages)


def test_that_what_is_twice_as_precise_stays_so_beside_half_precision(program: Program) -> None:
    made = program("model_after_model", {"precision": "bfloat16"})
    kept = [torch.ones(2, dtype=each) for each in (torch.float64, torch.float32, torch.bfloat16, torch.int64)]
    assert [made.in_float32(each).dtype for each in kept] == [
        torch.float64,
        torch.float32,
        torch.float32,
        torch.int64,
    ]
