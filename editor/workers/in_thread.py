"""Work that takes long enough to be felt, done in a thread."""

import atexit
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import count
from threading import Lock, Thread
from typing import Any, NamedTuple, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

T = TypeVar("T")


class _Messenger(QObject):
    """Brings what threads have to say to the thread of the window, as long as the process goes on.

    A thread sends no signal of anything that may go before it: Qt crashes where that is just then.
    """

    brings = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._lock, self._there = Lock(), True
        self.brings.connect(self._bring, Qt.ConnectionType.QueuedConnection)
        atexit.register(self._end)  # before Qt takes down what is left

    def send(self, call: Callable[[], object]) -> None:
        with self._lock:
            if self._there:
                self.brings.emit(call)

    def _bring(self, call: Any) -> None:
        call()

    def _end(self) -> None:
        with self._lock:
            self._there = False


_MESSENGER = _Messenger()


def call_in_window(call: Callable[[], object]) -> None:
    """Have the thread of the window call something soon. Any thread may ask for it, and none waits."""
    _MESSENGER.send(call)


class _Asked(NamedTuple):
    """What a thread was asked, and who goes on with the answer."""

    ask: Callable[[], Any]
    asker: "InThread"
    then: Callable[[Any], object]


# Threads know numbers alone: of what a question holds, much is Qt's and may not go with a thread that knew it last.
_ASKED: dict[int, _Asked] = {}
_NUMBERS = count()


class InThread(QObject):
    """Asks in a thread, and goes on in that of the window; what nobody expected is raised there too.

    A thread loads no module that makes classes of Qt's: PySide (6.11) looks them up in a table without a lock, also
    where Qt asks it in the thread of the window, and crashes where the table grows just then.
    """

    done = Signal()  # an answer has come, and what follows it is done

    def __init__(self, parent: QObject, lasting: bool = False) -> None:
        super().__init__(parent)
        self.busy = 0  # how many answers are to come
        self.lasting = lasting  # whether the process waits for them at its end

    def do(self, ask: Callable[[], T], then: Callable[[T], object]) -> None:
        """Go on with what was found, unless the window is gone by then. `ask` touches nothing of Qt's."""
        number = next(_NUMBERS)
        _ASKED[number] = _Asked(ask, self, then)
        Thread(target=_answer, args=(number,), daemon=not self.lasting).start()
        self.busy += 1

    def follow(self, then: Callable[[], object]) -> None:
        """Go on with an answer."""
        self.busy -= 1
        try:
            then()
        finally:
            with suppress(RuntimeError):  # what followed may have closed the window
                self.done.emit()


def _answer(number: int) -> None:
    """In the thread."""
    try:
        found, problem = _ASKED[number].ask(), None
    except Exception as raised:
        found, problem = None, raised
    call_in_window(partial(_follow, number, found, problem))


def _follow(number: int, found: Any, problem: Exception | None) -> None:
    """In the thread of the window again."""
    _, asker, then = _ASKED.pop(number)
    if isValid(asker):  # type: ignore[no-untyped-call]  # shiboken6 has no types
        asker.follow(partial(_raise, problem) if problem else partial(then, found))


def _raise(problem: Exception) -> None:
    raise problem
