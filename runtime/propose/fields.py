"""The fields of a dataset after the user's choices: number columns together, everything else one by one."""

from collections.abc import Iterable, Sequence
from typing import Any

from runtime.graph.names import RESERVED, cleaned
from runtime.propose.columns import CATEGORY, INPUT, NUMBER, TEXT, Column

TOGETHER = "features"


def fields_for(columns: Sequence[Column]) -> dict[str, Any]:
    """The parameter ``fields``; names of fields that stay as they are stay too, so that wires do."""
    together = [each for each in columns if _joins(each)]
    joint = _joint_name(columns)
    found: dict[str, Any] = {joint: _joint(together)} if together else {}
    called = names(columns)
    for each in columns:
        if each.used and called[each.title] not in found:
            found[called[each.title]] = _single(each)
    return found


def names(columns: Sequence[Column]) -> dict[str, str]:
    """The field that each column goes into, by its title; columns that are left out have none."""
    joint = _joint_name(columns)
    found: dict[str, str] = {}
    taken = {joint, *(each.field for each in columns if each.used and _alone(each) and each.field)}
    for each in columns:
        if not each.used:
            continue
        if _joins(each):
            found[each.title] = joint
        elif _alone(each) and each.field:
            found[each.title] = each.field
        else:
            found[each.title] = _free(each.title, taken)
            taken.add(found[each.title])
    return found


def _joins(column: Column) -> bool:
    """Whether a column is one of the numbers that make one field."""
    return column.role == INPUT and column.kind == NUMBER and column.in_table


def _alone(column: Column) -> bool:
    """Whether a look gave the column a field of its own."""
    return not (isinstance(column.about, dict) and "columns" in column.about and column.seen == NUMBER)


def _joint_name(columns: Iterable[Column]) -> str:
    return next((each.field for each in columns if _joins(each) and each.field and not _alone(each)), TOGETHER)


def _joint(columns: Sequence[Column]) -> dict[str, Any]:
    """One field of all numbers; what else a look said of it is kept."""
    said: dict[str, Any] = next((each.about for each in columns if not _alone(each)), {})
    kept = {name: value for name, value in said.items() if name not in ("missing", "odd")}
    made = {**kept, "type": f"float32[{len(columns)}]", "columns": [each.title for each in columns]}
    fills = any(each.fills for each in columns)
    made |= {"missing": "keep"} if fills or any(each.missing for each in columns) else {}
    return made | ({"odd": "missing"} if fills else {})


def _single(column: Column) -> Any:
    """A field of one column."""
    if column.kind == CATEGORY and column.in_table:
        return {"type": "int64[]", "column": column.title, "classes": column.classes}
    if column.kind == column.seen and column.field and _alone(column):
        return column.about
    return {"type": "text" if column.kind == TEXT else "float32[]", "column": column.title}


def _free(title: str, taken: Iterable[str]) -> str:
    used, wish, number = {*taken, *RESERVED}, cleaned(title), 1
    name = wish
    while name in used:
        number += 1
        name = f"{wish}_{number}"
    return name
