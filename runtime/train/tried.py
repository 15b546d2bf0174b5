"""What a trained model says of one sample: a row that is held out, or one with fields that the user gives instead.

The sample is made by the program's own code, as evaluation makes it, and collated as a batch of one.
"""

import copy
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor as Numbers

from runtime.check.datasets import class_names
from runtime.check.problem import Report
from runtime.generate.classes import SIGMOID, back, standardized, yes_or_no
from runtime.generate.drawn import Drawn
from runtime.generate.part import Part, seen_part
from runtime.generate.rows import read_ends
from runtime.generate.sampled import ONE_BY_ONE
from runtime.graph.model import End, Graph
from runtime.spec.tensor import Picture, Tensor, Text
from runtime.train.facts import Facts, facts
from runtime.train.named import names
from runtime.train.pieces.decode import decode_picture
from runtime.train.previewed import Running, located

SHARES: dict[str, Any] = {  # what scores are turned into shares by, for the losses that take scores
    "nn.CrossEntropyLoss": lambda scores: scores.softmax(-1),
    "nn.NLLLoss": lambda scores: scores.exp(),
    "nn.BCEWithLogitsLoss": torch.sigmoid,
    "nn.MultiLabelSoftMarginLoss": torch.sigmoid,
    "nn.BCELoss": lambda scores: scores,
}
PICTURE, TEXT, NUMBERS, CLASS, OTHER = "picture", "text", "numbers", "class", "other"
MOST = 200  # numbers of an output that are told, and of a field that can be typed


def tried_part(graph: Graph, report: Report) -> Part:
    """The whole graph, so that each sample is made from its row alone."""
    return seen_part(graph.with_(run={**graph.run, ONE_BY_ONE: True}), [], report)


def tried(running: Running, order: Mapping[str, Any]) -> Facts:
    """What the model gives for a row, `order["row"]`, with the fields in `order["values"]` in place of its own.

    Raises ValueError with a sentence for what is given, and Failed for what a node makes of it.
    """
    side = "validation" if "validation" in running.parts else "training"
    batches, drawn = running.parts[side], running.drawn
    count = len(batches.rows)
    number = int(order.get("row", 0)) % count
    row = int(batches.rows[number])
    columns = {name: column[row] for name, column in batches.loader.dataset.columns.items()}
    given = {end.port: end for end in _inputs(drawn)}
    for name, value in (order.get("values") or {}).items():
        columns[name] = _raw(drawn, given[name], value, columns[name], batches.loader.dataset.columns[name])
    with located(running):
        results, batch = _forward(running, batches.loader, columns)
    marked = drawn.family("output") or [*drawn.results]  # what losses need beside is nobody's wish
    told = [_told(running, name, drawn.results[name], results[name]) for name in marked]
    return {
        "row": number,
        "rows": count,
        "part": side,
        "fields": [_field(drawn, end, columns[end.port]) for end in given.values()],
        "outputs": told,
        "truth": {} if order.get("values") else _truth(running, batch),
    }


def _forward(running: Running, loader: Any, columns: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """The results of a sample, and the batch of one that it was."""
    samples = copy.copy(loader.dataset)
    samples.columns = {name: {0: value} for name, value in columns.items()}
    if hasattr(samples, "training"):
        samples.training = False
    batch = loader.collate_fn([samples[0, 0]])
    running.model.load_state_dict(running.weights)
    running.model.eval()
    torch.set_rng_state(running.random)  # noise is the same each time
    with torch.no_grad():
        result = running.model(*(batch[name] for name in running.drawn.inputs))
    return result if isinstance(result, dict) else {next(iter(running.drawn.results)): result}, batch


def _inputs(drawn: Drawn) -> list[End]:
    """The outputs of the dataset that reach the model, not targets alone."""
    sources = [drawn.sources(drawn.collate, field) for field in drawn.inputs if field in _fields(drawn)]
    needed = {each for ends in sources for each in ends}
    upstream = drawn.graph.upstream(end.node for end in needed) - {drawn.dataset}
    ends = read_ends(drawn, drawn.dataset)
    return [e for e in ends if e in needed or any(w.target.node in upstream for w in drawn.graph.outgoing.get(e, ()))]


def _fields(drawn: Drawn) -> list[str]:
    found: list[str] = drawn.values(drawn.collate).fields
    return found


# --- what is given


def _kind(drawn: Drawn, end: End) -> str:
    type = drawn.type(end)
    if isinstance(type, Text):
        return TEXT
    if isinstance(type, Picture):
        return PICTURE
    if isinstance(type, Tensor) and len(type.shape) == 3 and type.shape[0] in (1, 3):
        return PICTURE
    if isinstance(type, Tensor) and not type.shape and names(drawn.graph, drawn.report, end):
        return CLASS
    if isinstance(type, Tensor) and len(type.shape) < 2 and all(n in range(MOST) for n in type.shape):
        return NUMBERS
    return OTHER


def _field(drawn: Drawn, end: End, value: Any) -> Facts:
    """A field as a form shows it, with what the row has there."""
    kind, called = _kind(drawn, end), names(drawn.graph, drawn.report, end)
    found: Facts = {"name": end.port, "kind": kind}
    if kind == TEXT:
        return {**found, "value": value}
    if kind == CLASS:
        return {**found, "value": int(value), "names": called}
    if kind == NUMBERS:
        numbers = value.reshape(-1).tolist()
        return {**found, "value": [_plain(n) for n in numbers], "names": called if len(called) == len(numbers) else []}
    if kind == PICTURE:
        shown = facts(value[None], True) if isinstance(value, Numbers) else facts([value], True)
        return {**found, "pictures": shown.get("pictures", [])}
    return found


def _raw(drawn: Drawn, end: End, given: Any, before: Any, column: Any) -> Any:
    """What a file would have held: the user's value in the form of the column."""
    kind = _kind(drawn, end)
    if kind == TEXT:
        return str(given)
    if kind == CLASS:
        return torch.tensor(int(given), dtype=before.dtype)
    if kind == NUMBERS:
        called = names(drawn.graph, drawn.report, end)
        called = called if len(called) == len(given) else [end.port] * len(given)
        numbers = [_number(each, name) for each, name in zip(given, called, strict=True)]
        if not before.dtype.is_floating_point and not all(map(float.is_integer, numbers)):
            raise ValueError(f"{end.port} needs whole numbers, and one in each place.")
        return torch.tensor(numbers).to(before.dtype).reshape(before.shape)
    if kind == PICTURE and isinstance(before, Numbers):
        channels, high, wide = before.shape
        decoded = decode_picture(Path(given), "L" if channels == 1 else "RGB", (high, wide))
        if before.dtype == torch.uint8:
            return decoded
        return (decoded / 255 * column.max()).to(before.dtype)  # white is the largest number of the data
    if kind == PICTURE:
        return Path(given)
    raise ValueError(f"{end.port} cannot be given by hand: it is {drawn.type(end)}.")


def _number(given: Any, name: str) -> float:
    if given in ("", None):
        return math.nan
    try:
        return float(given)
    except ValueError:
        raise ValueError(f"{name} needs a number, got {given!r:.40}.") from None


# --- what is told


def _told(running: Running, name: str, end: End, value: Any) -> Facts:
    """One result: shares of classes, numbers with their names, or what a preview tells."""
    drawn = running.drawn
    found: Facts = {"name": name, "end": str(end), "type": str(drawn.type(end))}
    if not isinstance(value, Numbers) or value.ndim > 2 or value.numel() > MOST:
        return {**found, **facts(value, isinstance(value, Numbers) and value.ndim > 0)}
    numbers, turned = value[0].reshape(-1).float(), _shares(drawn, end)
    if name in (pairs := yes_or_no(drawn)):
        classes, how = pairs[name]
        share = float(numbers.sigmoid() if how == SIGMOID else numbers)
        both = zip(map(str, classes), (1 - share, share), strict=True)
        return {**found, "kind": "classes", "shares": _sorted(both)}
    called = names(drawn.graph, drawn.report, end)
    if len(called) != len(numbers):
        called = [str(at) for at in range(len(numbers))] if len(numbers) > 1 else [end.node]
    if turned is None:
        told = [*_in_units(running, name, numbers), *zip(called, numbers.tolist(), strict=True)]
        return {**found, "kind": "numbers", "numbers": [[each, _plain(number)] for each, number in told]}
    shares = turned(numbers).tolist()
    if len(shares) == 1 and called == [end.node]:
        called = ["1"]
    return {**found, "kind": "classes", "shares": _sorted(zip(called, shares, strict=True))}


def _sorted(shares: Iterable[tuple[str, float]]) -> list[list[Any]]:
    """Classes and their shares, the best one first."""
    return [[each, _plain(share)] for each, share in sorted(shares, key=lambda pair: -pair[1])]


def _in_units(running: Running, result: str, numbers: Numbers) -> Iterator[tuple[str, float]]:
    """What is compared with standardized numbers, as numbers of the data."""
    _, node, name = standardized(running.drawn).get(result, ("", "", ""))
    scaled = _scaled(running, node, numbers)
    if scaled is not None:
        several = len(numbers) > 1
        yield from ((f"{name} {at}" if several else name, each) for at, each in enumerate(scaled.tolist()))


def _scaled(running: Running, node: str, numbers: Numbers) -> Numbers | None:
    """Standardized numbers as they were before the node; None where that is not known."""
    scale = getattr(running.batches.loader.dataset, "fitted", {}).get(node)
    if scale is None or scale[0].numel() not in (1, numbers.numel()):
        return None
    mean, deviation = (each.reshape(-1) for each in scale)
    scaled: Numbers = numbers.reshape(-1) * deviation + mean
    return scaled


def _shares(drawn: Drawn, end: End) -> Any:
    """How scores become shares, by the loss that compares them."""
    takers = (edge.target for edge in drawn.graph.outgoing.get(end, ()))
    types = [drawn.graph.nodes[taker.node].type for taker in takers if taker.port == "input"]
    return next((SHARES[type] for type in types if type in SHARES), None)


def _truth(running: Running, batch: Mapping[str, Any]) -> dict[str, str]:
    """What losses hold the results of a row against, by the names of the fields, as the data has it."""
    drawn, found = running.drawn, dict[str, str]()
    for end in [end for loss in drawn.losses for end in drawn.sources(loss, "target")]:
        way = [*back(drawn, end)]
        field = next((each.port for each in way if each.node == drawn.collate), "")
        value = batch.get(field)
        if not isinstance(value, Numbers) or value.numel() != 1:
            continue
        of_data = way[-1].node in drawn.datasets  # of other floats nobody knows whether they are classes
        called = (class_names(drawn.graph, way[-1]) if of_data else names(drawn.graph, drawn.report, way[-1])) or []
        scaled = [each for node, _ in way if (each := _scaled(running, node, value.float())) is not None]
        number = (scaled[0] if scaled else value).item()
        known = (of_data or isinstance(number, int)) and float(number).is_integer() and 0 <= number < len(called)
        found[field] = str(called[int(number)]) if known else f"{number:.6g}"
    return found


def _plain(number: float) -> Any:
    """A number as JSON has it; one that is missing is empty."""
    return number if math.isfinite(number) else "" if math.isnan(number) else str(number)
