"""What is told of a value, in the words of the data."""

from runtime.check.check import check
from runtime.graph.edit import Edit, applied
from runtime.graph.model import End, Graph
from runtime.train.named import names

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
