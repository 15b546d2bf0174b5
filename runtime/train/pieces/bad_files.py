"""A piece of programs: files that are left out since they cannot be decoded."""

import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from runtime.train.pieces.decode import decode_picture
from runtime.train.pieces.texts import text_of


def without_bad_pictures(path: Path, files: list[Path]) -> list[Path]:
    """The pictures that can be decoded, each of which is tried; it warns of the others.

    Raises ValueError where there are none.
    """
    return without_bad_files(path, files, decode_small, "pictures")


def without_bad_texts(path: Path, files: list[Path]) -> list[Path]:
    """The texts that can be decoded, each of which is tried; it warns of the others.

    Raises ValueError where there are none.
    """
    return without_bad_files(path, files, text_of, "texts")


def without_bad_files(
    path: Path, files: list[Path], decode: Callable[[Any], Any], called: str
) -> list[Path]:
    """The files that can be decoded."""
    with ThreadPoolExecutor() as pool:
        good = list(pool.map(partial(can_be_decoded, decode=decode), files))
    found = [file for file, is_good in zip(files, good, strict=True) if is_good]
    bad = [file for file, is_good in zip(files, good, strict=True) if not is_good]
    names = [file.relative_to(path).as_posix() for file in bad]
    tell_bad_files(path, f"{called} cannot be decoded", names, len(files))
    return found


def tell_bad_files(path: Path, what: str, bad: list[str], count: int) -> None:
    """Warn of what is left out, of so many. Raises ValueError where that is all."""
    names = ", ".join(bad[:3]) + (f" and {len(bad) - 3} more" if len(bad) > 3 else "")
    told = f"{path.name}: {len(bad)} of {count} {what}"
    if bad and len(bad) == count:
        raise ValueError(f"{told}: {names}")
    if bad:
        are = "is" if len(bad) == 1 else "are"
        warnings.warn(f"{told} and {are} left out: {names}", stacklevel=2)


def can_be_decoded(file: Any, decode: Callable[[Any], Any]) -> bool:
    """Whether a file is there and holds what `decode` makes something of."""
    try:
        return file is not None and decode(file) is not None
    except (OSError, ValueError):
        return False


def decode_small(picture: Any) -> Any:
    """A picture of a few pixels, of which all the file is read."""
    return decode_picture(picture, "L", (8, 8))
