"""What of a file cannot be read: told with what becomes of it, and left out unless a run is to end there."""

from collections.abc import Sequence
from typing import Any

from runtime.propose.columns import TARGET, TEXT, Column, Look

ROWS = "bad_rows"  # the parameter of a table


def bad(look: Look, columns: Sequence[Column]) -> list[dict[str, str]]:
    """What a look found of the columns that are used, and rows without what is to be predicted."""
    read = {"", *(each.title for each in columns if each.used and each.kind != TEXT)}
    found = [each for each in look.get("left_out", ()) if each["column"] in read]
    told = {each["column"] for each in found}
    return found + [_without(each) for each in columns if _lacks(each) and each.title not in told]


def parameters(look: Look, columns: Sequence[Column], skip: bool) -> dict[str, Any]:
    """Those of the dataset that a look told, and whether it leaves out what is bad."""
    known = {each["by"] for each in look.get("left_out", ())}
    kept = {name: value for name, value in look["parameters"].items() if name not in known}
    return kept | ({each["by"]: "skip" for each in bad(look, columns)} if skip else {})


def told(found: Sequence[dict[str, str]], skip: bool) -> list[str]:
    """Sentences about what is bad."""
    ends = [f"{each['what']} will be left out" if skip else "a run ends there" for each in found]
    return [f"{each['told']}; {end}" for each, end in zip(found, ends, strict=True)]


def _lacks(column: Column) -> bool:
    """Whether rows must be left out: what is to be predicted is missing there."""
    return column.role == TARGET and bool(column.missing) and column.in_table


def _without(column: Column) -> dict[str, str]:
    one = column.missing == 1
    why = f"{column.title} is empty in {column.missing:,} row{'s' * (not one)}"
    return {"by": ROWS, "told": why, "what": "it" if one else "they", "column": column.title}
