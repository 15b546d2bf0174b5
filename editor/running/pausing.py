"""A run that stands still: asked for by a button, known by what the run tells, whichever window asked."""

from math import inf
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from editor.running.going_on import ENDS
from editor.running.life import TOO_SOON

if TYPE_CHECKING:
    from editor.running.session import Session


class Pausing(QObject):
    """Emits `changed` when the run was asked for something, and when it does it."""

    changed = Signal()

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session
        self.paused = False  # the run stands still
        self.asked = False  # it is to stand still
        self._turned = -inf  # when somebody else asked
        session.run_started.connect(self._begin)
        session.happened.connect(self._happened)
        session.run_ended.connect(lambda _: self._set(False))
        session.run_released.connect(lambda: self._set(False))

    def switch(self) -> None:
        """Ask the run to stand still after its next step, or to go on."""
        if not self.session.running or self.session.stopping or self.session.life.clock() - self._turned < TOO_SOON:
            return
        self._ask(not self.asked)

    @property
    def stands(self) -> bool:
        """Whether the run stands still, or will after its step, and nobody has asked it to end."""
        return self.asked and self.session.running and not self.session.stopping

    def go_on(self) -> bool:
        """Let a run that stands still go on; False where it cannot be asked, which is said then."""
        return not self.stands or self._ask(False)

    def _ask(self, pause: bool) -> bool:
        try:
            self.session.trainer.pause(pause)
        except OSError as problem:
            self.session.message.emit(f"The run cannot be asked to {'pause' if pause else 'go on'}: {problem.strerror}")
            return False
        self.asked = pause
        self.changed.emit()
        return True

    def _begin(self) -> None:
        told = [event["event"] for event in self.session.last_events]
        last = next((kind for kind in reversed(told) if kind in ("paused", "unpaused", "started", *ENDS)), "")
        self._set(last == "paused")

    def _happened(self, event: dict[str, Any]) -> None:
        if event["event"] in ("paused", "unpaused"):
            if self.asked != (event["event"] == "paused"):
                self._turned = self.session.life.clock()
            self._set(event["event"] == "paused")

    def _set(self, paused: bool) -> None:
        self.paused = self.asked = paused
        self.changed.emit()
