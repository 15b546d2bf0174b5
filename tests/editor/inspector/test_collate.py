"""The form of Collate: what of it changes the node's ports, and that wires follow."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox

from editor.inspector.form import Form
from editor.inspector.functions import SourceEntry
from editor.inspector.joining import JoiningEntry
from editor.inspector.rows import RowsEntry
from editor.window.problem_row import ProblemRow, RepairButton
from tests.editor.inspector.conftest import Desk


def joining(desk: Desk) -> JoiningEntry:
    """The entry that says how each field becomes a batch."""
    entry = desk.row("collate").entry
    assert isinstance(entry, JoiningEntry)
    return entry


def outputs(desk: Desk) -> list[str]:
    """The outputs of the batches that have a type."""
    desk.session.check_now()
    return [str(end) for end in desk.session.report.types if end.node == "batches"]


def wires(desk: Desk) -> set[tuple[str, str]]:
    """The wires at the batches."""
    edges = desk.document.graph.edges
    return {(str(e.source), str(e.target)) for e in edges if "batches" in (e.source.node, e.target.node)}


def chosen(desk: Desk, combo: QComboBox, key: Qt.Key, times: int = 1) -> None:
    """Press a key in a combo."""
    combo.setFocus()
    for _ in range(times):
        desk.key(combo, key)


def test_that_padding_gives_lengths_and_a_mask_and_fills_up_with_what_is_typed(desk: Desk) -> None:
    desk.show("batches")
    _, combo, filler, _ = joining(desk).ways["image"]
    assert not filler.isVisible()
    chosen(desk, combo, Qt.Key.Key_Down)
    assert desk.parameters("batches")["collate"] == {"image": "pad"}
    assert outputs(desk) == [f"batches.{name}" for name in ("image", "image_length", "image_mask", "label")]
    assert list(joining(desk).ways) == ["image", "label"]
    desk.settle(filler.isVisible)
    desk.write(filler, "-1.5")
    desk.key(filler, Qt.Key.Key_Return)
    assert desk.parameters("batches")["collate"] == {"image": {"pad": -1.5}}
    desk.write(filler, "much")
    desk.key(filler, Qt.Key.Key_Return)
    assert desk.parameters("batches")["collate"] == {"image": {"pad": -1.5}}
    assert "Needs a number to pad image with" in desk.row("collate").wrong.text()


def test_that_wires_of_a_mask_follow_the_name_of_their_field_and_go_with_its_padding(desk: Desk) -> None:
    desk.document.do([("set", "batches", "collate", {"image": "pad"}), ("set", "batches", "bucket_by", "image")], "")
    desk.document.do([("connect", "batches.image_mask", "conv.input")], "")
    desk.show("batches")
    entry = desk.row("fields").entry
    assert isinstance(entry, RowsEntry)
    desk.write(entry.rows[0].name, "pixels")
    desk.key(entry.rows[0].name, Qt.Key.Key_Return)
    parameters = desk.parameters("batches")
    assert (parameters["collate"], parameters["bucket_by"]) == ({"pixels": "pad"}, "pixels")
    assert ("batches.pixels_mask", "conv.input") in wires(desk)
    desk.settle(lambda: "pixels" in joining(desk).ways)
    chosen(desk, joining(desk).ways["pixels"][1], Qt.Key.Key_Up)
    assert "collate" not in desk.parameters("batches")
    assert not any(target == "conv.input" for _, target in wires(desk))
    desk.document.history.undo()
    assert ("batches.pixels_mask", "conv.input") in wires(desk)


def test_that_a_renamed_field_keeps_the_type_that_was_declared_for_it(desk: Desk) -> None:
    own = {
        "function": ["def join(samples):", "    return samples"],
        "outputs": {"image": "float32[64]", "label": "int64[]"},
    }
    way = {"label": {"function": ["def one(samples):", "    return samples"], "output": "int64[2]"}}
    desk.document.do([("set", "batches", "collate_fn", own), ("set", "batches", "collate", way)], "")
    before = desk.document.graph
    desk.show("batches")
    entry = desk.row("fields").entry
    assert isinstance(entry, RowsEntry)
    for row, name in zip(entry.rows, ("pixels", "digit"), strict=True):
        desk.write(row.name, name)
        desk.key(row.name, Qt.Key.Key_Return)
    parameters = desk.parameters("batches")
    assert parameters["collate_fn"] == {**own, "outputs": {"pixels": "float32[64]", "digit": "int64[]"}}
    assert parameters["collate"] == {"digit": way["label"]}
    desk.document.history.undo()
    desk.document.history.undo()
    assert desk.document.graph == before


def test_that_a_type_of_a_batch_is_refused_at_its_field_and_stays_to_be_mended(desk: Desk) -> None:
    own = {"function": ["def join(samples):", "    return samples"], "outputs": {"label": "int64[]"}}
    desk.document.do([("set", "batches", "collate_fn", own)], "")
    desk.show("batches")
    row = desk.row("collate_fn")
    assert isinstance(row.entry, SourceEntry)
    line = row.entry.box.lines["image"]
    assert line.placeholderText() == "such as int64[10]"
    desk.write(line, "float32[B, 64]")
    desk.key(line, Qt.Key.Key_Return)
    assert desk.parameters("batches")["collate_fn"] == own
    assert "leave B out: write float32[64]" in row.wrong.text()
    code = row.entry.box.code
    desk.click(code)
    desk.key(code, Qt.Key.Key_End, control=True)
    QTest.keyClicks(code, "  # mine")
    desk.click(desk.field("batch_size"))
    assert desk.parameters("batches")["collate_fn"]["function"][-1].endswith("# mine"), "no wrong type holds it back"
    assert line.text() == "float32[B, 64]"
    desk.write(line, "float32[64]")
    desk.key(line, Qt.Key.Key_Return)
    assert desk.parameters("batches")["collate_fn"]["outputs"] == {"image": "float32[64]", "label": "int64[]"}
    assert not row.wrong.isVisible()


def test_that_a_type_of_a_batch_in_a_file_is_told_and_mended_at_its_row(desk: Desk) -> None:
    own = {"function": ["def join(samples):", "    return samples"]}
    told = {"image": "float32[B, 64]", "label": "int64[]"}
    desk.document.do([("set", "batches", "collate_fn", {**own, "outputs": told})], "")
    desk.session.check_now()
    desk.show("batches")
    (problem,) = desk.row("collate_fn").shown
    assert problem.repairs[0].label == "Declare it without B"
    button = desk.row("collate_fn").findChildren(RepairButton)[0]
    desk.click(button)
    assert desk.parameters("batches")["collate_fn"] == {**own, "outputs": {**told, "image": "float32[64]"}}


def test_that_balanced_sampling_shows_an_input_whose_wire_goes_with_it(desk: Desk) -> None:
    desk.show("batches")
    combo = desk.field("sampling")
    assert isinstance(combo, QComboBox)
    chosen(desk, combo, Qt.Key.Key_Down)
    assert desk.parameters("batches")["sampling"] == "balanced"
    desk.session.check_now()
    told = [problem.message for problem in desk.session.report.problems if problem.port == "sample_by"]
    assert told == ["batches.sample_by is to be connected."]
    desk.document.do([("connect", "digits.label", "batches.sample_by")], "")
    desk.session.check_now()
    assert not [problem for problem in desk.session.report.problems if problem.node == "batches"]
    chosen(desk, combo, Qt.Key.Key_Up)
    assert "sampling" not in desk.parameters("batches")
    assert ("digits.label", "batches.sample_by") not in wires(desk)
    assert ("digits.label", "batches.label") in wires(desk)


def test_that_bucket_by_offers_the_fields(desk: Desk) -> None:
    desk.show("batches")
    combo = desk.field("bucket_by")
    assert isinstance(combo, QComboBox)
    assert [combo.itemText(at) for at in range(combo.count())] == ["none", "image", "label"]
    chosen(desk, combo, Qt.Key.Key_Down)
    assert desk.parameters("batches")["bucket_by"] == "image"
    chosen(desk, combo, Qt.Key.Key_Up)
    assert "bucket_by" not in desk.parameters("batches")


def test_that_the_form_is_no_wider_than_the_panel(desk: Desk) -> None:
    desk.document.do([("set", "batches", "collate", {"image": {"pad": 0.5}, "label": "list"})], "")
    desk.show("batches")
    assert desk.inspector.page is not None
    assert desk.inspector.page.minimumSizeHint().width() <= desk.inspector.area.viewport().width()


def test_that_the_form_says_how_the_data_is_fed_and_why(desk: Desk) -> None:
    desk.show("batches")
    assert isinstance(desk.inspector.page, Form) and desk.inspector.page.fed is not None
    told = desk.inspector.page.fed
    assert told.text().startswith("Gathered from memory")
    desk.type("num_workers", "2")
    desk.settle(lambda: told.text() == "Loaded sample by sample: batches has workers.")


def test_that_the_row_in_use_stays_where_it_is_when_something_is_said_above_it(desk: Desk) -> None:
    desk.inspector.resize(270, 420)
    desk.show("batches")
    area, row = desk.inspector.area, desk.row("validation")
    desk.field("validation").setFocus()
    QApplication.processEvents()
    area.ensureWidgetVisible(row)
    QApplication.processEvents()
    before = row.mapTo(area.viewport(), QPoint()).y()
    form = desk.inspector.page
    assert isinstance(form, Form) and not form.findChildren(ProblemRow)
    desk.document.do([("disconnect", "digits.image", "batches.image"), ("connect", "noise.image", "batches.image")], "")
    desk.session.check_now()
    desk.settle(lambda: bool(form.findChildren(ProblemRow)))
    QApplication.processEvents()
    QApplication.processEvents()
    assert sum(each.height() for each in form.findChildren(ProblemRow) if each.y() < row.y()) > 40
    assert row.mapTo(area.viewport(), QPoint()).y() == before
