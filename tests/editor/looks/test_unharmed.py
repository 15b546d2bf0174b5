"""An exception in what Qt asks for while it paints: the window stays, and it is told once that is over."""

import ast
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QTableView, QWidget
from pytestqt.qtbot import QtBot

from editor.looks.unharmed import unharmed

FEW = [1, 2]
NOWHERE = QModelIndex()
EDITOR = Path(__file__).parents[3] / "editor"
ASKED = {"paintEvent", "paint", "data", "headerData", "drawBackground", "drawForeground"}
CALLED_BY_US = {"canvas/minimap.py"}


class Painted(QWidget):
    """Raises while its painter is at work."""

    @unharmed
    def paintEvent(self, _: QPaintEvent) -> None:
        """Ask for what is not there."""
        QPainter(self).fillRect(self.rect(), FEW[3])


class Rows(QAbstractTableModel):
    """Says that it has more rows than there are."""

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = NOWHERE) -> int:
        """Too many."""
        return 4

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = NOWHERE) -> int:
        """One that is there."""
        return 1

    @unharmed
    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> Any:
        """Ask for what is not there."""
        return FEW[index.row()]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is told of exceptions."""
    found: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: found.append(kind.__name__))
    return found


def test_that_a_widget_that_cannot_paint_ends_nothing(qtbot: QtBot, told: list[str]) -> None:
    painted = Painted()
    qtbot.addWidget(painted)
    painted.grab()
    assert not told
    qtbot.waitUntil(lambda: told == ["IndexError"])
    painted.grab()


def test_that_a_model_that_has_too_few_rows_ends_nothing(qtbot: QtBot, told: list[str]) -> None:
    view, rows = QTableView(), Rows()
    view.setModel(rows)
    qtbot.addWidget(view)
    view.grab()
    assert not told
    qtbot.waitUntil(lambda: bool(told) and set(told) == {"IndexError"})


def test_that_all_that_paints_or_is_painted_is_held() -> None:
    missing = [
        f"{file.relative_to(EDITOR)}:{step.lineno}"
        for file in EDITOR.rglob("*.py")
        if file.relative_to(EDITOR).as_posix() not in CALLED_BY_US
        for kind in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(kind, ast.ClassDef)
        for step in kind.body
        if isinstance(step, ast.FunctionDef)
        and step.name in ASKED
        and "unharmed" not in map(ast.unparse, step.decorator_list)
    ]
    assert missing == []
