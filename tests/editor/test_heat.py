"""Figures on the nodes and in the inspector of a whole window, by keys and clicks."""

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.inspector.counted import Counted
from editor.window.window import Window
from runtime.graph.file import load
from runtime.places import EXAMPLES
from tests.editor.canvas.test_theme import contrast


@pytest.fixture
def window(shared_window: Window) -> Window:
    """The window with the example of two models, without figures."""
    shared_window.document.open(load((EXAMPLES / "two_models.json").read_bytes()), None)
    shared_window.frame.show_canvas()
    shared_window.session.check_now()
    shared_window.canvas.heating.show("")
    shared_window.activateWindow()
    shared_window.canvas.setFocus()
    QApplication.processEvents()
    return shared_window


def plates(window: Window) -> dict[str, str]:
    """The figures that stand on nodes."""
    faces = {id: box.face for id, box in window.canvas.mirror.boxes.items()}
    return {id: face.heat.text for id, face in faces.items() if face.heat and face.heat.text}


def lines(window: Window) -> dict[str, str]:
    """The figures in the inspector, with their shares."""
    page = window.inspector.page
    assert page is not None
    (counted,) = page.findChildren(Counted)
    shown = {name: parts for name, parts in counted.lines.items() if counted.isVisible() and parts[1].isVisible()}
    return {name: f"{value.whole} {share.text()}".strip() for name, (_, value, share) in shown.items()}


def test_that_a_key_goes_through_the_figures_on_the_nodes_and_changes_no_graph(window: Window) -> None:
    before = window.document.graph
    QTest.keyClick(window.canvas.view, Qt.Key.Key_H)
    assert plates(window) == {"conv": "80", "dense": "2.08 k", "final": "1.61 k"}
    assert window.canvas.legend.isVisible()
    assert window.canvas.legend.buttons["weights"].isChecked()
    warmth = {id: box.face.heat.warmth for id, box in window.canvas.mirror.boxes.items() if box.face.heat}
    assert max(warmth.values()) == 1.0
    QTest.keyClick(window.canvas.view, Qt.Key.Key_H)
    assert window.canvas.heating.kind == "multiply_adds"
    QTest.mouseClick(window.canvas.legend.buttons["memory"], Qt.MouseButton.LeftButton)
    assert {"digits", "batches", "dense"} <= plates(window).keys()
    QTest.mouseClick(window.canvas.legend.away, Qt.MouseButton.LeftButton)
    assert plates(window) == {}
    assert not window.canvas.legend.isVisible()
    assert window.document.graph is before


def test_that_the_type_of_the_warmest_node_can_be_read(window: Window) -> None:
    QTest.keyClick(window.canvas.view, Qt.Key.Key_H)
    QApplication.processEvents()
    box, view = window.canvas.mirror.boxes["dense"], window.canvas.view
    label = next(each.rect for each in box.shape_.labels if each.style == "type")
    image = view.viewport().grab(view.mapFromScene(box.mapRectToScene(label)).boundingRect()).toImage()
    inks = Counter(image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height()))
    (ground, _) = inks.most_common(1)[0]
    assert max(contrast(ink, ground) for ink in inks) >= 4.5


def test_that_figures_follow_an_edit(window: Window) -> None:
    window.canvas.heating.show("weights")
    before = plates(window)["final"]
    window.document.do([("set", "final", "out_features", 1000)], "wider")
    window.session.check_now()
    assert plates(window)["final"] != before
    window.document.do([("remove", "final")], "away")
    window.session.check_now()
    assert "final" not in plates(window)


def test_that_the_inspector_tells_the_figures_of_the_whole_of_one_and_of_several(window: Window) -> None:
    told = {}
    for ids in ((), ("dense",), ("dense", "final"), ("dense", "conv"), ("loss",)):
        window.canvas.select(ids)
        QApplication.processEvents()
        told[ids] = lines(window)
    assert told[()] == {"Weights": "3,770", "Multiply-adds": "8,256 a sample", "Memory": "227 kB a batch"}
    assert told["dense",] == {
        "Weights": "2,080 55.2%",
        "Multiply-adds": "2,048 a sample 24.8%",
        "Memory": "4.1 kB a batch 1.8%",
    }
    assert told["dense", "final"]["Weights"] == "3,690 97.9%"
    assert told["dense", "conv"]["Weights"] == "2,160 57.3%"  # of different types
    assert told["loss",] == {}
