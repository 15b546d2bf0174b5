"""The inspector driven by keys and mouse; what counts is the graph in the document."""

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from editor.inspector.form import Form
from editor.inspector.functions import SourceEntry
from editor.inspector.joining import JoiningEntry
from editor.inspector.rows import RowsEntry
from editor.inspector.settings import GraphForm
from editor.looks.pieces import Elided, TextButton
from runtime.graph.edit import Edit
from tests.editor.inspector.conftest import Desk


def line(part: QWidget) -> QLineEdit:
    """The part as the line that it is."""
    assert isinstance(part, QLineEdit)
    return part


def said(part: QWidget) -> list[str]:
    """The texts that a part shows."""
    return [label.whole for label in part.findChildren(Elided) if label.isVisible()]


def form(desk: Desk) -> Form:
    """The form that is shown."""
    assert isinstance(desk.inspector.page, Form)
    return desk.inspector.page


class Windows(QObject):
    """Counts windows that are shown, also those that are gone at once."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count a window."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


@pytest.mark.parametrize("node", ["", "digits", "batches", "noise", "model_a"])
def test_that_a_form_opens_no_window_of_its_own(desk: Desk, qapp: QApplication, node: str) -> None:
    windows = Windows()
    desk.show("conv")
    qapp.installEventFilter(windows)
    desk.show(*filter(None, [node]))
    for entry in desk.inspector.findChildren(RowsEntry):
        desk.click(entry.more)
    QApplication.processEvents()
    qapp.removeEventFilter(windows)
    assert windows.shown == []


def test_that_a_number_is_set_by_typing_and_enter(desk: Desk) -> None:
    desk.show("model_a")
    desk.type("out_features", "12")
    assert desk.parameters("model_a") == {"out_features": 12}
    desk.document.history.undo()
    assert desk.parameters("model_a") == {"out_features": 5}
    desk.settle(lambda: line(desk.field("out_features")).text() == "5")


def test_that_a_number_is_set_when_the_field_is_left(desk: Desk) -> None:
    desk.show("model_a")
    desk.type("out_features", "9", enter=False)
    assert desk.parameters("model_a") == {"out_features": 5}
    desk.key(desk.field("out_features"), Qt.Key.Key_Tab)
    assert desk.parameters("model_a") == {"out_features": 9}


def test_that_what_was_typed_is_set_before_another_node_is_shown(desk: Desk) -> None:
    desk.show("model_a")
    desk.type("out_features", "9", enter=False)
    desk.show("model_b")
    assert desk.parameters("model_a") == {"out_features": 9}
    assert desk.parameters("model_b") == {"out_features": 7}


def test_that_a_click_on_what_takes_no_focus_finds_the_text_committed(desk: Desk) -> None:
    run = QWidget()
    desk.qtbot.addWidget(run)
    run.show()
    desk.show("model_a")
    desk.type("out_features", "9", enter=False)
    QTest.mouseClick(run, Qt.MouseButton.LeftButton)
    assert desk.parameters("model_a") == {"out_features": 9}


def test_that_escape_takes_back_what_was_typed(desk: Desk) -> None:
    desk.show("model_a")
    desk.type("out_features", "999", enter=False)
    desk.key(desk.field("out_features"), Qt.Key.Key_Escape)
    assert line(desk.field("out_features")).text() == "5"
    assert desk.parameters("model_a") == {"out_features": 5}
    assert desk.document.history.count() == 0


def test_that_only_what_differs_from_the_default_is_written(desk: Desk) -> None:
    desk.show("model_a")
    desk.type("out_features", "64")
    assert desk.parameters("model_a") == {}
    desk.show("conv")
    desk.type("kernel_size", "[3, 5]")
    assert desk.parameters("conv") == {"kernel_size": [3, 5]}
    desk.settle(desk.row("kernel_size").back.isVisible)
    desk.click(desk.row("kernel_size").back)
    assert desk.parameters("conv") == {}


@pytest.mark.parametrize(
    ("text", "sentence"), [("0", "Needs at least 1, got 0"), ("many", "Needs a whole number, got many")]
)
def test_that_what_is_no_value_is_refused_with_a_sentence_at_its_field(desk: Desk, text: str, sentence: str) -> None:
    desk.show("model_a")
    desk.type("out_features", text)
    wrong = desk.row("out_features").wrong
    assert wrong.isVisible() and wrong.text() == sentence
    assert line(desk.field("out_features")).text() == text
    assert desk.parameters("model_a") == {"out_features": 5}
    desk.type("out_features", "6")
    desk.settle(lambda: not wrong.isVisible())
    assert desk.parameters("model_a") == {"out_features": 6}


def test_that_an_inferred_parameter_is_shown_grey_and_can_be_pinned(desk: Desk) -> None:
    desk.show("model_a")
    part = line(desk.field("in_features"))
    assert part.text() == "" and part.placeholderText() == "64"
    desk.click(desk.row("in_features").back)
    assert desk.parameters("model_a") == {"out_features": 5, "in_features": 64}
    desk.settle(lambda: part.text() == "64")
    desk.click(desk.row("in_features").back)
    assert desk.parameters("model_a") == {"out_features": 5}


def test_that_a_word_that_the_wire_tells_is_shown_and_can_be_pinned(desk: Desk) -> None:
    edits: list[Edit] = [
        ("add", "f1", "metric.F1Score", {"average": "macro"}, (900, 300)),
        ("connect", "model_a.output", "f1.input"),
        ("connect", "batches.label", "f1.target"),
    ]
    desk.document.do(edits, "Add f1")
    desk.session.check_now()
    desk.show("f1")
    combo = desk.field("task")
    assert isinstance(combo, QComboBox)
    desk.settle(lambda: combo.currentText() == "multiclass by the wire")
    assert line(desk.field("num_classes")).placeholderText() == "5"
    desk.click(desk.row("task").back)
    assert desk.parameters("f1") == {"average": "macro", "task": "multiclass"}
    desk.settle(lambda: combo.currentText() == "multiclass")


def test_that_a_wrong_pin_shows_its_problem_at_the_field_and_its_repair_mends_it(desk: Desk) -> None:
    desk.show("model_a")
    desk.type("in_features", "60")
    row = desk.row("in_features")
    desk.settle(lambda: bool(row.shown))
    (button,) = [each for each in row.findChildren(TextButton) if each.words == "Take in_features from the wire"]
    desk.click(button)
    assert desk.parameters("model_a") == {"out_features": 5}
    desk.settle(lambda: not row.shown)


@pytest.mark.parametrize("pinned", [3, "many"])
def test_that_taking_a_pin_out_has_one_name(desk: Desk, pinned: object) -> None:
    desk.document.do([("set", "model_a", "in_features", pinned)], "pin")
    desk.session.check_now()
    desk.show("model_a")
    (problem,) = (each for each in desk.session.report.problems if each.node == "model_a" and each.severity == "error")
    assert desk.row("in_features").back.toolTip() == problem.repairs[0].label == "Take in_features from the wire"


def test_that_a_box_and_a_choice_are_set_by_click_and_key(desk: Desk) -> None:
    desk.show("conv")
    box, combo = desk.field("bias"), desk.field("padding_mode")
    assert isinstance(box, QCheckBox) and isinstance(combo, QComboBox)
    desk.click(box)
    assert desk.parameters("conv") == {"bias": False}
    desk.click(box)
    assert desk.parameters("conv") == {}
    combo.setFocus()
    desk.key(combo, Qt.Key.Key_Down)
    assert desk.parameters("conv") == {"padding_mode": combo.currentText()}
    assert combo.currentText() != "zeros"


def test_that_a_node_is_renamed_with_its_wires_and_stays_shown(desk: Desk) -> None:
    desk.show("model_a")
    title = form(desk).title
    assert title is not None
    desk.write(title.name, "Small model")
    desk.key(title.name, Qt.Key.Key_Return)
    assert "small_model" in desk.document.graph.nodes
    assert ("flat", "small_model") in [(e.source.node, e.target.node) for e in desk.document.graph.edges]
    assert desk.inspector.ids == ("small_model",)
    desk.document.history.undo()
    assert desk.inspector.ids == ("model_a",)
    desk.settle(lambda: title.name.text() == "model_a")


def test_that_a_rename_keeps_the_form_while_the_selection_follows(desk: Desk) -> None:
    """The canvas takes the old node out of the selection and puts the new one in, while the key is still down."""

    def select(change: Any) -> None:
        desk.inspector.show_nodes([])
        desk.inspector.show_nodes(list(change.added_nodes()))

    desk.show("model_a")
    desk.document.changed.connect(select)
    page = form(desk)
    assert page.title is not None
    desk.write(page.title.name, "head")
    desk.key(page.title.name, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert desk.inspector.page is page
    assert desk.inspector.ids == ("head",)


def test_that_a_node_may_go_while_something_is_typed_for_it(desk: Desk) -> None:
    desk.document.do([("note", "model_a", "x")], "note")
    desk.document.do([("remove", "model_b")], "remove")
    desk.document.history.undo()
    desk.show("model_b")
    desk.type("out_features", "9", enter=False)
    desk.document.changed.connect(lambda _: desk.inspector.show_nodes([]))
    desk.document.history.redo()
    QApplication.processEvents()
    assert "model_b" not in desk.document.graph.nodes
    assert isinstance(desk.inspector.page, GraphForm)


def test_that_renaming_a_field_of_collate_keeps_its_wires(desk: Desk) -> None:
    desk.show("batches")
    entry = desk.row("fields").entry
    assert isinstance(entry, RowsEntry)
    name = entry.rows[0].name
    desk.write(name, "pixels")
    desk.key(name, Qt.Key.Key_Return)
    assert desk.parameters("batches") == {"fields": ["pixels", "label"]}
    wires = {(str(edge.source), str(edge.target)) for edge in desk.document.graph.edges}
    assert {("digits.image", "batches.pixels"), ("batches.pixels", "flat.input")} <= wires
    assert desk.document.history.count() == 1


def test_that_removing_a_field_removes_its_wires_in_one_step(desk: Desk) -> None:
    before = desk.document.graph
    desk.show("batches")
    entry = desk.row("fields").entry
    assert isinstance(entry, RowsEntry)
    desk.click(entry.rows[1].away)
    assert desk.parameters("batches") == {"fields": ["image"]}
    assert not [edge for edge in desk.document.graph.edges if "label" in (edge.source.port, edge.target.port)]
    desk.document.history.undo()
    assert desk.document.graph == before


def test_that_a_field_of_noise_gets_a_name_and_a_type(desk: Desk) -> None:
    desk.show("noise")
    entry = desk.row("fields").entry
    assert isinstance(entry, RowsEntry)
    desk.click(entry.more)
    desk.settle(lambda: len(entry.rows) == 2 and entry.rows[1].name.hasFocus())
    QTest.keyClicks(entry.rows[1].name, "words")
    desk.key(entry.rows[1].name, Qt.Key.Key_Tab)
    assert entry.rows[1].type.hasFocus()
    QTest.keyClicks(entry.rows[1].type, "int64[10]")
    desk.key(entry.rows[1].type, Qt.Key.Key_Return)
    fields: object = desk.parameters("noise")["fields"]
    assert fields == {"image": "float32[3, 8, 8]", "words": "int64[10]"}


def test_that_a_field_that_is_added_to_a_table_is_right_as_it_is(desk: Desk) -> None:
    desk.document.do([("add", "table", "data.Table", {})], "add")
    desk.show("table")
    (entry,) = desk.inspector.findChildren(RowsEntry)
    desk.click(entry.more)
    assert desk.parameters("table")["fields"] == {"field": "float32[]"}
    desk.settle(lambda: len(entry.rows) == 1)
    assert QApplication.focusWidget() is entry.rows[0].name and entry.rows[0].name.selectedText() == "field"
    assert [each for each in desk.session.report.problems if each.node == "table" and each.severity == "error"] == []


def test_that_a_type_that_is_none_is_refused(desk: Desk) -> None:
    desk.show("noise")
    entry = desk.row("fields").entry
    assert isinstance(entry, RowsEntry)
    desk.write(entry.rows[0].type, "tensor")
    desk.key(entry.rows[0].type, Qt.Key.Key_Return)
    assert desk.parameters("noise")["fields"] == {"image": "float32[3, 8, 8]"}
    assert "Needs a type" in desk.row("fields").wrong.text()


def test_that_an_own_function_for_a_field_is_written_and_shows_that_it_is_not_trusted(desk: Desk) -> None:
    desk.show("batches")
    entry = desk.row("collate").entry
    assert isinstance(entry, JoiningEntry)
    _, combo, _, box = entry.ways["image"]
    combo.setFocus()
    desk.key(combo, Qt.Key.Key_End)
    assert combo.currentText() == "function"
    desk.settle(box.isVisible)
    desk.settle(box.shield.isVisible)
    box.code.setFocus()
    box.code.selectAll()
    QTest.keyClicks(box.code, "def join(samples):")
    desk.key(box.code, Qt.Key.Key_Return)
    QTest.keyClicks(box.code, "return torch.stack(samples)")
    type_line = box.lines["output"]
    desk.write(type_line, "float32[1, 8, 8]")
    desk.key(type_line, Qt.Key.Key_Return)
    lines = ["def join(samples):", "    return torch.stack(samples)"]
    assert desk.parameters("batches")["collate"] == {"image": {"function": lines, "output": "float32[1, 8, 8]"}}


def test_that_a_function_of_whole_samples_is_begun_and_removed(desk: Desk) -> None:
    desk.show("batches")
    entry = desk.row("collate_fn").entry
    assert isinstance(entry, SourceEntry)
    desk.click(entry.write)
    value = desk.parameters("batches")["collate_fn"]
    assert isinstance(value, dict) and value["function"][3].startswith("def join_samples")
    desk.settle(entry.away.isVisible)
    desk.click(entry.away)
    assert "collate_fn" not in desk.parameters("batches")


def test_that_a_note_is_kept_with_the_node(desk: Desk) -> None:
    desk.show("model_a")
    note = form(desk).note
    desk.click(note)
    desk.settle(lambda: desk.inspector.help.text() == "Leaving it or Ctrl+Enter commits.")  # Enter is a new line here
    QTest.keyClicks(note, "The small one.")
    form(desk).rows["out_features"].entry.setFocus()
    assert desk.document.graph.nodes["model_a"].extra == {"note": "The small one."}


def test_that_the_settings_of_the_run_are_set_where_no_node_is_chosen(desk: Desk) -> None:
    desk.show()
    page = desk.inspector.page
    assert isinstance(page, GraphForm)
    desk.type("epochs", "12")
    assert desk.document.graph.run == {"epochs": 12}
    desk.type("epochs", "5")
    assert desk.document.graph.run == {}
    desk.click(page.note)
    QTest.keyClicks(page.note, "Two heads.")
    page.rows["seed"].entry.setFocus()
    assert desk.document.graph.extra == {"note": "Two heads."}
    desk.document.history.undo()
    assert desk.document.graph.extra == {}


def test_that_the_types_of_the_ports_follow_the_graph(desk: Desk) -> None:
    desk.show("model_a")
    ports = form(desk).ports
    desk.settle(lambda: "float32[B, 5]" in said(ports))
    desk.type("out_features", "6")
    desk.settle(lambda: "float32[B, 6]" in said(ports))


def test_that_a_removed_node_leaves_the_form(desk: Desk) -> None:
    desk.show("model_a")
    desk.document.do([("remove", "model_a")], "Remove model_a")
    desk.settle(lambda: isinstance(desk.inspector.page, GraphForm))


def test_that_ctrl_z_is_left_to_the_graph_where_a_field_has_nothing_to_undo(desk: Desk) -> None:
    desk.show("model_a")
    desk.type("out_features", "9")
    undo = desk.document.history.createUndoAction(desk.inspector)
    undo.setShortcut("Ctrl+Z")
    desk.inspector.addAction(undo)
    desk.settle(lambda: not line(desk.field("out_features")).isUndoAvailable())
    desk.key(desk.field("out_features"), Qt.Key.Key_Z, control=True)
    assert desk.parameters("model_a") == {"out_features": 5}


@pytest.mark.parametrize("node", ["digits", "batches", "flat", "model_a", "conv", "noise"])
def test_that_whatever_takes_keys_has_a_name(desk: Desk, node: str) -> None:
    desk.show(node)
    page = desk.inspector.page
    assert page is not None
    parts = [*page.findChildren(QLineEdit), *page.findChildren(QComboBox), *page.findChildren(QPlainTextEdit)]
    nameless = [part for part in (*parts, *page.findChildren(QCheckBox)) if not part.accessibleName()]
    assert [part for part in nameless if part.isVisibleTo(page)] == []
