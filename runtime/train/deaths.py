"""Loader workers that die, told where a batch is waited for and nowhere else.

Torch raises it in the midst of whatever is being done when the signal comes: also where a failure is being told, or
where an error is taken for one of something else.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

WAITING = "_try_get_data"  # the function of torch in which a batch is waited for
ABOUT = "DataLoader worker"  # what such errors begin with


@contextmanager
def deaths() -> Iterator[None]:
    """Hear of workers in place of torch. One that died elsewhere is missed at the next batch.

    That takes five seconds, or the loader's timeout where it has one.
    """
    if not hasattr(signal, "SIGCHLD") or threading.current_thread() is not threading.main_thread():
        yield
        return
    from torch import _C
    from torch.utils.data._utils import signal_handling as of_torch

    died: list[str] = []

    def hear(number: int, frame: FrameType | None) -> None:
        try:
            _C._error_if_any_worker_fails()  # says it once
        except RuntimeError as error:
            died.append(str(error))
            if _waited_for(frame):
                raise

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
        signal.signal(signal.SIGCHLD, before)
        of_torch._SIGCHLD_handler_set = listening


def _waited_for(frame: FrameType | None) -> bool:
    while frame is not None and frame.f_code.co_name != WAITING:
        frame = frame.f_back
    return frame is not None
