"""Where the window was and how it was divided; the next one opens so."""

import base64
import binascii
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, QTimer
from PySide6.QtWidgets import QMainWindow

from runtime.places import read_settings, write_setting

KEY, PARTS = "window", "panels"
EDGE, TITLE = 4, 36  # pixels that the system draws around a window
REST = 1000  # ms without a change after which something is kept
CHANGES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.WindowStateChange)


class Place(QObject):
    """Keeps the place of a window as soon as it rests there: a window that a signal ends comes back to it too."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.resting = QTimer(self, interval=REST, singleShot=True)
        self.resting.timeout.connect(lambda: keep_place(window))
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window moves, or gets another size; as it closes it is still as it was, maximised as well."""
        if event.type() == QEvent.Type.Close:
            self.resting.stop()
            keep_place(self.window)
        elif event.type() in CHANGES and self.window.isVisible():
            self.resting.start()
        return False


def restore_place(window: QMainWindow) -> None:
    """Put the window where it was, at first no larger than its screen.

    What the settings hold is not trusted to be a place; Qt sees to it that it lies on a screen.
    """
    room = window.screen().availableGeometry().size()
    window.resize(window.size().boundedTo(room - QSize(2 * EDGE, EDGE + TITLE)))
    kept = read_settings().get(KEY)
    if not isinstance(kept, str):
        return
    try:
        window.restoreGeometry(QByteArray(base64.b64decode(kept, validate=True)))
    except (binascii.Error, ValueError):
        return


def keep_place(window: QMainWindow) -> None:
    """Remember it."""
    keep(KEY, base64.b64encode(window.saveGeometry().data()).decode())


def parts() -> dict[str, int]:
    """How wide or high the panels of a window were made, in pixels, by name."""
    kept = read_settings().get(PARTS)
    found = kept.items() if isinstance(kept, dict) else ()
    return {name: size for name, size in found if type(size) is int and size > 0}


def keep_parts(sizes: dict[str, int]) -> None:
    """Remember that of some."""
    keep(PARTS, parts() | sizes)


def keep(key: str, value: Any) -> None:
    """Remember something; settings that cannot be written are no reason to stop anybody from leaving."""
    try:
        write_setting(key, value)
    except OSError:
        return
