"""A piece of programs, and of a look that does without torch: the texts of files."""

from codecs import getincrementaldecoder
from collections.abc import Iterator
from pathlib import Path

from runtime.train.pieces.files_in import files_in


def parts_of_lines(path: Path) -> Iterator[list[str]]:
    """The lines of a text file, some at a time; those that are empty are left out.

    Raises ValueError where there are none, and for what is no text.
    """
    some = False
    try:
        with path.open(encoding=coding_of(path)) as file:
            while part := file.readlines(2**22):
                lines = [line.removesuffix("\n") for line in part]
                found = [line for line in lines if line.strip()]
                some = some or bool(found)
                yield found
    except UnicodeDecodeError:
        raise ValueError(undecoded(path)) from None
    if not some:
        raise ValueError(f"{path.name} has no lines")


def text_files(folder: Path) -> list[Path]:
    """The .txt files in a folder and in those within it, sorted, hidden ones left out.

    Raises ValueError where there are none.
    """
    found = files_in(folder, (".txt",))
    if not found:
        raise ValueError(f"{folder.name} has no texts (.txt)")
    return found


def text_of(file: Path, todo: str = "save it as UTF-8") -> str:
    """The text of a file in UTF-8, or in UTF-16 where its first bytes say so.

    Raises ValueError with the line that is neither, and what is to be done.
    """
    coding = coding_of(file)
    try:
        return file.read_bytes().decode(coding)
    except UnicodeDecodeError:
        raise ValueError(undecoded(file, todo)) from None


def coding_of(file: Path) -> str:
    """How a text is encoded."""
    if file.is_fifo():  # which would be waited for
        raise ValueError(f"{file.name} is no file but a pipe")
    with file.open("rb") as opened:
        begin = opened.read(2)
    return "utf-16" if begin in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def undecoded(file: Path, todo: str = "save it as UTF-8") -> str:
    """Which line is no text, and what is to be done."""
    decoder, lines = getincrementaldecoder(coding_of(file))(), 1
    with file.open("rb") as opened:
        while True:
            block = opened.read(2**20)
            try:
                decoder.decode(block, not block)
            except UnicodeDecodeError as error:
                lines += error.object[: error.start].count(b"\n")
                break
            lines += block.count(b"\n")
    why = f"is no text in UTF-8 or UTF-16: {todo}"
    return f"{file.name}, line {lines} {why}"
