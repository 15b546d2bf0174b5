"""Loader workers that die, told where a batch is waited for and nowhere else.

Torch raises it in the midst of whatever is being done when the signal comes: also where a failure is being told, or
where an error is taken for one of something else.
"""

import multiprocessing.process
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

WAITING = "_try_get_data"  # the function of torch in which a batch is waited for
ABOUT = "DataLoader worker"  # what such errors begin with
AGAIN = 0.2  # seconds between two looks whether one that died elsewhere is waited for


@contextmanager
def deaths() -> Iterator[None]:
    """Hear of workers in place of torch. One that died elsewhere is told once a batch of its loader is waited for.

    Torch looks by itself after five seconds, or where the loader has a timeout after that, and never where a worker
    died in the middle of what it sent.
    """
    if not hasattr(signal, "SIGCHLD") or threading.current_thread() is not threading.main_thread():
        yield
        return
    from torch import _C
    from torch.utils.data._utils import signal_handling as of_torch

    died: list[str] = []
    alarm = signal.getsignal(signal.SIGALRM)

    def hear(number: int, frame: FrameType | None) -> None:
        try:
            _C._error_if_any_worker_fails()  # says it once
        except RuntimeError as error:
            died.append(str(error))
            signal.signal(signal.SIGALRM, hear)  # breaks off what waits, as another signal would
            signal.setitimer(signal.ITIMER_REAL, AGAIN, AGAIN)
        if died and _missed(frame):
            raise RuntimeError(died[-1])
        if number == signal.SIGALRM and not _left():
            signal.setitimer(signal.ITIMER_REAL, 0)

    listening, of_torch._SIGCHLD_handler_set = of_torch._SIGCHLD_handler_set, True  # or torch sets its own
    before = signal.signal(signal.SIGCHLD, hear)
    try:
        yield
    except RuntimeError as error:
        if ABOUT in str(error):
            for each in died:  # how it died, which nobody knows who only misses it
                error.add_note(each)
        raise
    finally:
        if died:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, alarm)
        signal.signal(signal.SIGCHLD, before)
        of_torch._SIGCHLD_handler_set = listening


def _left() -> bool:
    """Whether anybody may still have a process that has ended, as a loader has its workers."""
    known = getattr(multiprocessing.process, "_dangling", None)  # which Python keeps for itself
    try:
        return known is None or not all(each.is_alive() for each in list(known))
    except (AssertionError, ValueError, RuntimeError):  # of another process, closed, or one begins just now
        return True


def _missed(frame: FrameType | None) -> bool:
    """Whether a batch is waited for where one of those that make them has died."""
    while frame is not None and frame.f_code.co_name != WAITING:
        frame = frame.f_back
    return frame is not None and not all(each.is_alive() for each in frame.f_locals["self"]._workers)
