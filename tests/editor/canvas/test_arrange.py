"""Arrange: graph or selection in layers, wires around nodes, one undo step, and movement that waits for nobody."""

from collections.abc import Callable
from itertools import combinations, pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle, QStyleOption, QWidget
from pytestqt.qtbot import QtBot

from editor.canvas.boxes import overlaps
from editor.canvas.canvas import Canvas
from editor.canvas.streets import along_streets
from editor.window.window import Window
from runtime.graph.edit import Edit
from tests.editor.canvas.hand import Hand, assert_mirrors, two_models
from tests.editor.canvas.large import branched

CONTROL = Qt.KeyboardModifier.ControlModifier
SOME = ("flat", "model_a", "model_b", "joined")


@pytest.fixture
def hand(shared_window: Window) -> Hand:
    """A hand on the canvas of a whole window, that shows two models."""
    shared_window.document.open(two_models(), None)
    shared_window.frame.show_canvas()
    shared_window.session.check_now()
    shared_window.canvas.setFocus()
    QApplication.processEvents()
    return Hand(shared_window.canvas)


def arrange(hand: Hand) -> None:
    """The keys of the command."""
    QTest.keyClick(hand.view, Qt.Key.Key_L, CONTROL)


def moving(hand: Hand) -> bool:
    """Whether nodes are on their way."""
    return hand.canvas.glide.under_way


def crossed(canvas: Canvas) -> list[tuple[str, str]]:
    """Which wire runs through which node other than those at its ends."""
    rects = {id: box.rect.adjusted(1, 1, -1, -1) for id, box in canvas.mirror.boxes.items()}
    found = []
    for edge, wire in canvas.mirror.wires.items():
        reach = wire.path().controlPointRect().adjusted(-1, -1, 1, 1)
        others = [(id, r) for id, r in rects.items() if id not in (edge.source.node, edge.target.node)]
        near = [(id, r) for id, r in others if r.intersects(reach)]
        steps = int(wire.path().length() / 8) + 2 if near else 0
        points = [wire.path().pointAtPercent(at / steps) for at in range(steps)]
        found += [(str(edge), id) for id, rect in near if any(rect.contains(point) for point in points)]
    return found


def test_that_a_large_network_fills_a_page_without_overlaps_and_no_wire_runs_through_a_node(hand: Hand) -> None:
    hand.document.open(branched(18), None)
    hand.check()
    before = hand.document.graph
    arrange(hand)
    hand.canvas.glide.end()
    rects = hand.canvas.mirror.rects().values()
    assert not any(one.intersects(other) for one, other in combinations(rects, 2))
    assert crossed(hand.canvas) == []
    page = hand.canvas.content()
    assert 0.5 < page.width() / page.height() < 3.0
    assert hand.document.history.count() == 1
    hand.document.history.undo()
    assert hand.document.graph == before


def test_that_two_or_more_selected_nodes_are_laid_out_and_no_other_moves(hand: Hand) -> None:
    hand.document.do([("move", id, (40 * at, 30 * at)) for at, id in enumerate(SOME)], "heap them")
    before = hand.document.graph
    hand.canvas.select(SOME)
    arrange(hand)
    after = hand.document.graph
    assert {id for id in after.layout if after.layout[id] != before.layout[id]} <= set(SOME)
    assert after.layout != before.layout
    assert overlaps(hand.canvas.boxes()) == []
    rects = hand.canvas.mirror.rects()
    assert rects["flat"].right() < rects["model_a"].left() < rects["model_a"].right() < rects["joined"].left()
    assert hand.canvas.selected() == list(SOME)
    assert hand.document.history.undoText() == "arrange 4 nodes"
    QTest.keyClick(hand.view, Qt.Key.Key_Z, CONTROL)
    assert hand.document.graph == before
    assert_mirrors(hand.canvas)


def test_that_nodes_move_there_and_a_press_finds_them_where_they_stay(hand: Hand) -> None:
    hand.document.do([("move", "adam", (5000, 3000))], "far away")
    arrange(hand)
    box = hand.canvas.mirror.boxes["adam"]
    assert moving(hand)
    assert box.pos() != QPointF(*hand.document.graph.layout["adam"])
    hand.press(hand.pixel(QPointF(*hand.document.graph.layout["adam"]) + QPointF(12, 8)))
    assert hand.canvas.selected() == ["adam"]
    assert not moving(hand)
    hand.release(hand.title("adam"))
    assert_mirrors(hand.canvas)


def test_that_the_movement_ends_by_itself_and_at_once_with_a_wheel_or_an_undo(hand: Hand, qtbot: QtBot) -> None:
    arrange(hand)
    assert moving(hand)
    qtbot.waitUntil(lambda: not moving(hand))
    assert_mirrors(hand.canvas)
    inputs: list[Callable[[], object]] = [
        lambda: hand.wheel(QPoint(300, 200), QPoint(0, 120)),
        lambda: QTest.keyClick(hand.view, Qt.Key.Key_Z, CONTROL),
    ]
    for does in inputs:
        hand.document.do([("move", "flat", (3000, 0))], "away")
        arrange(hand)
        does()
        assert not moving(hand)
        assert_mirrors(hand.canvas)


def tinted_at(hand: Hand) -> float | None:
    """Where samples end and batches begin."""
    return hand.canvas.border.x if hand.canvas.border else None


def test_that_nodes_that_no_wire_joins_to_collate_take_the_tints_of_neither_side_away(hand: Hand) -> None:
    there = tinted_at(hand)
    assert there is not None
    hand.document.do([("add", "relu", "nn.ReLU", {}), ("move", "relu", (-3000, 0))], "among the samples")
    hand.check()
    assert tinted_at(hand) == there
    pasted: list[Edit] = [
        ("add", "drop", "nn.Dropout", {}),
        ("move", "drop", (-2600, 0)),
        ("connect", "relu.output", "drop.input"),
    ]
    hand.document.do(pasted, "wired to each other alone, as what is pasted")
    hand.check()
    assert tinted_at(hand) == there
    hand.document.do([("connect", "batches.image", "relu.input")], "of the batches")
    hand.check()
    assert tinted_at(hand) is None


def test_that_the_sides_are_tinted_as_nodes_will_stand_also_when_types_are_told_on_the_way(hand: Hand) -> None:
    hand.document.do([("move", "digits", (3000, 0))], "right of collate")
    assert tinted_at(hand) is None
    arrange(hand)
    hand.check()
    assert moving(hand)
    there = tinted_at(hand)
    hand.canvas.glide.end()
    assert there == tinted_at(hand) == hand.canvas.mirror.boxes["batches"].rect.center().x()


class Still(QProxyStyle):
    """A platform whose user wants no movement."""

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: object = None,
    ) -> int:
        """No time for animations."""
        if hint == QStyle.StyleHint.SH_Widget_Animation_Duration:
            return 0
        return super().styleHint(hint, option, widget)


def test_that_nothing_moves_where_the_platform_asks_for_that(hand: Hand) -> None:
    style = Still()
    hand.canvas.setStyle(style)
    arrange(hand)
    assert hand.document.history.count() == 1
    assert not moving(hand)
    hand.canvas.setStyle(None)  # type: ignore[arg-type]  # back to the application's, which the stubs leave out


def test_that_a_long_way_keeps_to_streets_and_there_is_none_where_all_is_closed() -> None:
    wall = [QRectF(200, top, 60, 90) for top in range(-1000, 1000, 120)]
    way = along_streets(QPointF(0, 35), QPointF(600, 430), wall, 8.0, 9.0)
    assert way[0] == QPointF(0, 35)
    assert way[-1] == QPointF(600, 430)
    for one, next in pairwise(way):
        assert not any(rect.intersects(QRectF(one, next).normalized().adjusted(-1, -1, 1, 1)) for rect in wall)
    shut = [QRectF(10, -200, 5, 400), QRectF(-300, -200, 5, 400), QRectF(-300, -205, 320, 5), QRectF(-300, 195, 320, 5)]
    assert along_streets(QPointF(0, 0), QPointF(600, 0), shut, 8.0, 5.0) == []
