"""What NodeGraphQt would do to us: one test for each of its traps that the canvas avoids."""

import ast
import gc
import time
from importlib.metadata import version
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from editor.canvas.canvas import Canvas
from editor.canvas.view import View
from editor.document.document import Document
from runtime.check.check import check
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from tests.editor.canvas.hand import Hand, assert_mirrors, edge, two_models

CANVAS = Path(__file__).parents[3] / "editor" / "canvas"


def test_that_the_hooks_are_those_of_the_version_they_were_written_for() -> None:
    assert version("NodeGraphQt") == "0.6.44"


def test_that_only_one_file_touches_the_package() -> None:
    users = [
        file.name
        for file in CANVAS.glob("*.py")
        for step in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(step, ast.ImportFrom) and (step.module or "").startswith("NodeGraphQt")
    ]
    assert set(users) == {"stock.py"}


def test_that_nothing_of_its_undo_menus_and_search_is_left(canvas: Canvas) -> None:
    view = canvas.view
    assert view._undo_action is None  # type: ignore[attr-defined]  # of NodeGraphQt, untyped
    assert view._ctx_menu_bar.actions() == []
    assert view.cacheMode() == view.CacheModeFlag.CacheNone


def residual_blocks(count: int) -> Graph:
    """`count` blocks that each add their input to their output: the stock check doubles its work with every one."""
    edits: list[Edit] = [("add", "start", "nn.Linear", {}, (0, 0))]
    last = "start"
    for at in range(count):
        edits += [
            ("add", f"layer{at}", "nn.Linear", {}, (200 + at * 300, 0)),
            ("add", f"sum{at}", "torch.add", {}, (340 + at * 300, 0)),
            ("connect", f"{last}.output", f"layer{at}.input"),
            ("connect", f"layer{at}.output", f"sum{at}.input"),
            ("connect", f"{last}.output", f"sum{at}.other"),
        ]
        last = f"sum{at}"
    return applied(Graph(), [*edits, ("add", "head", "nn.Linear", {}, (300 + count * 300, 0))])


def test_that_a_wire_on_many_residual_blocks_takes_no_time(canvas: Canvas) -> None:
    assert View.acyclic_check(None, None) is True
    canvas.document.open(residual_blocks(60), None)
    canvas.fit()
    hand = Hand(canvas)
    canvas.view.zoom(6.0)
    canvas.centre_on("head")
    begun = time.process_time()
    hand.pull(hand.output("sum59.output"), hand.input("head.input"))
    assert edge("sum59.output", "head.input") in hand.edges
    assert time.process_time() - begun < 1.0
    assert_mirrors(canvas)


def test_that_canvases_can_be_thrown_away(qapp: QApplication) -> None:
    for _ in range(8):
        canvas = Canvas(Document())
        canvas.resize(400, 300)
        canvas.document.open(two_models(), None)
        canvas.show_report(check(canvas.document.graph))
        canvas.document.do([("remove", "flat")], "remove")
        canvas.document.history.undo()
        canvas.grab()
        canvas.dispose()
        del canvas
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()
    assert not [w for w in qapp.topLevelWidgets() if type(w).__name__ == "TabSearchMenuWidget"]


def test_that_a_disposed_canvas_no_longer_listens(qapp: QApplication) -> None:
    document = Document()
    canvas = Canvas(document)
    canvas.dispose()
    document.open(two_models(), None)
    document.do([("remove", "flat")], "remove")
    assert not canvas.mirror.boxes


def test_that_removed_nodes_leave_the_memory(hand: Hand) -> None:
    def boxes() -> int:
        gc.collect()
        return sum(1 for thing in gc.get_objects() if type(thing).__name__ in ("NodeBox", "Port", "Wire"))

    before = boxes()
    for _ in range(5):
        graph = hand.document.graph
        hand.document.open(Graph(), None)
        hand.document.open(graph, None)
    assert boxes() <= before + 5
