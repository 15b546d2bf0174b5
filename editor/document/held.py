"""Tells windows and tabs of one graph file of each other: the first holds a file in the user's folders meanwhile."""

import os
from contextlib import suppress
from pathlib import Path
from typing import IO, ClassVar

from runtime.lock import hold
from runtime.places import open_file


class Held:
    """One graph file at a time; the system lets go of it when the process ends, however it ends."""

    ours: ClassVar[set[Path]] = set()  # what the tabs of this window hold

    def __init__(self) -> None:
        self.path: Path | None = None
        self._file: IO[bytes] | None = None

    def take(self, path: Path | None) -> bool:
        """Let go of the file before and hold this one; False where another window or tab holds it."""
        if path == self.path and self._file is not None:
            return True
        self.leave()
        self.path = path
        if path is None:
            return True
        with suppress(OSError):  # folders that cannot be written are no reason to stop anybody
            self._file = _held(open_file(path))
            if self._file is not None:
                self.ours.add(open_file(path))
            return self._file is not None
        return True

    def whose(self) -> str:
        """Who holds the file that was not to be had: another tab of this window, or another window."""
        return "tab" if self.path is not None and open_file(self.path) in self.ours else "window"

    def leave(self) -> None:
        """Hold nothing."""
        if self._file is not None:
            self.ours.discard(Path(self._file.name))
            with suppress(OSError):  # some systems remove no file that is open
                Path(self._file.name).unlink()
            self._file.close()
        self.path = self._file = None


def _held(place: Path) -> IO[bytes] | None:
    """A file that is held; None where somebody else holds it. Raises OSError."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    while True:
        file = place.open("ab")
        if not hold(file, unable=True):
            file.close()
            return None
        if _is_there(place, file):
            return file
        file.close()  # whoever held it has just removed it


def _is_there(place: Path, file: IO[bytes]) -> bool:
    try:
        return os.path.samestat(place.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
