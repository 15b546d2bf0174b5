"""Graphs that wait for data of one's own: nothing but data is missing, and it can be dropped on its place."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.dropping.adding import alike
from editor.start.templates import TEMPLATES, Template, begun, places
from editor.window.window import Window
from runtime.check.check import check
from runtime.graph.file import load
from runtime.places import EXAMPLES

LOOKED = 60_000  # ms
ROWS = "height,weight,weekday,kind\n" + "\n".join(
    f"{1.5 + n / 100},{50 + n},{'mon' if n % 2 else 'tue'},{'a' if n % 3 else 'b'}" for n in range(60)
)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.example)
def test_that_nothing_but_data_is_missing(template: Template) -> None:
    graph = begun(template)
    problems = check(graph).problems
    waiting = places(load((EXAMPLES / f"{template.example}.json").read_bytes()))
    assert [(problem.node, problem.severity) for problem in problems] == [(id, "open") for id in waiting]
    assert all(id in str(graph.extra["note"]) for id in waiting)


def test_that_fields_go_in_the_wires_of_those_that_are_alike() -> None:
    before = {"measures": {"type": "float32[4]"}, "island": "int64[]", "sex": "int64[]", "label": {"type": "int64[]"}}
    after = {"features": "float32[2]", "weekday": "int64[]", "kind": {"type": "int64[]"}}
    assert alike(before, after) == {"label": "kind", "sex": "weekday", "measures": "features"}
    assert alike({"text": "text"}, {"text": "text", "other": "text"}) == {}


def test_that_a_table_of_ones_own_takes_the_place_of_a_template_s(
    shared_window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    window = shared_window
    file = tmp_path / "own.csv"
    file.write_text(ROWS)
    QTest.mouseClick(window.start.templates["A table"], Qt.MouseButton.LeftButton)
    assert window.session.unfinished() is not None
    data, canvas = QMimeData(), window.canvas
    data.setUrls([QUrl.fromLocalFile(str(file))])
    canvas.dropped(data, QPointF(canvas.mirror.boxes["penguins"].rect.center()))
    sheet = next(iter(window.drops.sheets.values()))
    qtbot.waitUntil(lambda: sheet.only.isVisible(), timeout=LOOKED)
    QTest.mouseClick(sheet.only, Qt.MouseButton.LeftButton)
    node = window.document.graph.nodes["penguins"]
    assert node.parameters["path"].endswith("own.csv")
    assert "kind" in {edge.source.port for edge in window.document.graph.edges if edge.source.node == "penguins"}
    window.document.history.setClean()


def test_that_an_example_runs_at_one_click(shared_window: Window, qtbot: QtBot) -> None:
    window = shared_window
    card = window.start.cards[EXAMPLES / "two_models.json"]
    window.frame.show_start()
    with qtbot.waitSignal(window.session.run_started):
        QTest.mouseClick(card.run_button, Qt.MouseButton.LeftButton)
    assert window.document.title.startswith("two_models")
    window.session.life.stop_then(lambda: None)
