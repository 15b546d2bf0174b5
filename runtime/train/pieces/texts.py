"""A piece of programs, and of a look that does without torch: the texts of files."""

from pathlib import Path
from typing import Any

from runtime.train.pieces.files_in import files_in


def read_lines(path: Path, name: str) -> dict[str, Any]:
    """The lines of a text file, one a row; those that are empty are left out.

    Raises ValueError where there are none, and for what is no text.
    """
    lines = text_of(path).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = [line for line in lines if line.strip()]
    if not found:
        raise ValueError(f"{path.name} has no lines")
    return {name: found}


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
    if file.is_fifo():  # which would be waited for
        raise ValueError(f"{file.name} is no file but a pipe")
    data = file.read_bytes()
    coding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(coding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        why = f"is no text in UTF-8 or UTF-16: {todo}"
        raise ValueError(f"{file.name}, line {line} {why}") from None
