"""Follows the file of the open graph in a thread: another program may change it, or take it away."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from editor.workers.in_thread import InThread
from runtime.graph.file import MOST_BYTES

OFTEN = 1000  # ms between two looks; asking the system to tell does not work on every drive
SAME, CHANGED, GONE = "same", "changed", "gone"
Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class Known:
    """What a file held as it was read or written last. The stamp spares reading it again; without one it is read."""

    path: Path
    digest: str | None
    stamp: Stamp | None = None


class OnDisk(QObject):
    """Emits `told` with how the file is, when that is another way than before and has stayed so for two looks.

    A program that writes a file in several steps is thus told of once, when it is done.
    """

    told = Signal(str)  # SAME, CHANGED or GONE
    looked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.known: Known | None = None
        self.state = self._before = SAME
        self.timer = QTimer(self, interval=OFTEN)
        self.timer.timeout.connect(self.look)
        self._in_thread = InThread(self)

    def know(self, path: Path | None, data: bytes | None = None) -> None:
        """From now on follow this file, which holds `data`; with no path, none."""
        self._follow(Known(path, _digest(data) if data is not None else None) if path else None)

    def about(self) -> dict[str, Any]:
        """What a journal keeps of it."""
        return {"stamp": self.known.stamp, "digest": self.known.digest} if self.known else {}

    def recall(self, path: Path | None, about: Mapping[str, Any]) -> None:
        """Follow a file again as a journal knows it; what it does not tell counts as changed."""
        stamp, digest = about.get("stamp"), about.get("digest")
        stamp = tuple(stamp) if isinstance(stamp, (list, tuple)) and len(stamp) == 3 else None
        self._follow(Known(path, digest if isinstance(digest, str) else None, stamp) if path else None)

    def differs(self, path: Path) -> bool:
        """Whether the file holds something else than is known of it; asked before it is written."""
        return self.known is not None and self.known.path == path and _looked(self.known)[0] == CHANGED

    def close(self) -> None:
        """Follow nothing any more."""
        self.timer.stop()

    def look(self) -> None:
        """Look at the file, in a thread: its drive may be slow, or far."""
        if (known := self.known) is not None and not self._in_thread.busy:
            self._in_thread.do(lambda: _looked(known), lambda found: self._hear(known, *found))

    def _follow(self, known: Known | None) -> None:
        self.known, self._before = known, SAME
        self._tell(SAME)
        if known is None:
            self.timer.stop()
        else:
            self.timer.start()

    def _hear(self, known: Known, state: str, stamp: Stamp | None) -> None:
        if self.known is not None and known is self.known:
            before, self._before = self._before, state
            if state == SAME and stamp is not None:
                self.known = replace(known, stamp=stamp)
            if state in (SAME, before):
                self._tell(state)
        self.looked.emit()

    def _tell(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.told.emit(state)


def _looked(known: Known) -> tuple[str, Stamp | None]:
    """How a file is, and its stamp. A drive that does not answer is no news."""
    try:
        found = known.path.stat()
        stamp = found.st_mtime_ns, found.st_size, found.st_ino
        if stamp == known.stamp:
            return SAME, stamp
        with known.path.open("rb") as file:
            same = _digest(file.read(MOST_BYTES + 1)) == known.digest
        return (SAME if same else CHANGED), stamp
    except (FileNotFoundError, NotADirectoryError):
        return GONE, None
    except OSError:
        return SAME, None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
