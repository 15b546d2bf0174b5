"""The versions of a graph's file that were saved over: kept in the user's folders, each content once, the oldest go."""

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from pathlib import Path

from runtime.graph.file import MOST_BYTES
from runtime.graph.save import write_whole

MOST, BYTES = 50, 16 * 2**20  # of one file
ALL_BYTES = 256 * 2**20  # of all files together
SUFFIX = ".json"


@dataclass(frozen=True)
class Version:
    """One content that the file had, and when it was written."""

    path: Path
    bytes: int
    nanoseconds: int

    @property
    def time(self) -> datetime:
        """When the file was written with it."""
        return datetime.fromtimestamp(self.nanoseconds / 1e9)


def keep_file(file: Path, folder: Path) -> None:
    """Keep what a file holds now, in the folder of its versions. Raises OSError; a file that is not there has none."""
    if file.is_file() and (about := file.stat()).st_size <= MOST_BYTES:
        keep(file.read_bytes(), folder, about.st_mtime_ns)


def keep(data: bytes, folder: Path, nanoseconds: int) -> None:
    """Keep a content as a version of a time. Raises OSError."""
    path = folder / f"{hashlib.sha256(data).hexdigest()}{SUFFIX}"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, data)
        path.chmod(0o600)
    os.utime(path, ns=(nanoseconds, nanoseconds))
    _drop(versions(folder), MOST, BYTES)
    _drop(_all(folder.parent), None, ALL_BYTES)


def versions(folder: Path) -> list[Version]:
    """The versions in a folder, newest first."""
    return _sorted(folder.glob(f"*{SUFFIX}"))


def clear(folder: Path) -> None:
    """Give them all up. Raises OSError."""
    for each in versions(folder):
        each.path.unlink(missing_ok=True)
    with suppress(OSError):  # something else lies in it
        folder.rmdir()


def _all(root: Path) -> list[Version]:
    return _sorted(root.glob(f"*/*{SUFFIX}"))


def _sorted(paths: Iterable[Path]) -> list[Version]:
    found = []
    for path in paths:
        with suppress(OSError):  # another window has just dropped it
            about = path.stat()
            found.append(Version(path, about.st_size, about.st_mtime_ns))
    return sorted(found, key=lambda each: (-each.nanoseconds, each.path.name))


def _drop(kept: list[Version], most: int | None, most_bytes: int) -> None:
    """Drop the oldest beyond a number and a size; the newest stays whatever its size."""
    sizes = accumulate(each.bytes for each in kept)
    for at, (each, size) in enumerate(zip(kept, sizes, strict=True)):
        if at and (size > most_bytes or (most is not None and at >= most)):
            each.path.unlink(missing_ok=True)
