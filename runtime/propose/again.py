"""Another look at a file whose dataset is in the graph: what was chosen then stays, what the file tells is new."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from runtime.propose.columns import INPUT, NUMBER, OUT, TARGET, Column, kind_of


def as_before(columns: Sequence[Column], fields: Mapping[str, Any]) -> tuple[Column, ...]:
    """The columns as the fields of a dataset use them; those that it does not use are left out."""
    known = {title: (name, about) for name, about in fields.items() for title in _titles(name, about)}
    return tuple(_as_before(each, known.get(each.title)) for each in columns) if fields else tuple(columns)


def _titles(name: str, about: Any) -> list[str]:
    """The columns that a field is made of."""
    if not isinstance(about, dict):
        return [name]
    found = about.get("columns", [about.get("column", name)])
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _as_before(column: Column, before: tuple[str, Any] | None) -> Column:
    if before is None:
        return replace(column, role=OUT)
    name, about = before
    kind = kind_of(about)
    now = replace(column, role=INPUT, field=name, kind=kind if kind in column.kinds else column.kind)
    given = about if isinstance(about, dict) else {}
    return replace(now, role=TARGET if _is_predicted(now, given) else INPUT, fills=given.get("odd") == "missing")


def _is_predicted(column: Column, about: Mapping[str, Any]) -> bool:
    """Whether a field is as that of a target: a number by itself, or classes of which what is missing is none."""
    if "classes" in about:
        return bool(column.missing) and column.in_table and "" not in about["classes"]
    return column.kind == NUMBER and column.in_table and "columns" not in about
