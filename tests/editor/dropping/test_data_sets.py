"""Data sets that people know are dropped on the window: what is guessed, shown and proposed is right, and it learns.

What is exported then, with a copy of the data, runs in another place.

One always, all in the soak.
"""

import faulthandler
import json
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.dropping.sheet import DataSheet
from editor.preview import asking
from editor.preview.panel import PreviewPanel
from editor.window.window import Window
from runtime.check.check import check
from runtime.graph.model import End
from runtime.packed import carry_out, order
from runtime.propose.columns import TARGET
from tests.editor.canvas.hand import LEFT, Hand
from tests.editor.dropping.known import ACCURACY, KNOWN, Known
from tests.editor.dropping.test_sheet import choose, click, dropped

LONG = 180_000  # ms: processes start and import torch, on a busy machine
LONGEST = 900_000  # ms: it is trained to the end
Record = Callable[[str, object], None]
QUICK = ("penguins by mass",)


def aim(sheet: DataSheet, title: str) -> None:
    """Another column is predicted: by keys."""
    sheet.target.setFocus()
    below = sheet.target.findText(title) > sheet.target.currentIndex()
    while sheet.target.currentText() != title:
        QTest.keyClick(sheet.target, Qt.Key.Key_Down if below else Qt.Key.Key_Up)


def by_chance(sheet: DataSheet) -> float:
    """What is right where the class that most rows have is always told; a mean has an R2 of 0."""
    target = next(each for each in sheet.columns if each.role == TARGET)
    return max(target.counts.values()) / sum(target.counts.values()) if target.kind == "category" else 0.0


def look_at_wires(window: Window, qtbot: QtBot) -> None:
    """P shows what the new dataset gives, one field after the other."""
    (dataset,) = window.canvas.selected()
    panel, hand = window.previews.panel, Hand(window.canvas)
    types = check(window.document.graph).types
    with qtbot.waitActive(window):
        window.activateWindow()  # which a desktop does when a dialog closes
    for number, field in enumerate(window.document.graph.nodes[dataset].parameters["fields"]):
        QTest.keyClick(panel if number else hand.view, Qt.Key.Key_P)
        qtbot.waitUntil(partial(_shows, panel, f"{dataset}.{field}"), timeout=LONG)
        assert panel.told.get("problem") is None
        assert panel.told["type"] == str(types[End(dataset, field)]) and panel.told["size"] > 0
    QTest.keyClick(panel, Qt.Key.Key_Escape)


def _shows(panel: PreviewPanel, end: str) -> bool:
    return bool(panel.told) and panel.told["end"] == end


def trained(window: Window, qtbot: QtBot) -> dict[str, float]:
    """Run is pressed, and the graph is trained as long as was proposed; the last figures of the rows held out."""
    epochs = window.document.graph.run["epochs"]
    with qtbot.waitSignal(window.session.run_ended, timeout=LONGEST) as ended:
        QTest.mouseClick(window.bar.run_button, LEFT)
    assert ended.args and ended.args[0]["event"] == "finished", ended.args
    told = [event for event in window.session.last_events if event["event"] == "epoch"]
    assert len(told) == epochs
    figures: dict[str, float] = told[-1]["validation"]
    return figures


def run_elsewhere(window: Window, folder: Path) -> None:
    """The exported folder is moved, and its script trains there alone, with nothing of ours."""
    document, script = window.document, folder / "made" / "script.py"
    asked = json.loads(order(document.graph, check(document.graph), document.folder, script, "made"))
    script.parent.mkdir()
    carry_out(asked)
    assert not re.search(r"^\s*(from|import) (runtime|editor)\b", asked["text"], re.MULTILINE)
    moved = script.parent.rename(folder / "elsewhere")
    line = [sys.executable, "-I", "script.py", "--epochs", "1", "--device", "cpu"]
    done = subprocess.run(line, cwd=moved, capture_output=True, text=True, check=False, timeout=LONG / 1000)
    assert (done.returncode, done.stdout[:21]) == (0, "epoch 1 | train loss "), done.stderr


def changed(sheet: DataSheet, known: Known) -> int:
    """Make the changes that a person makes; how many they are."""
    for change in known.changes:
        choose(sheet, *change)
    if known.target:
        aim(sheet, known.target)
    return len(known.changes) + bool(known.target)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.soak) for name in KNOWN]
)
def test_that_a_set_that_people_know_is_learnt_as_it_was_dropped(
    name: str,
    window: Window,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Record,
) -> None:
    known = KNOWN[name]
    monkeypatch.setattr(asking, "PATIENCE", LONG)
    faulthandler.dump_traceback_later(LONGEST / 1000, exit=True)  # later than in other tests; pytest cancels it
    sheet = dropped(window, qtbot, known.file(tmp_path))
    assert {each.title: (each.kind, each.role) for each in sheet.columns} == known.guess
    assert changed(sheet, known) <= 2
    chance = by_chance(sheet)
    click(sheet.whole)
    report = check(window.document.graph)
    assert report.sound and not report.problems
    look_at_wires(window, qtbot)
    figures = trained(window, qtbot)
    record_property(f"learnt: {name} (by chance {chance:.3f})", round(figures[known.figure], 3))
    assert known.figure in figures and (known.figure == ACCURACY or chance == 0.0)
    assert figures[known.figure] > known.least > chance, f"{figures} where chance gives {chance:.2f}"
    if name not in QUICK:
        run_elsewhere(window, tmp_path)
