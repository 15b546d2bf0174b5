"""A piece of programs, and of a look that does without torch: the lines of a text that may be larger than memory."""

from codecs import getincrementaldecoder
from collections.abc import Iterator
from functools import partial
from io import IncrementalNewlineDecoder
from itertools import chain
from pathlib import Path


def parts_of_lines(path: Path) -> Iterator[list[str]]:
    """The lines of 4 MB of a text at a time; those that are empty are left out.

    Raises ValueError where there are none, and for what is no text.
    """
    if path.is_fifo():  # which would be waited for
        raise ValueError(f"{path.name} is no file but a pipe")
    some, rest, above = False, "", 0
    with path.open("rb") as file:
        marked = file.read(2) in (b"\xff\xfe", b"\xfe\xff")
        file.seek(0)
        coding = getincrementaldecoder("utf-16" if marked else "utf-8-sig")()
        decoder = IncrementalNewlineDecoder(coding, translate=True)
        for block in chain(iter(partial(file.read, 2**22), b""), [b""]):
            try:
                text = rest + decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                line = above + error.object[: error.start].count(b"\n") + 1
                why = "is no text in UTF-8 or UTF-16: save it as UTF-8"
                raise ValueError(f"{path.name}, line {line} {why}") from None
            above += block.count(b"\n")
            *lines, rest = text.split("\n") if block else [text, ""]
            if found := [line for line in lines if line.strip()]:
                some = True
                yield found
    if not some:
        raise ValueError(f"{path.name} has no lines")
