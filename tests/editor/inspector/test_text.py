"""What a person types into a field, read as values and written back."""

from typing import Any

import pytest

from editor.inspector.text import Unreadable, bounds, read, stepped, written
from runtime.spec.parameter import Factors, Float, Int, Names, Numbers, Parameter, Sizes, Text

INT, FLOAT, SIZES = Int("", 1, least=1), Float("", 0.1, least=0.0, most=1.0), Sizes("", 3, least=1, length=2)

PADDING, FACTORS = Sizes("", 0, choices=("same", "valid")), Factors("", None, least=0.0)


@pytest.mark.parametrize(
    ("parameter", "text", "value"),
    [
        (INT, "12", 12),
        (INT, "1e3", 1000),
        (INT, "", 1),
        (Int("", None), "", None),
        (FLOAT, ".5", 0.5),
        (FLOAT, "1e-3", 0.001),
        (SIZES, "3", 3),
        (SIZES, "[3, 5]", [3, 5]),
        (SIZES, "(3,5)", [3, 5]),
        (SIZES, "3 5", [3, 5]),
        (SIZES, "3x5", [3, 5]),
        (SIZES, "[3]", [3]),
        (PADDING, "same", "same"),
        (PADDING, "2", 2),
        (FACTORS, "2", 2.0),
        (FACTORS, "0.5 2", [0.5, 2.0]),
        (FACTORS, "", None),
        (Numbers("", [0.0]), "0.5, 1", [0.5, 1.0]),
        (Names(""), "image, label", ["image", "label"]),
        (Names(""), "", []),
        (Text("", "a"), "", ""),
        (Text("", "a"), "3", "3"),
    ],
)
def test_that_typed_text_becomes_a_value(parameter: Parameter, text: str, value: Any) -> None:
    found = read(parameter, text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        (INT, "x"),
        (INT, "1.5"),
        (INT, "nan"),
        (FLOAT, "inf"),
        (FLOAT, "1,5,"),
        (SIZES, "[3, a]"),
        (PADDING, "sam"),
        (FACTORS, "twice"),
        (Numbers("", [0.0]), "?"),
    ],
)
def test_that_text_of_another_kind_is_refused_with_a_sentence(parameter: Parameter, text: str) -> None:
    with pytest.raises(Unreadable, match="needs a"):
        read(parameter, text)


@pytest.mark.parametrize("value", [3, 0.002, 1e-8, 1e20, [3, 5], [0.5, 1.0]])
def test_that_what_is_written_is_read_as_the_same_value(value: Any) -> None:
    kind = {int: INT, float: FLOAT, list: SIZES}[type(value)]
    parameter = Numbers("", [0.0]) if value == [0.5, 1.0] else kind
    assert read(parameter, written(value)) == value


@pytest.mark.parametrize(
    ("value", "steps", "result"),
    [(0.002, 1, 0.003), (0.01, -1, 0.009), (0.009, 1, 0.01), (0.0, 1, 0.1), (0.95, 1, 1.0), (0.1, -1, 0.09)],
)
def test_that_an_arrow_moves_a_number_by_its_first_digit(value: float, steps: int, result: float) -> None:
    assert stepped(FLOAT, value, steps) == result


def test_that_an_arrow_keeps_to_the_limits() -> None:
    assert stepped(INT, 1, -1) == 1
    assert stepped(FLOAT, 1.0, 1) == 1.0


def test_that_limits_are_said_in_words() -> None:
    assert bounds(INT) == "at least 1"
    assert bounds(FLOAT) == "0 to 1"
    assert bounds(Text("", "")) == ""
