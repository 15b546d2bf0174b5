"""Work that takes long enough to be felt, done in a thread."""

from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")


class InThread(QObject):
    """Asks in a thread, and goes on in that of the window; what nobody expected is raised there too."""

    done = Signal()  # an answer has come, and what follows it is done
    _answered = Signal(object)  # what follows, from a thread

    def __init__(self, parent: QObject, lasting: bool = False) -> None:
        super().__init__(parent)
        self.busy = 0  # how many answers are to come
        self.lasting = lasting  # whether the process waits for them at its end
        self._answered.connect(self._follow, Qt.ConnectionType.QueuedConnection)

    def do(self, ask: Callable[[], T], then: Callable[[T], object]) -> None:
        """Go on with what was found, unless the window is gone by then. `ask` touches nothing of Qt's."""
        Thread(target=self._work, args=(ask, then), daemon=not self.lasting).start()
        self.busy += 1

    def _work(self, ask: Callable[[], T], then: Callable[[T], object]) -> None:
        try:
            found = ask()
            follow: Callable[[], object] = lambda: then(found)  # noqa: E731 - typed, as the other is
        except Exception as problem:
            follow = _raising(problem)
        with suppress(RuntimeError):  # the window is gone
            self._answered.emit(follow)

    def _follow(self, follow: Any) -> None:
        self.busy -= 1
        try:
            follow()
        finally:
            self.done.emit()


def _raising(problem: Exception) -> Callable[[], object]:
    def follow() -> None:
        raise problem

    return follow
