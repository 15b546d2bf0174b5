"""Whether the system has what a window needs: asked before Qt, which would end the process without a word of use."""

import ctypes
import os
import sys
from pathlib import Path

XCB = "platforms/libqxcb.so"


def lacking() -> str:
    """One sentence with the line that installs what is lacking; "" where a window can be opened."""
    try:
        from PySide6 import QtWidgets
        from PySide6.QtCore import QLibraryInfo
    except ImportError as problem:
        from runtime.doctor import QT_LIBRARIES

        return f"Qt cannot be imported ({problem}): sudo apt-get install {QT_LIBRARIES}"
    del QtWidgets
    plugin = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / XCB
    if not _wants_xcb() or not plugin.exists():
        return ""
    try:
        ctypes.CDLL(str(plugin))
    except OSError as problem:
        from runtime.doctor import WINDOW_LIBRARIES

        return f"No window can be opened ({problem}): sudo apt-get install {WINDOW_LIBRARIES}"
    return ""


def _wants_xcb() -> bool:
    """Whether Qt can open a window on an X server alone."""
    if sys.platform in ("darwin", "win32"):
        return False
    asked = os.environ.get("QT_QPA_PLATFORM")
    return asked.partition(":")[0] == "xcb" if asked else not os.environ.get("WAYLAND_DISPLAY")
