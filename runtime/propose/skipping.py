"""What of a file cannot be read: told with what becomes of it, and left out unless a run is to end there.

Where many rows would be left out for some cells each, those cells count as missing instead, so that the rows stay.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any

from runtime.propose.columns import INPUT, NUMBER, TARGET, TEXT, Column, Look

ROWS = "bad_rows"  # the parameter of a table
MOST = 0.1  # of the rows may be left out without another thought
NAMED = 3  # causes that are told one by one
Bad = dict[str, Any]


def filled(look: Look, columns: Sequence[Column], skip: bool) -> tuple[Column, ...]:
    """The columns as a careful person reads them: odd cells of numbers count as missing where many rows would go.

    Without `skip` a run ends at such cells.
    """
    kept, rows = kept_of(look, columns)
    many = rows - kept > MOST * rows
    return tuple(replace(each, fills=skip and (each.fills or (many and _could_fill(each)))) for each in columns)


def kept_of(look: Look, columns: Sequence[Column]) -> tuple[int, int]:
    """How many rows have nothing that cannot be read, of how many that were looked at."""
    uneven = sum(each.get("rows", 0) for each in look.get("left_out", ()))
    seen = max((int(each.facts.get("count") or 0) for each in columns), default=0)
    return seen - reduce(or_, (each.lost for each in columns), 0).bit_count(), seen + uneven


def bad(look: Look, columns: Sequence[Column]) -> list[Bad]:
    """What a look found of the columns that are used, and rows without what is to be predicted."""
    used = {each.title: each for each in columns if each.used and each.kind != TEXT}
    found = [each for each in look.get("left_out", ()) if not each["column"] or _costs(used.get(each["column"]))]
    told = {each["column"] for each in found}
    return found + [
        _without(each) for each in columns if _lacks(each) and (each.seen == NUMBER or each.title not in told)
    ]


def parameters(look: Look, columns: Sequence[Column], skip: bool) -> dict[str, Any]:
    """Those of the dataset that a look told, and whether it leaves out what is bad."""
    known = {each["by"] for each in look.get("left_out", ())}
    kept = {name: value for name, value in look["parameters"].items() if name not in known}
    fills = {each.title for each in columns if each.fills}
    left = [each for each in bad(look, columns) if each["column"] not in fills]
    return kept | ({each["by"]: "skip" for each in left} if skip else {})


def told(look: Look, columns: Sequence[Column], skip: bool) -> list[str]:
    """Sentences about what is bad, and how many rows are left."""
    fills = {each.title for each in columns if each.fills}
    found = bad(look, columns)
    filling = [each["told"] for each in found if each["column"] in fills]
    left = [each for each in found if each["column"] not in fills]
    ends = [f"{each['what']} will be left out" if skip else "a run ends there" for each in left]
    said = [f"{each['told']}; {end}" for each, end in zip(left[:NAMED], ends, strict=False)]
    said += [f"{_columns(len(left) - NAMED)} cells that cannot be read"] if left[NAMED:] else []
    if filling:
        even = {**look, "left_out": ()}  # lines with too few cells are told apart, and are no rows
        without = _left(even, tuple(replace(each, fills=False) for each in columns))
        said.append(f"{_together(filling)}: they count as missing and are filled in, since only {without} without them")
    kept, rows = kept_of(look, columns)
    if skip and rows - kept and (len(left) > 1 or rows - kept > MOST * rows):
        said.append(_left(look, columns) + _worst(look, columns))
    return said


def _together(told: Sequence[str]) -> str:
    """The first of several sentences about columns, and how many more there are."""
    return f"{told[0]}{f', and {_columns(len(told) - 1)} such cells' if told[1:] else ''}"


def _columns(count: int) -> str:
    return f"{count:,} more column{'s have' if count > 1 else ' has'}"


def _left(look: Look, columns: Sequence[Column]) -> str:
    kept, rows = kept_of(look, columns)
    seen = f"the first {rows:,}" if int(look.get("rows") or 0) > rows else f"{rows:,}"
    return f"{kept:,} of {seen} rows {'is' if kept == 1 else 'are'} left"


def _worst(look: Look, columns: Sequence[Column]) -> str:
    """The input that costs too many rows, where the model has others."""
    inputs = [each for each in columns if each.role == INPUT]
    worst = max(inputs, key=lambda each: each.lost.bit_count(), default=None)
    kept, rows = kept_of(look, columns)
    more = kept_of(look, [each for each in columns if each is not worst])[0] - kept
    return f"; leave {worst.title} out to keep {more:,} more" if worst and inputs[1:] and more > MOST * rows else ""


def _could_fill(column: Column) -> bool:
    """Whether it has cells that are no numbers and may count as missing."""
    return column.role == INPUT and column.kind == NUMBER and column.in_table and bool(column.lost)


def _costs(column: Column | None) -> bool:
    """Whether what a look found of a column is in the way of a run as it is used now; its rows may not be known."""
    if column is None:
        return False
    known = column.facts.keys() & {"empty", "odd"}
    return bool(column.lost or column.fills or not known)


def _lacks(column: Column) -> bool:
    """Whether rows must be left out: what is to be predicted is missing there."""
    return column.role == TARGET and bool(column.missing) and column.in_table


def _without(column: Column) -> Bad:
    one = column.missing == 1
    why = f"{column.title} is empty in {column.missing:,} row{'s' * (not one)}"
    return {"by": ROWS, "told": why, "what": "it" if one else "they", "column": column.title}
