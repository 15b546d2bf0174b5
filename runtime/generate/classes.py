"""What the results of a model mean, by what a loss or metric compares them with: classes, or numbers of the data."""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from runtime.check.datasets import class_names
from runtime.generate.drawn import Drawn
from runtime.graph.model import End
from runtime.spec.own import makes
from runtime.spec.tensor import Tensor

SCORED = ("nn.CrossEntropyLoss", "nn.NLLLoss", "nn.MultiMarginLoss", "metric.Accuracy")  # by the number of a class
OF_SCORES = ("nn.CrossEntropyLoss", "nn.NLLLoss")  # softmax makes probabilities of what they take
SOFTMAX, SIGMOID, ITSELF = "softmax", "sigmoid", "itself"
YES_OR_NO = {"nn.BCEWithLogitsLoss": SIGMOID, "nn.BCELoss": ITSELF}  # of the second of two classes
OF_NUMBERS = ("nn.MSELoss", "nn.L1Loss", "nn.SmoothL1Loss", "nn.HuberLoss")
STANDARDIZE = "transform.Standardize"
SAME_NUMBERS = ("Tensor.to", "torch.squeeze", "torch.unsqueeze", "torch.flatten", "nn.Flatten", "torch.reshape")


class Scaled(NamedTuple):
    """What a standardized result stands for: a field of the data, the node that put it on a scale, and its name."""

    field: str
    node: str
    called: str  # like the field, where nothing else of a prediction is called so


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
    """The names of the classes by the results that are their scores; those without names are left out.

    Of two classes there may be one number, which is for the second one.
    """
    found: dict[str, list[Any]] = {}
    for result, field in compared_fields(drawn).items():
        source = [] if makes(drawn.graph.nodes[drawn.collate], field) else drawn.sources(drawn.collate, field)
        classes = class_names(drawn.graph, source[0]) if source else None
        if classes and drawn.type(drawn.results[result]).shape[1] == len(classes):  # type: ignore[union-attr]  # scores
            found[result] = classes
    return found | {result: classes for result, (classes, _) in yes_or_no(drawn).items()}


def probabilities(drawn: Drawn) -> dict[str, str]:
    """What makes probabilities of the scores of classes, by their results: a function, or nothing at all.

    Other scores, as a margin loss takes them, are left out.
    """
    found = {result: how for result, (_, how) in yes_or_no(drawn).items()}
    for result in compared_fields(drawn).keys() - found.keys():
        end = drawn.results[result]
        takers = {drawn.graph.nodes[edge.target.node].type for edge in drawn.graph.outgoing.get(end, ())}
        bounds = drawn.type(end).bounds  # type: ignore[union-attr]  # scores are a tensor
        if takers & {*OF_SCORES}:
            found[result] = SOFTMAX
        elif bounds and bounds[0] >= 0 and bounds[1] <= 1:
            found[result] = ITSELF
    return found


def yes_or_no(drawn: Drawn) -> dict[str, tuple[list[Any], str]]:
    """The results that are one number for two named classes: their names, and what makes a probability of it."""
    found: dict[str, tuple[list[Any], str]] = {}
    for id, given, target in _compared(drawn, YES_OR_NO):
        *_, field = back(drawn, target)
        classes = (class_names(drawn.graph, field) if field.node in drawn.datasets else None) or []
        for result in _results(drawn, given) if len(classes) == 2 else ():
            type = drawn.type(drawn.results[result])
            if isinstance(type, Tensor) and type.shape[1:] in ((), (1,)):
                found.setdefault(result, (classes, YES_OR_NO[drawn.graph.nodes[id].type]))
    return found


def standardized(drawn: Drawn) -> dict[str, Scaled]:
    """The results that are compared with a standardized number, and what that is in the units of the data."""
    found: dict[str, Scaled] = {}
    taken = {f"{result}{of}" for result in drawn.results for of in ("", "_class", "_probability")}
    for _, given, target in _compared(drawn, OF_NUMBERS):
        *way, field = back(drawn, target)
        scaled = [end.node for end in way if drawn.graph.nodes[end.node].type == STANDARDIZE]
        if field.node not in drawn.datasets or len(scaled) != 1:
            continue
        for result in [each for each in _results(drawn, given) if each not in found]:
            called = field.port if field.port not in taken else f"{result}_in_units"
            while called in taken:
                called += "_"
            taken.add(called)
            found[result] = Scaled(field.port, scaled[0], called)
    return found


def _compared(drawn: Drawn, types: Collection[str]) -> Iterator[tuple[str, End, End]]:
    """The losses of some types, what each compares, and with what."""
    for id in drawn.losses:
        if drawn.graph.nodes[id].type in types:
            yield id, drawn.sources(id, "input")[0], drawn.sources(id, "target")[0]


def _results(drawn: Drawn, given: End) -> list[str]:
    """The results that are the numbers which a loss is given, in this or another shape."""
    same = [*back(drawn, given)]
    return [result for result, end in drawn.results.items() if end in same]


def back(drawn: Drawn, end: End) -> Iterator[End]:
    """An end and those before it that hold the same numbers, in another shape or scale, as far as a dataset.

    What a function of Collate makes may be other numbers than it was given.
    """
    yield end
    while end.node not in drawn.datasets:
        node = drawn.graph.nodes[end.node]
        same = not makes(node, end.port) if end.node == drawn.collate else node.type in (STANDARDIZE, *SAME_NUMBERS)
        if not same:
            return
        sources = drawn.sources(end.node, end.port if end.node == drawn.collate else "input")
        if len(sources) != 1:
            return
        (end,) = sources
        yield end
