"""What a sheet says of a column in a few words."""

from typing import Any

from editor.dropping.facts import missing_of, values_of
from runtime.propose.columns import CATEGORY, DATE, INPUT, NUMBER, OUT, TENSOR, Column

SAME: dict[str, Any] = {"note": "is the same in every row and is left out", "classes": [["Anvers", 344]]}


def said(kind: str, role: str = INPUT, **facts: Any) -> str:
    """What is said of the values of a column."""
    return values_of(Column("x", kind, role, "x", None, facts, kind))


def test_that_a_column_that_was_left_out_says_why_until_it_is_wanted() -> None:
    assert said(CATEGORY, OUT, **SAME) == "is the same in every row"
    assert said(CATEGORY, **SAME) == "1 class: Anvers 344"


def test_that_numbers_have_a_range_and_dates_are_dates() -> None:
    assert said(NUMBER, low=32.1, high=59.6, mean=43.92) == "32.1 to 59.6, mean 43.92"
    assert said(DATE, low=13_826.0, high=14_579.0, mean=14_200.0) == "2007-11-09 to 2009-12-01"


def test_that_an_array_says_its_type_too() -> None:
    told = said(TENSOR, type="uint8[1, 28, 28]", low=0, high=255, mean=72.4)
    assert told == "uint8[1, 28, 28], 0 to 255, mean 72.4"


def test_that_what_is_missing_is_counted() -> None:
    facts = {"count": 344, "missing": 11}
    assert missing_of(Column("sex", CATEGORY, INPUT, "sex", None, facts, CATEGORY)) == "11 (3%)"
    odd = {"count": 344, "missing": 1, "empty": "01", "odd": "f0"}
    assert missing_of(Column("mass", NUMBER, INPUT, "mass", None, odd, NUMBER)) == "5 (1%)"
