"""A window in a process of its own on a file that another one has open: ``python -m tests.editor.other_window FILE``.

It prints what it says on opening; with each line that it is given it edits and saves, and prints what it asks then.
"""

import json
import sys
from pathlib import Path
from threading import Thread

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QMessageBox

from editor.looks import theme
from editor.window.window import Window


class Lines(QObject):
    """What comes in by the line, told in the thread of the window."""

    came = Signal(str)

    def listen(self) -> None:
        """Wait in a thread."""
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self.came.emit(line)


def main() -> int:
    """Open the file; edit and save it when it is asked to."""
    app = QApplication(sys.argv[:1])
    theme.apply(app, "dark")
    window = Window()
    window.show()
    lines = Lines()

    def tell(said: str) -> None:
        print(json.dumps(said), flush=True)

    def save(line: str) -> None:
        window.document.do([("set", "layer", "out_features", int(line))], "edit")
        window.files.save()
        tell(window.question.text() if isinstance(window.question, QMessageBox) else "")

    lines.came.connect(save, Qt.ConnectionType.QueuedConnection)
    window.files.open(Path(sys.argv[1]))
    notice = window.files.following.notice
    tell(notice.sentence.text() if notice.isVisible() else "")
    lines.listen()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
