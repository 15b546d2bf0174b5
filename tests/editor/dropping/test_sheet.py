"""The sheet after a drop: real files are dropped, guesses are changed by keys, and what is made is one step."""

import base64
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, QProcess, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from editor.dropping.columns import KIND, MISSING, ROLE
from editor.dropping.rows import WIDE, Rows, Thumbnails, shared
from editor.dropping.sheet import DataSheet
from editor.looks.pieces import TextButton
from editor.window.window import Window
from runtime.check.check import check
from runtime.graph.model import Graph
from tests.editor.canvas.hand import Hand
from tests.runtime.propose.looks import PENGUINS

KEEP = QItemSelectionModel.SelectionFlag.NoUpdate
LONG = 30_000  # ms: a process starts
BIRDS = "wing,weight,ring,kind\n" + "".join(
    f"{at % 7}.5,{at % 11},{at % 3},{'tern' if at % 2 else 'gull'}\n" for at in range(40)
)


@pytest.fixture
def birds(tmp_path: Path) -> Path:
    """A table of two kinds of birds."""
    file = tmp_path / "Some birds.csv"
    file.write_text(BIRDS)
    return file


def dropped(window: Window, qtbot: QtBot, file: Path) -> DataSheet:
    """The sheet after a drop on the canvas."""
    window.frame.show_canvas()
    assert Hand(window.canvas).drop_files([file], QPoint(300, 200))
    (sheet,) = window.drops.sheets.values()
    qtbot.waitUntil(sheet.only.isVisible, timeout=LONG)
    return sheet


def shown(window: Window, look: dict[str, object]) -> DataSheet:
    """The sheet of a look that tells all that a look can tell."""
    sheet = DataSheet("penguins.csv", window)
    sheet.show()
    window.drops.adding.show(sheet, Path("penguins.csv"), QPointF(), look)
    return sheet


def click(button: QAbstractButton) -> None:
    """A click with the left button."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(sheet: DataSheet, title: str, column: int, word: str) -> None:
    """By keys: to a cell, Space, Down as far as the word, Enter."""
    table = sheet.table
    row = [each.title for each in sheet.columns].index(title)
    table.setFocus()
    table.selectionModel().setCurrentIndex(table.columns_model.index(row, column), KEEP)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert table.menu is not None
    while table.menu.activeAction().text() != word:
        QTest.keyClick(table.menu, Qt.Key.Key_Down)
    QTest.keyClick(table.menu, Qt.Key.Key_Return)


def types(graph: Graph) -> set[str]:
    """The node types of a graph."""
    return {node.type for node in graph.nodes.values()}


def test_that_enter_makes_a_graph_that_trains_in_one_step(window: Window, qtbot: QtBot, birds: Path) -> None:
    sheet = dropped(window, qtbot, birds)
    assert window.document.graph.nodes == {}
    assert "predict kind (2 classes)" in sheet.sentence.text()
    QTest.keyClick(sheet.table, Qt.Key.Key_Return)
    graph = window.document.graph
    assert {"data.Table", "Collate", "nn.Linear", "nn.CrossEntropyLoss", "optim.AdamW"} <= types(graph)
    assert check(graph).sound
    assert (window.document.folder / str(graph.nodes["some_birds"].parameters["path"])).resolve() == birds
    assert set(graph.layout) == set(graph.nodes)
    assert window.document.history.count() == 1
    window.document.history.undo()
    assert window.document.graph == Graph()


def test_that_no_two_new_nodes_stand_on_each_other(window: Window, qtbot: QtBot, birds: Path) -> None:
    click(dropped(window, qtbot, birds).whole)
    boxes = list(window.canvas.mirror.rects().values())
    assert not [1 for at, one in enumerate(boxes) for two in boxes[:at] if one.intersects(two)]


def test_that_the_dataset_alone_is_one_node_where_the_file_was_dropped(
    window: Window, qtbot: QtBot, birds: Path
) -> None:
    click(dropped(window, qtbot, birds).only)
    (node,) = window.document.graph.nodes.values()
    assert list(node.parameters["fields"]) == ["features", "kind"]
    window.document.history.undo()
    assert window.document.graph.nodes == {}


def test_that_beside_a_loader_enter_adds_the_dataset_alone(window: Window, qtbot: QtBot, birds: Path) -> None:
    window.document.do([("add", "rows", "Collate", {})], "Add rows")
    sheet = dropped(window, qtbot, birds)
    assert not sheet.whole.isEnabled()
    assert "a loader already, rows" in sheet.whole.toolTip()
    QTest.keyClick(sheet.table, Qt.Key.Key_Return)
    assert set(window.document.graph.nodes) == {"rows", "some_birds"}


def test_that_another_target_is_one_change(window: Window, qtbot: QtBot, birds: Path) -> None:
    sheet = dropped(window, qtbot, birds)
    sheet.target.setFocus()
    while sheet.target.currentText() != "weight":
        QTest.keyClick(sheet.target, Qt.Key.Key_Up)
    assert "predict weight in standard deviations by squared error" in sheet.sentence.text()
    click(sheet.whole)
    graph = window.document.graph
    assert graph.nodes["some_birds"].parameters["fields"]["weight"] == {"type": "float32[]", "column": "weight"}
    assert "nn.MSELoss" in types(graph)
    assert check(graph).sound


def test_that_a_column_is_left_out_by_keys(window: Window, qtbot: QtBot, birds: Path) -> None:
    sheet = dropped(window, qtbot, birds)
    choose(sheet, "ring", ROLE, "leave out")
    click(sheet.only)
    (node,) = window.document.graph.nodes.values()
    assert node.parameters["fields"]["features"] == {"type": "float32[2]", "columns": ["wing", "weight"]}


def test_that_a_category_becomes_text_by_keys(window: Window, qtbot: QtBot, birds: Path) -> None:
    sheet = dropped(window, qtbot, birds)
    choose(sheet, "kind", KIND, "text")
    click(sheet.only)
    (node,) = window.document.graph.nodes.values()
    assert node.parameters["fields"]["kind"] == {"type": "text", "column": "kind"}


def test_that_several_selected_columns_are_changed_at_once(window: Window) -> None:
    sheet = shown(window, PENGUINS)
    sheet.table.selectAll()
    choose(sheet, "island", ROLE, "leave out")
    assert not any(each.used for each in sheet.columns)
    assert not sheet.only.isEnabled()
    sheet.reject()


def test_that_rows_ranges_and_missing_values_are_shown(window: Window) -> None:
    sheet = shown(window, PENGUINS)
    model = sheet.table.columns_model
    told = [[str(model.index(row, at).data()) for at in range(model.columnCount())] for row in range(model.rowCount())]
    assert told[0][:4] == ["species", "category", "target", "3 classes: Adelie 152, Chinstrap 68, Gentoo 124"]
    assert told[2][3] == "32.1 to 59.6"
    assert told[4][4] == "318 (92%)"
    assert told[5][1:3] == ["number", "leave out"]
    (rows,) = sheet.findChildren(Rows)
    assert rows.shown.index(0, 2).data() == "39.1"
    sheet.reject()


def test_that_what_cannot_be_read_is_left_out_unless_the_user_wants_a_run_to_end_there(window: Window) -> None:
    bad = {"by": "bad_rows", "told": "line 7 has 4 cells where 3 are titled", "what": "it", "column": ""}
    sheet = shown(window, PENGUINS | {"left_out": [bad], "notes": [bad["told"]]})
    assert sheet.notes.text() == "Line 7 has 4 cells where 3 are titled; it will be left out."
    assert bad["told"] not in sheet.about.whole
    click(sheet.skip)
    assert sheet.notes.text() == "Line 7 has 4 cells where 3 are titled; a run ends there."
    click(sheet.skip)
    click(sheet.only)
    (node,) = window.document.graph.nodes.values()
    assert node.parameters["bad_rows"] == "skip"


def test_that_a_table_with_odd_cells_in_many_rows_tells_how_many_are_left_and_keeps_them(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    cells = [[f"{row * 7 % 60 + 0.5}" if (row + at) % 25 else "few" for at in range(5)] for row in range(200)]
    lines = [",".join([*row, "ny"[at % 2]]) for at, row in enumerate(cells)]
    (tmp_path / "depths.csv").write_text("\n".join(["a,b,c,d,e,label", *lines, ""]))
    sheet = dropped(window, qtbot, tmp_path / "depths.csv")
    many = "a has 8 cells that are no numbers (few, line 2), and 4 more columns have such cells"
    assert sheet.notes.text() == (
        f"{many}: they count as missing and are filled in, since only 160 of 200 rows are left without them."
    )
    assert sheet.skip.isVisible()
    click(sheet.whole)
    graph = window.document.graph
    assert {"transform.Impute", "transform.Standardize"} <= types(graph)
    parameters = graph.nodes["depths"].parameters
    assert "bad_rows" not in parameters
    assert parameters["fields"]["features"]["odd"] == "missing"
    assert not check(graph).problems


def test_that_few_columns_are_all_seen_and_missing_is_a_column_where_something_is(
    window: Window, qtbot: QtBot, birds: Path
) -> None:
    lines = BIRDS.splitlines()
    (birds.parent / "odd.csv").write_text("\n".join([*lines[:9], ",,,tern", *lines[9:], "1,2", ""]))
    for file, misses in ((birds, False), (birds.parent / "odd.csv", True)):
        sheet = dropped(window, qtbot, file)
        table = sheet.table
        assert table.isColumnHidden(MISSING) is not misses
        last = table.visualRect(table.columns_model.index(len(sheet.columns) - 1, 0))
        assert table.viewport().rect().contains(last)
        assert sheet.notes.isVisible() is misses
        sheet.reject()


def test_that_the_sheet_stays_within_a_small_window(window: Window, qtbot: QtBot) -> None:
    window.resize(900, 600)
    sheet = shown(window, PENGUINS)
    assert sheet.width() < window.width() and sheet.height() < window.height()
    words = (sheet.sentence, sheet.steps)
    qtbot.waitUntil(lambda: all(line.height() >= line.heightForWidth(line.width()) for line in words))  # none is cut
    sheet.reject()


def test_that_columns_are_as_wide_as_their_cells_where_there_is_room() -> None:
    assert shared([50, 300, 60], 900) == [50, 300, 60]
    assert shared([50, 900, 300], 650) == [50, 300, 300]
    assert shared([400] * 9, 600) == [WIDE] * 9


def test_that_pictures_are_shown_with_their_classes(window: Window, tmp_path: Path) -> None:
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    image.save(str(tmp_path / "red.png"))
    png = base64.b64encode((tmp_path / "red.png").read_bytes()).decode()
    sheet = shown(window, PENGUINS | {"thumbnails": [{"class": "Adelie", "png": png}, {"class": "Gentoo", "png": "?"}]})
    (pictures,) = sheet.findChildren(Thumbnails)
    assert [pictures.item(at).text() for at in range(pictures.count())] == ["Adelie", "Gentoo"]
    assert not pictures.item(0).icon().isNull()
    sheet.reject()


def test_that_cancel_ends_the_look_and_changes_nothing(window: Window, qtbot: QtBot, birds: Path) -> None:
    window.frame.show_canvas()
    window.drops.take([birds], QPointF())
    (sheet,) = window.drops.sheets.values()
    (look,) = window.drops.findChildren(QProcess)
    assert sheet.title.whole == "Looking at Some birds.csv"
    with qtbot.waitSignal(look.finished, timeout=LONG):
        QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert window.drops.sheets == {}
    assert window.document.graph.nodes == {}
    assert window.strip.sentence.whole == ""


def test_that_files_that_are_dropped_together_have_one_sheet_after_the_other(
    window: Window, qtbot: QtBot, birds: Path
) -> None:
    lines = birds.with_name("songs.txt")
    lines.write_text("tweet\nchirp\n")
    window.frame.show_canvas()
    assert Hand(window.canvas).drop_files([birds, lines], QPoint(300, 200))
    (first,) = window.drops.sheets.values()
    qtbot.waitUntil(first.whole.isVisible, timeout=LONG)
    assert first.about.whole.endswith("songs.txt is next")
    click(first.whole)
    qtbot.waitUntil(lambda: bool(window.drops.sheets), timeout=LONG)
    (second,) = window.drops.sheets.values()
    qtbot.waitUntil(second.only.isVisible, timeout=LONG)
    click(second.only)
    assert {"some_birds", "songs"} <= set(window.document.graph.nodes)
    assert not window.drops.waiting


def test_that_a_file_to_train_on_and_one_to_test_with_are_one_dataset(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    for name in ("train.csv", "test.csv"):
        (tmp_path / name).write_text(BIRDS)
    window.frame.show_canvas()
    assert Hand(window.canvas).drop_files([tmp_path / "test.csv", tmp_path / "train.csv"], QPoint(300, 200))
    (sheet,) = window.drops.sheets.values()
    qtbot.waitUntil(sheet.only.isVisible, timeout=LONG)
    assert sheet.about.whole.endswith("test.csv is kept for a test")
    click(sheet.only)
    (node,) = window.document.graph.nodes.values()
    folder = window.document.folder
    assert (folder / node.parameters["path"]).resolve() == tmp_path / "train.csv"
    assert (folder / node.parameters["test_path"]).resolve() == tmp_path / "test.csv"


def test_that_what_is_proposed_follows_the_graph(window: Window, qtbot: QtBot, birds: Path) -> None:
    sheet = dropped(window, qtbot, birds)
    assert sheet.whole.isEnabled()
    window.document.do([("add", "rows", "Collate", {})], "Add rows")
    assert not sheet.whole.isEnabled()
    window.document.history.undo()
    assert sheet.whole.isEnabled()


def test_that_data_is_added_by_a_button_of_the_start_page(window: Window, qtbot: QtBot, birds: Path) -> None:
    click(window.start.data_button)
    dialog = next(box for box in window.findChildren(QFileDialog) if box.isVisible())
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(line, QLineEdit)
    line.setText(str(birds))
    dialog.accept()
    qtbot.waitUntil(lambda: bool(window.drops.sheets), timeout=LONG)
    (sheet,) = window.drops.sheets.values()
    qtbot.waitUntil(sheet.whole.isVisible, timeout=LONG)
    click(sheet.whole)
    assert check(window.document.graph).sound
    assert window.canvas.isVisible()


def look_again(window: Window, qtbot: QtBot, node: str) -> DataSheet:
    """The sheet after a click on "Look again" in the inspector."""
    window.canvas.select([node])
    (again,) = [each for each in window.inspector.findChildren(TextButton) if each.words == "Look again"]
    window.inspector.area.ensureWidgetVisible(again)
    click(again)
    (sheet,) = window.drops.sheets.values()
    qtbot.waitUntil(sheet.only.isVisible, timeout=LONG)
    return sheet


def test_that_another_look_takes_new_classes_and_wires_stay(window: Window, qtbot: QtBot, birds: Path) -> None:
    click(dropped(window, qtbot, birds).whole)
    wires = window.document.graph.edges
    birds.write_text(BIRDS + "1.5,2,3,skua\n")
    sheet = look_again(window, qtbot, "some_birds")
    assert not sheet.whole.isVisible()
    click(sheet.only)
    fields = window.document.graph.nodes["some_birds"].parameters["fields"]
    assert fields["kind"]["classes"] == ["gull", "skua", "tern"]
    assert window.document.graph.edges == wires


@pytest.mark.parametrize("skips", [True, False])
def test_that_another_look_leaves_out_what_has_become_bad_unless_a_run_is_to_end_there(
    window: Window, qtbot: QtBot, birds: Path, skips: bool
) -> None:
    click(dropped(window, qtbot, birds).whole)
    assert "bad_rows" not in window.document.graph.nodes["some_birds"].parameters
    birds.write_text(BIRDS + "few,2,1,gull\n1,2,3\n")
    sheet = look_again(window, qtbot, "some_birds")
    assert not any(part.isVisible() for part in (sheet.whole, sheet.target, sheet.sentence, sheet.steps))
    assert sheet.notes.text() == (
        "Line 43 has 3 cells where 4 are titled; it will be left out. "
        "wing has a cell that is no number (few, line 42); its row will be left out. 40 of 42 rows are left."
    )
    if not skips:
        click(sheet.skip)
        assert "a run ends there" in sheet.notes.text()
    click(sheet.only)
    assert window.document.graph.nodes["some_birds"].parameters.get("bad_rows") == ("skip" if skips else None)
    assert window.document.history.count() == 1 + skips


def test_that_another_look_leaves_out_files_that_have_become_bad(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    image = QImage(9, 8, QImage.Format.Format_RGB32)
    for at in range(12):
        file = tmp_path / "pets" / "ab"[at % 2] / f"{at}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        image.save(str(file))
    click(dropped(window, qtbot, tmp_path / "pets").whole)
    (tmp_path / "pets" / "a" / "4.png").write_bytes(b"no picture")
    sheet = look_again(window, qtbot, "pets")
    assert sheet.notes.text() == "1 of 12 cannot be opened: a/4.png; it will be left out."
    click(sheet.only)
    assert window.document.graph.nodes["pets"].parameters["bad_files"] == "skip"


def test_that_another_look_leaves_a_number_that_is_predicted_in_its_field(
    window: Window, qtbot: QtBot, birds: Path
) -> None:
    sheet = dropped(window, qtbot, birds)
    sheet.target.setFocus()
    while sheet.target.currentText() != "weight":
        QTest.keyClick(sheet.target, Qt.Key.Key_Up)
    click(sheet.whole)
    before = window.document.graph
    click(look_again(window, qtbot, "some_birds").only)
    assert window.document.graph.nodes == before.nodes
    assert window.document.graph.edges == before.edges


def test_that_thousands_of_columns_are_shown_and_can_be_chosen(window: Window) -> None:
    numbers = [f"gene {at}" for at in range(3_000)]
    fields = {
        "features": {"type": "float32[3000]", "columns": numbers},
        "ill": {"type": "int64[]", "classes": ["a", "b"]},
    }
    sheet = shown(window, {"type": "data.Table", "parameters": {"fields": fields}, "rows": 90})
    assert "3,000 numbers" in sheet.sentence.text()
    choose(sheet, "gene 2999", ROLE, "leave out")
    assert "2,999 numbers" in sheet.sentence.text()
    sheet.reject()
