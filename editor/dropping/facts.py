"""What is said of a column in a few words, and the bars of its distribution. Pure; no Qt."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from runtime.propose.columns import CATEGORY, DATE, TENSOR, Column
from runtime.spec.value import rounded

SHOWN = 4  # classes that are named
LEFT_OUT = " and is left out"  # the end of a note that says why


def values_of(column: Column) -> str:
    """Why a column is left out, its range, classes, or an example."""
    facts = column.facts
    if not column.used and column.note.endswith(LEFT_OUT):
        return column.note.removesuffix(LEFT_OUT)
    if column.kind == CATEGORY and column.classes:
        counts = column.counts
        named = [
            f"{name or '(empty)'} {counts[name]:,}".strip() if name in counts else name
            for name in column.classes[:SHOWN]
        ]
        more = ", ..." if len(column.classes) > SHOWN else ""
        return f"{len(column.classes)} class{'es' * (len(column.classes) > 1)}: {', '.join(named)}{more}"
    if facts.get("low") is not None and facts.get("high") is not None:
        type = f"{facts['type']}, " if column.kind == TENSOR and facts.get("type") else ""
        return f"{type}{_range(column, facts)}"
    examples = [str(each) for each in facts.get("examples") or ()]
    if examples:
        return ", ".join(examples[:3])
    return str(facts.get("type") or (column.about if isinstance(column.about, str) else ""))


def _range(column: Column, facts: Mapping[str, Any]) -> str:
    """From the lowest to the highest, and the mean."""
    if column.kind == DATE:
        return f"{_day(facts['low'])} to {_day(facts['high'])}"
    mean = f", mean {_brief(facts['mean'])}" if facts.get("mean") is not None else ""
    return f"{_brief(facts['low'])} to {_brief(facts['high'])}{mean}"


def _day(days: float) -> str:
    """A date by the days since 1970."""
    try:
        return (date(1970, 1, 1) + timedelta(days=int(days // 1))).isoformat()
    except OverflowError:
        return _brief(days)


def missing_of(column: Column) -> str:
    """How many rows have nothing, or what is nothing of the kind; nothing for none."""
    count, missing = column.facts.get("count"), max(column.missing, column.unread.bit_count())
    share = f" ({missing / count:.0%})" if isinstance(count, int) and count else ""
    return f"{missing:,}{share}" if missing else ""


def bars_of(column: Column) -> list[float]:
    """Heights from 0 to 1: of the ranges of numbers, or of classes."""
    counts: Sequence[int] = column.facts.get("bins") or ()
    if column.kind == CATEGORY and column.counts:
        counts = [column.counts.get(name, 0) for name in column.classes]
    highest = max(counts, default=0)
    return [count / highest for count in counts] if highest else []


def _brief(number: object) -> str:
    return rounded(number, 4) if isinstance(number, float) else f"{number}"
