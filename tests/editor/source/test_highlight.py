"""Colours of Python text, token by token."""

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from editor.outside.trust_dialog import TrustDialog
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


def test_that_python_to_be_trusted_is_shown_as_it_is_written(qtbot: QtBot) -> None:
    dialog = TrustDialog([("batches", "def f() -> None: ...")])
    qtbot.addWidget(dialog)
    (shown,) = dialog.findChildren(QPlainTextEdit)
    joined = QFont.Tag("calt")  # of the letters of -> an arrow
    assert shown.font().isFeatureSet(joined)
    assert not shown.font().featureValue(joined)
