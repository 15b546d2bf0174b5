"""A window that is brought into a state by real events, and the picture of it with whatever lies over it."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from editor.looks.pieces import TextButton
from editor.start.card import Card
from editor.window.presenting import presentation
from editor.window.tabs import Tabs
from editor.window.window import Window
from runtime.graph.edit import Edit
from runtime.graph.model import end
from runtime.places import EXAMPLES
from tests.editor.canvas.hand import Hand

Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton
PLAIN, CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
SETTLED = 700  # ms for fitting, thumbnails and the program
LONG = 180  # seconds: torch is imported, on a busy machine


class Stage:
    """One window with tabs; `folder` is for files of the state's own."""

    def __init__(self, size: tuple[int, int], folder: Path) -> None:
        self.folder = folder
        QCursor.setPos(0, 0)
        self.tabs = Tabs()
        self.tabs.resize(*size)
        self.tabs.show()
        QTest.qWaitForWindowExposed(self.tabs)
        self.tabs.activateWindow()
        self.tabs.settle()
        self.until(lambda: self.window.session.device is not None)
        self.pause()

    @property
    def window(self) -> Window:
        """The tab that is looked at."""
        return self.tabs.current

    @property
    def hand(self) -> Hand:
        """The mouse on its canvas."""
        return Hand(self.window.canvas)

    def open(self, example: str, *edits: Edit) -> None:
        """An example, edited, its types known, the whole of it in view."""
        self.window.files.open(EXAMPLES / f"{example}.json")
        if edits:
            self.window.document.do(edits, "Change")
        self.until(lambda: bool(self.window.session.report.types))
        self.window.canvas.setFocus()
        self.pause()

    def do(self, action: str) -> None:
        """What a menu, a button or its keys start."""
        self.window.actions_by_name[action].trigger()
        self.pause(200)

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = PLAIN, on: QWidget | None = None) -> None:
        """A key, on the canvas or on a widget."""
        QTest.keyClick(on or self.window.canvas.view, key, held)

    def press(self, words: str) -> None:
        """A button by its words."""
        seen = [each for each in self.window.findChildren(TextButton) if each.isVisible()]
        QTest.mouseClick(next(each for each in seen if each.words == words), LEFT)

    def take_format(self, kind: str) -> None:
        """Export as something else than a script, by the menu."""
        self.do("export_as")
        menu = self.window.findChild(QMenu, "formats")
        assert menu is not None
        next(each for each in menu.actions() if each.text() == kind).trigger()
        menu.close()

    def run(self, *edits: Edit) -> None:
        """Edit the graph, train it, wait for the end."""
        if edits:
            self.window.document.do(edits, "Change")
        self.begin()
        self.until(lambda: not self.window.session.at_work)
        self.pause()

    def begin(self, step: int = 0) -> None:
        """Run, as far as a step."""
        self.do("run")
        self.until(lambda: self._reached(step) or not self.window.session.at_work)

    def _reached(self, step: int) -> bool:
        """Whether the run that was begun is as far; the record of one before may be longer."""
        return self.window.session.running and self.window.session.record.step >= step

    def chip(self, text: str) -> QPoint:
        """The pixel of a type chip, as in ``"digits.image"``."""
        at = end(text)
        box = self.window.canvas.mirror.boxes[at.node]
        rect = next(label.rect for label in box.shape_.labels if label.name == f"chip.{at.port}")
        return self.hand.pixel(box.pos() + rect.center())

    def pause(self, milliseconds: int = SETTLED) -> None:
        """Let the window live for a while."""
        QTest.qWait(milliseconds)

    def until(self, done: Callable[[], bool], seconds: int = LONG) -> None:
        """Let the window live until something is so; a state that never comes fails."""
        end_of_patience = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end_of_patience, "this state never came"
            QTest.qWait(20)

    def picture(self) -> QImage:
        """The window, and over it the menus, dialogs and tips that are open."""
        cards = self.window.findChildren(Card)
        self.until(lambda: not any(card.isVisible() and card.picture.image.isNull() for card in cards))
        self.pause(150)
        for _ in range(4):  # what is laid out may lay out more, and a picture waits for none of it
            QApplication.processEvents()
        image = self.tabs.grab().toImage()
        painter = QPainter(image)
        for each in sorted(QApplication.topLevelWidgets(), key=depth):  # a question lies over what it is about
            if each is not self.tabs and each.isVisible():
                at = each.mapToGlobal(QPoint()) - self.tabs.mapToGlobal(QPoint())
                painter.drawPixmap(at, each.grab())
        painter.end()
        return image

    def close(self) -> None:
        """Without questions, nothing of it left running and no wire left on the mouse, for which others would wait."""
        QTest.mouseRelease(self.window.canvas.view.viewport(), LEFT)
        if presentation.on:
            self.do("present")
        for each in QApplication.topLevelWidgets():
            if each is not self.tabs:
                each.close()
        for page in self.tabs.pages:
            page.session.trainer.kill()
            if page.session.trainer.process:
                page.session.trainer.process.wait()
            page.document.history.setClean()
            page.session.life.release()
        self.tabs.close()
        self.tabs.deleteLater()
        self.pause(50)


def depth(widget: QWidget) -> int:
    """How many widgets this one belongs to."""
    parent = widget.parentWidget()
    return 1 + depth(parent) if parent is not None else 0
