"""Python's search for garbage, made in the thread of the window alone.

By itself Python looks in whichever thread makes much at the moment, and takes apart there what it finds. Of that much
is Qt's, which lives and dies in the thread of the window: a timer, a document or an item that goes in another one
crashes.
"""

import gc
from functools import cache

from PySide6.QtCore import QObject, QTimer

OFTEN, SOON = 200, 20  # ms between two looks, and where much was new at the last one: much more may come


class Collecting(QObject):
    """Looks as deep as Python would, many times a second, from its begin to its end."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self.lasting = self.fresh = 0  # objects that outlived a search through all, and those that came since
        self.timer = QTimer(self, interval=OFTEN)
        self.timer.timeout.connect(self.look)
        self.timer.start()

    def end(self) -> None:
        """Leave it to Python again."""
        self.timer.stop()
        gc.enable()

    def look(self) -> None:
        """Look through what is new, now and then through what is less so, and seldom through all.

        All is looked through where a quarter of it came since the last time, as Python does: with a thousand nodes
        that takes some 60 ms, so what is there from the start is kept out of it (`keep_loaded`).
        """
        counts = gc.get_count()
        young, middle, old = (count > most for count, most in zip(counts, gc.get_threshold(), strict=True))
        self.timer.setInterval(SOON if young else OFTEN)
        if young:
            depth = 0 if not middle else 2 if old and self.fresh > self.lasting / 4 else 1
            self.fresh += counts[0] - gc.collect(depth)
            if depth == 2:
                self.lasting, self.fresh = len(gc.get_objects(generation=2)), 0


@cache
def keep_loaded(what: str) -> None:
    """What was loaded stays, and is looked through no more; once for each thing that is loaded.

    What is garbage at that moment stays too: a graph that was just closed, at most once for each.
    """
    gc.freeze()
