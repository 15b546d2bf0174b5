"""Pasting code into a line: what stands in lines of its own or behind a # would mean something else on one line."""

import io
import tokenize

from PySide6.QtWidgets import QApplication, QLineEdit


def paste(line: QLineEdit) -> None:
    """Put what was copied where the cursor is, on one line."""
    line.insert(on_one_line(QApplication.clipboard().text()))


def on_one_line(text: str) -> str:
    """The text without comments and line breaks, and ``; `` between what stood in lines of its own.

    As it is where it is not Python.
    """
    lines = [line.strip() for line in text.strip().splitlines()]
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO("\n".join(lines)).readline))
    except (tokenize.TokenError, SyntaxError):
        return " ".join(text.split())
    ends = {token.start[0] - 1 for token in tokens if token.type == tokenize.NEWLINE}
    for token in reversed(tokens):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    lines = [line.rstrip("; ") for line in lines]
    parts = [f"{line};" if at in ends and not line.endswith(":") else line for at, line in enumerate(lines)]
    return " ".join(filter(None, parts)).rstrip(";")
