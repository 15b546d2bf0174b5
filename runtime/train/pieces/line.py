"""How an event is written, the same by a script and by the command line; needs no torch."""

import json
import re
from collections.abc import Mapping
from typing import Any

SCHEDULES = True  # learning rates change
FOLDED = True  # each fold of the rows is held out once


def line(event: Mapping[str, Any]) -> str:
    """One line for an epoch, every figure with all its digits."""
    text = f"epoch {event['epoch']}"
    for side in [name for name in ("train", "validation") if name in event]:
        figures = [f"{name} {value!r}" for name, value in event[side].items()]
        text += " | " + " ".join([side, *figures])
    if SCHEDULES:
        rates = [f"{name} {rate:g}" for name, rate in event.get("lr", {}).items()]
        text += " | " + " ".join(["lr", *rates]) if rates else ""
    if FOLDED:
        text = f"fold {event['fold']} | {text}" if "fold" in event else text
    return text


def test_line(event: Mapping[str, Any]) -> str:
    """One line for the rows that were kept for the end of a run."""
    return " ".join(["test", *[f"{k} {value!r}" for k, value in event["test"].items()]])


def folds_line(event: Mapping[str, Any]) -> str:
    """One line for all folds: the mean of each figure and its standard deviation."""
    text = "folds"
    for side in [name for name in ("validation", "test") if name in event]:
        spread = event["deviation"][side]
        figures = [f"{k} {v:.4g} ± {spread[k]:.2g}" for k, v in event[side].items()]
        text += " | " + " ".join([side, *figures])
    return text


def as_json(event: Mapping[str, Any]) -> str:
    """One line of JSON, which has no NaN: "NaN" and "Infinity" become text.

    Losses that are on the device still are fetched.
    """
    numbers = re.compile(r'(?<=\w": )(-?Infinity|NaN)\b')
    return numbers.sub(r'"\1"', json.dumps(event, default=float))
