"""The columns of the sheet after a drop share the width that there is."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from editor.dropping.columns import TITLE
from editor.window.window import Window
from tests.editor.dropping.test_sheet import dropped


def test_that_long_names_have_the_room_that_values_leave_and_uneven_lines_are_no_rows(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    names = [f"temperature_of_the_room_on_the_north_side_{at}" for at in range(5)]
    cells = [[f"{row * 7 % 60 + 0.5}" if (row + at) % 25 else "few" for at in range(5)] for row in range(200)]
    lines = [",".join([*row, "ny"[at % 2]]) for at, row in enumerate(cells)]
    (tmp_path / "depths.csv").write_text("\n".join([",".join([*names, "label"]), *lines, "1,2,3", ""]))
    sheet = dropped(window, qtbot, tmp_path / "depths.csv")
    assert "200 rows" in sheet.about.whole and "only 160 of 200 rows are left" in sheet.notes.text()
    wide = sheet.table.fontMetrics().horizontalAdvance(names[0])
    assert sheet.table.columnWidth(TITLE) > wide
    assert sheet.table.horizontalHeader().length() <= sheet.table.viewport().width()
    sheet.reject()
