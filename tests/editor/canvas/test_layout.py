"""Where nodes are put, and that nothing that can be read overlaps."""

import random
from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication

from editor.canvas.boxes import overlaps
from editor.canvas.canvas import Canvas
from editor.canvas.crossings import crossings
from editor.canvas.layers import layers, placed, ranks
from editor.canvas.layout import arranged
from editor.document.document import Document
from editor.looks import theme
from runtime.check.check import check
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from tests.editor.canvas.hand import NODES, Hand, two_models

SMALLEST_TEXT = 11.0  # the smallest font on the canvas, in pixels at full size
READ = 8.0  # pixels; smaller than in the shipped examples, since no line ends between a join and what it joins

TEXT_AND_PICTURES: list[Edit] = [
    ("add", "clipart", "data.Arrays", {"path": "clipart.npz", "fields": {
        "picture": "uint8[3, 64, 64]", "title": "text", "label": {"type": "int64[]", "classes": ["a", "b", "c"]},
    }}, None),
    ("add", "resize", "transform.Resize", {"size": [224, 224]}, None),
    ("add", "scale", "transform.Scale", {}, None),
    ("add", "batches", "Collate", {"fields": ["picture", "title", "label"], "collate": {
        "title": {"function": ["def hashed(titles):", "    return titles"], "output": "int64[10]"},
    }}, None),
    ("add", "words", "nn.Embedding", {"num_embeddings": 4096, "embedding_dim": 32}, None),
    ("add", "meaning", "torch.mean", {"dim": 1}, None),
    ("add", "conv", "nn.Conv2d", {"out_channels": 16, "kernel_size": 5, "stride": 2}, None),
    ("add", "relu", "nn.ReLU", {}, None),
    ("add", "pool", "nn.MaxPool2d", {"kernel_size": 4}, None),
    ("add", "conv_2", "nn.Conv2d", {"out_channels": 32}, None),
    ("add", "relu_2", "nn.ReLU", {}, None),
    ("add", "average", "nn.AdaptiveAvgPool2d", {"output_size": 1}, None),
    ("add", "flat", "nn.Flatten", {}, None),
    ("add", "joined", "torch.cat", {"dim": 1}, None),
    ("add", "final", "nn.Linear", {"out_features": 3}, None),
    ("add", "loss", "nn.CrossEntropyLoss", {}, None),
    ("add", "accuracy", "metric.Accuracy", {}, None),
    ("add", "adam", "optim.AdamW", {}, None),
    ("connect", "clipart.picture", "resize.input"),
    ("connect", "resize.output", "scale.input"),
    ("connect", "scale.output", "batches.picture"),
    ("connect", "clipart.title", "batches.title"),
    ("connect", "clipart.label", "batches.label"),
    ("connect", "batches.title", "words.input"),
    ("connect", "words.output", "meaning.input"),
    ("connect", "batches.picture", "conv.input"),
    ("connect", "conv.output", "relu.input"),
    ("connect", "relu.output", "pool.input"),
    ("connect", "pool.output", "conv_2.input"),
    ("connect", "conv_2.output", "relu_2.input"),
    ("connect", "relu_2.output", "average.input"),
    ("connect", "average.output", "flat.input"),
    ("connect", "flat.output", "joined.tensors"),
    ("connect", "meaning.output", "joined.tensors"),
    ("connect", "joined.output", "final.input"),
    ("connect", "final.output", "loss.input"),
    ("connect", "batches.label", "loss.target"),
    ("connect", "final.output", "accuracy.input"),
    ("connect", "batches.label", "accuracy.target"),
    ("connect", "loss.output", "adam.loss"),
]  # fmt: skip


@pytest.mark.parametrize("name", ["dark", "light"])
def test_that_text_and_pictures_fit_a_small_window_readably(canvas: Canvas, qapp: QApplication, name: str) -> None:
    theme.apply(qapp, name)
    canvas.resize(880, 600)
    canvas.document.open(applied(Graph(), TEXT_AND_PICTURES), None)
    report = check(canvas.graph)
    assert [problem.message for problem in report.problems if problem.severity == "error"] == []
    canvas.show_report(report)
    canvas.fit()
    seen = canvas.view.mapToScene(canvas.view.viewport().rect()).boundingRect()
    assert seen.contains(canvas.content())
    assert canvas.view.scale_now * SMALLEST_TEXT >= READ
    assert overlaps(canvas.boxes()) == []


def test_that_nodes_without_positions_are_laid_out_without_overlap(canvas: Canvas) -> None:
    canvas.document.open(applied(Graph(), [(*edit[:4], None) for edit in NODES]), None)
    assert overlaps(canvas.boxes()) == []
    canvas.show_report(check(canvas.graph))
    assert overlaps(canvas.boxes()) == []
    assert not canvas.graph.layout


def test_that_a_few_nodes_without_positions_stand_below_the_others(canvas: Canvas) -> None:
    some = [*NODES[:6], *((*edit[:4], None) for edit in NODES[6:])]
    canvas.document.open(applied(Graph(), some), None)
    placed_bottom = canvas.content([edit[1] for edit in NODES[:6]]).bottom()
    assert canvas.content([edit[1] for edit in NODES[6:]]).top() > placed_bottom
    assert overlaps(canvas.boxes()) == []


def test_that_every_node_comes_after_what_feeds_it() -> None:
    ids, links = list("abcdef"), [("a", "b"), ("b", "c"), ("a", "c"), ("c", "d"), ("e", "d"), ("f", "a")]
    rank = ranks(ids, links)
    assert all(rank[one] < rank[other] for one, other in links)
    assert rank["e"] == rank["d"] - 1


def test_that_a_circle_is_laid_out_too() -> None:
    places = arranged(dict.fromkeys("abc", (100.0, 50.0, 25.0)), [("a", "b"), ("b", "c"), ("c", "a")])
    assert len(set(places.values())) == 3


@pytest.mark.parametrize("seed", range(5))
def test_that_random_graphs_are_laid_out_without_overlap(seed: int) -> None:
    dice = random.Random(seed)
    ids = [f"n{at}" for at in range(40)]
    sizes = {id: (dice.randrange(60, 220, 10) * 1.0, dice.randrange(30, 90, 10) * 1.0, 15.0) for id in ids}
    links = [(ids[a], ids[dice.randrange(a + 1, 40)]) for a in range(39) for _ in range(dice.randrange(1, 3))]
    places = arranged(sizes, links)
    assert all(x % 10 == 0 and y % 10 == 0 for x, y in places.values())
    rects = [(*places[id], *sizes[id][:2]) for id in ids]
    for at, (x, y, w, h) in enumerate(rects):
        for u, v, p, q in rects[:at]:
            assert x + w <= u or u + p <= x or y + h <= v or v + q <= y


def test_that_crossings_are_undone() -> None:
    ids, links = ["a", "b", "x", "y"], [("a", "y"), ("b", "x")]
    places = placed(layers(ids, links, ranks(ids, links)), dict.fromkeys(ids, (100.0, 40.0, 20.0)))
    assert (places["a"][1] < places["b"][1]) == (places["y"][1] < places["x"][1])


def test_that_parallel_branches_stay_together_whatever_the_order_in_which_they_were_drawn() -> None:
    branches = [[f"{name}{at}" for at in range(4)] for name in "abc"]
    links = [link for branch in branches for link in pairwise(["root", *branch, "join"])]
    ids = ["root", "join", *random.Random(3).sample([id for branch in branches for id in branch], 12)]
    made = layers(ids, links, ranks(ids, links))
    assert crossings(made.columns, made.after) == 0
    rows = [[name[0] for name in column] for column in made.columns[1:-1]]
    assert all(row == rows[0] for row in rows)


def test_that_chips_grow_with_the_report_and_stay_inside(hand: Hand) -> None:
    names = [name for name in hand.canvas.boxes() if name.startswith("chip:")]
    assert "chip:batches.image" in names
    assert len(names) == len([o for box in hand.canvas.mirror.boxes.values() for o in box.face.outlets])
    assert overlaps(hand.canvas.boxes()) == []


def test_that_the_picture_shows_the_whole_graph_without_a_window(qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    canvas = Canvas(Document())
    canvas.document.open(two_models(), None)
    canvas.show_report(check(canvas.graph))
    image = canvas.picture(1000)
    assert image.width() == 1000
    assert 200 < image.height() < 800
    assert canvas.picture(400, 300).size().toTuple() == (400, 300)
    colours = {image.pixelColor(x, y).name() for x in range(0, 1000, 3) for y in range(0, image.height(), 3)}
    assert len(colours) > 20
    canvas.dispose()
