"""Which results of a model are scores of classes that have names: what a loss or metric compares with such a field."""

from typing import Any

from runtime.check.datasets import classes_of
from runtime.generate.drawn import Drawn
from runtime.spec.tensor import Tensor

SCORED = ("nn.CrossEntropyLoss", "nn.NLLLoss", "nn.MultiMarginLoss", "metric.Accuracy")  # by the number of a class


def compared_fields(drawn: Drawn) -> dict[str, str]:
    """The results that are a score for each class, with the field of the batch that holds the right one."""
    found: dict[str, str] = {}
    for id in [*drawn.losses, *drawn.family("metric")]:
        if drawn.graph.nodes[id].type not in SCORED:
            continue
        (scores, *_), (target, *_) = drawn.sources(id, "input"), drawn.sources(id, "target")
        type = drawn.type(scores)
        results = [key for key, end in drawn.results.items() if end == scores]
        if results and target.node == drawn.collate and isinstance(type, Tensor) and type.rank == 2:
            found.setdefault(results[0], target.port)
    return found


def named_classes(drawn: Drawn) -> dict[str, list[Any]]:
    """The names of the classes by the results that are their scores; those without names are left out."""
    found = {}
    for result, field in compared_fields(drawn).items():
        source = drawn.sources(drawn.collate, field)
        classes = classes_of(drawn.graph, source[0]) if source else None
        if classes and drawn.type(drawn.results[result]).shape[1] == len(classes):  # type: ignore[union-attr]  # scores
            found[result] = classes
    return found
