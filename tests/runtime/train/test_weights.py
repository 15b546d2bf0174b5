"""Programs that begin with weights from files: byte for byte what the file holds, or one sentence before training."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from runtime.check.check import check
from runtime.generate.program import generate
from runtime.graph.edit import Edit, applied
from runtime.graph.file import dump
from runtime.graph.model import Graph
from runtime.train import cards
from runtime.train.cards import cards_of
from runtime.train.keeping import keep_weights
from runtime.train.pieces.weights import read_weights, take_weights
from runtime.train.tensors import look
from runtime.train.worker import work
from tests.runtime.check.torch_says import imported
from tests.runtime.generate.cases import graph_of
from tests.runtime.train.runs import ready

PLAIN = applied(graph_of("weights"), [("weights", None, None), ("weights", "scored", None), ("weights", "head", None)])
FROZEN: list[Edit] = [("freeze", "scored", True)]
Weights = dict[str, Tensor]


@pytest.fixture(autouse=True)
def _threads_as_before() -> Iterator[None]:
    """A program sets the threads of its process."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def _looks_within_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process takes seconds for torch."""
    monkeypatch.setattr(cards, "_look", look)


def test_that_the_end_of_a_name_may_be_in_capitals(tmp_path: Path) -> None:
    file = tmp_path / "NET.SAFETENSORS"
    save_file({"weight": torch.ones(2)}, file)
    assert look(file)["shapes"] == {"weight": [2]}
    assert read_weights(file)["weight"].tolist() == [1, 1]


def run_of(graph: Graph, folder: Path, *arguments: str) -> tuple[Any, Any]:
    """The program of a graph beside its files, and its run, made ready."""
    report = check(graph, cards_of(graph, folder))
    assert report.sound, report.problems
    program: Any = imported(generate(graph, report, "graph.json").text, folder, "program")
    return program, program.prepare(
        program.options_from(["--epochs", "1", "--device", "cpu", "--threads", "1", *arguments])
    )


def other(graph: Graph, folder: Path) -> Weights:
    """Weights of a model of the graph, other than those that a run begins with."""
    _, run = run_of(graph, folder, "--seed", "7")
    return {name: each.clone() for name, each in run.model.state_dict().items()}


def same(found: Any, weights: Weights, names: dict[str, str]) -> bool:
    """Whether a model has these weights byte for byte: its names, and those in the file."""
    state = found.model.state_dict()
    return all(state[own].numpy().tobytes() == weights[there].numpy().tobytes() for own, there in names.items())


def test_that_frozen_layers_have_the_bytes_of_the_file_after_an_epoch(tmp_path: Path) -> None:
    weights = other(PLAIN, tmp_path)
    save_file(weights, tmp_path / "net.safetensors")
    graph = applied(PLAIN, [("weights", None, {"path": "net.safetensors"}), *FROZEN])
    _, run = run_of(graph, tmp_path)
    assert same(run, weights, {name: name for name in weights})
    assert [event["event"] for event in run][-1] == "finished"
    fixed = {name: name for name in weights if not name.startswith("head")}
    assert len(fixed) == 9 and same(run, weights, fixed)
    assert not same(run, weights, {"head.weight": "head.weight"})


def test_that_a_layer_finds_its_weights_under_a_prefix_in_a_checkpoint(tmp_path: Path) -> None:
    weights = other(PLAIN, tmp_path)
    torch.save({"state_dict": {f"module.{name}": each for name, each in weights.items()}}, tmp_path / "net.ckpt")
    graph = applied(PLAIN, [("weights", "trunk", {"path": "net.ckpt", "prefix": "module.trunk"})])
    _, run = run_of(graph, tmp_path)
    assert same(run, weights, {name: name for name in weights if name.startswith("trunk")})
    assert not same(run, weights, {"scored.weight": "scored.weight"})


def test_that_a_run_gives_its_weights_to_nodes_renamed_since(tmp_path: Path) -> None:
    program, run = run_of(PLAIN, tmp_path, "--seed", "3")
    (tmp_path / "graph.json").write_text(dump(PLAIN))
    program.save(run.state(), tmp_path / "checkpoint.pt")
    keep_weights(run, tmp_path)
    weights = load_file(tmp_path / "weights.safetensors")
    for file in ("weights.safetensors", "checkpoint.pt"):
        graph = applied(
            PLAIN, [("weights", None, {"path": file}), ("rename", "head", "final"), ("rename", "trunk", "stem")]
        )
        _, again = run_of(graph, tmp_path)
        names = {name.replace("head", "final").replace("trunk", "stem"): name for name in weights}
        assert same(again, weights, names)


def test_that_layers_that_share_weights_have_them_once(tmp_path: Path) -> None:
    graph = graph_of("shared")
    weights = other(graph, tmp_path)
    save_file(weights, tmp_path / "net.safetensors")
    _, run = run_of(applied(graph, [("weights", None, {"path": "net.safetensors"})]), tmp_path)
    assert same(run, weights, {name: name for name in weights})


def test_that_copies_of_a_definition_have_names_with_numbers(tmp_path: Path) -> None:
    square = applied(PLAIN, [("in", "block", ("set", "wide", "out_features", 6)), ("set", "trunk", "repeat", 2)])
    weights = other(square, tmp_path)
    assert "trunk.1.wide.weight" in weights
    torch.save(weights, tmp_path / "net.pt", _use_new_zipfile_serialization=False)
    _, run = run_of(applied(square, [("weights", "trunk", {"path": "net.pt", "prefix": "trunk"})]), tmp_path)
    assert same(run, weights, {name: name for name in weights if name.startswith("trunk")})


def test_that_a_tensor_that_is_learned_alone_has_the_name_of_its_place(tmp_path: Path) -> None:
    model = nn.Module()
    model.token = nn.Parameter(torch.zeros(3))
    save_file({"pos.embed": torch.arange(3.0)}, tmp_path / "net.safetensors")
    take_weights(model, tmp_path / "net.safetensors", {"token": "pos.embed"})
    assert model.token.tolist() == [0, 1, 2]


def test_that_a_run_that_goes_on_needs_no_file_and_keeps_what_it_learned(tmp_path: Path) -> None:
    save_file(other(PLAIN, tmp_path), tmp_path / "net.safetensors")
    graph = applied(PLAIN, [("weights", None, {"path": "net.safetensors"})])
    program, run = run_of(graph, tmp_path)
    assert [event["event"] for event in run][-1] == "finished"
    program.save(run.state(), tmp_path / "checkpoint.pt")
    state = {name: each.clone() for name, each in run.model.state_dict().items()}
    nowhere = ["--epochs", "2", "--threads", "1", "--model-weights", str(tmp_path / "nowhere")]
    again = program.prepare(program.options_from([*nowhere, "--resume", str(tmp_path)]))
    assert same(again, state, {name: name for name in state})
    with pytest.raises(FileNotFoundError):
        program.prepare(program.options_from(nowhere))


LINEAR = {"weight": torch.zeros(4, 8), "bias": torch.zeros(4)}
WRONG: dict[str, tuple[Any, str]] = {
    "missing": ({"weight": LINEAR["weight"]}, "scored.bias cannot be bias of net.pt, which is not there"),
    "wide": (
        {**LINEAR, "weight": torch.zeros(4, 9)},
        "scored.weight cannot be weight of net.pt, which is [4, 9], not [4, 8]",
    ),
    "whole": (
        {**LINEAR, "bias": torch.zeros(4, dtype=torch.int8)},
        "scored.bias cannot be bias of net.pt, which is torch.int8, not",
    ),
    "nan": (
        {**LINEAR, "bias": torch.tensor([0, 0, 0, float("nan")])},
        "scored.bias cannot be bias of net.pt, which holds nan",
    ),
    "none": ([1, 2], "net.pt holds no tensors by name"),
    "objects": (nn.Linear(8, 4), "the file of its weights holds Python objects, which could run code"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("whole", [False, True])
def test_that_a_run_whose_file_has_changed_says_so_in_a_sentence_at_its_node(
    name: str, whole: bool, tmp_path: Path
) -> None:
    held, why = WRONG[name]
    torch.save(held, tmp_path / "net.pt")
    source = {"path": str(tmp_path / "net.pt")}
    edits: list[Edit] = [("weights", "scored", source)]
    if whole:
        edits = [("weights", None, source), ("weights", "trunk", False), ("weights", "head", False)]
        edits += [
            ("rename", "scored", "x"),
            ("weights", None, {**source, "names": {"x": ""}}),
            ("rename", "x", "scored"),
        ]
    folder = ready(tmp_path / "run", PLAIN, *edits)
    assert work(folder, json.loads((folder / "arguments.json").read_text())) == 1
    last = json.loads((folder / "events.jsonl").read_text().splitlines()[-1])
    assert last["event"] == "failed"
    assert why in last["message"] and "\n" not in last["message"]
    assert last["node"] == (None if whole and name in ("none", "objects") else "scored")
