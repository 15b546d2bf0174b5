"""Which data files of the open graph are not there: asked in a thread, for a slow disk would hold the window."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from editor.workers.in_thread import InThread
from runtime.check.beside import missing
from runtime.check.problem import ERROR, Problem, Repair
from runtime.graph.model import Graph
from runtime.graph.weights import sources
from runtime.spec.catalogue import catalogue

AGAIN = 2000  # ms until what was not there is looked for again


class Absent(QObject):
    """Emits `changed` when other files are missing than before."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.problems: tuple[Problem, ...] = ()
        self._asked: tuple[Any, ...] = ()
        self._graph, self._folder = Graph(), Path()
        self._again = QTimer(self, interval=AGAIN, singleShot=True)
        self._again.timeout.connect(self._look)
        self._in_thread = InThread(self)

    def look(self, graph: Graph, folder: Path) -> None:
        """Look for the files of a graph, unless the same ones are known."""
        self._graph, self._folder = graph, folder
        known = catalogue()
        nodes = [(id, node, known[node.type]) for id, node in graph.nodes.items() if node.type in known]
        names = [(id, node, p.name) for id, node, spec in nodes for p in spec.parameters if p.kind == "path"]
        paths = [(id, node.type, name, node.parameters.get(name)) for id, node, name in names]
        asked = (folder, *(each for each in paths if each[3]), *sources(graph).items())
        if asked == self._asked:
            return
        self._asked = asked
        if len(asked) == 1:
            self._know(asked, ())
        else:
            self._look()

    def close(self) -> None:
        """Look no more."""
        self._again.stop()
        self._asked = ()

    def _look(self) -> None:
        asked, graph, folder = self._asked, self._graph, self._folder
        self._in_thread.do(lambda: tuple(missing(graph, folder)), lambda found: self._know(asked, found))

    def _know(self, asked: object, found: tuple[Problem, ...]) -> None:
        if asked != self._asked:
            return
        if found:
            self._again.start()
        if found != self.problems:
            self.problems = found
            self.changed.emit()


def elsewhere(graph: Graph, device: Mapping[str, Any] | None) -> Iterator[Problem]:
    """The device that a graph asks for, where this machine has only a slower one."""
    wanted = graph.run.get("device")
    if device and wanted in ("cuda", "mps", "xpu") and not str(device.get("device")).startswith(str(wanted)):
        reason = f": {device['reason']}" if device.get("reason") else ""
        auto = Repair("Set device to auto", (("run", "device", "auto"),))
        why = f"The run is to be on {wanted}, but here it can only be on {device['device']}{reason}."
        yield Problem("", None, ERROR, f"{why} {auto.label}.", (auto,))
