"""Proposals for files, trained: better than always saying the class that most rows have."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from sklearn.datasets import load_digits, load_wine

from runtime.graph.edit import applied
from runtime.graph.file import dump
from runtime.graph.model import Graph
from runtime.propose.columns import columns_of
from runtime.propose.propose import proposed
from runtime.train.look import look
from tests.runtime.commands import here


def written(file: Path, titles: Iterable[str], rows: Iterable[Iterable[Any]]) -> Path:
    """A CSV file."""
    with file.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerows([titles, *rows])
    return file


def trained(file: Path, epochs: int) -> dict[str, float]:
    """The last figures of the rows that were held out."""
    found = look(file)
    found["parameters"]["path"] = file.name
    graph = applied(Graph(), proposed(Graph(), found, columns_of(found), file.stem, (0.0, 0.0)).edits)
    drawn = file.with_suffix(".json")
    drawn.write_text(dump(graph), encoding="utf-8")
    code, output, errors = here("train", drawn, "--device", "cpu", "--events", "--epochs", epochs)
    assert code == 0, errors
    told = [json.loads(line) for line in output.splitlines()]
    figures: dict[str, float] = [event for event in told if event["event"] == "epoch"][-1]["validation"]
    return figures


def test_that_cultivars_of_wine_are_told(tmp_path: Path) -> None:
    wine = load_wine()
    rows = [[*row, f"cultivar {label}"] for row, label in zip(wine.data.tolist(), wine.target, strict=True)]
    assert trained(written(tmp_path / "wine.csv", [*wine.feature_names, "cultivar"], rows), 20)["accuracy"] > 0.6


@pytest.mark.soak
def test_that_digits_are_told_by_their_pixels(tmp_path: Path) -> None:
    digits = load_digits()
    rows = [[*row, label] for row, label in zip(digits.data.tolist(), digits.target, strict=True)]
    titles = [*(f"pixel {at}" for at in range(64)), "digit"]
    assert trained(written(tmp_path / "digits.csv", titles, rows), 5)["accuracy"] > 0.8
