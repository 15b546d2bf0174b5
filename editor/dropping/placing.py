"""Where new nodes stand: laid out from left to right by their sizes, below what is there already."""

from collections.abc import Iterable

from editor.canvas.face import Scenery
from editor.canvas.layout import arranged
from editor.canvas.measure import measured
from runtime.check.check import Checker
from runtime.graph.edit import Edit, applied
from runtime.graph.frames import frames
from runtime.graph.model import Graph

BELOW = 60.0  # the nodes, frames and notes that are there, at least


def placed(graph: Graph, edits: Iterable[Edit]) -> list[Edit]:
    """The edits, and a move for each node that they add."""
    edits = list(edits)
    after = applied(graph, edits)
    new = [id for id in after.nodes if id not in graph.nodes]
    report = Checker().check(after, False)
    scenery = Scenery(after, report)
    shapes = {id: measured(face) for id, face in scenery.faces(after.nodes).items()}
    sizes = {id: (shapes[id].width, shapes[id].height, shapes[id].axis) for id in new}
    links = [(e.source.node, e.target.node) for e in after.edges if e.source.node in sizes and e.target.node in sizes]
    places = arranged(sizes, links, report.sides)
    there = [(*after.layout.get(id, (0.0, 0.0)), shapes[id].height) for id in graph.nodes]
    there += [(x, y, height) for x, y, _, height in (frame.rect for frame in frames(graph).values())]
    left = min((x for x, _, _ in there), default=0.0)
    top = max((y + height + BELOW for _, y, height in there), default=0.0)
    return [*edits, *(("move", id, (x + left, y + top)) for id, (x, y) in places.items())]
