"""Text of a graph becomes a literal, a checked identifier or a comment, and nothing else."""

import ast
import keyword
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.spec.code import Code, call, code, comment, literal, name

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)
HOSTILE = [
    "'", '"', "'\"", "'''", '"""', "\\", "\\'", '\\"', "\n", "\r\n", "\x00", "\u2028", "\u202e", "\ud800", "{}",
    '" + __import__("os").system("x") + "', "#", "%s", "{0!r}", "é", "😀", "\\N{BULLET}", "\\x41", "\t", "",
]  # fmt: skip


@given(VALUES)
def test_that_a_literal_is_the_value(value: Any) -> None:
    text = literal(value)
    assert repr(ast.literal_eval(text)) == repr(value)
    assert "\n" not in text and text.isprintable()


@pytest.mark.parametrize("text", HOSTILE)
def test_that_a_hostile_text_is_a_literal_of_one_line(text: str) -> None:
    written = literal({text: [text]})
    assert ast.literal_eval(written) == {text: [text]}
    assert written.isprintable()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("image", '"image"'),
        ("it's", '"it\'s"'),
        ('"', "'\"'"),
        ((3,), "(3,)"),
        ((), "()"),
        ([1, 2.0, True, None], "[1, 2.0, True, None]"),
        ({"a": (1, 2)}, '{"a": (1, 2)}'),
        (1e-05, "1e-05"),
        (float("inf"), 'float("inf")'),
        ([-float("inf")], '[float("-inf")]'),
    ],
)
def test_that_a_literal_looks_as_a_formatter_writes_it(value: Any, written: str) -> None:
    assert literal(value) == written


@pytest.mark.parametrize("value", [float("nan"), [float("nan")], {1}, b"x", object(), len])
def test_that_what_has_no_literal_is_our_mistake(value: Any) -> None:
    with pytest.raises(TypeError, match="no literal"):
        literal(value)


@pytest.mark.parametrize(
    "text",
    ["", "1a", "a b", "a.b", "a-b", "a\n", "a;b", "é", "\uff41", "class", "None", "lambda", "a\u200b", "(a)", "a#"],
)
def test_that_what_is_no_identifier_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an identifier"):
        name(text)


@given(st.text())
def test_that_a_name_is_an_identifier_or_is_refused(text: str) -> None:
    try:
        assert name(text).isidentifier() and not keyword.iskeyword(text)
    except ValueError:
        assert not (text.isascii() and text.isidentifier() and not keyword.iskeyword(text))


def test_that_a_template_takes_code_as_it_is_and_values_as_literals() -> None:
    assert code("{} / {}", name("image"), 255.0) == "image / 255.0"
    assert code("f({})", "image") == 'f("image")'
    assert code("f({})", "{0} {} %s") == 'f("{0} {} %s")'


def test_that_a_call_is_written_with_its_parts() -> None:
    made = call("nn.Linear", Code("width"), 10, bias=False, mode="x")
    assert made == 'nn.Linear(width, 10, bias=False, mode="x")'
    assert (made.head, made.parts) == ("nn.Linear(", ("width", "10", "bias=False", 'mode="x"'))
    assert call("f") == "f()"


@pytest.mark.parametrize("text", [*HOSTILE, "a\nimport os", "a\x0cb", "a\x85b\u2029c\rd", "  a   b "])
def test_that_a_comment_is_one_line_of_what_can_be_seen(text: str) -> None:
    written = comment(text)
    assert written.isprintable()
    assert written == written.strip()
    assert ast.parse(f"# {written}\n").body == []
    assert len(f"# {written}".splitlines()) == 1


def test_that_a_comment_keeps_its_words() -> None:
    assert comment("two\n words, é 😀") == "two words, é 😀"
