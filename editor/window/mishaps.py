"""What happens to an exception that nobody expected: it is logged, the user is told, work goes on."""

import logging
import sys
from types import TracebackType
from typing import Protocol

LOG = logging.getLogger("torchweave")


class Tells(Protocol):
    """Something that can show a sentence."""

    def refuse(self, sentence: str) -> None:
        """Show it."""


def watch(window: Tells) -> None:
    """Catch what slots and paint events raise; without this Qt would go on, but nobody would know."""

    def caught(kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, problem, trace)
            return
        LOG.error("unexpected", exc_info=(kind, problem, trace))
        window.refuse(
            f"Something went wrong that should not have: {kind.__name__}: {problem}. The graph is still there."
        )

    sys.excepthook = caught
