"""A window in a process of its own in which somebody works until it is killed: ``python -m tests.editor.until_killed``.

It prints its graphs, on one line, when their journals have taken the last edit.
"""

import json
import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.looks import theme
from editor.window.tabs import Tabs
from editor.window.window import Window
from runtime.graph.file import dump

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


def work(window: Window) -> None:
    """Three nodes by the palette, one undone, one more, one deleted and brought back."""
    for name in ("digits", "conv2d", "embedding"):
        add(window, name)
    QTest.keyClick(window, Key.Key_Z, Ctrl)
    add(window, "gelu")
    QTest.keyClick(window.canvas.view, Key.Key_Delete)
    QTest.keyClick(window, Key.Key_Z, Ctrl)


def add(window: Window, name: str) -> None:
    """The node that the palette finds first."""
    window.palette_panel.search.selectAll()
    QTest.keyClicks(window.palette_panel.search, name)
    QTest.keyClick(window.palette_panel.search, Key.Key_Return)


def main() -> int:
    """Open files in tabs, or begin anew; work; wait for the end."""
    app = QApplication(sys.argv[:1])
    theme.apply(app, "dark")
    tabs = Tabs()
    tabs.show()
    QTest.qWaitForWindowExposed(tabs)
    if not sys.argv[1:]:
        QTest.mouseClick(tabs.current.start.new_button, Qt.MouseButton.LeftButton)
        work(tabs.current)
    for name in sys.argv[1:]:
        tabs.current.files.open(Path(name))
        work(tabs.current)
    then = partial(print, json.dumps([dump(page.document.graph) for page in tabs.pages]), flush=True)
    for page in tabs.pages:
        then = partial(page.journal.then, then)
    then()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
