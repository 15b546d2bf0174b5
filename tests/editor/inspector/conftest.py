"""A document with a small pipeline, a session that checks it, and an inspector of 270 pixels that shows it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from editor.document.document import Document
from editor.inspector.inspector import Inspector
from editor.inspector.row import Row
from editor.looks import chrome, theme
from editor.running.session import Session
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph

PIPELINE: list[Edit] = [
    ("add", "digits", "data.Digits", {}),
    ("add", "batches", "Collate", {"fields": ["image", "label"]}),
    ("add", "flat", "nn.Flatten", {}),
    ("add", "model_a", "nn.Linear", {"out_features": 5}),
    ("add", "model_b", "nn.Linear", {"out_features": 7}),
    ("add", "conv", "nn.Conv2d", {}),
    ("add", "noise", "data.Noise", {"fields": {"image": "float32[3, 8, 8]"}}),
    ("connect", "digits.image", "batches.image"),
    ("connect", "digits.label", "batches.label"),
    ("connect", "batches.image", "flat.input"),
    ("connect", "flat.output", "model_a.input"),
    ("connect", "flat.output", "model_b.input"),
]


class Desk:
    """The inspector with what it follows, and hands that click and type."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.document = Document()
        self.session = Session(self.document)
        self.document.open(applied(Graph(), PIPELINE), None)
        self.session.check_now()
        self.inspector = Inspector(self.session, self.document)
        self.inspector.setStyleSheet(chrome.small(theme.current()))  # that of its window
        self.inspector.resize(270, 700)
        qtbot.addWidget(self.inspector)
        self.inspector.show()
        self.inspector.activateWindow()
        qtbot.waitUntil(self.inspector.isActiveWindow)

    def parameters(self, id: str) -> dict[str, Any]:
        """What the graph holds for a node."""
        return dict(self.document.graph.nodes[id].parameters)

    def show(self, *ids: str) -> None:
        """Choose nodes."""
        self.inspector.show_nodes(list(ids))
        QApplication.processEvents()

    def row(self, name: str) -> Row:
        """The row of a parameter."""
        rows: dict[str, Row] = self.inspector.page.rows  # type: ignore[union-attr]  # a page is shown
        return rows[name]

    def field(self, name: str) -> QWidget:
        """What has the focus when the row of a parameter has it."""
        part = self.row(name).entry.focusProxy()
        assert part is not None
        return part

    def click(self, part: QWidget, at: QPoint | None = None) -> None:
        """A click with the left button, where the user sees the part."""
        self.inspector.area.ensureWidgetVisible(part)
        QApplication.processEvents()
        QTest.mouseClick(part, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at or part.rect().center())

    def key(self, part: QWidget, key: Qt.Key, control: bool = False) -> None:
        """Press one key."""
        QTest.keyClick(part, key, Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier)

    def write(self, part: QWidget, text: str) -> None:
        """Replace the text of a field that has the focus or gets it."""
        self.click(part)
        self.key(part, Qt.Key.Key_A, control=True)
        if text:
            QTest.keyClicks(part, text)
        else:
            self.key(part, Qt.Key.Key_Delete)

    def type(self, name: str, text: str, enter: bool = True) -> None:
        """Click into a field, replace its text, and press Enter."""
        part = self.field(name)
        self.write(part, text)
        if enter:
            self.key(part, Qt.Key.Key_Return)

    def settle(self, done: Callable[[], bool]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(done)


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication) -> Iterator[Desk]:
    """A desk with the dark theme."""
    theme.apply(qapp, "dark")
    made = Desk(qtbot)
    yield made
    made.session.trainer.close()
