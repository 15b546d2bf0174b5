"""What typed code means for the graph: nodes wired one behind the other, and to the port a wire was pulled from."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from editor.canvas.face import Scenery
from editor.canvas.intents import Intent, as_pin, connection, counterpart, new_name
from editor.canvas.layers import extent
from editor.canvas.layout import arranged
from editor.canvas.measure import measured
from editor.canvas.room import Rect, free_place
from runtime.check.check import Checker
from runtime.check.problem import Report
from runtime.check.told import differences
from runtime.graph.edit import Edit, applied
from runtime.graph.model import End, Graph
from runtime.spec.catalogue import catalogue
from runtime.spec.from_code import Chain

Places = Mapping[str, tuple[float, float]]


def addition_of(
    graph: Graph,
    report: Report,
    chain: Chain,
    at: tuple[float, float],
    starts: Iterable[End] = (),
    rects: Iterable[Rect] = (),
) -> tuple[Intent, list[str]]:
    """The nodes of typed code as one step, and their ids in their order.

    They begin `at` a place, or beside it where the nodes at `rects` are in their way.
    """
    ids: list[str] = []
    edits: list[Edit] = []
    for call in chain.calls:
        ids.append(new_name(graph, call.name or catalogue()[call.type].called, ids))
        edits.append(("add", ids[-1], call.type, call.parameters, at))
    for before, behind in pairwise(ids):
        edits.append(("connect", f"{before}.{_output(chain, ids, before)}", f"{behind}.{_input(chain, ids, behind)}"))
    for start in starts:
        edits += _joined(graph, report, applied(graph, edits), ids, start)
    edits += [("move", id, place) for id, place in _places(applied(graph, edits), ids, at, rects).items()]
    return Intent(tuple(edits), f"add {ids[0] if len(ids) == 1 else f'{len(ids)} nodes'}", ids[0]), ids


def remarks(graph: Graph, report: Report, chain: Chain, ids: Sequence[str], *starts: End) -> list[str]:
    """Where the code tells another size than the wires bring."""
    pin = as_pin(graph, starts[0]) if len(starts) == 1 else None
    return list(differences(chain, ids, report.types.get(End(pin.node, pin.port)) if pin and pin.output else None))


def _output(chain: Chain, ids: Sequence[str], id: str) -> str:
    call = chain.calls[ids.index(id)]
    return catalogue()[call.type].ports(call.parameters)[1][0].name


def _input(chain: Chain, ids: Sequence[str], id: str) -> str:
    call = chain.calls[ids.index(id)]
    return catalogue()[call.type].ports(call.parameters)[0][0].name


def _joined(graph: Graph, report: Report, made: Graph, ids: Sequence[str], start: End) -> tuple[Edit, ...]:
    """The wire from an output into the first node, or from the last one into an input."""
    pin = as_pin(graph, start)
    other = counterpart(made, report, pin, ids[0] if pin.output else ids[-1]) if pin is not None else None
    if pin is None or other is None:
        return ()
    joined = connection(made, pin, other)
    return joined.edits if isinstance(joined, Intent) else ()


def _places(graph: Graph, ids: Sequence[str], at: tuple[float, float], rects: Iterable[Rect]) -> Places:
    """Where the nodes stand: in lines from left to right, all of them on free ground."""
    shapes = {id: measured(face) for id, face in Scenery(graph, Checker().check(graph, False)).faces(ids).items()}
    sizes = {id: (shape.width, shape.height, shape.axis) for id, shape in shapes.items()}
    places = arranged(sizes, list(pairwise(ids)))
    left, top, right, bottom = extent(places, sizes)
    x, y = free_place(at, (right - left, bottom - top), rects)
    return {id: (x + place[0] - left, y + place[1] - top) for id, place in places.items()}
