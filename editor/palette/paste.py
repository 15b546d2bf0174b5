"""Pasting code into a line: what stands in lines of its own or behind a # would mean something else on one line."""

import io
import tokenize

from PySide6.QtWidgets import QApplication, QLineEdit


def paste(line: QLineEdit) -> None:
    """Put what was copied where the cursor is, on one line."""
    line.insert(on_one_line(QApplication.clipboard().text()))


def on_one_line(text: str) -> str:
    """The text without comments and line breaks; as it is where it is not Python."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text.strip()).readline))
    except (tokenize.TokenError, SyntaxError):
        return " ".join(text.split())
    lines = text.strip().splitlines() or [""]
    for token in reversed(tokens):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    return " ".join(part for line in lines if (part := line.strip()))
