"""Work that takes long enough to be felt, done in a thread beside the window."""

from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")


class Beside(QObject):
    """Asks in a thread, and goes on in that of the window; what nobody expected is raised there too."""

    _done = Signal(object)  # what follows, from a thread

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._done.connect(lambda follow: follow(), Qt.ConnectionType.QueuedConnection)

    def do(self, ask: Callable[[], T], then: Callable[[T], object]) -> None:
        """Go on with what was found, unless the window is gone by then."""

        def work() -> None:
            try:
                found = ask()
                follow: Callable[[], object] = lambda: then(found)  # noqa: E731
            except Exception as problem:
                follow = _raising(problem)
            with suppress(RuntimeError):  # the window is gone
                self._done.emit(follow)

        Thread(target=work, daemon=True).start()


def _raising(problem: Exception) -> Callable[[], object]:
    def follow() -> None:
        raise problem

    return follow
