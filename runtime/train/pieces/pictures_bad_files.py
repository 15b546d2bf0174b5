"""A piece of programs: files of pictures that are left out since they cannot be decoded."""

import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from runtime.train.pieces.decode import decode_picture


def without_bad_files(path: Path, files: list[Path]) -> list[Path]:
    """The pictures that can be decoded, each of which is tried; it warns of the others.

    Raises ValueError where there are none.
    """
    with ThreadPoolExecutor() as pool:
        good = list(pool.map(can_be_decoded, files))
    found = [file for file, is_good in zip(files, good, strict=True) if is_good]
    bad = [file for file, is_good in zip(files, good, strict=True) if not is_good]
    if bad:
        names = ", ".join(file.relative_to(path).as_posix() for file in bad[:3])
        more = f"{names} and {len(bad) - 3} more" if len(bad) > 3 else names
        told = f"{path.name}: {len(bad)} of {len(files)} pictures cannot be decoded"
        if not found:
            raise ValueError(f"{told}: {more}")
        warnings.warn(f"{told} and are left out: {more}", stacklevel=2)
    return found


def can_be_decoded(file: Path) -> bool:
    """Whether a file holds a whole picture."""
    try:
        decode_picture(file, "L", (8, 8))
    except ValueError:
        return False
    return True
