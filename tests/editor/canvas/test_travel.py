"""Large graphs: the minimap, and how much is drawn at which zoom."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.canvas.canvas import Canvas
from editor.canvas.detail import FAR, NEAR, SMALLEST, steadied
from editor.canvas.measure import font
from editor.canvas.minimap import Minimap
from editor.canvas.node import CHOSEN
from editor.document.document import Document
from editor.window.window import Window
from runtime.places import read_settings
from tests.editor.canvas.hand import Hand, two_models
from tests.editor.canvas.large import branched

NONE, CONTROL = Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def large(shared_window: Window) -> Hand:
    """A hand on the canvas of a whole window, that shows a network of hundreds of nodes, laid out."""
    shared_window.document.open(branched(12), None)
    shared_window.frame.show_canvas()
    shared_window.session.check_now()
    shared_window.canvas.arrange()
    shared_window.canvas.glide.end()
    return Hand(shared_window.canvas)


@pytest.fixture
def hand(large: Hand) -> Hand:
    """The same, at full size with the first node in the middle."""
    large.canvas.select([])
    large.canvas.setFocus()
    large.canvas.fit()
    large.view.zoom(1.0 / large.view.scale_now)
    large.view.centerOn(QPointF(0, 0))
    settle(large)
    return large


@pytest.fixture
def small(shared_window: Window) -> Hand:
    """A hand over two models; these tests come last, since the large graph is opened once."""
    shared_window.document.open(two_models(), None)
    shared_window.frame.show_canvas()
    return Hand(shared_window.canvas)


def settle(hand: Hand) -> None:
    """Paint, and what that asks for."""
    hand.view.viewport().repaint()
    QApplication.processEvents()


def map_of(hand: Hand) -> Minimap:
    """The minimap."""
    return hand.view.minimap


def middle(hand: Hand) -> QPointF:
    """What is in the middle of the view."""
    return hand.view.scene_at(QPointF(hand.view.viewport().rect().center()))


def test_that_a_click_and_a_drag_on_the_minimap_go_there_and_change_nothing(hand: Hand) -> None:
    rect, content, before = map_of(hand).rect, hand.canvas.content(), hand.document.graph
    assert not rect.isEmpty()
    hand.click(rect.center())
    settle(hand)
    assert (middle(hand) - content.center()).manhattanLength() < 0.03 * content.width()
    hand.press(rect.center())
    hand.move(rect.bottomRight() - QPoint(4, 4))
    assert middle(hand).x() > content.right() - 0.1 * content.width()
    assert middle(hand).y() > content.bottom() - 0.1 * content.height()
    hand.move(rect.topLeft() - QPoint(300, 200))
    assert (middle(hand) - content.topLeft()).manhattanLength() < 0.03 * content.width()
    hand.release(rect.topLeft())
    assert hand.document.graph is before
    assert hand.canvas.selected() == []


def test_that_the_minimap_shows_where_nodes_of_a_family_are_and_what_is_seen(hand: Hand) -> None:
    rect = map_of(hand).rect
    one = hand.view.grab(rect).toImage()
    assert len(colours(one)) > 10
    hand.view.pan(QPointF(900, 500))
    settle(hand)
    assert hand.view.grab(rect).toImage() != one


def test_that_m_switches_the_minimap_and_the_settings_keep_it(hand: Hand) -> None:
    for wanted in (False, True):
        QTest.keyClick(hand.view, Qt.Key.Key_M)
        settle(hand)
        assert map_of(hand).rect.isEmpty() != wanted
        assert read_settings()["minimap"] is wanted
        other = Canvas(Document())
        assert other.view.minimap.wanted is wanted
        other.dispose()


def test_that_the_minimap_is_not_where_the_selected_node_is_nor_where_one_is_dragged_to(hand: Hand) -> None:
    rect = map_of(hand).rect
    id = "data"
    under = hand.view.scene_at(QPointF(rect.center())) - hand.canvas.mirror.boxes[id].rect.center()
    hand.canvas.select([id])
    hand.view.centerOn(middle(hand) - under)
    settle(hand)
    settle(hand)
    node = hand.view.in_viewport(hand.canvas.mirror.boxes[id].rect)
    assert not map_of(hand).rect.isEmpty()
    assert not map_of(hand).rect.intersects(node)
    there = map_of(hand).rect
    hand.hold(hand.title(id), there.center())
    settle(hand)
    assert map_of(hand).rect.isEmpty()
    QTest.keyClick(hand.view, Qt.Key.Key_Escape)
    hand.release(there.center())
    settle(hand)
    assert not map_of(hand).rect.isEmpty()


def test_that_what_is_all_in_view_needs_no_minimap(hand: Hand) -> None:
    hand.canvas.fit()
    settle(hand)
    assert map_of(hand).rect.isEmpty()


def test_that_a_press_beside_the_minimap_is_for_the_canvas(hand: Hand) -> None:
    start = map_of(hand).rect.topLeft() - QPoint(200, 60)
    place = hand.view.scene_at(QPointF(start))
    hand.pull(start, start + QPoint(60, -40))
    assert hand.view.scene_at(QPointF(start)) == place
    assert QRectF(hand.view.viewport().rect()).contains(QRectF(map_of(hand).rect))


def colours(image: QImage) -> set[str]:
    """The colours of an image."""
    return {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(image.height())}


def seen(canvas: Canvas, scale: float) -> QImage:
    """The canvas at a zoom, around its middle."""
    canvas.view.zoom(scale / canvas.view.scale_now)
    canvas.view.centerOn(canvas.mirror.boxes["final"].rect.center())
    return canvas.view.grab().toImage()


@pytest.mark.parametrize(
    ("scale", "shows"),
    [(0.9 * FAR, set[str]()), (0.85 * NEAR, {"rename"}), (1.1 * NEAR, {"rename", "set"})],
    ids=["shapes", "names", "all"],
)
def test_that_names_and_parameters_are_drawn_where_they_can_be_read(small: Hand, scale: float, shows: set[str]) -> None:
    pictures: dict[str, list[QImage]] = {"rename": [], "set": []}
    rects = []
    for edit in (
        ("rename", "joined", "jained"),
        ("rename", "joined", "jeined"),
        ("set", "final", "out_features", 70),
        ("set", "final", "out_features", 80),
    ):
        small.document.do([edit], "another text")
        pictures[edit[0]].append(seen(small.canvas, scale))
        rects.append(sorted(rect.getCoords() for rect in small.canvas.mirror.rects().values()))
        small.document.history.undo()
    assert all(each == rects[0] for each in rects)
    assert {what for what, (one, other) in pictures.items() if one != other} == shows


@pytest.mark.parametrize(
    ("names", "scale", "named"),
    [
        (("joined", "jained", "jeined"), 1.02 * FAR, True),
        (("flat", "ab", "ba"), 1.02 * FAR, True),
        (("flat", "ab", "ba"), 0.98 * FAR, False),
        (("flat", "nu_pill_with_a_name", "un_pill_with_a_name"), 1.02 * FAR, True),
    ],
)
def test_that_all_nodes_lose_their_names_at_one_zoom(
    small: Hand, names: tuple[str, str, str], scale: float, named: bool
) -> None:
    old, *new = names
    pictures = []
    for name in new:
        small.document.do([("rename", old, name)], "another name")
        pictures.append(seen(small.canvas, scale))
        small.document.history.undo()
    assert (pictures[0] != pictures[1]) is named


def test_that_no_text_is_smaller_than_can_be_read_and_a_trembling_hand_changes_no_detail() -> None:
    assert NEAR * min(font(style).pixelSize() for style in ("type", "summary", "port", "chip", "number")) >= SMALLEST
    scale = found = NEAR
    details = set()
    for turn in (1.04, 1 / 1.04) * 5:
        scale *= turn
        found = steadied(scale, found)
        details.add(found >= NEAR)
    assert len(details) == 1
    assert steadied(NEAR * 0.9, NEAR) == NEAR * 0.9


def test_that_a_small_graph_has_a_minimap_only_when_it_is_larger_than_the_view(small: Hand) -> None:
    hand = small
    hand.canvas.fit()
    hand.view.pan(QPointF(600, 0))
    settle(hand)
    assert map_of(hand).rect.isEmpty()
    hand.view.zoom(2.0 / hand.view.scale_now)
    settle(hand)
    assert not map_of(hand).rect.isEmpty()


def test_that_a_selected_layer_is_seen_from_far_away_by_a_ring_around_it(small: Hand) -> None:
    before = seen(small.canvas, 0.85 * NEAR)
    small.canvas.select(["final"])
    after = seen(small.canvas, 0.85 * NEAR)
    rect = small.canvas.mirror.boxes["final"].rect
    at = small.pixel(QPointF(rect.center().x(), rect.top() - CHOSEN))
    ys = range(at.y() - 1, at.y() + 2)
    assert max(abs(before.pixelColor(at.x(), y).lightness() - after.pixelColor(at.x(), y).lightness()) for y in ys) > 40


def test_that_an_undo_that_leaves_nothing_in_view_shows_the_whole_graph(hand: Hand) -> None:
    hand.document.do([("add", "far", "nn.ReLU", {}, (9000.0, 9000.0))], "far")
    hand.canvas.centre_on("far")
    hand.document.history.undo()
    seen = hand.view.mapToScene(hand.view.viewport().rect()).boundingRect()
    assert all(seen.contains(box.rect) for box in hand.canvas.mirror.boxes.values())
