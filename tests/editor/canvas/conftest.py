"""A canvas on a document, shown at full size, and a hand to work on it."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.canvas.canvas import Canvas
from editor.document.document import Document
from editor.looks import theme
from tests.editor.canvas.hand import Hand, two_models


@pytest.fixture
def canvas(qtbot: QtBot, qapp: QApplication) -> Iterator[Canvas]:
    """The canvas of an empty document, 1280 by 720."""
    theme.apply(qapp, "dark")
    made = Canvas(Document())
    made.resize(1280, 720)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.dispose()


@pytest.fixture
def hand(canvas: Canvas) -> Hand:
    """A hand over the graph of two models, checked."""
    canvas.document.open(two_models(), None)
    found = Hand(canvas)
    found.check()
    return found
