"""What a run that goes on tells of one wire: asked for and answered in files of its folder, while a panel is open."""

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from runtime.graph.bypass import origin
from runtime.graph.model import End
from runtime.spec.tensor import Tensor

if TYPE_CHECKING:
    from editor.running.session import Session

LOOK = 250  # ms between two looks at the answer
ANEW = 40  # looks after which it is asked anew, so that the run knows that somebody is there still
ASKED, ANSWERED = "probes.json", "probed.json"  # as `runtime.train.probes` has them


class Live(QObject):
    """Emits `told` with what is on the wire, about once a second; None where the model does not compute it."""

    told = Signal(object)

    def __init__(self, session: "Session", parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self.folder: Path | None = None
        self.end: End | None = None
        self.looks, self.seen = 0, 0
        self.answer: dict[str, Any] | None = None  # the last one
        self.timer = QTimer(self, interval=LOOK)
        self.timer.timeout.connect(self._look)

    def follow(self, end: End) -> bool:
        """Have the run tell of an end; whether there is a run that may know it."""
        session, graph = self.session, self.session.run_graph
        there = origin(graph, end) or end if graph and end.node in graph.nodes else None
        batch = session.report.sides.get(end.node) == "batch" and isinstance(session.report.types.get(end), Tensor)
        elsewhere = session.run_folder is None or bool(session.run_of)
        if not session.running or elsewhere or there is None or not batch:
            self.leave()
            return False
        if (self.end, self.folder) != (there, session.run_folder):
            self.leave()
            self.end, self.folder, self.looks, self.seen = there, session.run_folder, 0, 0
            self.timer.start()
            self._look()
        return True

    def leave(self) -> None:
        """Nobody looks any more."""
        self.timer.stop()
        if self.folder is not None:
            self._forget(ASKED)
            self._forget(ANSWERED)
        self.end = self.folder = self.answer = None

    def _forget(self, name: str) -> None:
        with suppress(OSError):
            (self.folder or Path()).joinpath(name).unlink()

    def _look(self) -> None:
        if self.folder is None or self.end is None:
            return
        with suppress(OSError, ValueError):
            if self.looks % ANEW == 0:
                (self.folder / ASKED).write_text(json.dumps([str(self.end)]), encoding="utf-8")
            self.looks += 1
            file = self.folder / ANSWERED
            if (stamp := file.stat().st_mtime_ns) != self.seen:
                self.answer = json.loads(file.read_text(encoding="utf-8"))
                self.seen = stamp  # not before: one that is half written is read again
                self.tell()

    def tell(self) -> None:
        """What the run told last, if it has told anything of this end."""
        if self.answer is None or str(self.end) not in self.answer["wires"]:
            return
        found, session = self.answer["wires"][str(self.end)], self.session
        state = {"paused": session.pausing.paused, "edited": bool(session.changes_since)}
        now = {"step": self.answer["step"], **state}
        self.told.emit({"batch": 0, "batches": 1, **found, **now} if found else None)
