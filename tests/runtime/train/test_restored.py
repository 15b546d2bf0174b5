"""Runs that go on with a graph that has changed: by names alone bit for bit, with other settings by those."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from runtime.generate.optimizers import in_floats
from runtime.graph.carried import KEY
from runtime.graph.edit import Edit, applied
from runtime.graph.file import dump, load
from runtime.graph.model import Graph, Node
from runtime.spec.catalogue import catalogue
from runtime.spec.schedule import SCHEDULES
from runtime.train.followed import overruling
from runtime.train.gives import Otherwise
from runtime.train.restored import resumed, take_over
from runtime.train.resume import refusal
from runtime.train.resume import told as changed_since
from tests.runtime.generate.cases import graph_of, imported, program_of
from tests.runtime.train.test_loop import told, weights_of
from tests.runtime.train.test_schedules import SETTINGS

OPTIMIZERS = [name for name, spec in catalogue().items() if spec.family == "optimizer"]
OTHER: dict[str, Any] = {  # of each parameter of an optimizer a value that is not the default
    "betas": [0.8, 0.9],
    "etas": [0.4, 1.3],
    "step_sizes": [1e-5, 10.0],
    "d": 2.0,
    "beta2_decay": -0.5,
    "ns_coefficients": [3.0, -4.0, 2.0],
    "ns_steps": 3,
    "adjust_lr_fn": "match_rms_adamw",
}


@pytest.fixture(autouse=True)
def _threads_as_before() -> Iterator[None]:
    """A program sets the threads of its process."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def begun(folder: Path, graph: Graph, *arguments: str, alone: bool = False) -> Any:
    """A run of a graph whose folder is made, ready to train; `alone` it is that of an exported script."""
    folder.mkdir()
    (folder / "graph.json").write_text(dump(graph), encoding="utf-8")
    program = imported(program_of(graph).text, folder / "program.py")
    options = program.options_from(["--threads=1", "--device=cpu", "--seed=0", *arguments])
    return program.prepare(options) if alone else resumed(program, options, folder)


def keep(run: Any, folder: Path, graph: Graph) -> str:
    """Write the checkpoint as runs do; the option that goes on from it."""
    torch.save({KEY: dump(graph), **run.state()}, folder / "checkpoint.pt")
    return f"--resume={folder}"


def as_before(value: Any) -> Any:
    """What is told, under the names that nodes had."""
    if isinstance(value, dict):
        names = {"loss_now": "loss_alone"}  # as the one of several that is called loss is told of
        return {names.get(key, key.removesuffix("_now")): as_before(each) for key, each in value.items()}
    return value


@pytest.mark.parametrize("name", ["two_models", "two_optimizers", "metrics", "warmed_up", "folds"])
def test_that_a_run_whose_nodes_were_all_renamed_goes_on_bit_for_bit(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))  # a run needs no room but in its folder
    graph = graph_of(name)
    renamed = applied(graph, [("rename", id, f"{id}_now") for id in graph.nodes])
    whole = begun(tmp_path / "whole", graph, "--epochs=2")
    events = list(whole)
    steps = sum(event["event"] == "step" for event in events) * 3 // 4
    broken = begun(tmp_path / "broken", graph, "--epochs=2")
    for event in broken:
        if event["event"] == "step" and (steps := steps - 1) == 0:
            break
    before = keep(broken, tmp_path / "broken", graph)
    again = begun(tmp_path / "again", renamed, "--epochs=2", before)
    rest = [as_before(event) for event in again]
    assert told(rest) == told(events)[-len(told(rest)) :] != []
    last, ended = rest[-1], events[-1]
    assert {k: v for k, v in last.items() if k not in ("seconds", "folds")} == {
        k: v for k, v in ended.items() if k not in ("seconds", "folds")
    }
    assert [as_before(each) for each in last.get("folds", ())] == ended.get("folds", [])
    assert weights_of(again) == weights_of(whole)


def test_that_a_run_goes_on_bit_for_bit_where_nodes_in_definitions_were_renamed(tmp_path: Path) -> None:
    graph = graph_of("definitions")
    inner = [("in", name, ("rename", id, f"{id}_now")) for name, each in graph.definitions.items() for id in each.nodes]
    renamed = applied(graph, [*inner, ("rename", "twin", "twin_now"), ("rename", "head", "head_now")])
    whole = begun(tmp_path / "whole", graph, "--epochs=2")
    events = list(whole)
    first = begun(tmp_path / "first", graph, "--epochs=1")
    list(first)
    before = keep(first, tmp_path / "first", graph)
    again = begun(tmp_path / "again", renamed, "--epochs=2", before)
    rest = [as_before(event) for event in again]
    assert told(rest) == told(events)[-len(told(rest)) :] != []
    assert weights_of(again) == weights_of(whole)
    assert refusal(tmp_path / "first", renamed) is None
    said = changed_since(tmp_path / "first", renamed)
    assert said is not None and "head_now was called head, x_now in dense was called x, linear_now in dense" in said


def test_that_the_figure_that_tells_the_best_epoch_keeps_what_it_was_best_at(tmp_path: Path) -> None:
    graph = applied(graph_of("metrics"), [("run", "best", "f1")])
    run = begun(tmp_path / "run", graph, "--epochs=1")
    list(run)
    before = keep(run, tmp_path / "run", graph)
    again = begun(tmp_path / "again", applied(graph, [("rename", "f1", "score")]), "--epochs=2", before)
    assert again.best == run.best and run.best[1] == 1


def test_that_a_checkpoint_that_is_cut_off_is_said(tmp_path: Path) -> None:
    graph = graph_of("two_models")
    run = begun(tmp_path / "run", graph)
    before = keep(run, tmp_path / "run", graph)
    file = tmp_path / "run" / "checkpoint.pt"
    file.write_bytes(file.read_bytes()[:-100])
    said = f"^The checkpoint in {tmp_path / 'run'} is cut off or damaged. Go on from another run, or run from scratch.$"
    with pytest.raises(Otherwise, match=said):
        begun(tmp_path / "again", graph, before)


def test_that_weights_of_before_are_taken_over_under_the_names_of_now(tmp_path: Path) -> None:
    graph, folder = graph_of("two_models"), tmp_path / "run"
    renamed = applied(graph, [("rename", "dense", "narrow")])
    save_file(
        {"dense.weight": torch.ones(2), "conv.weight": torch.zeros(1)}, tmp_path / "w.safetensors", {KEY: dump(graph)}
    )
    folder.mkdir()
    (folder / "graph.json").write_text(dump(renamed), encoding="utf-8")
    for _ in range(2):  # also in the folder itself, and again
        source = (
            folder / "best.safetensors" if folder.joinpath("best.safetensors").exists() else tmp_path / "w.safetensors"
        )
        take_over(source, folder / "best.safetensors")
        with safe_open(folder / "best.safetensors", "pt") as found:
            assert sorted(found.keys()) == ["conv.weight", "narrow.weight"]
            assert load(found.metadata()[KEY].encode()).nodes == renamed.nodes
    assert not list(folder.glob("*.part"))


def test_that_weights_in_definitions_are_taken_over_under_the_names_of_now(tmp_path: Path) -> None:
    graph, folder = graph_of("definitions"), tmp_path / "run"
    renamed = applied(graph, [("in", "dense", ("rename", "linear", "wide")), ("rename", "twin", "last")])
    kept = {"twin.dense.linear.bias": torch.ones(2), "blocks.0.dense.linear.bias": torch.zeros(1)}
    save_file(kept, tmp_path / "w.safetensors", {KEY: dump(graph)})
    folder.mkdir()
    (folder / "graph.json").write_text(dump(renamed), encoding="utf-8")
    take_over(tmp_path / "w.safetensors", folder / "best.safetensors")
    with safe_open(folder / "best.safetensors", "pt") as found:
        assert sorted(found.keys()) == ["blocks.0.dense.wide.bias", "last.dense.wide.bias"]


def one_optimizer(type: str, parameters: dict[str, Any]) -> tuple[Graph, Any]:
    """A graph that is but an optimizer, and that optimizer over a matrix."""
    spec = catalogue()[type]
    values = in_floats(spec, spec.values(parameters))
    given = {each.name: getattr(values, each.name) for each in spec.parameters if not each.ours}
    torch.manual_seed(0)
    made = getattr(torch.optim, type.partition(".")[2])([torch.nn.Parameter(torch.randn(3, 4))], **given)
    return Graph({"it": Node("it", type, parameters)}), made


def step(optimizer: Any) -> None:
    """A step down."""
    [weight] = optimizer.param_groups[0]["params"]
    (weight**2).sum().backward()
    optimizer.step()
    weight.grad = None


def restored(optimizer: Any, options: Any) -> Any:
    """A run of that optimizer alone, which has restored its checkpoint as programs do."""
    state = torch.load(options.resume / "checkpoint.pt", weights_only=True)
    optimizer.load_state_dict(state["optimizers"]["it"])
    optimizer.param_groups[0]["lr"] = optimizer.defaults["lr"]
    return SimpleNamespace(optimizers={"it": optimizer})


@pytest.mark.parametrize("type", OPTIMIZERS)
def test_that_an_optimizer_goes_on_with_what_is_set_now_and_cannot_with_the_rest(type: str, tmp_path: Path) -> None:
    spec = catalogue()[type]
    base = {"momentum": 0.9} if type == "optim.SGD" else {}
    graph, optimizer = one_optimizer(type, base)
    step(optimizer)
    state = {KEY: dump(graph), "model": {}, "optimizers": {"it": optimizer.state_dict()}}
    torch.save(state, tmp_path / "checkpoint.pt")
    for parameter in spec.parameters:
        if parameter.ours or overruling(parameter, spec.declared, None):
            continue
        other = OTHER.get(parameter.name, not parameter.default if parameter.kind == "bool" else 0.3)
        if parameter.name == "eps" and parameter.kind == "numbers":
            other = [1e-8, 0.002]
        changed, going_on = one_optimizer(type, {**base, parameter.name: other})
        (tmp_path / "graph.json").write_text(dump(changed), encoding="utf-8")

        fresh = going_on.param_groups[0][parameter.name]
        program: Any = SimpleNamespace(prepare=partial(restored, going_on))  # all that is asked of one
        resumed(program, SimpleNamespace(resume=tmp_path), tmp_path)
        now, was = going_on.param_groups[0], optimizer.param_groups[0]
        unlike = [key for key in now if key != "params" and now[key] != was.get(key, False)]  # torch adds some flags
        assert unlike == [parameter.name] and [*_flat(now[parameter.name])] == [*_flat(fresh)], parameter.name
        step(going_on)


def _flat(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, tuple | list) else [value]


@pytest.mark.parametrize("name", SCHEDULES)
def test_that_a_schedule_goes_on_with_another_learning_rate_from_where_it_was(name: str, tmp_path: Path) -> None:
    schedule: Edit = ("set", "sgd", "schedule", {"type": name, **SETTINGS[name]})
    graph = applied(graph_of("warmed_up"), [schedule, ("set", "sgd", "lr", 1e-4)])
    twice = applied(graph, [("set", "sgd", "lr", 2e-4)])

    def rates(run: Any) -> list[float]:
        return [event["lr"]["sgd"] for event in run if event["event"] == "epoch"]

    run = begun(tmp_path / "run", graph, "--epochs=6")
    list(islice((event for event in run if event["event"] == "epoch"), 2))
    before = keep(run, tmp_path / "run", graph)
    factor = 1 if "max_lr" in SETTINGS[name] else 2
    expected = [factor * rate for rate in rates(run)]
    assert len(expected) == 4
    assert rates(begun(tmp_path / "again", twice, "--epochs=6", before)) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["two_models", "two_optimizers"])
def test_that_a_script_goes_on_with_the_learning_rate_that_it_has_now(name: str, tmp_path: Path) -> None:
    graph = graph_of(name)
    [id, *_] = [id for id, node in graph.nodes.items() if node.type.startswith("optim.")]
    first = begun(tmp_path / "first", graph, "--epochs=1", alone=True)
    list(first)
    before = keep(first, tmp_path / "first", graph)
    other = applied(graph, [("set", id, "lr", 0.125)])
    optimizers = []
    for folder, found in (("same", graph), ("other", other)):
        run = begun(tmp_path / folder, found, "--epochs=2", before, alone=True)
        optimizers.append(run.optimizer if hasattr(run, "optimizer") else run.optimizers[id])
    same, now = (each.state_dict() for each in optimizers)
    assert str(same["state"]) == str(now["state"]) != "{}"
    unlike = {key for key, value in now["param_groups"][0].items() if value != same["param_groups"][0][key]}
    assert unlike - {"initial_lr"} == {"lr"}
    assert now["param_groups"][0]["lr"] == 0.125
