"""Nodes selected, moved, removed, renamed, dropped and copied by hand."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from editor.canvas.boxes import overlaps
from editor.canvas.node import NodeBox
from editor.canvas.tips import tip
from editor.looks import theme
from runtime.check.problem import Report
from runtime.graph.edit import Edit, applied
from runtime.graph.model import End, Graph
from tests.editor.canvas.hand import LEFT, NODES, PLAIN, SHIFT, Hand, assert_mirrors, edge, two_models


def line_of(hand: Hand) -> QLineEdit:
    """The line in which a name is being typed."""
    found = [line for line in hand.view.viewport().findChildren(QLineEdit) if line.isVisible()]
    assert len(found) == 1
    return found[0]


def test_that_a_node_moves_on_the_grid_in_one_step(hand: Hand) -> None:
    before = hand.document.graph
    hand.pull(hand.title("final"), hand.title("final") + QPoint(47, 63))
    x, y = hand.document.graph.layout["final"]
    assert (x % 10, y % 10) == (0, 0)
    assert (x, y) != before.layout["final"]
    assert hand.document.history.count() == 1
    assert_mirrors(hand.canvas)
    hand.document.history.undo()
    assert hand.document.graph == before
    assert_mirrors(hand.canvas)


def test_that_selected_nodes_move_together(hand: Hand) -> None:
    before = hand.document.graph.layout
    hand.click(hand.title("model_a"))
    hand.click(hand.title("model_b"), SHIFT)
    hand.pull(hand.title("model_b"), hand.title("model_b") + QPoint(0, 100))
    after = hand.document.graph.layout
    assert {id for id in after if after[id] != before[id]} == {"model_a", "model_b"}
    assert after["model_a"][1] - before["model_a"][1] == after["model_b"][1] - before["model_b"][1] > 0
    assert hand.document.history.undoText() == "move 2 nodes"


def test_that_a_node_is_as_wide_frozen_as_it_was_and_says_so_under_the_cursor(hand: Hand) -> None:
    before = hand.canvas.mirror.rects()
    hand.document.do([("freeze", id, True) for id in ("model_a", "final")], "freeze")
    hand.check()
    assert hand.canvas.mirror.rects() == before
    assert "Frozen: training leaves its weights as they are." in tip(hand.canvas.mirror.boxes["final"], Report())


def test_that_a_trembling_click_moves_nothing(hand: Hand) -> None:
    before = hand.document.graph
    hand.pull(hand.title("final"), hand.title("final") + QPoint(2, 1))
    assert hand.document.graph is before
    assert hand.canvas.selected() == ["final"]


def test_that_dragging_gives_every_node_the_place_where_it_is_seen(hand: Hand) -> None:
    hand.document.open(applied(Graph(), [(*edit[:4], None) for edit in NODES]), None)
    assert not hand.document.graph.layout
    seen = {id: (box.pos().x(), box.pos().y()) for id, box in hand.canvas.mirror.boxes.items()}
    hand.pull(hand.title("final"), hand.title("final") + QPoint(40, 40))
    layout = hand.document.graph.layout
    assert {id for id in layout if layout[id] == seen[id]} == set(seen) - {"final"}
    assert_mirrors(hand.canvas)


def test_that_clicks_select_and_shift_adds_and_takes_away(hand: Hand, qtbot: QtBot) -> None:
    with qtbot.waitSignal(hand.canvas.selection_changed) as told:
        hand.click(hand.title("flat"))
    assert told.args == [["flat"]]
    hand.click(hand.title("loss"), SHIFT)
    assert hand.canvas.selected() == ["flat", "loss"]
    hand.click(hand.title("flat"), SHIFT)
    assert hand.canvas.selected() == ["loss"]
    hand.click(hand.nowhere())
    assert hand.canvas.selected() == []


def test_that_a_band_selects_what_it_touches(hand: Hand) -> None:
    corner = hand.pixel(hand.canvas.content(["model_a", "model_b"]).topLeft() - QPointF(10, 20))
    other = hand.pixel(hand.canvas.content(["model_a", "model_b"]).bottomRight() + QPointF(-20, 10))
    hand.pull(corner, other)
    assert hand.canvas.selected() == ["model_a", "model_b"]
    start = hand.nowhere()
    hand.pull(start, hand.title("digits"), SHIFT)
    assert {"digits", "model_a", "model_b"} <= set(hand.canvas.selected())
    assert not [item for item in hand.view.scene().items() if type(item).__name__ == "QGraphicsRectItem"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_that_delete_removes_nodes_and_wires(hand: Hand, key: Qt.Key) -> None:
    before = hand.document.graph
    hand.click(hand.title("model_b"))
    hand.click(hand.middle("batches.label", "loss.target"), SHIFT)
    hand.key(key)
    assert "model_b" not in hand.document.graph.nodes
    assert edge("batches.label", "loss.target") not in hand.edges
    assert hand.document.history.count() == 1
    assert_mirrors(hand.canvas)
    hand.document.history.undo()
    assert hand.document.graph == before
    assert_mirrors(hand.canvas)


def test_that_a_selected_wire_alone_is_removed(hand: Hand) -> None:
    hand.click(hand.middle("batches.image", "flat.input"))
    assert hand.canvas.selection.edges() == [edge("batches.image", "flat.input")]
    hand.key(Qt.Key.Key_Delete)
    assert edge("batches.image", "flat.input") not in hand.edges
    assert len(hand.document.graph.nodes) == 9


def test_that_f2_renames_in_place(hand: Hand) -> None:
    hand.click(hand.title("model_a"))
    hand.key(Qt.Key.Key_F2)
    QTest.keyClicks(line_of(hand), "Text model")
    QTest.keyClick(line_of(hand), Qt.Key.Key_Return)
    assert "text_model" in hand.document.graph.nodes
    assert edge("flat.output", "text_model.input") in hand.edges
    assert hand.canvas.selected() == ["text_model"]
    assert_mirrors(hand.canvas)


def test_that_a_longer_name_moves_aside_what_the_node_would_cover_in_one_step(hand: Hand) -> None:
    before = hand.document.graph
    hand.click(hand.title("joined"))
    hand.key(Qt.Key.Key_F2)
    QTest.keyClicks(line_of(hand), "a_very_long_name_for_a_layer")
    QTest.keyClick(line_of(hand), Qt.Key.Key_Return)
    hand.check()
    assert overlaps(hand.canvas.boxes()) == []
    assert_mirrors(hand.canvas)
    hand.document.history.undo()
    assert hand.document.graph == before


def test_that_a_name_that_is_typed_follows_the_theme(hand: Hand, qapp: QApplication) -> None:
    hand.click(hand.title("model_a"))
    hand.key(Qt.Key.Key_F2)
    for name in ("light", "contrast", "dark"):
        theme.apply(qapp, name)
        assert f"background: {theme.current().raised};" in line_of(hand).styleSheet()
    QTest.keyClick(line_of(hand), Qt.Key.Key_Escape)


def test_that_a_double_click_on_a_name_renames(hand: Hand) -> None:
    hand.double(hand.title("loss"))
    QTest.keyClicks(line_of(hand), "wrong")
    QTest.keyClick(line_of(hand), Qt.Key.Key_Return)
    assert "wrong" in hand.document.graph.nodes


@pytest.mark.parametrize(
    ("typed", "words"),
    [("half", "half is a word"), ("flat", "another node"), ("image", "field"), ("a-b", "not a name")],
)
def test_that_a_name_that_cannot_be_is_refused_with_a_free_one(
    hand: Hand, qtbot: QtBot, typed: str, words: str
) -> None:
    before = hand.document.graph
    hand.canvas.rename("loss")
    with qtbot.waitSignal(hand.canvas.refused) as said:
        QTest.keyClicks(line_of(hand), typed)
        QTest.keyClick(line_of(hand), Qt.Key.Key_Return)
    assert words in said.args[0]
    assert "is free" in said.args[0]
    assert line_of(hand).text() == typed
    assert hand.canvas.callout.isVisible()
    QTest.keyClick(line_of(hand), Qt.Key.Key_Escape)
    assert hand.document.graph is before
    assert not hand.canvas.callout.isVisible(), "what it told of is over"


def test_that_escape_keeps_the_old_name(hand: Hand) -> None:
    before = hand.document.graph
    hand.canvas.rename("loss")
    QTest.keyClicks(line_of(hand), "other")
    QTest.keyClick(line_of(hand), Qt.Key.Key_Escape)
    assert hand.document.graph is before


def test_that_a_click_elsewhere_keeps_the_typed_name(hand: Hand) -> None:
    hand.canvas.rename("loss")
    QTest.keyClicks(line_of(hand), "other")
    hand.view.setFocus()
    assert "other" in hand.document.graph.nodes


def test_that_dropped_node_types_are_added_where_they_fall(hand: Hand) -> None:
    at = hand.nowhere()
    assert hand.drop_type("nn.Linear", at)
    assert "linear" in hand.document.graph.nodes
    x, y = hand.document.graph.layout["linear"]
    place = hand.view.scene_at(QPointF(at))
    assert abs(x - place.x()) <= 10
    assert abs(y - place.y()) <= 30
    assert hand.canvas.selected() == ["linear"]
    assert hand.drop_type("nn.Linear", at)
    assert "linear_2" in hand.document.graph.nodes
    assert hand.document.graph.layout["linear_2"] != (x, y)
    assert_mirrors(hand.canvas)


def test_that_dropped_files_are_handed_on(hand: Hand, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(hand.canvas.files_dropped) as dropped:
        assert hand.drop_files([tmp_path / "rows.csv"], hand.nowhere())
    assert dropped.args[0] == [tmp_path / "rows.csv"]


def test_that_copies_keep_the_wires_between_them(hand: Hand) -> None:
    hand.canvas.select(["model_a", "joined"])
    hand.canvas.duplicate_selected()
    assert hand.canvas.selected() == ["model_a_2", "joined_2"] or hand.canvas.selected() == ["model", "joined_2"]
    copy = hand.canvas.selected()[0]
    assert hand.document.graph.nodes[copy].parameters == {"out_features": 5}
    assert edge(f"{copy}.output", "joined_2.tensors") in hand.edges
    assert [each for each in hand.edges if each.target.node == copy] == []
    assert_mirrors(hand.canvas)


@pytest.mark.parametrize("chosen", [["model_a"], ["digits", "batches"], ["model_a", "model_b", "joined", "final"]])
def test_that_copies_stand_free_beside_what_they_copy_and_as_it_stands(hand: Hand, chosen: list[str]) -> None:
    for _ in range(2):  # copies of copies too
        hand.canvas.select(chosen)
        hand.canvas.duplicate_selected()
        assert overlaps(hand.canvas.boxes()) == []
        layout, new = hand.document.graph.layout, hand.canvas.selected()
        ways = {
            (round(layout[copy][0] - layout[id][0], 6), round(layout[copy][1] - layout[id][1], 6))
            for id, copy in zip(chosen, new, strict=True)
        }
        assert len(ways) == 1
        chosen = new
    assert_mirrors(hand.canvas)


def test_that_copies_keep_notes_and_what_is_not_known_here(hand: Hand) -> None:
    nodes = hand.document.graph.nodes
    told = replace(nodes["model_a"], extra={"note": "the first", "frozen": True, "aura": [1, 2]})
    hand.document.open(hand.document.graph.with_(nodes={**nodes, "model_a": told}), None)
    hand.canvas.select(["model_a"])
    hand.canvas.duplicate_selected()
    (copy,) = hand.canvas.selected()
    assert copy != "model_a"
    assert hand.document.graph.nodes[copy].extra == told.extra


def test_that_select_all_selects_all(hand: Hand) -> None:
    hand.canvas.select_all()
    assert hand.canvas.selected() == list(hand.document.graph.nodes)


def test_that_arranging_is_one_step_and_leaves_no_overlap(hand: Hand) -> None:
    before = hand.document.graph
    hand.canvas.arrange()
    hand.canvas.glide.end()
    assert hand.document.history.count() == 1
    assert overlaps(hand.canvas.boxes()) == []
    assert_mirrors(hand.canvas)
    hand.document.history.undo()
    assert hand.document.graph == before
    assert_mirrors(hand.canvas)


def test_that_a_second_button_takes_a_drag_back(hand: Hand) -> None:
    before = hand.document.graph
    hand.hold(hand.title("final"), hand.nowhere())
    QTest.mousePress(hand.view.viewport(), Qt.MouseButton.RightButton, PLAIN, hand.nowhere())
    hand.release(hand.nowhere(), PLAIN, LEFT)
    QTest.mouseRelease(hand.view.viewport(), Qt.MouseButton.RightButton, PLAIN, hand.nowhere())
    assert hand.document.graph is before
    assert_mirrors(hand.canvas)


def test_that_a_repair_gets_room_for_its_node(hand: Hand) -> None:
    hand.canvas.arrange()
    hand.canvas.glide.end()
    edits: list[Edit] = [("insert", "cast", "Tensor.to", {}, "flat.output", "model_a.input", "input", "output")]
    hand.document.do(hand.canvas.make_room(edits), "Insert Tensor.to")
    hand.check()
    assert overlaps(hand.canvas.boxes()) == []
    assert hand.canvas.mirror.boxes["cast"].rect.left() > hand.canvas.mirror.boxes["flat"].rect.right()


def test_that_nodes_that_are_added_one_after_the_other_stand_on_free_ground(hand: Hand) -> None:
    for name in ("nn.Linear", "nn.Linear", "data.Wine", "nn.LSTM"):
        hand.canvas.select([])
        hand.canvas.add_node(name)
        hand.check()
    assert overlaps(hand.canvas.boxes()) == []
    assert_mirrors(hand.canvas)


def test_that_an_added_node_stands_behind_the_selected_one_where_there_is_room(hand: Hand) -> None:
    boxes = hand.canvas.mirror.boxes
    hand.canvas.select(["final"])
    id = hand.canvas.add_node("nn.ReLU")
    assert 30 <= boxes[id].rect.left() - boxes["final"].rect.right() <= 50
    assert abs(boxes[id].rect.center().y() - boxes["final"].rect.center().y()) <= 20
    hand.canvas.select(["flat"])  # the two models are behind it
    id = hand.canvas.add_node("nn.ReLU")
    assert boxes[id].rect.left() > boxes["flat"].rect.right()
    hand.check()
    assert overlaps(hand.canvas.boxes()) == []
    assert len(hand.edges) == len(two_models().edges)  # no wire that nobody asked for


@pytest.mark.parametrize("begin", [(0, 0), (10, 30), (7, 13)])
def test_that_nodes_added_behind_each_other_stand_in_a_row_with_straight_wires(
    hand: Hand, begin: tuple[float, float]
) -> None:
    edits: list[Edit] = [("add", "first", "nn.Linear", {"out_features": 8}, begin)]
    hand.document.open(applied(Graph(), edits), None)
    last = "first"
    for name in ("nn.ReLU", "nn.Linear", "nn.BatchNorm1d", "nn.GELU", "nn.Linear", "nn.LayerNorm", "nn.Dropout"):
        hand.canvas.select([last])
        last = hand.canvas.add_node(name, None, End(last, "output"))
        hand.check()
    wires = hand.canvas.mirror.wires.values()
    assert len(wires) == 7
    assert {wire.target.anchor(wire).y() - wire.source.anchor().y() for wire in wires} == {0.0}


def test_that_an_added_node_is_seen(hand: Hand) -> None:
    hand.canvas.select(["adam"])
    for _ in range(8):
        id = hand.canvas.add_node("nn.ReLU")
        hand.check()
        hand.canvas.glide.end()
        assert hand.canvas.view.viewport().rect().contains(hand.body(id))
    hand.canvas.centre_on("digits")  # looked at elsewhere: not behind what is out of sight
    hand.canvas.view.zoom(2.0)
    id = hand.canvas.add_node("nn.ReLU")
    hand.canvas.glide.end()
    assert hand.canvas.view.viewport().rect().contains(hand.body(id))


@pytest.mark.parametrize(
    "edits",
    [
        [("set", "model_a", "out_features", 6)],
        [("set", "model_a", "out_features", 123_456_789)],
        [("disconnect", "model_b.output", "joined.tensors")],
        [("disconnect", "model_a.output", "joined.tensors"), ("disconnect", "model_b.output", "joined.tensors")],
    ],
)
def test_that_a_node_that_has_changed_is_as_one_made_anew(hand: Hand, edits: list[Edit]) -> None:
    hand.check()
    hand.document.do(edits, "Change it")
    hand.check()
    for box in hand.canvas.mirror.boxes.values():
        fresh = NodeBox(box.face)
        assert box.shape_ == fresh.shape_
        assert (box.boundingRect(), box.shape()) == (fresh.boundingRect(), fresh.shape())
        slots = {key: (port.slots, port.many, port.boundingRect()) for key, port in box.ports.items()}
        assert slots == {key: (port.slots, port.many, port.boundingRect()) for key, port in fresh.ports.items()}
