"""A text of the user's with a name of its own under another one; read by its tokens, and not run."""

import io
import keyword
import tokenize
from collections.abc import Collection

BEFORE = (".", "import", "from")  # what stands before a name that is another's


def renamed(text: str, old: str, new: str) -> str | None:
    """The text with `new` wherever `old` is its own name; None where that cannot be told by the words alone."""
    try:
        words = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return None
    lines = text.splitlines(keepends=True)
    for before, word, after in zip(reversed(words[:-2]), reversed(words[1:-1]), reversed(words[2:]), strict=True):
        if word.type != tokenize.NAME or word.string != old:
            continue
        if before.string in BEFORE or (after.string == "=" and before.string in ("(", ",")):
            return None  # an attribute, a module or an argument: whose name it is the words do not tell
        (line, begin), (_, end) = word.start, word.end
        lines[line - 1] = lines[line - 1][:begin] + new + lines[line - 1][end:]
    return "".join(lines)


def free(wish: str, taken: Collection[str]) -> str:
    """A name near `wish` that is neither taken nor a word of Python."""
    name, number = wish, 1
    while name in taken or keyword.iskeyword(name):
        number += 1
        name = f"{wish}_{number}"
    return name
