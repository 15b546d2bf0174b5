"""Notes of the user's as docstrings: nothing that ends the docstring or escapes, paragraphs kept, lines wrapped."""

import re

from runtime.spec.code import comment


def prose(text: str, otherwise: str, width: int = 84) -> list[str]:
    """A note as lines of a docstring: nothing that ends the docstring or escapes, paragraphs kept."""
    found: list[str] = []
    for paragraph in text.splitlines():
        words = safe(comment(paragraph)).split()
        line = ""
        for word in words:
            if line and len(line) + len(word) > width:
                found.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        found.append(line)
    while found and not found[-1]:
        found.pop()
    found = [line for at, line in enumerate(found) if line or found[at - 1]]
    return found or [otherwise]


def safe(text: str) -> str:
    """Text without what ends a docstring or escapes."""
    return re.sub(r'["\\]', "'", text)
