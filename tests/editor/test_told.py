"""What the window tells beside the graph: in which colours, where, and for how long."""

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor import theme
from editor.pieces import Line, colour
from editor.window import Window

SMALL: dict[str, object] = {
    "format": "torchweave",
    "version": 1,
    "nodes": {"wine": {"type": "data.Wine"}, "layer": {"type": "nn.Linear"}},
    "edges": [["wine.features", "layer.input"]],
    "layout": {"wine": [0, 0], "layer": [300, 0]},
}
CONTROL = Qt.KeyboardModifier.ControlModifier


def opened(window: Window, folder: Path, **other: object) -> None:
    """Open a small graph from a file."""
    file = folder / "small.json"
    file.write_text(json.dumps(SMALL | other))
    window.files.open(file)
    QApplication.processEvents()


def said(window: Window) -> str:
    """The sentence at the foot of the window."""
    return window.strip.sentence.whole


def edit(window: Window) -> None:
    """Any edit."""
    window.document.do([("set", "layer", "out_features", 7)], "out_features 7")


def drawn(window: Window, name: str) -> bytes:
    """What the icon of an action looks like."""
    image = window.actions_by_name[name].icon().pixmap(16).toImage()
    return bytes(image.constBits())


# --- colours


def test_that_a_change_of_theme_reaches_every_line(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    window.open_bottom("problems")
    window.say("Saved small.json")
    for _ in range(3):
        QTest.keyClick(window, Qt.Key.Key_T, CONTROL)
        QApplication.processEvents()
        lines = window.findChildren(Line)
        assert window.bar.title in lines and window.strip.sentence in lines and window.inspector.help in lines
        wrong = [each.text() for each in lines if each.palette().windowText().color() != colour(each.token)]
        assert not wrong, f"{theme.current().name}: {wrong}"


def test_that_the_arrow_of_the_dock_points_down_while_it_is_open(window: Window) -> None:
    window.files.new()
    shut = drawn(window, "panel")
    QTest.keyClick(window, Qt.Key.Key_J, CONTROL)
    opened = drawn(window, "panel")
    assert opened != shut
    for _ in range(2):
        QTest.keyClick(window, Qt.Key.Key_T, CONTROL)
    assert drawn(window, "panel") == opened
