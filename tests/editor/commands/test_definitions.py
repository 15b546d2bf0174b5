"""Definitions in the window: the breadcrumb, the inspector inside of one, the palette and the library."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from editor.inspector.definition import DefinitionForm
from editor.inspector.form import Form
from editor.looks import theme
from editor.window.problem_row import ProblemRow
from editor.window.window import Window
from runtime.define.levels import Step
from runtime.graph.file import dump, load
from runtime.graph.model import Graph
from runtime.places import EXAMPLES
from tests.editor.canvas.hand import Hand

RESNET = load((EXAMPLES / "resnet18.json").read_bytes())
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def shared(qapp: QApplication) -> Iterator[Window]:
    """One window for all tests here: each opens the graph anew."""
    theme.apply(qapp, "dark")
    made = Window()
    made.resize(1366, 768)
    made.show()
    QTest.qWaitForWindowExposed(made)
    yield made
    made.session.trainer.kill()
    made.document.history.setClean()
    made.close()
    made.deleteLater()


@pytest.fixture
def window(shared: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Window:
    """The window with the eighteen layers, and an empty library."""
    monkeypatch.setattr("runtime.define.library.definitions_folder", lambda: tmp_path / "definitions")
    shared.shelf.look_again()
    shared.document.open(RESNET, None, EXAMPLES / "resnet18.json")
    shared.frame.show_canvas()
    shared.session.check_now()
    shared.activateWindow()
    shared.canvas.setFocus()
    QApplication.processEvents()
    return shared


def click(part: QWidget) -> None:
    """A click with the left button."""
    QTest.mouseClick(part, LEFT, Qt.KeyboardModifier.NoModifier, part.rect().center())
    QApplication.processEvents()


def write(line: QWidget, text: str) -> None:
    """Replace the text of a line and press Enter."""
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_A, CONTROL)
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)
    QApplication.processEvents()


def form(window: Window) -> DefinitionForm:
    """The page of the definition that is shown."""
    window.canvas.select([])
    QApplication.processEvents()
    return cast(DefinitionForm, window.inspector.page)


def graph(window: Window) -> Graph:
    """The graph of the file."""
    return window.document.graph


def settle(window: Window) -> None:
    """Check, and let the forms follow."""
    window.session.check_now()
    QApplication.processEvents()


def test_that_keys_lead_in_and_out_and_crumbs_lead_back(window: Window) -> None:
    crumbs = window.breadcrumb
    assert not crumbs.isVisible()
    window.canvas.select(["stage3"])
    QTest.keyClick(window.canvas.view, Qt.Key.Key_Down, CONTROL)
    window.canvas.select(["down"])
    QTest.keyClick(window.canvas.view, Qt.Key.Key_Return)
    assert [crumb.text() for crumb in crumbs.crumbs] == [window.document.title, "stage", "down_block"]
    assert crumbs.ways.currentText() == "stage3 / down"
    crumbs.ways.activated.emit(crumbs.ways.findText("stage4 / down"))
    assert window.level.steps == (Step("stage4", "stage"), Step("down", "down_block"))
    click(crumbs.crumbs[1])
    assert [step.use for step in window.level.steps] == ["stage4"]
    QTest.keyClick(window.canvas.view, Qt.Key.Key_Up, CONTROL)
    assert window.level.name == "" and not crumbs.isVisible()
    assert window.canvas.selected() == ["stage4"]


def test_that_a_click_on_a_problem_leads_into_the_definition(window: Window) -> None:
    window.document.do([("in", "basic_block", ("set", "conv2", "kernel_size", 5))], "5")
    settle(window)
    window.open_bottom("problems")
    QApplication.processEvents()
    window.problems.refresh()
    row = next(row for row in window.problems.findChildren(ProblemRow) if row.problem.node == "stage1")
    click(row)
    assert window.level.steps == (Step("stage1", "basic_block"),)
    assert window.canvas.selected() == ["added"]
    window.open_bottom(None)


def test_that_a_parameter_stands_for_one_of_the_definition_and_back(window: Window) -> None:
    window.level.show("basic_block")
    window.canvas.select(["conv1"])
    settle(window)
    page = cast(Form, window.inspector.page)
    assert page.rows["out_channels"].standing.said.whole == "channels = 64"
    assert not page.rows["out_channels"].entry.isVisible()
    _choose(page.rows["out_channels"].link, "A value of its own")
    assert graph(window).definitions["basic_block"].nodes["conv1"].parameters["out_channels"] == 64
    settle(window)
    _choose(page.rows["out_channels"].link, "channels (64)")
    assert dump(graph(window)) == dump(RESNET)
    settle(window)
    _choose(page.rows["kernel_size"].link, "New parameter kernel_size")
    assert graph(window).definitions["basic_block"].parameters == {"channels": 64, "kernel_size": 3}
    assert window.document.history.count() == 3
    window.document.history.undo()
    assert dump(graph(window)) == dump(RESNET)


def _choose(link: Any, words: str) -> None:
    """Open the menu of a link and choose by the keyboard."""
    click(link)
    menu = link.choosing
    assert words in [action.text() for action in menu.actions()]
    menu.setActiveAction(next(action for action in menu.actions() if action.text() == words))
    QTest.keyClick(menu, Qt.Key.Key_Return)
    QApplication.processEvents()


def test_that_the_form_renames_orders_adds_and_removes_ports_and_parameters(window: Window) -> None:
    window.level.show("stage")
    write(form(window).name, "level")
    assert graph(window).nodes["stage2"].type == "definition.level"
    assert window.level.name == "level"
    click(form(window).more["Inputs"])
    write(form(window).inputs["x_2"].name, "other")
    click(form(window).inputs["other"].up)
    assert list(form(window).inputs) == ["other", "x"]
    click(form(window).more["Parameters"])
    write(form(window).parameters["size"].name, "scale")
    write(form(window).parameters["scale"].default, "0.5")
    assert graph(window).definitions["level"].parameters == {"channels": 128, "scale": 0.5}
    write(form(window).parameters["channels"].default, "many")
    assert form(window).wrong.text().startswith("channels needs a whole number")
    click(form(window).parameters["channels"].away)
    assert graph(window).nodes["stage3"].parameters == {}
    assert graph(window).definitions["level"].nodes["down"].parameters == {"channels": 128}
    click(form(window).inputs["other"].away)
    click(form(window).inputs["x"].away)
    assert all(edge.target.node != "stage2" for edge in graph(window).edges)
    while window.document.history.canUndo():
        window.document.history.undo()
    assert dump(graph(window)) == dump(RESNET)


def test_that_a_use_is_edited_in_the_inspector_and_leads_in(window: Window) -> None:
    window.canvas.select(["stage1"])
    settle(window)
    page = cast(Form, window.inspector.page)
    focus = page.rows["repeat"].entry.focusProxy()
    assert focus is not None and page.enter is not None
    write(focus, "3")
    assert graph(window).nodes["stage1"].parameters == {"repeat": 3}
    click(page.enter)
    assert window.level.name == "basic_block"


def test_that_shortcuts_group_and_dissolve(window: Window) -> None:
    window.canvas.select(["stem", "norm"])
    QTest.keyClick(window.canvas.view, Qt.Key.Key_G, CONTROL)
    assert graph(window).nodes["block"].type == "definition.block"
    line = window.canvas.renaming.line
    assert line and line.selectedText() == "block"
    QTest.keyClick(line, Qt.Key.Key_Z, CONTROL)  # nothing was typed yet: it is the grouping that is undone
    assert set(graph(window).nodes) == set(RESNET.nodes)
    window.document.history.redo()
    window.canvas.select(["block"])
    QTest.keyClick(window.canvas.view, Qt.Key.Key_F2)
    line = window.canvas.renaming.line
    assert line
    QTest.keyClicks(line, "first layers")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert graph(window).nodes["first_layers"].type == "definition.first_layers"
    assert "block" not in graph(window).definitions and window.canvas.selected() == ["first_layers"]
    QTest.keyClick(window.canvas.view, Qt.Key.Key_G, CONTROL | SHIFT)
    assert set(graph(window).nodes) == set(RESNET.nodes)
    assert {id: graph(window).layout[id] for id in ("stem", "norm")} == {
        id: RESNET.layout[id] for id in ("stem", "norm")
    }


def test_that_definitions_stand_in_palette_and_search(window: Window) -> None:
    palette = window.palette_panel
    assert palette.tree.type_item("definition.stage") is not None
    assert palette.tree.type_item("Input") is None
    QTest.keyClicks(palette.search, "down_block")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert graph(window).nodes["down_block"].type == "definition.down_block"
    palette.search.clear()
    window.search()
    QTest.keyClicks(window.searching.popup.field, "basic_block")
    QTest.keyClick(window.searching.popup.field, Qt.Key.Key_Return)
    assert graph(window).nodes["basic_block"].type == "definition.basic_block"
    window.level.show("stage")
    assert palette.tree.type_item("Input") is not None


def test_that_the_library_keeps_definitions_for_other_files(window: Window) -> None:
    window.shelf.palette.asked.emit("keep", "definition.stage")
    assert window.palette_panel.tree.type_item("library.stage") is not None
    window.document.open(Graph(), None)
    assert window.palette_panel.tree.type_item("definition.stage") is None
    Hand(window.canvas).drop_type("library.stage", QPoint(200, 200))
    assert set(graph(window).definitions) == {"basic_block", "down_block", "stage"}
    assert graph(window).nodes["stage"].type == "definition.stage"
    window.document.history.undo()
    assert graph(window) == Graph()
    item = window.palette_panel.tree.type_item("library.stage")
    assert item is not None
    window.palette_panel.tree.setCurrentItem(item)
    window.palette_panel.tree.setFocus()
    QTest.keyClick(window.palette_panel.tree, Qt.Key.Key_Delete)
    assert window.palette_panel.tree.type_item("library.stage") is None


def test_that_a_preview_inside_of_a_definition_is_plainly_refused(window: Window) -> None:
    window.level.show("basic_block")
    window.canvas.select(["conv1"])
    QTest.keyClick(window.canvas.view, Qt.Key.Key_P)
    assert "not inside of a definition" in window.strip.sentence.whole
