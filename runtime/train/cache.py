"""The user's folder of what took long to prepare: pictures that were decoded, and what was learnt of texts.

Programs write it (`runtime.train.pieces.cached`); here it is kept small, shown and emptied.
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from runtime.places import cache_folder, read_settings

LIMIT = 2 * 2**30  # bytes, unless the setting says otherwise
SETTING = "cache_bytes"
ABANDONED = 24 * 3600.0  # seconds after which what was not written to its end is nobody's any more


@dataclass(frozen=True)
class Entry:
    """A file of the cache."""

    file: Path
    size: int
    used: float  # when, in seconds of the clock

    @property
    def whole(self) -> bool:
        """Whether it was written to its end."""
        return self.file.suffix == ".pt"


def limit() -> int:
    """How many bytes the cache may take."""
    found = read_settings().get(SETTING)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else LIMIT


def entries(folder: Path | None = None) -> list[Entry]:
    """The files of the cache, those used last at the end; files of other kinds are not ours."""
    found = []
    for file in (folder or cache_folder()).glob("*"):
        with suppress(OSError):  # another process may take it away
            if file.suffix in (".pt", ".part") and file.is_file():
                about = file.stat()
                found.append(Entry(file, about.st_size, about.st_mtime))
    return sorted(found, key=lambda each: each.used)


def trim(folder: Path | None = None, most: int | None = None) -> None:
    """Take away what was not used for longest, until no more than `most` bytes are left."""
    most = limit() if most is None else most
    found = entries(folder)
    gone = [each for each in found if not each.whole and time.time() - each.used > ABANDONED]
    left = [each for each in found if each.whole]
    total = sum(each.size for each in left)
    for each in left:
        if total > most:
            gone.append(each)
            total -= each.size
    _remove(gone)


def clear(folder: Path | None = None) -> list[Entry]:
    """Take everything away that is ours; what was there."""
    found = entries(folder)
    _remove(found)
    return found


def _remove(gone: list[Entry]) -> None:
    for each in gone:
        with suppress(OSError):  # on Windows a file that is read stays
            each.file.unlink(missing_ok=True)


def described(found: list[Entry]) -> str:
    """How much that is: "3 entries, 412 MB"."""
    return f"{len(found)} {'entry' if len(found) == 1 else 'entries'}, {in_megabytes(sum(each.size for each in found))}"


def in_megabytes(size: int) -> str:
    """A size in words."""
    return f"{size / 1e6:,.0f} MB" if size >= 1e7 else f"{size / 1e6:.1f} MB"
