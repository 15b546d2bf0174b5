"""Zoom, pan, search keys, tips and problems: what the hand does without changing the graph."""

from itertools import combinations, pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.canvas.canvas import Canvas
from editor.looks import theme
from runtime.check.check import check
from runtime.check.problem import Problem
from runtime.graph.file import load
from runtime.graph.model import Edge, End, Graph, Node
from runtime.places import EXAMPLES
from tests.editor.canvas.hand import CONTROL, MIDDLE, Hand, edge


def under(hand: Hand, at: QPoint) -> QPointF:
    """The scene position under a pixel."""
    return hand.view.scene_at(QPointF(at))


@pytest.mark.parametrize("turn", [120, -120])
def test_that_a_notch_of_the_wheel_zooms_about_the_cursor(hand: Hand, turn: int) -> None:
    at, scale = QPoint(300, 200), hand.view.scale_now
    place = under(hand, at)
    hand.wheel(at, QPoint(0, turn))
    assert (hand.view.scale_now > scale) == (turn > 0)
    assert (under(hand, at) - place).manhattanLength() < 3


def test_that_two_fingers_pan(hand: Hand) -> None:
    at, scale = QPoint(300, 200), hand.view.scale_now
    place = under(hand, at)
    hand.wheel(at, QPoint(0, -60), QPoint(-40, -30))
    assert hand.view.scale_now == scale
    moved = under(hand, at) - place
    assert abs(moved.x() * scale - 40) < 1.5
    assert abs(moved.y() * scale - 30) < 1.5


def test_that_control_and_two_fingers_zoom(hand: Hand) -> None:
    scale = hand.view.scale_now
    hand.wheel(QPoint(300, 200), QPoint(0, 60), QPoint(0, 30), CONTROL)
    assert hand.view.scale_now > scale


def test_that_a_pinch_zooms_about_the_cursor(hand: Hand) -> None:
    at, scale = QPoint(500, 300), hand.view.scale_now
    place = under(hand, at)
    hand.pinch(at, 0.25)
    assert hand.view.scale_now == pytest.approx(scale * 1.25)
    assert (under(hand, at) - place).manhattanLength() < 3


def test_that_the_middle_button_pans(hand: Hand) -> None:
    place = under(hand, QPoint(300, 200))
    hand.pull(QPoint(300, 200), QPoint(380, 260), button=MIDDLE)
    assert (under(hand, QPoint(380, 260)) - place).manhattanLength() < 3


def test_that_space_and_dragging_pan_without_searching(hand: Hand, qtbot: QtBot) -> None:
    place = under(hand, hand.title("flat"))
    start = hand.title("flat")
    with qtbot.assertNotEmitted(hand.canvas.search_requested):
        QTest.keyPress(hand.view, Qt.Key.Key_Space)
        hand.pull(start, start + QPoint(60, 40))
        QTest.keyRelease(hand.view, Qt.Key.Key_Space)
    assert (under(hand, start + QPoint(60, 40)) - place).manhattanLength() < 3
    assert hand.document.history.count() == 0


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Tab])
def test_that_space_and_tab_search(hand: Hand, qtbot: QtBot, key: Qt.Key) -> None:
    with qtbot.waitSignal(hand.canvas.search_requested) as asked:
        hand.key(key)
    assert asked.args[1] is None


def test_that_a_double_click_on_nothing_searches_there(hand: Hand, qtbot: QtBot) -> None:
    at = hand.nowhere()
    with qtbot.waitSignal(hand.canvas.search_requested) as asked:
        hand.double(at)
    assert (asked.args[0] - under(hand, at)).manhattanLength() < 1


def test_that_fit_shows_everything_and_a_resize_keeps_it(hand: Hand) -> None:
    hand.canvas.fit()
    for width, height in ((1280, 720), (700, 500)):
        hand.canvas.resize(width, height)
        assert hand.view.viewport().width() == width
        seen = hand.view.mapToScene(hand.view.viewport().rect()).boundingRect()
        assert seen.contains(hand.canvas.content())
    hand.view.pan(QPointF(500, 0))
    hand.canvas.resize(900, 600)
    assert not hand.view.mapToScene(hand.view.viewport().rect()).boundingRect().contains(hand.canvas.content())


def test_that_centre_on_brings_a_node_to_the_middle(hand: Hand) -> None:
    hand.canvas.centre_on("adam")
    middle = under(hand, hand.view.viewport().rect().center())
    assert (middle - hand.canvas.mirror.boxes["adam"].rect.center()).manhattanLength() < 4


def test_that_a_misfit_is_red_says_why_and_leads_to_its_repair(hand: Hand, qtbot: QtBot) -> None:
    hand.document.do([("set", "joined", "dim", 5)], "break it")
    hand.document.do([("replace", "digits.label", "final.input")], "break it")
    hand.check()
    wire = hand.canvas.mirror.wires[edge("digits.label", "final.input")]
    assert wire.problem is not None
    hand.canvas.fit()
    at = hand.middle("digits.label", "final.input")
    hand.move(at, Qt.MouseButton.NoButton)
    assert wire.hovered
    assert wire.problem.message in hand.canvas.callout.text
    with qtbot.waitSignal(hand.canvas.problem_clicked) as clicked:
        hand.click(at)
    assert clicked.args == [wire.problem]
    assert wire.problem.message in hand.canvas.tip(wire)


def test_that_a_badge_leads_to_its_problem(hand: Hand, qtbot: QtBot) -> None:
    hand.canvas.show_failure("final", "mat1 and mat2 shapes cannot be multiplied")
    box = hand.canvas.mirror.boxes["final"]
    with qtbot.waitSignal(hand.canvas.problem_clicked) as clicked:
        hand.click(hand.pixel(box.badge_rect(hand.view.scale_now).center()))
    problem = clicked.args[0]
    assert isinstance(problem, Problem)
    assert problem.message == "mat1 and mat2 shapes cannot be multiplied"
    hand.canvas.show_failure("final", "")
    assert box.face.problem is None


def test_that_progress_shows_on_a_node(hand: Hand) -> None:
    hand.canvas.show_progress("adam", 0.4, "epoch 2 of 5")
    face = hand.canvas.mirror.boxes["adam"].face
    assert face.progress is not None
    assert face.progress.share == 0.4
    assert "epoch 2 of 5" in hand.canvas.tip(hand.canvas.mirror.boxes["adam"])
    hand.canvas.show_progress("adam", -1, "")
    assert hand.canvas.mirror.boxes["adam"].face.progress is None


def test_that_tips_say_what_a_port_accepts_and_gets(hand: Hand) -> None:
    box = hand.canvas.mirror.boxes["final"]
    tip = hand.canvas.tip(box.ports["input", False])
    assert "accepts" in tip
    assert "gets float32[B, 12]" in tip
    assert "gives float32[B, 10]" in hand.canvas.tip(box.ports["output", True])


def test_that_a_port_to_connect_says_once_what_it_accepts(hand: Hand) -> None:
    hand.document.do([("disconnect", "joined.output", "final.input")], "cut")
    hand.check()
    tip = hand.canvas.tip(hand.canvas.mirror.boxes["final"].ports["input", False])
    assert tip.count("float32") == 1


def test_that_a_mesh_of_thousands_of_wires_opens_whole(canvas: Canvas) -> None:
    nodes = {f"n{at}": Node(f"n{at}", "other.Thing") for at in range(200)}
    ways = [(at, to) for at in range(200) for to in range(at + 1, min(at + 30, 200))]
    edges = tuple(Edge(End(f"n{at}", "out"), End(f"n{to}", f"in{at}")) for at, to in ways)
    canvas.document.open(Graph(nodes=nodes, edges=edges), None)
    canvas.show_report(check(canvas.document.graph))
    QApplication.processEvents()
    assert len(canvas.mirror.wires) == len(ways) > 5000


@pytest.mark.parametrize("name", ["dark", "light"])
def test_that_a_picture_has_the_background_of_the_canvas(hand: Hand, qapp: QApplication, name: str) -> None:
    theme.apply(qapp, name)
    made = hand.canvas.picture(800, 600)
    shown = {made.pixelColor(x, y).name() for x in range(100) for y in range(200)}
    assert shown <= {theme.current().sample_tint, theme.current().grid}


def test_that_wires_that_stick_out_are_in_view(hand: Hand) -> None:
    hand.canvas.fit()
    seen = hand.view.viewport().rect()
    for wire in hand.canvas.mirror.wires.values():
        assert seen.adjusted(2, 2, -2, -2).contains(hand.view.in_viewport(wire.path().boundingRect()))


def test_that_wires_come_back_when_a_node_is_small_again(hand: Hand) -> None:
    hand.document.open(load((EXAMPLES / "two_models.json").read_bytes()), None)
    hand.check()
    ways = {edge: wire.path() for edge, wire in hand.canvas.mirror.wires.items()}
    hand.document.do([("set", "dense", "out_features", 2_000_000_000)], "wide")
    hand.check()
    hand.document.history.undo()
    hand.check()
    assert {edge: wire.path() for edge, wire in hand.canvas.mirror.wires.items()} == ways


@pytest.mark.parametrize("name", ["two_models", "text_and_image"])
def test_that_the_labels_keep_away_from_other_wires_and_from_nodes(hand: Hand, name: str) -> None:
    hand.document.open(load((EXAMPLES / f"{name}.json").read_bytes()), None)
    hand.check()
    wires = hand.canvas.mirror.wires
    label = wires[edge("batches.label", "accuracy.target")].path()
    lane = max(_uprights(label), key=lambda piece: piece.height())
    for id, rect in hand.canvas.mirror.rects().items():
        assert not rect.adjusted(-6, 0, 6, 0).intersects(lane), id
    for other, wire in wires.items():
        if other.source.port != "label" or other.source.node != "batches":
            for piece in _uprights(wire.path()):
                assert not piece.adjusted(-5.0, -1, 5.0, 1).intersects(lane), other


@pytest.mark.parametrize("name", sorted(file.stem for file in EXAMPLES.glob("*.json")))
def test_that_no_wire_of_an_example_runs_behind_a_node(hand: Hand, name: str) -> None:
    hand.document.open(load((EXAMPLES / f"{name}.json").read_bytes()), None)
    hand.check()
    insides = {id: rect.adjusted(4, 2, -4, -2) for id, rect in hand.canvas.mirror.rects().items()}
    for at, wire in hand.canvas.mirror.wires.items():
        points = [wire.path().pointAtPercent(share / 200) for share in range(201)]
        assert [id for id, rect in insides.items() if any(map(rect.contains, points))] == [], at


# Two inputs that are fed from the same two nodes cannot both be reached without a crossing: loss and accuracy.
CROSSINGS = {"gan": 0, "unet": 0, "resnet18": 1, "transformer": 1}


@pytest.mark.parametrize("name", CROSSINGS)
def test_that_wires_of_an_example_cross_only_where_they_must(hand: Hand, name: str) -> None:
    hand.document.open(load((EXAMPLES / f"{name}.json").read_bytes()), None)
    hand.check()
    ways = {at: _points(wire.path()) for at, wire in hand.canvas.mirror.wires.items()}
    pairs = [pair for pair in combinations(ways, 2) if pair[0].source != pair[1].source]
    crossed = [(str(one), str(other)) for one, other in pairs if _cross(ways[one], ways[other])]
    assert len(crossed) <= CROSSINGS[name], crossed


def _points(path: QPainterPath) -> list[complex]:
    return [complex(p.x(), p.y()) for polygon in path.toSubpathPolygons() for p in polygon.toList()]


def _cross(one: list[complex], other: list[complex]) -> bool:
    """Whether two ways meet between their ends."""
    return any(_apart(a, b, c, d) and _apart(c, d, a, b) for a, b in pairwise(one) for c, d in pairwise(other))


def _apart(a: complex, b: complex, c: complex, d: complex) -> bool:
    """Whether `c` and `d` lie on two sides of the line through `a` and `b`."""
    turned = [((b - a).conjugate() * (point - a)).imag for point in (c, d)]
    return turned[0] * turned[1] < 0


def _uprights(path: QPainterPath) -> list[QRectF]:
    """The pieces of a way that go straight up or down, one pixel wide."""
    at = [path.elementAt(n) for n in range(path.elementCount())]
    pairs = [(a, b) for a, b in pairwise(at) if abs(a.x - b.x) < 0.1 and abs(a.y - b.y) > 20]
    return [QRectF(a.x - 0.5, min(a.y, b.y), 1, abs(a.y - b.y)) for a, b in pairs]
