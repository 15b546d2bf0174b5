"""What learns of the rows to train on learns, behind a transform that acts at random, of what evaluation makes."""

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from runtime.check.check import check
from runtime.generate.drawn import Drawn
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.spec.catalogue import declared
from tests.runtime.generate.cases import imported, program_of
from tests.runtime.generate.fed import bytes_of

RANDOM = sorted(name for name, spec in declared().items() if getattr(spec.declared, "random", False))

SIZES: dict[str, dict[str, Any]] = {
    "transform.RandomCrop": {"size": [8, 6], "padding": 1},
    "transform.RandomResizedCrop": {"size": [8, 6]},
}
EVALUATED = {"transform.RandomCrop": "transform.CenterCrop", "transform.RandomResizedCrop": "transform.Resize"}

Loads = Callable[[Graph], ModuleType]


@pytest.fixture
def loads(tmp_path: Path) -> Loads:
    """Imports the programs of graphs."""
    count = iter(range(100))
    return lambda graph: imported(program_of(graph).text, tmp_path / f"p{next(count)}.py")


def standardized(before: list[tuple[str, dict[str, Any]]], workers: int = 0) -> Graph:
    """Pictures of noise through some transforms, a mean and deviation a channel, and a model."""
    x = {"fields": {"x": "float32[3, 12, 10]", "y": "int64[]"}, "length": 40, "classes": 2}
    between = {f"t{at}": {"type": type, "parameters": given} for at, (type, given) in enumerate(before)}
    batches = {"fields": ["x", "y"], "batch_size": 8, "validation": 0.25, "num_workers": workers}
    nodes = {
        "noise": {"type": "data.Noise", "parameters": x},
        **between,
        "centred": {"type": "transform.Standardize", "parameters": {"of": "channel"}},
        "batches": {"type": "Collate", "parameters": batches},
        "flat": {"type": "nn.Flatten"},
        "final": {"type": "nn.Linear", "parameters": {"out_features": 2}},
        "loss": {"type": "nn.CrossEntropyLoss"},
        "adam": {"type": "optim.AdamW"},
    }
    wires = zip(["noise.x", *(f"{id}.output" for id in between)], [*between, "centred"], strict=True)
    edges = [
        *([source, f"{id}.input"] for source, id in wires),
        ["centred.output", "batches.x"],
        ["noise.y", "batches.y"],
        ["batches.x", "flat.input"],
        ["flat.output", "final.input"],
        ["final.output", "loss.input"],
        ["batches.y", "loss.target"],
        ["loss.output", "adam.loss"],
    ]
    return load(json.dumps({"format": "torchweave", "version": 1, "nodes": nodes, "edges": edges}).encode())


def validated(program: ModuleType) -> Any:
    """What a program is validated on: the same numbers only where the same was learnt."""
    run = program.prepare(program.options_from(["--device=cpu"]))
    return [bytes_of(batch) for batch in run.feed("validation", 0)]


@pytest.mark.parametrize("name", RANDOM)
def test_that_what_is_learnt_behind_a_random_transform_is_what_evaluation_tells(loads: Loads, name: str) -> None:
    given = SIZES.get(name, {})
    size = {"size": given["size"]} if given else {}
    steady = standardized([(EVALUATED[name], size)] if name in EVALUATED else [])
    assert Drawn(steady, check(steady)).loaded_because is None  # all at once, in memory
    assert validated(loads(standardized([(name, given)]))) == validated(loads(steady))


CHAIN: list[tuple[str, dict[str, Any]]] = [
    ("transform.RandomHorizontalFlip", {}),
    ("transform.RandomResizedCrop", {"size": [10, 10], "scale": [0.2, 0.5]}),
    ("transform.Scale", {"maximum": 2.0}),
    ("transform.GaussianNoise", {"std": 5.0}),
    ("transform.RandomCrop", {"size": [6, 4]}),
]


@pytest.mark.parametrize("workers", [0, 2])
def test_that_a_graph_that_learns_behind_random_parts_trains(loads: Loads, workers: int) -> None:
    program = loads(standardized(CHAIN, workers))
    run = program.prepare(program.options_from(["--epochs=1", "--device=cpu", "--threads=1"]))
    assert [event["event"] for event in run][-1] == "finished"
    samples = run.batches["training"].loader.dataset
    mean, deviation = samples.fitted["centred"]
    columns, rows = samples.columns["x"], run.batches["training"].rows
    pictures = torch.nn.functional.interpolate(columns[rows], (10, 10), mode="bilinear", antialias=True)
    middles = (pictures / 2)[:, :, 2:8, 3:7]
    assert len(rows) == 30
    assert torch.allclose(mean.flatten(), middles.mean((0, 2, 3)), atol=1e-6)
    assert torch.allclose(deviation.flatten(), middles.std((0, 2, 3), correction=0), atol=1e-6)
