"""Colours of Python text, token by token."""

import pytest

from editor.source.highlight import DOUBLE, PLAIN, tokens


def coloured(text: str, state: int = PLAIN) -> list[tuple[str, str]]:
    """The parts that have a colour, with its kind."""
    return [(text[start : start + length], kind) for start, length, kind in tokens(text, state) if length]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("return 3", [("return", "keyword"), ("3", "number")]),
        ("x = 1e-3  # small", [("1e-3", "number"), ("# small", "comment")]),
        ('a = "# no"', [('"# no"', "string")]),
        ("f'it\\'s'", [("f'it\\'s'", "string")]),
        ("def forward(self):", [("def", "keyword"), ("forward", "builtin"), ("self", "builtin")]),
        ("model_a2 = x1", []),
        ("@torch.no_grad()", [("@torch.no_grad", "builtin")]),
        ('"""One line."""', [('"""', "string"), ('One line."""', "string")]),
    ],
)
def test_that_a_line_is_coloured(text: str, parts: list[tuple[str, str]]) -> None:
    assert coloured(text) == parts


def test_that_a_long_string_goes_on_over_lines() -> None:
    *_, (_, _, state) = tokens('"""What it', PLAIN)
    assert int(state) == DOUBLE
    assert coloured("is for", DOUBLE) == [("is for", "string")]
    assert coloured('end.""" + 1', DOUBLE) == [('end."""', "string"), ("1", "number")]
