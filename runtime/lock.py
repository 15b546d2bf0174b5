"""A file that a living process holds: the system lets go of it when the process ends, however it ends."""

import os
import sys
from typing import IO, Any

if sys.platform == "win32":
    import msvcrt

    FAR = 2**30  # a byte behind everything: what is locked there cannot be read by others

    def _hold(descriptor: int) -> None:
        at = os.lseek(descriptor, 0, os.SEEK_CUR)
        os.lseek(descriptor, FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(descriptor, at, os.SEEK_SET)

else:
    import fcntl

    def _hold(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def hold(file: IO[Any], unable: bool = False) -> bool:
    """Hold an open file until it is closed; False where somebody else holds it.

    `unable` is the answer where the file system knows no holding.
    """
    try:
        _hold(file.fileno())
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return unable
    return True
