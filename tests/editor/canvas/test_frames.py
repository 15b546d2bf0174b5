"""Frames and notes on the canvas: carried, resized, named, removed and copied by hand, each one undo step."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from editor.canvas.canvas import Canvas
from editor.canvas.frame_box import FrameBox
from editor.canvas.markdown import MOST, Markdown
from editor.canvas.nested import AROUND, FRAME, arranged_in_frames
from editor.looks.theme import THEMES, current
from runtime.graph.edit import Edit, applied
from runtime.graph.frames import frames
from runtime.graph.model import Graph
from tests.editor.canvas.hand import CONTROL, SHIFT, Hand, assert_mirrors, two_models

FRAMES: list[Edit] = [
    ("frame", "models", {"title": "Models", "colour": "blue", "rect": (640, -110, 340, 240)}),
    ("frame", "inner", {"title": "One", "rect": (650, -80, 200, 90)}),
    ("frame", "note", {"text": "# Why\n*Because*", "rect": (0, 140, 200, 120)}),
    ("bend", "model_a.output", "joined.tensors", [(825, -40), (835, 10)]),
    ("bend", "flat.output", "model_a.input", [(600, -40)]),
]
PIXEL = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def framed(canvas: Canvas) -> Hand:
    """A hand over two models: a frame holds model_a, model_b and another frame with model_a; beside it is a note."""
    canvas.document.open(applied(two_models(), FRAMES), None)
    hand = Hand(canvas)
    hand.check()
    return hand


def rect(hand: Hand, id: str) -> tuple[float, ...]:
    """Where the document says a frame lies."""
    return frames(hand.document.graph)[id].rect


def moved(before: Graph, after: Graph) -> dict[str, tuple[float, float]]:
    """How far each node went that is elsewhere."""
    pairs = {id: (before.layout[id], at) for id, at in after.layout.items() if at != before.layout.get(id)}
    return {id: (at[0] - old[0], at[1] - old[1]) for id, (old, at) in pairs.items()}


def test_that_the_bar_of_a_frame_carries_what_lies_wholly_inside_in_one_step(framed: Hand) -> None:
    before = framed.document.graph
    scale, at = framed.view.scale_now, framed.bar("models")
    framed.pull(at, at + QPoint(round(100 * scale), round(50 * scale)))
    after = framed.document.graph
    assert moved(before, after) == {"model_a": (100, 50), "model_b": (100, 50), "joined": (100, 50)} or moved(
        before, after
    ) == {"model_a": (100, 50), "model_b": (100, 50)}
    assert (rect(framed, "models"), rect(framed, "inner")) == ((740, -60, 340, 240), (750, -30, 200, 90))
    assert after.extra["bends"] == [
        ["model_a.output", "joined.tensors", [[925, 10], [935, 60]]],
        ["flat.output", "model_a.input", [[600, -40]]],
    ]
    assert framed.document.history.undoText() == "move Models"
    assert_mirrors(framed.canvas)
    framed.document.history.undo()
    assert framed.document.graph == before
    assert_mirrors(framed.canvas)


def test_that_a_drag_taken_back_leaves_all_where_it_was_and_inside_a_frame_a_band_selects(framed: Hand) -> None:
    before, at = framed.document.graph, framed.bar("models")
    framed.hold(at, at + QPoint(70, 40))
    framed.key(Qt.Key.Key_Escape)
    framed.release(at + QPoint(70, 40))
    assert framed.document.graph == before
    assert_mirrors(framed.canvas)
    framed.pull(framed.frame("models", 0.94, 0.2), framed.frame("models", 0.2, 0.75))
    assert {"model_a", "model_b"} <= set(framed.canvas.selected())
    assert framed.canvas.selection.frames() == []


def test_that_edges_and_corners_resize_and_a_frame_keeps_a_size(framed: Hand) -> None:
    before = framed.document.graph
    corner = framed.frame("note", 1.0, 1.0)
    framed.pull(corner, corner + QPoint(61, 32), CONTROL)
    scale = framed.view.scale_now
    x, y, width, height = rect(framed, "note")
    assert (x, y) == (0, 140)
    assert (width, height) == pytest.approx((200 + 61 / scale, 120 + 32 / scale), abs=1)
    assert moved(before, framed.document.graph) == {}
    left = framed.frame("note", 0.0, 0.5)
    framed.pull(left, left + QPoint(900, 0))
    assert rect(framed, "note") == (x + width - 60, y, 60, height)
    assert framed.document.history.undoText() == "resize note"
    framed.document.history.undo()
    framed.document.history.undo()
    assert framed.document.graph == before
    assert_mirrors(framed.canvas)


def test_that_over_an_edge_the_cursor_says_which_way_it_goes(framed: Hand) -> None:
    port = framed.view.viewport()
    shapes = []
    for place in (framed.frame("note", 1.0, 0.7), framed.frame("note", 0.0, 1.0), framed.frame("note", 0.5, 0.9)):
        framed.move(place, Qt.MouseButton.NoButton)
        shapes.append(port.cursor().shape())
    assert shapes[:2] == [Qt.CursorShape.SizeHorCursor, Qt.CursorShape.SizeBDiagCursor]
    assert shapes[2] not in shapes[:2]


def test_that_a_double_click_on_the_title_names_a_frame_in_place(framed: Hand) -> None:
    framed.double(framed.bar("models"))
    line = framed.view.viewport().findChild(QLineEdit)
    assert line is not None
    assert (line.text(), line.selectedText()) == ("Models", "Models")
    QTest.keyClicks(line, "  Both   models ")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert frames(framed.document.graph)["models"].title == "Both models"
    assert framed.document.history.count() == 1
    framed.key(Qt.Key.Key_F2)
    again = framed.canvas.renaming.line
    assert again is not None
    again.clear()
    QTest.keyClick(again, Qt.Key.Key_Return)
    assert "title" not in framed.document.graph.extra["frames"]["models"]
    assert_mirrors(framed.canvas)


def test_that_a_double_click_on_the_text_asks_to_write_it(framed: Hand) -> None:
    asked: list[str] = []
    framed.canvas.framing.text_wanted.connect(asked.append)
    text = framed.canvas.mirror.frames["note"].text_rect
    framed.double(framed.pixel(text.topLeft() + QPointF(10, 30)))
    assert asked == ["note"]
    assert framed.canvas.selection.frames() == ["note"]


@pytest.mark.parametrize("down", [0.04, 0.2, 0.7, 0.93])
def test_that_a_double_click_anywhere_in_a_note_asks_to_write_it(framed: Hand, down: float) -> None:
    asked, searched = list[str](), list[object]()
    framed.canvas.framing.text_wanted.connect(asked.append)
    framed.canvas.search_requested.connect(lambda at, pin: searched.append(pin))
    framed.double(framed.frame("note", 0.5, down))
    assert (asked, searched) == (["note"], [])
    assert framed.canvas.selection.frames() == ["note"]
    framed.double(framed.frame("models", 0.95, 0.95))
    assert (asked, searched) == (["note"], [None])


def test_that_delete_takes_the_frame_and_leaves_the_nodes(framed: Hand) -> None:
    before = framed.document.graph
    framed.click(framed.bar("models"))
    framed.click(framed.bar("inner"), SHIFT)
    assert framed.canvas.selection.frames() == ["models", "inner"]
    framed.key(Qt.Key.Key_Delete)
    assert list(frames(framed.document.graph)) == ["note"]
    assert framed.document.graph.nodes == before.nodes
    assert framed.document.history.undoText() == "remove 2 frames"
    assert_mirrors(framed.canvas)


def test_that_a_copy_of_a_frame_brings_its_nodes_and_the_dots_between_them(framed: Hand) -> None:
    before = framed.document.graph
    framed.click(framed.bar("models"))
    framed.canvas.duplicate_selected()
    after = framed.document.graph
    new = [id for id in after.nodes if id not in before.nodes]
    assert {"model_a_2", "model_b_2"} <= set(new)
    assert list(frames(after)) == ["models", "inner", "note", "models_2", "inner_2"]
    assert set(framed.canvas.selected()) == set(new)
    assert framed.canvas.selection.frames() == ["models_2", "inner_2"]
    (x, y, *size), (u, v, *same) = rect(framed, "models"), rect(framed, "models_2")
    ways = {
        (after.layout[f"{id}_2"][0] - after.layout[id][0], after.layout[f"{id}_2"][1] - after.layout[id][1])
        for id in ("model_a", "model_b")
    }
    longer = framed.canvas.mirror.boxes["joined_2"].rect.right() + AROUND - u
    assert (ways, same) == ({(u - x, v - y)}, [longer, size[1]])  # the edge gives way to a longer name
    assert_mirrors(framed.canvas)


def test_that_nodes_that_are_dragged_alone_leave_the_frame_and_take_their_dots(framed: Hand) -> None:
    framed.canvas.select(["model_a", "joined"])
    at = framed.title("joined")
    framed.pull(at, at + QPoint(0, 30), CONTROL)
    (_, _, ((_, y), (_, other))), unmoved = framed.document.graph.extra["bends"]
    down = framed.document.graph.layout["joined"][1]
    assert (y, other, unmoved[2]) == (-40 + down, 10 + down, [[600, -40]])
    assert rect(framed, "models") == (640, -110, 340, 240)
    assert_mirrors(framed.canvas)


def test_that_arrange_keeps_frames_around_their_nodes(framed: Hand) -> None:
    framed.canvas.arrange()
    framed.canvas.glide.end()
    mirror = framed.canvas.mirror
    assert mirror.frames["models"].holds(mirror.boxes["model_a"].rect.united(mirror.boxes["model_b"].rect))
    assert mirror.frames["inner"].holds(mirror.boxes["model_a"].rect)
    rects = {id: box.rect for id, box in mirror.boxes.items()}
    assert not any(mirror.frames["models"].rect.intersects(rects[id]) for id in ("flat", "batches", "final", "loss"))
    assert not any(mirror.frames["note"].rect.intersects(rect) for rect in rects.values())
    assert "bends" not in framed.document.graph.extra
    assert_mirrors(framed.canvas)
    framed.document.history.undo()
    assert_mirrors(framed.canvas)


def test_that_a_frame_between_whose_nodes_others_stand_is_not_laid_out_as_one() -> None:
    sizes = dict.fromkeys("abcd", (100.0, 40.0, 20.0))
    links = [("a", "b"), ("b", "c"), ("c", "d")]
    torn, whole = FRAME + "torn", FRAME + "whole"
    holders = {"a": torn, "b": "", "c": torn, "d": whole, torn: whole, whole: ""}
    places, rects = arranged_in_frames(sizes, links, {}, holders, {torn: 40.0, whole: 40.0})
    assert (set(places), rects) == ({*"abcd"}, {})
    holders = {"a": "", "b": torn, "c": torn, "d": whole, torn: whole, whole: ""}
    places, rects = arranged_in_frames(sizes, links, {}, holders, {torn: 40.0, whole: 50.0})
    assert set(rects) == {torn, whole}
    (left, top, right, bottom), (x, y, u, v) = rects[whole], rects[torn]
    assert left + 20 <= x < u <= right - 20
    assert top + 50 <= y < v <= bottom - 20
    assert places["a"][0] + 100 < left
    assert (x + 20, y + 40) == places["b"]


def test_that_small_frames_lie_over_large_ones_and_all_behind_the_wires(framed: Hand) -> None:
    boxes, wires = framed.canvas.mirror.frames, framed.canvas.mirror.wires
    assert boxes["models"].zValue() < boxes["inner"].zValue() < min(wire.zValue() for wire in wires.values())


def test_that_the_names_of_the_sides_stand_above_a_frame_that_lies_across_them(framed: Hand) -> None:
    framed.document.do([("frame", "all", {"title": "All", "rect": (-50, -400, 1400, 900)})], "frame")
    assert framed.canvas.border is not None
    assert framed.canvas.border.top == -400


def test_that_a_picture_shows_frames_and_all_that_they_reach(framed: Hand) -> None:
    framed.document.do([("frame", "note", {"rect": (-3000, 900, 900, 400)})], "far away")
    assert framed.canvas.surroundings().contains(QRectF(-3000, 900, 900, 400))


@pytest.mark.parametrize("text", ["x *y* `z` " * 10_000, "- a\n" * 25_000, "|a" * 50_000, "> " * 50_000])
def test_that_of_an_endless_text_as_much_is_laid_out_as_can_be_seen_and_an_ellipsis_tells(
    canvas: Canvas, text: str
) -> None:
    laid = Markdown(text, 200, current())
    assert laid.document.characterCount() <= MOST + 1
    assert not laid.whole


def test_that_markdown_loads_nothing_and_knows_no_html(canvas: Canvas, tmp_path: Path) -> None:
    picture = QImage(40, 40, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    picture.save(str(tmp_path / "red.png"))
    laid = Markdown(f"![red]({tmp_path / 'red.png'}) <b>bold</b> <img src='{tmp_path / 'red.png'}'>", 400, current())
    image = QImage(400, 100, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    laid.draw(painter, QRectF(0, 0, 400, 100))
    painter.end()
    colours = {image.pixelColor(x, y).getRgb()[:3] for x in range(400) for y in range(100)}
    assert (255, 0, 0) not in colours
    assert "<b>bold</b>" in laid.document.toPlainText()


def test_that_text_that_does_not_fit_ends_in_an_ellipsis_after_a_whole_line(canvas: Canvas) -> None:
    for theme in THEMES.values():
        laid = Markdown("line\n\n" * 20, 200, theme)
        room = laid.height / 2
        shown = [end for end in laid.ends if end <= room]
        assert 0 < len(shown) < len(laid.ends)
        image = QImage(200, 600, QImage.Format.Format_RGB32)
        image.fill(theme_colour := Qt.GlobalColor.magenta)
        painter = QPainter(image)
        laid.draw(painter, QRectF(0, 0, 200, room))
        painter.end()
        blank = QImage(200, 600 - round(room), QImage.Format.Format_RGB32)
        blank.fill(theme_colour)
        assert image.copy(0, round(room), 200, 600 - round(room)) == blank


def test_that_a_frame_box_tells_its_zones(canvas: Canvas) -> None:
    (box,) = (FrameBox(frame) for frame in frames(applied(Graph(), [FRAMES[2]])).values())
    zones = [box.zone(QPointF(x, y), 1.0) for x, y in ((0, 200), (200, 260), (100, 140), (60, 165), (100, 230))]
    assert zones == ["l", "rb", "t", "text", ""]
