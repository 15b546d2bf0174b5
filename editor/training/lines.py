"""Which plots there are of some runs, and which lines each of them has: names, points and colours; draws nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QColor

from editor.looks.pieces import colour
from editor.training.record import GRADIENT, MEMORY, SPEED, Record
from editor.training.series import Series
from runtime.check.failed import by_hand

Runs = Sequence[tuple[str, Record]]  # each with the name that it is called by
LOSS, METRICS, RATE = "loss", "metrics", "learning rate"
SIDE_TOKENS = {"train": "accent", "validation": "optimizer"}
SYMBOLS = ("o", "s", "t", "d", "p")
RUN_TOKENS = ("accent", "optimizer", "dataset", "join", "loss", "transform", "collate")
SOLID, DASHED, DOTTED, DASHED_AND_DOTTED = (), (4.0, 2.5), (1.0, 2.0), (6.0, 2.0, 1.0, 2.0)
PATTERNS = (SOLID, DASHED, DOTTED, DASHED_AND_DOTTED)
# Of several runs: seven colours, and two patterns for each side, so that fourteen look unlike.
SIDES = {"train": (SOLID, DASHED_AND_DOTTED), "validation": (DASHED, DOTTED)}


@dataclass(frozen=True)
class Line:
    """One curve of a plot. Of steps there are many points: they lie faint behind their smoothed curve."""

    key: tuple[object, ...]
    name: str  # under the pointer
    series: Series
    ink: QColor
    told: str = ""  # in the legend; empty where that needs no word for it
    pattern: tuple[float, ...] = SOLID
    symbol: str = ""
    of_steps: bool = False
    run: int = 0  # its number among several, from 1; 0 for the only one
    failed: bool = False  # its run is one of several and failed: it sizes no axis


def plots(runs: Runs) -> dict[str, list[Line]]:
    """The plots that can be drawn of these runs, by name; the loss first, and always."""
    several = len(runs) > 1
    found: dict[str, list[Line]] = {LOSS: []}
    for at, (name, record) in enumerate(runs):
        about = _of_one_of_many(at, name, record) if several else _of_one(record)
        for plot, lines in about.items():
            found.setdefault(plot, []).extend(lines)
    return found


def _of_one(record: Record) -> dict[str, list[Line]]:
    found = {LOSS: [Line(("train",), "training", record.loss, colour("accent"), "training", of_steps=True)]}
    if not record.loss.size and ("loss", "train") in record.figures:
        found[LOSS] = [_epochs(record, "loss", "train", 0, "training")]
    if ("loss", "validation") in record.figures:
        found[LOSS].append(_epochs(record, "loss", "validation", 0, "validation"))
    measured = [key for key in record.figures if key[0] != "loss"]
    if measured:
        several = len(record.metrics) > 1
        told = [
            name if several and (side == "train" or (name, "train") not in measured) else "" for name, side in measured
        ]
        numbers = [record.metrics.index(name) for name, _ in measured]
        found[METRICS] = [
            _epochs(record, *key, number, said) for key, number, said in zip(measured, numbers, told, strict=True)
        ]
    if len(record.metrics) > 1:
        for name in record.metrics:
            found[name] = [_epochs(record, *key, 0) for key in measured if key[0] == name]
    for at, (name, series) in enumerate(record.rates.items()):
        ink = colour(RUN_TOKENS[at % len(RUN_TOKENS)])
        said = f"lr of {name}"
        found.setdefault(RATE, []).append(Line((RATE, name), said, series, ink, said, PATTERNS[at % 4]))
    for name in (GRADIENT, SPEED, MEMORY):
        if name in record.more:
            found[name] = [Line((name,), name, record.more[name], colour("accent"), of_steps=name == GRADIENT)]
    return found


def _epochs(record: Record, name: str, side: str, number: int, told: str = "") -> Line:
    """Training and validation keep their colours; further metrics are told apart by lightness and symbol."""
    ink = colour(SIDE_TOKENS[side])
    if number:
        ink = ink.lighter(100 + 25 * number) if number % 2 else ink.darker(100 + 20 * number)
    said = {"train": "training"}.get(side, side) if name == "loss" else f"{name} {side}"
    pattern = DASHED if side == "validation" else SOLID
    return Line((name, side), said, record.figures[name, side], ink, told, pattern, SYMBOLS[number % len(SYMBOLS)])


def _of_one_of_many(at: int, name: str, record: Record) -> dict[str, list[Line]]:
    """A colour for each run, and as for one alone training is solid and validation dashed, with a mark an epoch.

    Under the pointer, where there is little room, a run is called by what stands before the comma.
    """
    ink, again = colour(RUN_TOKENS[at % len(RUN_TOKENS)]), at // len(RUN_TOKENS) % 2
    patterns = {side: both[again] for side, both in SIDES.items()}
    ended = record.ended or {}
    failed = ended.get("event") == "failed" and not by_hand(ended)
    line = partial(Line, run=at + 1, failed=failed, ink=ink, pattern=patterns["train"])
    short, symbol = name.partition(",")[0], SYMBOLS[at % len(SYMBOLS)]
    found = {LOSS: [line((at, "train"), short, record.loss, told=name, of_steps=True)]}
    for metric in ("loss", *record.metrics):
        held = (metric, "validation") in record.figures
        side = "validation" if held else "train"
        if (metric, side) in record.figures and (metric != "loss" or held):
            said = f"{short}, {side}" if metric == "loss" else f"{short}, {metric} {side}"
            mark, figures = symbol if held else "", record.figures[metric, side]
            one = line((at, metric), said, figures, pattern=patterns[side], symbol=mark)
            found.setdefault(metric, []).append(one)
        if metric != "loss" and held and (metric, "train") in record.figures:
            one = line((at, metric, "train"), f"{short}, {metric} train", record.figures[metric, "train"])
            found[f"{metric} on training rows"] = [one]
    for optimizer, series in record.rates.items():
        said = f"{short}, lr of {optimizer}"
        found.setdefault(RATE, []).append(line((at, RATE, optimizer), said, series))
    for key, series in record.more.items():
        found[key] = [line((at, key), f"{short}, {key}", series, of_steps=key == GRADIENT)]
    return found
