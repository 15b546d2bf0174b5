"""An exception of Python's own in a method that Qt calls: the process goes on, and the exception is told."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from runtime.started import environment

# Each raises what is in no list where Qt calls it; `do` has Qt call it.
RAISING = {
    "rows": """
class Rows(QAbstractTableModel):
    raises = False
    def rowCount(self, parent=QModelIndex()):
        return [][0] if self.raises else 2
    def columnCount(self, parent=QModelIndex()):
        return 2
    def data(self, index, role=0):
        return None

view, rows = QTableView(), Rows()
view.setModel(rows)
def do():
    rows.raises = True
    view.scrollToBottom()
    view.selectAll()
    view.setCurrentIndex(rows.index(1, 1))
""",
    "hint": """
class Hinting(QWidget):
    def sizeHint(self):
        return [][0]

widget = Hinting()
do = widget.adjustSize
""",
    "event": """
class Typed(QWidget):
    def keyPressEvent(self, event):
        [][0]

widget = Typed()
widget.show()
def do():
    QTest.keyClick(widget, Qt.Key.Key_A)
""",
    "filter": """
class Filtering(QObject):
    def eventFilter(self, watched, event):
        return [][0]

widget, filtering = QWidget(), Filtering()
widget.installEventFilter(filtering)
def do():
    widget.setWindowTitle("new")
""",
    "item": """
class Shaped(QGraphicsItem):
    def boundingRect(self):
        return QRectF(0, 0, 9, 9)
    def shape(self):
        return [][0]
    def paint(self, painter, option, widget=None):
        pass

scene, item = QGraphicsScene(), Shaped()
scene.addItem(item)
def do():
    scene.items(QPointF(4, 4))
""",
    "dialog": """
class Asking(QDialog):
    def reject(self):
        [][0]

dialog = Asking()
dialog.show()
def do():
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
""",
}
BEGIN = """
import sys
from editor.raised import hold
hold()
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QGraphicsItem, QGraphicsScene, QTableView, QWidget

app, told = QApplication([]), []
sys.excepthook = lambda kind, *_: told.append(kind.__name__)
"""
END = """
QTimer.singleShot(0, do)
QTimer.singleShot(0, app.exit)
app.exec()
print(set(told))
"""


# The editor, on an empty folder, and a class that is made after that.
HELD = """
import sys
from editor.__main__ import main

main(["--pictures", sys.argv[1]])
from PySide6.QtWidgets import QWidget

class Hinting(QWidget):
    def sizeHint(self):
        return [][0]

try:
    Hinting().adjustSize()
except IndexError:
    print("alive")
"""


class Shown(QObject):
    """Tells two things at once."""

    both = Signal(int, str)


class Hiding(QWidget):
    """Has a slot of Qt's as its own, which wants nothing."""

    hidden = 0

    def hide(self) -> None:
        """Count."""
        self.hidden += 1


class Lowered(QWidget):
    """Has one that wants the first alone."""

    seen: object = None

    def setEnabled(self, enabled: bool) -> None:
        """Keep it."""
        self.seen = enabled


@pytest.mark.parametrize("which", RAISING)
def test_that_what_a_method_raises_that_qt_calls_is_told_and_ends_nothing(which: str) -> None:
    line = [sys.executable, "-c", BEGIN + RAISING[which] + END]
    went = subprocess.run(line, capture_output=True, text=True, env=environment(), timeout=60)
    assert (went.returncode, went.stdout) == (0, "{'IndexError'}\n"), went.stderr


def test_that_the_editor_sees_to_it(tmp_path: Path) -> None:
    line = [sys.executable, "-c", HELD, str(tmp_path)]
    went = subprocess.run(line, capture_output=True, text=True, env=environment(), timeout=60)
    assert (went.returncode, went.stdout.splitlines()[-1:]) == (0, ["alive"]), went.stderr


def test_that_a_slot_of_ours_in_place_of_one_of_qt_s_gets_what_it_wants(qtbot: QtBot) -> None:
    shown, hiding, lowered = Shown(), Hiding(), Lowered()
    for each in (hiding, lowered):
        qtbot.addWidget(each)
        each.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    shown.both.connect(hiding.hide)
    shown.both.connect(lowered.setEnabled)  # type: ignore[call-overload]  # Qt leaves out what is too much
    shown.both.emit(3, "three")
    assert (hiding.hidden, lowered.seen) == (1, 3)
