"""What a person types into a field, read as values and written back."""

from typing import Any

import pytest

from editor.inspector.text import Unreadable, bounds, read, stepped, written
from runtime.spec.parameter import Factors, Float, Int, Names, Number, Numbers, Parameter, Sizes, Text, Wholes

INT, FLOAT, SIZES = Int("", 1, least=1), Float("", 0.1, least=0.0, most=1.0), Sizes("", 3, least=1, length=2)
EPS, WHOLES = Numbers("", [None, 1.0], length=2, gaps=1), Wholes("", [30, 80])
SHARE: Any = Float("", 0.1, above=0.0, below=1.0)

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
        (Number("", None), "2", 2),
        (Number("", None), "-3", -3),
        (Number("", None), "2.0", 2.0),
        (Number("", None), "-inf", "-inf"),
        (Number("", None), "", None),
        (Numbers("", [0.0]), "0.5, 1", [0.5, 1.0]),
        (EPS, "[none, 1e-3]", [None, 0.001]),
        (EPS, "None 1", [None, 1.0]),
        (WHOLES, "3, 6", [3, 6]),
        (WHOLES, "3", [3]),
        (WHOLES, "", []),
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
        (WHOLES, "3, 1.5"),
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


def test_that_an_arrow_leaves_a_whole_number_whole() -> None:
    assert repr(stepped(Number("", None), 2, 1)) == "3"
    assert repr(stepped(Number("", None), 2.0, 1)) == "3.0"
    assert stepped(Number("", None), "-inf", 1) == "-inf"


def test_that_an_arrow_keeps_to_the_limits() -> None:
    assert stepped(INT, 1, -1) == 1
    assert stepped(FLOAT, 1.0, 1) == 1.0


def test_that_an_arrow_stops_before_a_limit_that_is_no_value() -> None:
    assert stepped(SHARE, 0.9, 1) == 0.9
    assert stepped(SHARE, 0.8, 1) == 0.9


def test_that_none_in_a_list_is_written_as_it_is_read() -> None:
    assert written([None, 0.001]) == "[none, 0.001]"
    assert read(EPS, written([None, 0.001])) == [None, 0.001]


def test_that_limits_are_said_in_words() -> None:
    assert bounds(SHARE) == "more than 0, less than 1"
    assert bounds(Float("", 0.1, least=0.0, below=1.0)) == "at least 0, less than 1"
    assert bounds(Float("", 0.1, above=0.0)) == "more than 0"
    assert bounds(Float("", 0.1, above=0.0, most=1.0)) == "more than 0, at most 1"
    assert bounds(Float("", 0.1, below=1.0)) == "less than 1"
    assert bounds(Float("", 0.1, least=-1e30, most=1e30)) == ""
    assert bounds(INT) == "at least 1"
    assert bounds(FLOAT) == "0 to 1"
    assert bounds(Text("", "")) == ""
