"""Emission of Python in which text from a graph can only become a literal or a checked identifier."""

import keyword
import math
import re
from collections.abc import Mapping
from typing import Any


class Code(str):
    """Source text, as opposed to a string value. Made by `call`, `name` and `code` alone."""

    head: str = ""
    parts: tuple[str, ...] = ()


def code(template: str, *values: Any) -> Code:
    """Our own template with ``{}`` for values, each written as a literal, or as it is when it is Code."""
    return Code(template.format(*(literal(value) for value in values)))


def call(function: str, *arguments: Any, **named: Any) -> Code:
    """``call("nn.Linear", 10, bias=False)`` is ``nn.Linear(10, bias=False)``, with its parts for whoever adds to it."""
    parts = tuple([literal(a) for a in arguments] + [f"{name}={literal(value)}" for name, value in named.items()])
    text = Code(f"{function}({', '.join(parts)})")
    text.head, text.parts = f"{function}(", parts
    return text


def name(text: str) -> Code:
    """A checked identifier. Raises ValueError for anything else, which is our mistake: check reports names first."""
    if not IDENTIFIER.fullmatch(text) or keyword.iskeyword(text):
        raise ValueError(f"not an identifier: {text!r}")
    return Code(text)


IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def literal(value: Any) -> str:
    """Write a value as a Python literal, double quotes preferred. Raises TypeError for what has no literal."""
    if isinstance(value, Code):
        return value
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, float) and math.isnan(value):
        raise TypeError(f"{value!r} has no literal")
    if isinstance(value, float) and math.isinf(value):
        return f'float("{value!r}")'
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
    raise TypeError(f"{type(value).__name__} has no literal")


def _quoted(text: str) -> str:
    """A string literal as a formatter would write it; characters that do not print are escaped."""
    return repr(text) if '"' in text else f'"{repr(text)[1:-1]}"'


def comment(text: str) -> str:
    """Text as the rest of a comment line: one line, nothing that does not print."""
    shown = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
    return " ".join(shown.split())
