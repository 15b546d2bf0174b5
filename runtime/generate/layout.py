"""Lay out one statement as code formatters do: on one line where it fits, otherwise broken at its last bracket."""

from collections.abc import Iterator

WIDTH = 88
OPENING, CLOSING = "([{", ")]}"


def laid(before: str, expression: str, after: str = "", width: int = WIDTH) -> Iterator[str]:
    """The lines of ``before + expression + after``; `after` is a comma, a comment or nothing."""
    whole = f"{before}{expression}{after}"
    if len(whole) <= width:
        yield whole
        return
    indent = " " * (len(before) - len(before.lstrip()))
    if before.endswith(" = ") and len(parts := list(_split(expression, ", "))) > 1:
        yield f"{before}("
        for part in parts:
            yield from laid(f"{indent}    ", part, ",", width)
        yield f"{indent}){after}"
        return
    at = _last_group(expression)
    if at is None and expression.startswith(("for ", "if ", "else ")):
        yield whole
        return
    if at is None or (len(before) + at >= width and len(indent + expression) + 4 <= width):
        yield f"{before}("
        yield from _inside(f"{indent}    ", expression, width)
        yield f"{indent}){after}"
        return
    yield before + expression[: at + 1]
    inside = expression[at + 1 : -1]
    yield from _inside(f"{indent}    ", inside, width, _apart(before, expression, at, inside))
    yield f"{indent}{expression[-1]}{after}"


def _apart(before: str, expression: str, at: int, inside: str) -> bool:
    """Whether each element has a line of its own however short: in a list or dictionary, and a function's only one."""
    if before.lstrip().startswith("def "):
        return len(list(_split(inside, ", "))) == 1
    called = expression[at] == "(" and at > 0 and (expression[at - 1].isalnum() or expression[at - 1] in "_)]")
    return not called and len(list(_split(inside, ", "))) > 1 and len(list(_split(inside, " for "))) == 1


def _inside(indent: str, text: str, width: int, apart: bool = False) -> Iterator[str]:
    """What stands between brackets: on one line, or one element a line, or broken at ``for``, ``if`` and ``else``.

    With `apart` each element has a line that ends with a comma.
    """
    parts = list(_split(text, ", "))
    words = list(_split(text, " for ", " if ", " else "))
    if len(indent + text) <= width and not apart:
        yield indent + text
    elif len(words) > 1 and len(parts) == 1:
        for part in words:
            yield from laid(indent, part.lstrip(), "", width)
    elif apart or len(parts) > 1 or _last_group(text) is not None:
        for part in parts:
            key, colon, value = _key(part)
            yield from laid(f"{indent}{key}{colon}", value, ",", width)
    else:
        yield indent + text


def _key(part: str) -> tuple[str, str, str]:
    """``"a": 1`` and ``a=1`` as key, sign and value."""
    pieces = list(_split(part, ": "))
    if len(pieces) == 2 and part[0] in "\"'":
        return pieces[0], ": ", pieces[1]
    name, equals, value = part.partition("=")
    return (name, equals, value) if equals and name.isidentifier() else ("", "", part)


def _last_group(expression: str) -> int | None:
    """Where the brackets open with which an expression ends; None where it ends otherwise, or with a subscript."""
    if not expression or expression[-1] not in CLOSING:
        return None
    opened: list[int] = []
    at = -1
    for place, sign in _signs(expression):
        if sign in OPENING:
            opened.append(place)
        elif sign in CLOSING:
            at = opened.pop()
    subscript = expression[at] == "[" and at > 0 and (expression[at - 1].isidentifier() or expression[at - 1] in ")]")
    return None if subscript or _operators(expression[:at]) else at


def _operators(text: str) -> bool:
    return len(list(_split(text, " + ", " - ", " / ", " for ", " if ", " else "))) > 1


def _split(text: str, *signs: str) -> Iterator[str]:
    """The parts of a text between signs that stand outside of brackets and quotes; words keep theirs."""
    if not any(sign in text for sign in signs):
        yield text
        return
    depth = start = 0
    for place, sign in _signs(text):
        depth += (sign in OPENING) - (sign in CLOSING)
        found = next((each for each in signs if not depth and text.startswith(each, place)), None)
        if found and place >= start:
            yield text[start:place]
            start = place if found.strip().isalpha() else place + len(found)
    yield text[start:]


def _signs(text: str) -> Iterator[tuple[int, str]]:
    """The characters outside of string literals."""
    quote, at = "", 0
    while at < len(text):
        sign = text[at]
        if quote:
            at += sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        else:
            yield at, sign
        at += 1
