"""What is told of a value, in words and figures."""

from typing import Any

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from editor.looks.theme import family_font
from editor.preview.drawn import Classes, two_lines
from editor.preview.words import figure, pairs


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (54321.5, "54,322"),
        (1000.0, "1,000"),
        (54321, "54,321"),
        (0.123456, "0.1235"),
        (3e7, "3e7"),
        (True, "true"),
    ],
)
def test_that_numbers_are_as_short_as_they_can_be_read(number: Any, told: str) -> None:
    assert figure(number) == told


def test_that_a_mask_and_tokens_are_told_by_their_shares() -> None:
    stats = {"numbers": 100, "zeros": 60, "min": 0, "max": 9, "mean": 2.0, "std": 1.0}
    assert pairs({"kind": "mask", "stats": stats}) == [("true", "40%", False)]
    told = pairs({"kind": "tokens", "stats": stats, "tokens": {"all": 40, "unknown": 30}})
    assert told == [("tokens", "40", False), ("[unknown]", "75%", True), ("filled up", "60%", False)]


def test_that_a_long_title_of_a_column_is_broken_between_its_words(qapp: QApplication) -> None:
    measure = QFontMetrics(family_font(11))
    wide = measure.horizontalAdvance("Culmen Le")
    assert two_lines("Culmen Length", measure, wide) == ["Culmen", "Length"]
    first, second = two_lines("Culmen Length (mm)", measure, wide)
    assert first == "Culmen" and second.startswith("Len") and second.endswith("…")
    assert two_lines("age", measure, wide) == ["age"]


def test_that_classes_which_are_numbers_stand_in_order_and_one_without_a_name_has_a_word(qapp: QApplication) -> None:
    bars = Classes()
    bars.tell([["10", 9], ["2", 1], ["3", 5]])
    assert [name for name, _ in bars.classes] == ["2", "3", "10"]
    bars.tell([["", 1], ["red", 5]])
    assert [name for name, _ in bars.classes] == ["red", "empty"]
