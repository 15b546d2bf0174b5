"""What Qt asks in the middle of something may raise nothing: it is told afterwards, and Qt gets an answer."""

import sys
from collections.abc import Callable
from functools import wraps
from traceback import clear_frames
from typing import Any, TypeVar, cast

from PySide6.QtCore import QTimer

Asked = TypeVar("Asked", bound=Callable[..., None])


def unharmed(asked: Asked) -> Asked:
    """For `data`, `paint` and their like: an exception becomes None here and goes to `sys.excepthook` a turn later.

    What tells the user moves widgets, which nothing may while one is painted; and PySide raises it again in whatever
    call from Python Qt asked on behalf of. What else Qt asks is held by `editor.raised` alone.
    """

    @wraps(asked)
    def answer(*args: Any, **more: Any) -> Any:
        try:
            return asked(*args, **more)
        except Exception as problem:
            told = problem  # the other name is gone when the turn comes
            clear_frames(told.__traceback__)  # a painter that lives on would hold what it paints
            QTimer.singleShot(0, lambda: sys.excepthook(type(told), told, told.__traceback__))
            return None

    return cast(Asked, answer)
