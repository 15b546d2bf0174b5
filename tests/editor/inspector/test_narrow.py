"""What is long in the narrow inspector: names of parameters, paths, notes."""

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QTextLayout
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionFrame,
    QToolTip,
    QWidget,
)

from editor.inspector.choice import StillCombo
from editor.inspector.form import Form
from editor.inspector.functions import BREAKS, broken
from editor.inspector.path import PathEntry, PathLine, shortened
from editor.inspector.rows import RowsEntry
from editor.inspector.settings import GraphForm
from editor.looks.pieces import Elided
from editor.looks.theme import family_font
from runtime.places import EXAMPLES
from runtime.spec.catalogue import catalogue
from tests.editor.inspector.conftest import Desk

if TYPE_CHECKING:
    from editor.window.window import Window

FAR = "../../../../../tmp/measurements/of/last/year/flowers.csv"


@pytest.fixture
def window(emptied_window: "Window") -> "Window":
    """One window for all."""
    return emptied_window


def form(desk: Desk) -> Form:
    """The form that is shown."""
    assert isinstance(desk.inspector.page, Form)
    return desk.inspector.page


@pytest.mark.parametrize("type_name", ["nn.BatchNorm2d", "nn.Transformer", "optim.RAdam", "optim.Adagrad"])
def test_that_names_of_parameters_are_read_whole(desk: Desk, type_name: str) -> None:
    desk.document.do([("add", "long", type_name, {})], "add long")
    desk.show("long")
    rows = form(desk).rows
    assert {name: row.name.text() for name, row in rows.items()} == {name: name for name in rows}
    assert all(row.entry.width() >= 30 for row in rows.values())
    assert all(row.toolTip().startswith(f"{name}: ") for name, row in rows.items())


def test_that_two_numbers_are_read_whole(desk: Desk) -> None:
    desk.document.do([("add", "adam", "optim.AdamW", {})], "add adam")
    desk.show("adam")
    line = form(desk).rows["betas"].entry.focusProxy()
    assert isinstance(line, QLineEdit) and line.text() == "[0.9, 0.999]"
    option = QStyleOptionFrame()
    line.initStyleOption(option)
    room = line.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, line).width()
    assert line.fontMetrics().horizontalAdvance(line.text()) <= room - 4  # Qt keeps 2 pixels on either side


def test_that_entries_begin_and_end_below_each_other(desk: Desk) -> None:
    desk.document.do([("add", "adam", "optim.AdamW", {})], "add adam")
    desk.show("adam")
    rows = form(desk).rows
    parts = [(row.entry.head or row.entry).geometry() for row in rows.values()]
    assert {(part.left(), part.right()) for part in parts} == {(parts[0].left(), parts[0].right())}
    assert {rows[name].height() for name in ("lr", "betas", "schedule")} == {rows["lr"].height()}


def test_that_a_long_name_stands_above_its_entry_which_begins_where_all_do(desk: Desk) -> None:
    desk.document.do([("add", "loader", "Collate", {"fields": ["image"]})], "add loader")
    desk.show("loader")
    rows = form(desk).rows
    short, *long = (rows[name] for name in ("num_workers", "persistent_workers", "multiprocessing_context"))
    for row in long:
        assert row.name.text() == row.parameter.name
        assert row.name.geometry().bottom() <= row.entry.geometry().top()
        assert row.entry.geometry().left() == short.entry.geometry().left()


def test_that_a_number_stands_as_people_write_it(desk: Desk) -> None:
    desk.document.do([("add", "adam", "optim.AdamW", {"lr": 1e10})], "add adam")
    desk.show("adam")
    line = form(desk).rows["lr"].entry.focusProxy()
    assert isinstance(line, QLineEdit) and line.text() == "1e10"


def test_that_no_parameter_of_ours_has_a_name_too_long_to_be_read(desk: Desk) -> None:
    desk.show("conv")
    font = QFontMetrics(form(desk).rows["bias"].name.font())
    names = {parameter.name for spec in catalogue().values() for parameter in spec.parameters}
    assert max(map(font.horizontalAdvance, names)) <= 146


def test_that_a_long_path_shows_its_file_and_all_of_it_in_the_tooltip(desk: Desk) -> None:
    given: dict[str, Any] = {"path": FAR}
    desk.document.do([("add", "table", "data.Table", given)], "add table")
    desk.show("table")
    entry = form(desk).rows["path"].entry
    assert isinstance(entry, PathEntry)
    line = entry.line
    assert isinstance(line, PathLine)
    assert line.shown().startswith("../") and line.shown().endswith("\u2026/flowers.csv")
    assert line.fontMetrics().horizontalAdvance(line.shown()) <= line.width() - 8
    assert (line.text(), line.toolTip()) == (FAR, FAR)
    before = line.grab().toImage()
    line.setFocus(Qt.FocusReason.TabFocusReason)
    assert line.selectedText() == FAR  # what is edited is the whole path
    line.clearFocus()
    assert line.grab().toImage() == before


def test_that_a_path_loses_of_its_folder_first_and_of_its_file_only_then(desk: Desk) -> None:
    metrics = QFontMetrics(family_font(12))
    assert shortened("data/flowers.csv", metrics, 400) == "data/flowers.csv"
    short = shortened("a_file_with_a_very_long_name_indeed.csv", metrics, 120)
    assert short.startswith("a_") and short.endswith(".csv") and "\u2026" in short
    assert metrics.horizontalAdvance(shortened(FAR, metrics, 120)) <= 120


def asked(part: QWidget) -> str:
    """The tooltip of a part under a pointer that rests on it."""
    at = part.rect().center()
    QApplication.sendEvent(part, QHelpEvent(QEvent.Type.ToolTip, at, part.mapToGlobal(at)))
    return QToolTip.text()


def test_that_long_names_of_nodes_and_fields_end_with_an_ellipsis_and_are_told_whole(desk: Desk) -> None:
    long, field = "name_of_a_node_that_nobody_reads_whole", "length_of_the_petal"
    fields = {field: {"type": "float32[2]", "columns": ["petal length", "petal width"]}, "kind": "int64[]"}
    desk.document.do([("add", long, "data.Table", {"fields": fields})], "add")
    desk.show(long)
    title = form(desk).title
    assert title is not None
    (entry,) = desk.inspector.findChildren(RowsEntry)
    desk.settle(lambda: len(entry.rows) == 2)
    first, second = (row.name for row in entry.rows)
    for line, name, told in (
        (title.name, long, long),
        (first, field, f"{field}\nFrom petal length, petal width"),
    ):
        line.clearFocus()
        assert line.text() == name
        assert name.startswith(line.shown()[:-1]) and line.shown().endswith("…")
        assert line.fontMetrics().horizontalAdvance(line.shown()) <= line.room.width()
        assert asked(line) == told
        before = line.grab().toImage()
        line.setFocus()
        assert line.grab().toImage() != before, "what is edited is the whole"
        line.clearFocus()
        assert line.grab().toImage() == before
    assert second.shown() == "kind"


def test_that_long_ports_types_and_choices_end_with_an_ellipsis_and_are_told_whole(desk: Desk) -> None:
    long = "name_of_a_node_that_nobody_reads_whole"
    desk.document.do([("add", long, "data.Noise", {"fields": {long: "float32[3, 224, 224]"}})], "add")
    desk.session.check_now()
    desk.show(long)
    cut = {each.whole: each for each in form(desk).ports.findChildren(Elided) if each.isVisible()}
    for text in (long, "float32[3, 224, 224]"):
        assert cut[text].text().endswith("…") and len(cut[text].text()) > 4
        assert cut[text].toolTip().startswith(text)
    desk.document.do([("add", f"{long}_2", "nn.Linear", {}), ("share", "model_a", f"{long}_2")], "share")
    desk.show("model_a")
    weights = form(desk).weights
    assert weights is not None
    (combo,) = weights.findChildren(StillCombo)
    assert combo.currentText() == f"{long}_2"
    assert combo.shown().endswith("…") and asked(combo).startswith(f"{long}_2\n")


def test_that_the_device_is_told_below_its_setting(window: "Window") -> None:
    window.files.open(EXAMPLES / "two_models.json")
    page = window.inspector.page
    assert isinstance(page, GraphForm)
    window.session.device = {"device": "cpu", "reason": "no GPU"}
    window.session.device_known.emit(window.session.device)
    QApplication.processEvents()
    assert page.rows["device"].y() < page.device.y() < page.rows["processes"].y()


def test_that_the_note_of_a_graph_that_is_opened_ends_with_a_whole_line(window: "Window") -> None:
    window.files.open(EXAMPLES / "two_models.json")
    QApplication.processEvents()
    page = window.inspector.page
    assert isinstance(page, GraphForm)
    note = page.note
    assert note.document().size().height() > 10
    assert (note.viewport().height() - note.document().documentMargin()) % note.fontMetrics().lineSpacing() == 0


@pytest.mark.parametrize("lines", [1, 2, 9, 10, 11, 30])
def test_that_a_note_ends_with_a_whole_line(desk: Desk, lines: int) -> None:
    desk.document.do([("note", "conv", "\n".join(["word"] * lines))], "note")
    desk.show("conv")
    note = form(desk).note
    spacing = note.fontMetrics().lineSpacing()
    shown = note.viewport().height() - note.document().documentMargin()
    assert shown // spacing == min(max(lines, 2), 10)
    if lines > 10:
        assert shown % spacing == 0
    bars = (note.verticalScrollBar(), note.horizontalScrollBar())
    assert [bar.isVisible() for bar in bars] == [lines > 10, False], "there is nothing to scroll to"


@pytest.mark.parametrize("word", ["OneCycleLR", "CosineAnnealingWarmRestarts"])
def test_that_a_choice_is_read_whole_or_ends_with_an_ellipsis(desk: Desk, word: str) -> None:
    desk.document.do([("add", "adam", "optim.AdamW", {"schedule": {"type": word}})], "add adam")
    desk.show("adam")
    (combo, *_) = form(desk).rows["schedule"].findChildren(StillCombo)
    option, control = QStyleOptionComboBox(), QStyle.ComplexControl.CC_ComboBox
    combo.initStyleOption(option)
    text: Any = option
    room = combo.style().subControlRect(control, option, QStyle.SubControl.SC_ComboBoxEditField, combo).width()
    assert combo.currentText() == word
    assert text.currentText == word or text.currentText.endswith("\u2026")
    assert combo.fontMetrics().horizontalAdvance(text.currentText) <= room
    assert text.currentText == word or len(word) > 10


@pytest.mark.parametrize(
    "path", ["/home/a person/my-models/of_last-year/v2.1/nets", "C:\\some models\\mine-alone\\nets"]
)
def test_that_a_path_that_is_to_be_trusted_is_broken_behind_its_separators_alone(desk: Desk, path: str) -> None:
    laid = QTextLayout(broken(path), family_font(12))
    laid.beginLayout()
    parts = []
    while (line := laid.createLine()).isValid():
        line.setLineWidth(110)
        parts.append(laid.text()[line.textStart() : line.textStart() + line.textLength()].rstrip(BREAKS))
    laid.endLayout()
    assert len(parts) > 1
    assert {part[-1] for part in parts[:-1]} <= {"/", "\\"}
    assert all(len(part) > 2 for part in parts)
