"""Where the window was when it was closed; it opens there again."""

import base64
import binascii

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow

from runtime.places import read_settings, write_setting

KEY = "window"


def restore_place(window: QMainWindow) -> None:
    """Put the window where it was; what the settings hold is not trusted to be a place."""
    kept = read_settings().get(KEY)
    if not isinstance(kept, str):
        return
    try:
        window.restoreGeometry(QByteArray(base64.b64decode(kept, validate=True)))
    except (binascii.Error, ValueError):
        return


def keep_place(window: QMainWindow) -> None:
    """Remember it; settings that cannot be written are no reason to stop anybody from leaving."""
    try:
        write_setting(KEY, base64.b64encode(window.saveGeometry().data()).decode())
    except OSError:
        return
