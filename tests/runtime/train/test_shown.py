"""What is told of a value, in the words of the data."""

import io
import json
from typing import Any

import pytest

from runtime.check.check import check
from runtime.graph.edit import Edit, applied
from runtime.graph.file import dump, load
from runtime.graph.model import End, Graph
from runtime.places import EXAMPLES
from runtime.train.named import names
from runtime.train.preview import Preview

TWO: list[Edit] = [
    ("add", "digits", "data.Digits", {}, (0, 0)),
    ("add", "batches", "Collate", {"fields": ["image"]}, (0, 0)),
    ("add", "flat", "nn.Flatten", {}, (0, 0)),
    *(("add", id, "nn.Linear", {"out_features": 10}, (0, 0)) for id in ("one", "other")),
    *(("add", id, "nn.MSELoss", {}, (0, 0)) for id in ("to_other", "to_one")),
    ("connect", "digits.image", "batches.image"),
    ("connect", "batches.image", "flat.input"),
    *(("connect", "flat.output", f"{id}.input") for id in ("one", "other")),
    *(
        ("connect", source, f"to_other.{port}")
        for source, port in (("one.output", "input"), ("other.output", "target"))
    ),
    *(("connect", source, f"to_one.{port}") for source, port in (("other.output", "input"), ("one.output", "target"))),
]


def test_that_models_that_learn_from_each_other_have_no_names_of_classes() -> None:
    graph = applied(Graph(), TWO)
    assert names(graph, check(graph), End("one", "output")) == []


def answer(preview: Preview, graph: Graph, port: str) -> dict[str, Any]:
    """What is told of an end of a graph, whose data lie beside the examples."""
    preview.told = io.StringIO()
    preview.answer({"id": 1, "graph": dump(graph), "folder": str(EXAMPLES), "end": port})
    found: dict[str, Any] = json.loads(preview.told.getvalue().splitlines()[-1])
    return found


@pytest.mark.parametrize("length", [0, 9])
def test_that_numbers_of_byte_pairs_are_told_as_the_pieces_of_their_texts(length: int) -> None:
    pytest.importorskip("sentencepiece")
    more = {"by": "byte pairs", "vocabulary": 300, "length": length}
    titles = load((EXAMPLES / "titles.json").read_bytes())
    graph = applied(titles, [("set", "tokens", name, value) for name, value in more.items()])
    preview = Preview(io.StringIO())
    texts = [each.lower().split() for each in answer(preview, graph, "titles.title")["texts"]]
    for port in ("tokens.output", "batches.words"):
        told = answer(preview, graph, port)
        assert told["kind"] == "tokens"
        pieces = [each.split(" \N{MIDDLE DOT} ") for each in told["texts"]]
        words = ["".join(row).split("\N{OPEN BOX}")[1:] for row in pieces]
        if length:
            assert all(len(row) <= length for row in pieces)
        else:
            assert words == texts
            assert max(map(len, pieces)) > max(map(len, texts))
        shown = [sum(number != 0 for number in row) for row in told["table"]]
        assert shown == [min(len(row), len(told["table"][0])) for row in pieces]
