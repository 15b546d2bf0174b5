"""What programs feed: all batches as bytes, and the same program with other numbers of workers."""

import argparse
import re
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import torch

from runtime.graph.edit import applied
from runtime.graph.model import Graph
from tests.runtime.generate.cases import program_of


def bytes_of(value: Any) -> Any:
    """A batch as what can be compared byte for byte."""
    if isinstance(value, torch.Tensor):
        return str(value.dtype), tuple(value.shape), value.contiguous().numpy().tobytes()
    if isinstance(value, Mapping):
        return {key: bytes_of(item) for key, item in value.items()}
    return [bytes_of(item) for item in value] if isinstance(value, list) else value


def batches_of(program: ModuleType) -> list[Any]:
    """Every batch of two epochs and of validation."""
    options = program.options_from(["--seed=3"])
    run = program.Run(argparse.Namespace(**vars(options) | {"device": "cpu"}))
    training = [bytes_of(batch) for epoch in (1, 2) for batch in run.feed("training", epoch)]
    return [training, *([bytes_of(batch) for batch in run.feed("validation", 0)] if "validation" in run.rows else [])]


def loading(graph: Graph, workers: int) -> str:
    """The program that loads sample by sample, with so many workers."""
    text = program_of(applied(graph, [("set", "batches", "num_workers", 2)])).text
    told = f'{{"num_workers": {workers}, "persistent_workers": True}}' if workers else "{}"
    changed, count = re.subn(r"(    loading = ){[^}]*}", rf"\1{told}", text)
    assert count == 1
    return changed
