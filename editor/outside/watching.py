"""Python files that a graph names a model of: looked at again when they are saved, in a thread."""

import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from editor.inspector.look import NO_ANSWER, read_answer
from editor.workers.in_thread import InThread
from runtime.graph.model import Graph
from runtime.spec.models import look
from runtime.spec.named import MODEL
from runtime.started import command, environment

OFTEN = 400  # ms between two looks at the time of a file
LONG = 30_000  # bytes of a file that would hold the window for more than a moment
PATIENCE = 30  # seconds for a look at such a file
MOST = 500  # files of a folder whose times are looked at
Stamp = tuple[tuple[str, int, int], ...]
Looked = tuple[Stamp, dict[str, Any]]


class Watching(QObject):
    """Emits `saved` with what a look tells of each file that is another one than at the last look."""

    saved = Signal(object)  # {path as the graph names it: what `runtime.spec.models.look` tells}

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.files: dict[str, Path] = {}
        self.stamps: dict[str, Stamp] = {}
        self.timer = QTimer(self, interval=OFTEN)
        self.timer.timeout.connect(self._look)
        self._in_thread = InThread(self)

    def watch(self, graph: Graph, folder: Path) -> None:
        """Watch the files that this graph names, and no others."""
        paths = (node.parameters.get("path") for node in graph.nodes.values() if node.type == MODEL)
        files = {path: folder / path for path in paths if isinstance(path, str) and path}
        if files == self.files:
            return
        self.stamps = {path: stamp for path, stamp in self.stamps.items() if files.get(path) == self.files.get(path)}
        self.files = files
        if files:
            self.timer.start()
            self._look()
        else:
            self.timer.stop()

    def close(self) -> None:
        """Watch nothing any more."""
        self.timer.stop()
        self.files = {}

    def _look(self) -> None:
        if self._in_thread.busy:
            return  # a slow disk
        files, before = dict(self.files), dict(self.stamps)
        self._in_thread.do(lambda: _found(files, before), lambda found: self._know(files, found))

    def _know(self, files: Mapping[str, Path], found: Mapping[str, Looked]) -> None:
        fresh = {path: each for path, each in found.items() if self.files.get(path) == files[path]}
        self.stamps |= {path: stamp for path, (stamp, _) in fresh.items()}
        if fresh:
            self.saved.emit({path: told for path, (_, told) in fresh.items()})


def _found(files: Mapping[str, Path], before: Mapping[str, Stamp]) -> dict[str, Looked]:
    """What a look tells of each file that is another one than before."""
    stamps = {path: _stamp(file) for path, file in files.items()}
    return {path: (stamp, _told(files[path])) for path, stamp in stamps.items() if stamp != before.get(path)}


def _told(file: Path) -> dict[str, Any]:
    """What a look tells. Python reads a text without letting anything else run, so a long one is read elsewhere."""
    try:
        if file.stat().st_size <= LONG:
            return look(file)
        line = command("runtime.train.look", str(file))
        done = subprocess.run(line, env=environment(), capture_output=True, timeout=PATIENCE, check=False)
        return read_answer(done.stdout)
    except OSError:
        return look(file)  # which says why it cannot be read
    except subprocess.TimeoutExpired:
        return NO_ANSWER


def _stamp(file: Path) -> Stamp:
    """The times of a file and of those beside it, which it may import."""
    times = []
    with suppress(OSError):
        for each in sorted(file.parent.glob("*.py"))[:MOST]:
            about = each.stat()
            times.append((each.name, about.st_mtime_ns, about.st_size))
    return tuple(times)
