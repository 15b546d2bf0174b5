"""Colours for Python text, found by one expression: enough for our programs and for functions that people write."""

import builtins
import keyword
import re
from collections.abc import Iterator
from functools import cache

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from editor.looks.theme import current, theme_changes

PLAIN, SINGLE, DOUBLE = -1, 1, 2  # what a line ends in: nothing, an open ''' or an open \"\"\"
QUOTES = {SINGLE: "'''", DOUBLE: '"""'}

TOKEN = re.compile(
    r"""(?P<comment>\#.*)
    |(?P<long>[rRbBfFuU]{0,2}(?:\"\"\"|'''))
    |(?P<string>[rRbBfFuU]{0,2}(?:"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?))
    |(?P<number>\b(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?)\b)
    |(?P<defined>(?<=\bdef\s)\w+|(?<=\bclass\s)\w+)
    |(?P<decorator>^\s*@[\w.]+)
    |(?P<word>[A-Za-z_]\w*)""",
    re.VERBOSE,
)
KEYWORDS = frozenset(keyword.kwlist)
BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_")) | {"self"}


def tokens(text: str, state: int) -> Iterator[tuple[int, int, str]]:
    """(start, length, kind) for what has a colour in a line that begins in `state`; last (end, 0, state as text)."""
    at = 0
    while True:
        if state in QUOTES:
            stop = text.find(QUOTES[state], at)
            end = len(text) if stop < 0 else stop + 3
            yield at, end - at, "string"
            if stop < 0:
                break
            at, state = end, PLAIN
        found = TOKEN.search(text, at)
        if not found:
            break
        at = found.end()
        if found.lastgroup == "long":
            state = DOUBLE if found[0].endswith('"') else SINGLE
            yield found.start(), at - found.start(), "string"
        elif kind := _kind(found):
            yield found.start(), at - found.start(), kind
    yield len(text), 0, str(state)


def _kind(found: re.Match[str]) -> str | None:
    if found.lastgroup != "word":
        return {"defined": "builtin", "decorator": "builtin"}.get(str(found.lastgroup), found.lastgroup)
    if found[0] in KEYWORDS:
        return "keyword"
    return "builtin" if found[0] in BUILTINS else None


class PythonColours(QSyntaxHighlighter):
    """Follows a document and the theme."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.grey = False  # everything muted: the text is of yesterday
        theme_changes.changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        theme = current()
        if self.grey:
            self.setFormat(0, len(text), _ink(theme.muted))
            return
        self.setFormat(0, len(text), _ink(theme.code["name"]))
        for start, length, kind in tokens(text, self.previousBlockState()):
            if length:
                self.setFormat(start, length, _ink(theme.code[kind], italic=kind == "comment"))
            elif kind.lstrip("-").isdigit():
                self.setCurrentBlockState(int(kind))


@cache
def _ink(colour: str, italic: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour))
    made.setFontItalic(italic)
    return made
