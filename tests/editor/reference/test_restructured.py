"""Docstrings in the form that torch writes, read as Markdown."""

import pytest

from editor.reference.restructured import markdown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Plain words.", "Plain words."),
        ("Takes :attr:`a` and :class:`~torch.nn.Linear`.", "Takes `a` and `nn.Linear`."),
        ("See :func:`the one <torch.cat>`.", "See `the one`."),
        (r"Of size :math:`N \times C`.", r"Of size `N \times C`."),
        ("Set ``bias=False``, or `this`_.", "Set `bias=False`, or `this`."),
        ("A `paper <https://a.org/x>`_ says so.", "A [paper](https://a.org/x) says so."),
        ("2 * B and <b> and a_b.", r"2 \* B and \<b> and a\_b."),
        ("Args:\n    size (int): Large.\n    **rest: More.", "#### Args\n\n- `size` (int): Large.\n- `rest`: More."),
        ("Example::\n\n    >>> 1 + 1\n    2\n\nDone.", "#### Example\n\n\n\n```\n>>> 1 + 1\n2\n```\n\n\nDone."),
        (".. math::\n    a = b\n\nThen.", "```\na = b\n```\n\nThen."),
        ("As in::\n\n    x = 1\n\nThen.", "As in:\n\n\n```\nx = 1\n```\n\nThen."),
        (".. note::\n    Mind it.\n\nThen.", "**Note** \n\nMind it.\n\n\nThen."),
        (".. include:: somewhere\n\nThen.", "Then."),
        ("* one\n* two", "- one\n- two"),
        ("", ""),
    ],
)  # fmt: skip
def test_that_a_docstring_reads_as_markdown(text: str, shown: str) -> None:
    assert markdown(text) == f"{shown}\n"
