"""Write a file whole or not at all: a temporary file beside it, everything written, fsync, then os.replace."""

import contextlib
import glob
import os
import stat
import tempfile
import time
from pathlib import Path

Stamp = tuple[int, int, int]
SUFFIX = ".part"
STALE = 3600  # seconds; no save takes so long


def write_whole(path: Path, data: bytes) -> None:
    """Replace the contents of `path`, following links, keeping the mode. Raises OSError; the old file is whole then."""
    path = Path(os.path.realpath(path))  # Path.resolve raises something else for a link to itself
    _sweep(path)
    descriptor, temporary = tempfile.mkstemp(prefix=_prefix(path), suffix=SUFFIX, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:  # a buffered writer repeats short writes, or raises
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(path))
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def stamped(path: Path) -> Stamp:
    """When a file was written, how long it is, and which one: while these stay it holds the same. Raises OSError."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _prefix(path: Path) -> str:
    return f".{path.name[:40]}."


def _sweep(path: Path) -> None:
    """Away with what a save left behind whose process was killed; what is younger another process may be writing."""
    with contextlib.suppress(OSError):
        for left in path.parent.glob(f"{glob.escape(_prefix(path))}*{SUFFIX}"):
            if time.time() - left.stat().st_mtime > STALE:
                left.unlink()


def _mode(path: Path) -> int:
    """The mode of the file that is there, or what the umask allows for a new one."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system lets a folder be opened and flushed."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with contextlib.suppress(OSError):  # the file is there, old or new, and whole
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
