"""Ctrl+C on the command line: one sentence and an exit code, wherever Python happens to be."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

CODE = 130  # the exit code of what Ctrl+C ended, as shells have it
SENTENCE = "torchweave: interrupted."
ENDING = ("SIGINT", "SIGTERM", "SIGHUP")  # the keyboard, a cluster or the system, a terminal that is closed


def answered(work: Callable[[], int]) -> int:
    """What a command gives, or what is said of its interruption. One that comes after its end is too late."""
    try:
        code = work()
    except KeyboardInterrupt:
        code = _told()
    except Exception as error:
        if not _at_heart(error):
            raise
        code = _told()
    if _heard():
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Python takes itself down
    return code


@contextmanager
def at_once() -> Iterator[None]:
    """Leave at once where nothing is begun yet: imports make other errors of what interrupts them, or lose it."""
    listening = _heard()
    if listening:
        signal.signal(signal.SIGINT, lambda *_: os._exit(_told()))
    try:
        yield
    finally:
        if listening:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def ending() -> list[signal.Signals]:
    """What asks a command to end, but what it was started to ignore: by `nohup`, or in the background of a shell."""
    known = [signal.Signals[name] for name in ENDING if hasattr(signal, name)]
    return [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]


def _heard() -> bool:
    """Whether an interrupt would be heard."""
    return signal.getsignal(signal.SIGINT) is signal.default_int_handler


def _told() -> int:
    print(SENTENCE, file=sys.stderr, flush=True)
    return CODE


def _at_heart(error: BaseException | None) -> bool:
    """Whether an error came of an interruption: Python 3.11 makes a RuntimeError of one in the midst of a class."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None
