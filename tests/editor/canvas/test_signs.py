"""Signs that are seen in every theme and from far away: problems, selections, and what a pulled wire fits."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtWidgets import QApplication

from editor.canvas import node, paint
from editor.looks import theme
from editor.looks.theme import THEMES, Theme
from tests.editor.canvas.hand import Hand, edge
from tests.editor.canvas.test_theme import contrast


@pytest.fixture(params=THEMES)
def shown(request: pytest.FixtureRequest, qapp: QApplication, hand: Hand) -> Iterator[Theme]:
    """Each theme over the graph of two models."""
    theme.apply(qapp, request.param)
    yield THEMES[request.param]
    theme.apply(qapp, "dark")


def colours(hand: Hand, rect: QRect) -> list[str]:
    """Every pixel of a part of the canvas."""
    image = hand.view.grab(rect).toImage()
    return [image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())]


def around(at: QPoint, reach: int) -> QRect:
    """A square about a pixel."""
    return QRect(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)


def seen(hand: Hand, rect: QRectF) -> QRect:
    """A part of the scene in the viewport."""
    return QRect(hand.pixel(rect.topLeft()), hand.pixel(rect.bottomRight()))


def zoom_to(hand: Hand, scale: float) -> None:
    """See the graph from this far."""
    hand.view.zoom(scale / hand.view.scale_now)
    assert hand.view.scale_now == pytest.approx(scale)


@pytest.mark.parametrize("scale", [0.4, 0.25, 0.15])
def test_that_the_mark_of_a_failed_node_is_as_large_from_far_away_and_can_be_pressed(
    hand: Hand, shown: Theme, scale: float
) -> None:
    hand.canvas.show_failure("final", "it overflowed")
    zoom_to(hand, scale)
    box = hand.canvas.mirror.boxes["final"]
    mark = seen(hand, box.badge_rect(scale))
    assert min(mark.width(), mark.height()) >= 12
    found = colours(hand, mark)
    assert found.count(shown.error) > 0.2 * len(found)
    asked: list[object] = []
    hand.canvas.problem_clicked.connect(asked.append)
    hand.click(mark.center() - QPoint(0, mark.height() // 3))
    assert asked == [box.face.problem]


def test_that_a_selected_wire_has_the_full_accent_beside_it(hand: Hand, shown: Theme) -> None:
    zoom_to(hand, 2.0)
    hand.canvas.centre_on("batches")
    at = hand.middle("batches.image", "flat.input")
    plain = colours(hand, around(at, 8)).count(shown.accent)
    hand.click(at)
    assert colours(hand, around(at, 8)).count(shown.accent) > plain + 12


@pytest.mark.parametrize(("scale", "unlike"), [(2.0, 1.1), (0.44, 1.4)])
def test_that_a_selected_node_that_is_left_out_is_ringed_as_any_other(
    hand: Hand, shown: Theme, scale: float, unlike: float
) -> None:
    hand.document.do([("bypass", "final", "input")], "leave it out")
    hand.check()
    zoom_to(hand, scale)
    hand.canvas.select(["final"])
    hand.canvas.centre_on("final")
    box = hand.canvas.mirror.boxes["final"]
    assert box.face.bypassed
    ring = box.rect.adjusted(-12, -12, 12, 12)
    assert sum(contrast(code, shown.accent) < unlike for code in colours(hand, seen(hand, ring))) > 60


def test_that_an_optimizer_that_waits_for_its_loss_shows_an_empty_port(hand: Hand, shown: Theme) -> None:
    hand.document.do([("disconnect", "loss.output", "adam.loss")], "pull it off")
    hand.check()
    zoom_to(hand, 2.0)
    hand.canvas.centre_on("adam")
    at = hand.input("adam.loss")
    outside = colours(hand, QRect(at.x() - 12, at.y() - 4, 9, 8))
    assert max(contrast(code, shown.batch_tint) for code in outside) > 3


def test_that_what_a_pulled_wire_does_not_fit_covers_the_grid_and_can_be_read(hand: Hand, shown: Theme) -> None:
    hand.hold(hand.output("flat.output"), hand.nowhere())
    heads = [shown.node, *(paint.blend(shown.node, code, shown.tint).name() for code in shown.families.values())]
    grounds = [paint.blend(head, shown.canvas, node.VEIL / 255).name() for head in (*heads, shown.chip)]
    assert min(contrast(node.veiled(shown), ground) for ground in grounds) >= 4.5
    box = hand.canvas.mirror.boxes["adam"]
    assert box.opacity() == 1.0
    body = QRectF(box.rect.left() + 12, box.rect.bottom() - 9, box.rect.width() - 24, 6)
    assert set(colours(hand, seen(hand, body))) == {grounds[0]}
    hand.key(Qt.Key.Key_Escape)
    hand.release(hand.nowhere())
    assert shown.node in colours(hand, seen(hand, body))


def test_that_a_pulled_wire_that_does_not_fit_is_drawn_as_a_wrong_one_and_says_so_first(
    hand: Hand, shown: Theme
) -> None:
    start, end = hand.output("batches.label"), hand.input("final.input")
    hand.hold(start, end)
    assert hand.canvas.callout.text.startswith("Does not fit: ")
    line = QRect(start, end).normalized().adjusted(-30, -30, 30, 30)
    wrong = colours(hand, line).count(shown.error)
    hand.key(Qt.Key.Key_Escape)
    hand.release(end)
    assert wrong > 30 > colours(hand, line).count(shown.error)


def test_that_a_wire_with_a_warning_has_a_sign_in_its_middle(hand: Hand, shown: Theme) -> None:
    hand.document.do([("set", "final", "out_features", 2)], "too few")
    hand.check()
    wire = hand.canvas.mirror.wires[edge("final.output", "loss.input")]
    assert wire.problem is not None and wire.problem.severity == "warning"
    zoom_to(hand, 2.0)
    hand.canvas.centre_on("final")
    middle = hand.pixel(QPointF(wire.path().pointAtPercent(0.5)))
    foot = QRect(middle.x() - 10, middle.y() + 7, 20, 3)  # beside the line, where the sign is broad
    assert colours(hand, foot).count(shown.warning) > 20


def test_that_frames_are_edged_as_strongly_as_nodes_where_contrast_is_high() -> None:
    high = THEMES["contrast"]
    edges = [paint.blend(high.canvas, code, high.frame_edge / 255).name() for code in high.frames.values()]
    assert min(contrast(code, high.canvas) for code in edges) >= 7


def test_that_a_wire_goes_below_the_title_of_a_frame(hand: Hand, shown: Theme) -> None:
    at = hand.canvas.mirror.wires[edge("batches.image", "flat.input")].path().pointAtPercent(0.5)
    lettered = seen(hand, QRectF(at.x() - 8, at.y() - 4, 16, 8))
    wire = shown.kinds["float"]
    assert wire in colours(hand, lettered)
    frame = {"rect": (at.x() - 40, at.y() - 13, 300, 100), "title": "mmmmmmmmmmmmmmm", "text": "", "colour": "grey"}
    hand.document.do([("frame", "f", frame)], "frame it")
    hand.check()
    assert wire not in colours(hand, lettered)
