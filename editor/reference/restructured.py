"""Docstrings as torch writes them, in reStructuredText, read as Markdown: enough to be read, not the whole language."""

import re
from collections.abc import Iterator

MARKED = re.compile(r"(:(?:\w+:)*\w+:`[^`]*`|``.+?``|`[^`]+`__?|`[^`]+`)")
ROLE = re.compile(r":(?:\w+:)*(\w+):`([^`<]*?)(?:\s*<[^`>]*>)?`")
LINK = re.compile(r"`([^`<]+?)\s*<(https?://[^>]+)>`__?")
DIRECTIVE = re.compile(r"\.\. ([\w-]+)::\s*(.*)")
TITLES = (
    "arg args arguments parameters returns shape attributes variables input inputs output outputs example examples"
    " note notes raises"
).split()
TITLE = re.compile(rf"((?:keyword )?(?:{'|'.join(TITLES)}))(?: \(.*\))?::?", re.IGNORECASE)
ITEM = re.compile(r"(\*{0,2}\w+)\s*(\([^)]*\)):\s*(.*)|(\*{0,2}\w+):\s+(.*)")
SHOWN = ("note", "warning", "seealso", "deprecated", "versionadded")


def markdown(text: str) -> str:
    """The whole docstring."""
    return "\n".join(_blocks(text.replace("\\ ", "").splitlines())).strip() + "\n"


def _blocks(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        bare, indent = line.strip(), len(line) - len(line.lstrip())
        if found := DIRECTIVE.fullmatch(bare):
            end = _below(lines, at, indent)
            yield from _directive(found[1], found[2], [each[indent:] for each in lines[at + 1 : end]])
            at = end
        elif bare.startswith(">>>"):
            end = _example(lines, at)
            yield from _fenced(lines[at:end])
            at = end
        elif TITLE.fullmatch(bare):
            yield f"\n#### {bare.rstrip(':')}\n"
            at += 1
        elif bare.endswith("::"):
            end = _below(lines, at, indent)
            yield f"{_inline(bare[:-1])}\n"
            yield from _fenced(lines[at + 1 : end])
            at = end
        else:
            yield from _plain(bare, indent)
            at += 1


def _plain(bare: str, indent: int) -> Iterator[str]:
    """A line of text, or an item of a list of arguments, which stands indented."""
    item = ITEM.fullmatch(bare) if indent else None
    if item:
        kind = f" {_inline(item[2])}" if item[2] else ""
        yield f"- `{(item[1] or item[4]).lstrip('*')}`{kind}: {_inline(item[3] or item[5] or '')}"
    elif bare.startswith(("* ", "- ")):
        yield f"- {_inline(bare[2:])}"
    elif indent and bare:
        yield f"  {_inline(bare)}"
    else:
        yield _inline(bare)


def _below(lines: list[str], at: int, indent: int) -> int:
    """Where the indented block below a line ends."""
    end = at + 1
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > indent):
        end += 1
    return end


def _example(lines: list[str], at: int) -> int:
    """Where a session of Python ends: at a blank line that no further line of it follows."""
    end = at
    while end < len(lines):
        if not lines[end].strip():
            after = next((line.strip() for line in lines[end:] if line.strip()), "")
            if not after.startswith(">>>"):
                break
        end += 1
    return end


def _directive(name: str, rest: str, body: list[str]) -> Iterator[str]:
    """What is said aside stands indented, formulas and code as they are written, all other directives not at all."""
    if name in ("math", "code-block", "code", "parsed-literal"):
        yield from _fenced([rest, *body] if name == "math" else body)
    elif name in SHOWN:
        yield f"\n**{name.capitalize()}** {_inline(rest)}\n"
        yield from _blocks([line.removeprefix("    ") for line in body])
        yield ""


def _fenced(lines: list[str]) -> Iterator[str]:
    """Lines that keep their form."""
    kept = list(lines)
    while kept and not kept[0].strip():
        kept.pop(0)
    while kept and not kept[-1].strip():
        kept.pop()
    if not kept:
        return
    least = min(len(line) - len(line.lstrip()) for line in kept if line.strip())
    yield "\n```"
    yield from (line[least:] for line in kept)
    yield "```\n"


def _inline(text: str) -> str:
    """Roles, links and literals of one line; what would be markup otherwise is escaped."""
    parts = enumerate(MARKED.split(text))
    return "".join(_mark(part) if at % 2 else re.sub(r"([<*_\\])", r"\\\1", part) for at, part in parts)


def _mark(part: str) -> str:
    if link := LINK.fullmatch(part):
        return f"[{link[1]}]({link[2]})"
    if role := ROLE.fullmatch(part):
        return f"`{role[2] if role[1] == 'math' else role[2].lstrip('~').removeprefix('torch.')}`"
    return f"`{part.rstrip('_').strip('`')}`"
