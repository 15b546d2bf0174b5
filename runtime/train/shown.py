"""What is told of a value at an end of a graph: its facts, in the words of the data where they are known."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor as Numbers

from runtime.check.problem import Report
from runtime.graph.model import End, Graph
from runtime.spec.tensor import Loss, Tensor
from runtime.train.facts import ROWS, Facts, facts
from runtime.train.named import before, names
from runtime.train.pieces.tokens import tokens_of

TOKENIZE, PAIRS, UNKNOWN = "transform.Tokenize", "byte pairs", 1


def shown(graph: Graph, report: Report, end: End, values: Mapping[End, Any], size: int) -> Facts:
    """What is told of the value at an end, whichever side it is on; `size` is that of the batch."""
    value, type = values[end], report.types[end]
    left, loss = report.sides[end.node] == "sample", isinstance(type, Loss)
    found = facts(value, left or (not loss and _has_rows(value, size)), names(graph, report, end))
    found = {"side": "sample" if left else "batch", **found, **({"kind": "loss"} if loss else {})}
    if isinstance(type, Tensor) and type.classes and found["kind"] == "labels":
        found["of"] = type.classes
    if isinstance(type, Tensor) and (other := _unlike(type, found)):
        found["unlike"] = other
    return {**found, **_words(graph, end, values)}


def _has_rows(value: Any, size: int) -> bool:
    """Whether the first dimension is that of the batch."""
    return getattr(value, "ndim", 1) > 0 and len(value) == size


def _unlike(type: Tensor, found: Facts) -> str:
    """What came, where that is not of the type: an own function gives what it gives."""
    shape = found["shape"]
    sizes = zip(shape, type.shape, strict=False)
    fits = len(shape) == len(type.shape) and all(
        came == told for came, told in sizes if isinstance(told, int) and isinstance(came, int)
    )
    if fits and found["dtype"] == type.dtype:
        return ""
    return f"{found['dtype']}[{', '.join(map(str, shape))}]"


def _words(graph: Graph, end: End, values: Mapping[End, Any]) -> Facts:
    """The words behind the numbers of tokens, those without a number of their own in brackets."""
    node = graph.nodes[end.node]
    if node.type == "Collate" and (fed := before(graph, node, end)) is not None:
        node = graph.nodes[fed.node]
    source = before(graph, node, End(node.id, "output")) if node.type == TOKENIZE else None
    texts, by = values.get(source) if source else None, str(node.parameters.get("by", "words"))
    value = values[end]
    if not isinstance(texts, list) or by == PAIRS or not _whole_rows(value, len(texts)):
        return {}
    lower, between = bool(node.parameters.get("lower", True)), " · " if by == "words" else " "
    rows = zip(texts[:ROWS], value[:ROWS], strict=False)
    lines = [between.join(_marked(tokens_of(text, by, lower), numbers.tolist())) for text, numbers in rows]
    unknown = sum(int((row == UNKNOWN).sum()) for row in value)
    tokens = sum(int((row != 0).sum()) for row in value)
    return {"kind": "tokens", "texts": lines, "tokens": {"all": tokens, "unknown": unknown}}


def _whole_rows(value: Any, size: int) -> bool:
    """Whether a value has a row of numbers for each text."""
    return len(value) == size and all(isinstance(row, Numbers) and row.ndim == 1 for row in value)


def _marked(tokens: Sequence[str], numbers: Sequence[int]) -> list[str]:
    return [f"[{token}]" if number == UNKNOWN else token for token, number in zip(tokens, numbers, strict=False)]
