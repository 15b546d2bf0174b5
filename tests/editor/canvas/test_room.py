"""Room is made for a node that is put on a wire."""

from collections.abc import Iterable
from functools import partial

from editor.canvas.room import Rect, free_place, with_room
from runtime.graph.edit import Edit, applied
from runtime.graph.frames import frames
from runtime.graph.model import Graph

ROW: list[Edit] = [
    ("add", "a", "nn.ReLU", {}, (0, 0)),
    ("add", "b", "nn.ReLU", {}, (132, 0)),
    ("add", "c", "nn.ReLU", {}, (264, 0)),
    ("add", "low", "nn.ReLU", {}, (132, 200)),
    ("connect", "a.output", "b.input"),
    ("connect", "b.output", "c.input"),
]
PUT: Edit = ("insert", "new", "nn.ReLU", {}, "a.output", "b.input", "input", "output")


def rects(graph: Graph) -> dict[str, Rect]:
    """Nodes of 100 by 40."""
    return {id: (x, y, x + 100, y + 40) for id, (x, y) in graph.layout.items()}


def sizes(graph: Graph, ids: Iterable[str]) -> dict[str, tuple[float, float]]:
    """The same for new ones."""
    return dict.fromkeys(ids, (100.0, 40.0))


def wide(width: float, graph: Graph, ids: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Others."""
    return dict.fromkeys(ids, (width, 40.0))


def test_that_what_is_in_the_way_moves_along_and_nothing_else() -> None:
    graph = applied(Graph(), ROW)
    after = applied(graph, with_room(graph, [PUT], rects(graph), sizes))
    assert (after.layout["a"], after.layout["new"]) == ((0, 0), (130, 0))
    assert after.layout["b"][0] >= 262
    assert after.layout["c"][0] >= after.layout["b"][0] + 132
    assert after.layout["low"] == (132, 200)


def test_that_a_new_node_keeps_clear_of_a_line_below_and_what_follows_goes_no_further_than_it_is_wide() -> None:
    def tall(graph: Graph, ids: Iterable[str]) -> dict[str, tuple[float, float]]:
        return {id: (100.0, 80.0 if id == "new" else 40.0) for id in ids}

    below: list[Edit] = [("move", "low", (60, 50)), ("connect", "a.output", "low.input")]
    graph = applied(Graph(), [*ROW, *below])
    after = applied(graph, with_room(graph, [PUT], rects(graph), tall))
    assert {after.layout[id][0] - graph.layout[id][0] for id in ("b", "c", "low")} == {130, 0}
    assert after.layout["low"][1] >= after.layout["new"][1] + 80


def test_that_whole_columns_go_along_and_frames_around_them() -> None:
    rows: list[Edit] = [
        ("add", "d", "nn.ReLU", {}, (264, 200)),
        ("connect", "a.output", "d.input"),
        ("frame", "all", {"rect": (-20, -40, 424, 300)}),
        ("frame", "last", {"rect": (254, -20, 140, 280)}),
    ]
    graph = applied(Graph(), [*ROW, *rows])
    after = applied(graph, with_room(graph, [PUT], rects(graph), sizes))
    assert {after.layout[id][0] - graph.layout[id][0] for id in ("b", "c", "d")} == {130}
    assert {id: frame.rect for id, frame in frames(after).items()} == {
        "all": (-20, -40, 554, 300),
        "last": (384, -20, 140, 280),
    }


def test_that_a_frame_stays_where_a_node_in_it_was_dragged_out() -> None:
    graph = applied(Graph(), [*ROW, ("frame", "around", {"rect": (120, 180, 140, 80)})])
    after = applied(graph, with_room(graph, [("move", "low", (140, 0))], rects(graph), sizes, ["low"]))
    assert after.layout["b"] != graph.layout["b"]
    assert frames(after) == frames(graph)


def test_that_nothing_moves_where_there_is_room() -> None:
    graph = applied(Graph(), [*ROW, ("move", "b", (400, 0)), ("move", "c", (600, 0))])
    assert with_room(graph, [PUT], rects(graph), sizes) == [PUT]


def test_that_edits_without_new_nodes_stay_as_they_are() -> None:
    graph = applied(Graph(), ROW)
    edits: list[Edit] = [("set", "a", "inplace", True), ("remove", "c")]
    assert with_room(graph, edits, rects(graph), sizes) == edits


def test_that_what_grows_moves_aside_what_it_would_cover_and_nothing_else() -> None:
    graph = applied(Graph(), [*ROW, ("add", "upper", "nn.ReLU", {}, (132, -200))])
    edits: list[Edit] = [("weights", "a", {"path": "a.safetensors"})]
    for width, moved in ((120.0, list[str]()), (150.0, ["b", "c"])):
        after = applied(graph, with_room(graph, edits, rects(graph), partial(wide, width)))
        assert [id for id in graph.layout if after.layout[id] != graph.layout[id]] == moved
        assert after.layout["b"][0] >= width + 8 or not moved


def test_that_what_is_wider_once_its_types_are_known_covers_nothing_behind_a_new_node() -> None:
    def told(graph: Graph, ids: Iterable[str]) -> dict[str, tuple[float, float]]:
        return {id: (180.0 if id == "b" else 100.0, 40.0) for id in ids}

    graph = applied(Graph(), [*ROW, ("move", "b", (400, 0)), ("move", "c", (532, 0))])
    after = applied(graph, with_room(graph, [PUT], rects(graph), told))
    assert [id for id in graph.layout if after.layout[id] != graph.layout[id]] == ["c"]
    assert after.layout["c"][0] >= 400 + 180 + 8


def test_that_a_free_place_is_kept_and_a_taken_one_left_the_shortest_straight_way() -> None:
    taken: list[Rect] = [(0, 0, 100, 40), (0, 50, 100, 90)]
    assert free_place((300, 0), (100, 40), taken) == (300, 0)
    assert free_place((0, 40), (100, 40), taken) == (0, 110)
    assert free_place((90, 20), (100, 40), taken) == (120, 20)
    assert free_place((0, 0), (10, 10), taken) == (0, -30)
    assert free_place((-80, 0), (100, 40), taken) == (-120, 0)
