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
SPACE = {"\N{LOWER ONE EIGHTH BLOCK}": "\N{OPEN BOX}"}  # as sentencepiece writes it, and as it is shown


def shown(
    graph: Graph, report: Report, end: End, values: Mapping[End, Any], size: int, pairs: Sequence[Any] = ()
) -> Facts:
    """What is told of the value at an end, whichever side it is on; `size` is that of the batch.

    `pairs` are the byte pairs that were learnt for it.
    """
    value, type = values[end], report.types[end]
    left, loss = report.sides[end.node] == "sample", isinstance(type, Loss)
    found = facts(value, left or (not loss and _has_rows(value, size)), names(graph, report, end))
    found = {"side": "sample" if left else "batch", **found, **({"kind": "loss"} if loss else {})}
    if isinstance(type, Tensor) and type.classes and found["kind"] == "labels":
        found["of"] = type.classes
    if isinstance(type, Tensor) and (other := _unlike(type, found)):
        found["unlike"] = other
    return {**found, **_words(graph, end, values, pairs)}


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


def _words(graph: Graph, end: End, values: Mapping[End, Any], pairs: Sequence[Any]) -> Facts:
    """The words behind the numbers of tokens, those without a number of their own in brackets."""
    node = graph.nodes[end.node]
    if node.type == "Collate" and (fed := before(graph, node, end)) is not None:
        node = graph.nodes[fed.node]
    source = before(graph, node, End(node.id, "output")) if node.type == TOKENIZE else None
    texts, by = values.get(source) if source else None, str(node.parameters.get("by", "words"))
    value = values[end]
    if not isinstance(texts, list) or not _whole_rows(value, len(texts)):
        return {}
    lower, between = bool(node.parameters.get("lower", True)), " " if by == "characters" else " · "
    texts = [text.lower() if lower else text for text in texts[:ROWS]]
    tokens = _pieces(texts, value, pairs) if by == PAIRS else [tokens_of(text, by, lower) for text in texts]
    if tokens is None:
        return {}
    lines = [between.join(_marked(each, numbers.tolist())) for each, numbers in zip(tokens, value, strict=False)]
    unknown = sum(int((row == UNKNOWN).sum()) for row in value)
    count = sum(int((row != 0).sum()) for row in value)
    return {"kind": "tokens", "texts": lines, "tokens": {"all": count, "unknown": unknown}}


def _pieces(texts: Sequence[str], value: Any, pairs: Sequence[Any]) -> list[list[str]] | None:
    """The pieces of each text by those of the byte pairs that give its numbers; spaces are seen too."""
    marks = str.maketrans(SPACE)
    for each in pairs:
        numbers = [each.encode(text) or [UNKNOWN] for text in texts]
        rows = [row.tolist() for row in value[: len(texts)]]
        if all(came[: len(row)] == row[: len(came)] for came, row in zip(numbers, rows, strict=True)):
            return [[piece.translate(marks) for piece in each.encode(text, out_type=str)] for text in texts]
    return None


def _whole_rows(value: Any, size: int) -> bool:
    """Whether a value has a row of numbers for each text."""
    return len(value) == size and all(isinstance(row, Numbers) and row.ndim == 1 for row in value)


def _marked(tokens: Sequence[str], numbers: Sequence[int]) -> list[str]:
    return [f"[{token}]" if number == UNKNOWN else token for token, number in zip(tokens, numbers, strict=False)]
