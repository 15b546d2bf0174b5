"""The colour of a run's state, in a row that is selected too."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.looks import theme
from editor.looks.pieces import colour
from editor.runs.panel import RunsPanel
from tests.editor.runs.test_panel import runs

__all__ = ["runs"]


def inks(runs: RunsPanel, key: str, row: int) -> set[int]:
    """All colours in a cell."""
    table = runs.table
    place = table.visualRect(table.runs.index(row, table.runs.column_of(key)))
    seen = table.viewport().grab(place).toImage()
    return {seen.pixel(x, y) for x in range(seen.width()) for y in range(seen.height())}


@pytest.fixture
def dark_again(qapp: QApplication) -> Iterator[None]:
    """The window is one for all tests of a file."""
    yield
    theme.apply(qapp, "dark")


@pytest.mark.parametrize("name", theme.THEMES)
def test_that_a_selected_run_keeps_the_colour_of_its_state(
    runs: RunsPanel, qapp: QApplication, dark_again: None, name: str
) -> None:
    theme.apply(qapp, name)
    table = runs.table
    row = next(at for at, run in enumerate(table.runs.rows) if run.state == "failed")
    place = table.visualRect(table.runs.index(row, table.runs.column_of("when")))
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    QApplication.processEvents()
    assert [run.state for run in table.chosen()] == ["failed"]
    assert colour("error").rgb() in inks(runs, "state", row)
    assert colour("text").rgb() in inks(runs, "when", row)
