"""The shipped examples fit a small window: everything in sight, readable, nothing on top of another."""

from functools import reduce
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from pytestqt.qtbot import QtBot

from editor.canvas.boxes import overlaps
from editor.canvas.measure import font
from editor.window.window import Window
from runtime.places import EXAMPLES

SMALL = (1366, 768)
READABLE = 9.0  # px


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_that_an_example_can_be_read_in_a_small_window(qtbot: QtBot, example: Path) -> None:
    window = Window()
    qtbot.addWidget(window)
    window.resize(*SMALL)
    window.show()
    window.files.open(example)
    view = window.canvas.view
    qtbot.waitUntil(lambda: view.viewport().width() < SMALL[0] * 2 / 3)  # the panels stand beside it
    qtbot.waitUntil(lambda: view.viewport().rect().contains(_seen(window)))
    smallest = min(font(style).pixelSize() for style in ("type", "summary", "port", "chip", "number"))
    assert smallest * view.transform().m11() >= READABLE
    assert overlaps(window.canvas.boxes()) == []


def test_that_the_canvas_of_a_small_window_is_large_enough(qtbot: QtBot) -> None:
    window = Window()
    qtbot.addWidget(window)
    window.resize(*SMALL)
    window.show()
    window.files.open(EXAMPLES / "two_models.json")
    qtbot.waitUntil(lambda: window.canvas.view.viewport().width() >= 880)
    assert window.canvas.view.viewport().height() >= 600


def test_that_the_name_of_the_graph_is_whole_in_the_narrowest_window(qtbot: QtBot) -> None:
    window = Window()
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    window.session.device = {"device": "cpu", "reason": "this torch is built for CPU only"}
    window.session.device_known.emit(window.session.device)
    window.files.open(EXAMPLES / "two_models.json")
    bar = window.bar
    qtbot.waitUntil(lambda: bar.title.text() == "two_models (copy)")
    assert bar.device.text().startswith("cpu: ")
    assert bar.search.text() == "" and bar.search.accessibleName() == "Add a node"
    window.resize(*SMALL)
    qtbot.waitUntil(lambda: bar.search.text() == "Add a node")
    assert bar.device.text() == bar.device.whole


def _seen(window: Window) -> QRect:
    """Where all nodes, chips and labels lie in the view."""
    whole = reduce(lambda one, other: one.united(other), window.canvas.boxes().values())
    return window.canvas.view.mapFromScene(whole).boundingRect()
