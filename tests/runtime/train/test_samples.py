"""A look at samples before a run: what is not as the graph says ends it before the first step, with the row."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runtime.graph.edit import Edit
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.train.events import read_events
from runtime.train.folder import arguments_of, prepare_run
from runtime.train.worker import work
from tests.runtime.train.runs import Event, own_function, ready

ROWS = 40
GRAPH = {
    "format": "torchweave",
    "version": 1,
    "nodes": {
        "marks": {
            "type": "data.Arrays",
            "parameters": {
                "path": "marks.npz",
                "fields": {"image": "float32[1, 4, 4]", "label": {"type": "int64[]", "classes": ["a", "b", "c"]}},
            },
        },
        "batches": {"type": "Collate", "parameters": {"fields": ["image", "label"], "batch_size": 8}},
        "flat": {"type": "nn.Flatten"},
        "final": {"type": "nn.Linear", "parameters": {"out_features": 3}},
        "loss": {"type": "nn.CrossEntropyLoss"},
        "sgd": {"type": "optim.SGD", "parameters": {"lr": 0.1}},
    },
    "edges": [
        ["marks.image", "batches.image"],
        ["marks.label", "batches.label"],
        ["batches.image", "flat.input"],
        ["flat.output", "final.input"],
        ["final.output", "loss.input"],
        ["batches.label", "loss.target"],
        ["loss.output", "sgd.loss"],
    ],
    "run": {"epochs": 1},
}
Trains = Callable[..., list[Event]]


@pytest.fixture
def trains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trains]:
    """Trains on arrays that are changed beforehand, gathered or made one by one; returns the events."""
    import sys

    import torch

    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "path_hooks", [*sys.path_hooks])
    monkeypatch.setitem(sys.modules, "program", sys)
    threads = torch.get_num_threads()

    def events(change: Callable[[Any, Any], None], loaded: bool = False) -> list[Event]:
        generator = np.random.default_rng(0)
        image, label = generator.random((ROWS, 1, 4, 4), np.float32), np.arange(ROWS) % 3
        change(image, label)
        np.savez(tmp_path / "marks.npz", image=image, label=label)
        data = json.loads(json.dumps(GRAPH))
        if loaded:
            data["nodes"]["flip"] = {"type": "transform.RandomHorizontalFlip"}
            data["edges"][0] = ["marks.image", "flip.input"]
            data["edges"].append(["flip.output", "batches.image"])
        graph: Graph = load(json.dumps(data).encode())
        folder = prepare_run(graph, tmp_path / "graph.json", {"threads": 1, "device": "cpu"})
        work(folder, arguments_of(folder))
        return read_events(folder)

    yield events
    torch.set_num_threads(threads)


def as_it_is(image: Any, label: Any) -> None:
    """Change nothing."""


@pytest.mark.parametrize("loaded", [False, True])
def test_that_data_as_the_graph_says_is_trained_without_a_word(trains: Trains, loaded: bool) -> None:
    events = trains(as_it_is, loaded)
    assert events[-1]["event"] == "finished"
    assert [each for each in events if each["event"] == "warning"] == []


def test_that_a_label_beyond_the_classes_is_told_with_its_row(trains: Trains) -> None:
    def change(image: Any, label: Any) -> None:
        label[17] = 7

    events = trains(change)
    assert [each["event"] for each in events] == ["stage", "failed"]
    assert (events[-1]["node"], events[-1]["message"]) == (
        "marks",
        "label of sample 17 is 7, and the graph says 0 to 2.",
    )


@pytest.mark.parametrize("loaded", [False, True])
def test_that_numbers_that_are_not_finite_are_told_before_the_first_step(trains: Trains, loaded: bool) -> None:
    def change(image: Any, label: Any) -> None:
        image[5:] = np.nan

    event = trains(change, loaded)[-1]
    assert (event["event"], event["node"]) == ("failed", "flip" if loaded else "marks")
    assert "holds a number that is missing or not finite" in event["message"]
    assert loaded or event["message"].startswith("image of sample 5 ")
    assert loaded or ", as in 34 more." in event["message"]


@pytest.mark.parametrize("loaded", [False, True])
def test_that_a_class_of_which_all_rows_are_held_out_is_told_and_the_run_goes_on(trains: Trains, loaded: bool) -> None:
    def change(image: Any, label: Any) -> None:
        label[:] = np.arange(ROWS) % 2
        label[held_out()[0]] = 2

    events = trains(change, loaded)
    told = [each for each in events if each["event"] == "warning"]
    assert [(each["node"], each["message"]) for each in told] == [
        ("marks", "label: class 2 is among the rows held out alone, so that nothing is learnt of it.")
    ]
    assert events[-1]["event"] == "finished"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            {"validation": 0.025},
            [
                "Only 1 of 40 rows is held out: a figure of so few says little. "
                "Add rows, or set folds, so that each row is held out once."
            ],
        ),
        (
            {"test": 0.1},
            [
                "Only 4 of 40 rows are kept for a test: a figure of so few says little. "
                "Add rows, or keep more of them for a test."
            ],
        ),
        ({"validation": 0.125}, []),
        ({"validation": 0.0}, []),
        ({"folds": 20}, []),  # each row has its turn
    ],
)
def test_that_a_figure_of_few_rows_is_doubted(tmp_path: Path, settings: dict[str, Any], told: list[str]) -> None:
    generator = np.random.default_rng(0)
    np.savez(tmp_path / "marks.npz", image=generator.random((ROWS, 1, 4, 4), np.float32), label=np.arange(ROWS) % 3)
    data = json.loads(json.dumps(GRAPH))
    data["nodes"]["batches"]["parameters"] |= settings
    folder = prepare_run(load(json.dumps(data).encode()), tmp_path / "graph.json", {"threads": 1, "device": "cpu"})
    assert work(folder, arguments_of(folder)) == 0
    warned = [each for each in read_events(folder) if each["event"] == "warning"]
    assert [(each["node"], each["message"]) for each in warned] == [("batches", each) for each in told]


def held_out(rows: int = ROWS) -> list[int]:
    """The rows that the graph's split holds out."""
    from runtime.train.pieces.split import split_rows

    found: list[int] = split_rows(rows, 0.2, 0)[1].tolist()
    return found


@pytest.mark.parametrize(
    ("output", "told", "workers"),
    [
        ("int64[5]", "batches gives text as int64[8, 6], but the graph says int64[B, 5]", 1),
        ("int32[6]", "batches gives text as int64[8, 6], but the graph says int32[B, 6]", 0),
        ("int64[6]", None, 0),
    ],
)
def test_that_what_an_own_function_of_collate_gives_is_as_the_graph_says(
    tmp_path: Path, output: str, told: str | None, workers: int
) -> None:
    verb, node, name, value = own_function()
    own = {"text": {**value["text"], "output": output}}
    edits: list[Edit] = [(verb, node, name, own), ("set", "batches", "batch_size", 8)]
    folder = ready(tmp_path / "run", "own_function", *edits, ("set", "batches", "num_workers", workers), epochs=1)
    code, last = work(folder, arguments_of(folder)), read_events(folder)[-1]
    advice = "Change what its function gives, or its type in the inspector."
    failed = {"event": "failed", "node": "batches", "message": f"{told}. {advice}"}
    assert (code, last) == (1, failed) if told else (code, last["event"]) == (0, "finished")
