"""After Arrange each wire can be followed: it lies on no other and runs behind no node; joins stand behind branches."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF

from editor.canvas.canvas import Canvas
from editor.canvas.lanes import Lanes
from editor.canvas.route import soft
from editor.canvas.wire import Wire
from runtime.check.check import check
from runtime.graph.edit import Edit, applied
from runtime.graph.file import load
from runtime.graph.model import Edge, Graph
from runtime.places import EXAMPLES
from tests.editor.canvas.hand import Hand, edge
from tests.editor.canvas.test_arrange import crossed

NEAR, LONG, STEP = 2.5, 64.0, 2.0  # pixels: wires look like one that are so near for so long; crossings take less
EVERY = sorted(EXAMPLES.glob("*.json"))


def arranged(canvas: Canvas, graph: Graph) -> None:
    """The graph, checked and laid out by the command."""
    canvas.document.open(graph, None)
    canvas.show_report(check(canvas.graph))
    canvas.arrange()
    canvas.glide.end()


def places(wire: Wire) -> Iterator[QPointF]:
    """Points on a wire from its output to its input."""
    path = wire.path()
    count = int(path.length() / STEP) + 1
    return (path.pointAtPercent(at / count) for at in range(count + 1))


def on_each_other(canvas: Canvas) -> list[tuple[str, str, float]]:
    """Pairs of wires from different sources that are one line to the eye, and for how long."""
    spots: dict[tuple[int, int], list[tuple[Edge, QPointF]]] = defaultdict(list)
    for one, wire in canvas.mirror.wires.items():
        for at in places(wire):
            spots[int(at.x() // 8), int(at.y() // 8)].append((one, at))
    found: dict[tuple[str, str], float] = {}
    for one, wire in canvas.mirror.wires.items():
        runs: dict[Edge, float] = {}
        for at in places(wire):
            x, y = int(at.x() // 8), int(at.y() // 8)
            near = [spot for a in (x - 1, x, x + 1) for b in (y - 1, y, y + 1) for spot in spots.get((a, b), ())]
            met = {other for other, it in near if other.source != one.source and (it - at).manhattanLength() < NEAR}
            runs = {other: runs.get(other, 0.0) + STEP for other in met}
            for other, run in runs.items():
                found[str(one), str(other)] = max(run, found.get((str(one), str(other)), 0.0))
    return [(*pair, run) for pair, run in found.items() if run > LONG]


def into_lines(canvas: Canvas) -> list[str]:
    """Wires that lead back to a node before which another one of its side stands at its height."""
    rects, sides, found = canvas.mirror.rects(), canvas.report.sides, list[str]()
    for wire in canvas.mirror.wires:
        at = rects[wire.target.node]
        line = [rects[id] for id, side in sides.items() if side == sides.get(wire.target.node) and id in rects]
        before = [each for each in line if each.right() <= at.left()]
        back = at.left() <= rects[wire.source.node].right()
        if back and any(each.top() < at.bottom() and at.top() < each.bottom() for each in before):
            found.append(str(wire))
    return found


@pytest.mark.parametrize("example", EVERY, ids=lambda path: path.stem)
def test_that_each_wire_of_an_arranged_example_can_be_followed(canvas: Canvas, example: Path) -> None:
    arranged(canvas, load(example.read_bytes()))
    assert into_lines(canvas) == []
    assert on_each_other(canvas) == []
    assert crossed(canvas) == []


@pytest.mark.parametrize("example", EVERY, ids=lambda path: path.stem)
def test_that_what_joins_branches_stands_right_of_all_of_them(canvas: Canvas, example: Path) -> None:
    arranged(canvas, load(example.read_bytes()))
    graph, rects, sides = canvas.graph, canvas.mirror.rects(), canvas.report.sides
    for id in graph.nodes:
        feeding = [each for each in graph.sources[id] if sides.get(each) == sides.get(id)]
        if len(feeding) > 1:
            assert max(rects[each].right() for each in feeding) < rects[id].left(), id


@pytest.mark.parametrize("example", EVERY, ids=lambda path: path.stem)
def test_that_a_wire_of_an_example_as_it_is_stored_leads_back_only_to_where_a_line_begins(
    canvas: Canvas, example: Path
) -> None:
    canvas.document.open(load(example.read_bytes()), None)
    canvas.show_report(check(canvas.graph))
    assert into_lines(canvas) == []
    assert on_each_other(canvas) == []
    assert crossed(canvas) == []


def test_that_a_join_of_branches_of_unequal_length_is_behind_both_and_no_branch_is_cut(canvas: Canvas) -> None:
    long = [f"long_{at}" for at in range(7)]
    edits: list[Edit] = [("add", id, "nn.Linear", {"out_features": 8}, None) for id in ("first", *long, "short")]
    edits += [("add", "joined", "torch.cat", {}, None), ("add", "last", "nn.Linear", {"out_features": 8}, None)]
    edits += [("connect", f"{one}.output", f"{next}.input") for one, next in pairwise(["first", *long])]
    edits += [("connect", "first.output", "short.input"), ("connect", "joined.output", "last.input")]
    edits += [("connect", f"{end}.output", "joined.tensors") for end in (long[-1], "short")]
    arranged(canvas, applied(Graph(), edits))
    rects = canvas.mirror.rects()
    assert all(rects[one].right() < rects[next].left() for one, next in pairwise([*long, "joined"]))
    assert rects["first"].right() < rects["short"].left() and rects["short"].right() < rects["joined"].left()


def test_that_a_wire_goes_where_no_wire_from_another_source_lies() -> None:
    lanes, ends = Lanes(), (QPointF(0, 0), QPointF(60, 200))
    one, branch, other = edge("a.output", "b.input"), edge("a.output", "c.input"), edge("d.output", "e.input")
    ways = [soft(*ends), soft(*ends, 0.4)]
    assert lanes.lay(one, ways) == (0, ways[0])
    assert lanes.lay(branch, ways) == (0, ways[0])
    assert lanes.lay(other, ways) == (1, ways[1])
    lanes.take(one)
    lanes.take(branch)
    assert lanes.lay(other, ways) == (0, ways[0])


def test_that_a_wire_stays_on_its_track_while_its_node_is_carried(canvas: Canvas) -> None:
    arranged(canvas, load((EXAMPLES / "text_and_image.json").read_bytes()))
    hand = Hand(canvas)
    aside = canvas.mirror.wires[edge("batches.label", "accuracy.target")]
    assert aside.track
    start, way = hand.title(aside.edge.target.node), aside.path()
    hand.press(start)
    for step in (40, 80, 0):
        hand.move(start + QPoint(step, step))
    assert aside.path() == way
    hand.release(start)
    assert aside.path() == way
