"""Frames and notes: part of the graph, kept whatever a file says, written without what is the default."""

import json
from typing import Any

import pytest

from runtime.check.check import check
from runtime.define.excerpt import excerpt, joined, read, written
from runtime.generate.program import generate
from runtime.graph.difference import difference
from runtime.graph.edit import applied
from runtime.graph.file import dump, load
from runtime.graph.frames import COLOURS, LEAST, Frame, frames
from runtime.graph.model import FARTHEST, Graph, Node
from runtime.places import EXAMPLES

WRONG: dict[str, Any] = {
    "no place": {"title": "a"},
    "no object": 5,
    "three numbers": {"rect": [0, 0, 10]},
    "no size": {"rect": [0, 0, 0, 10]},
    "words": {"rect": ["0", 0, 10, 10]},
    "yes": {"rect": [0, 0, 10, True]},
}
ODD: dict[str, Any] = {
    "unknown colour": {"title": "a", "colour": "mauve", "rect": [0, 0, 200, 100]},
    "no colour": {"title": "a", "colour": ["red"], "rect": [0, 0, 200, 100]},
    "far away": {"title": "a", "rect": [1e300, 0, 9e15, 100]},
    "from later": {"title": "a", "rect": [0, 0, 200, 100], "folded": {"by": "Ada"}, "text": ["# one", "two"]},
    "no title": {"title": 7, "rect": [0, 0, 200, 100], "text": {"html": "x"}},
}


def file(given: Any, **more: Any) -> str:
    """A file with these frames, as it is written."""
    return dump(load(json.dumps({"format": "torchweave", "version": 1, "frames": given, **more}).encode()))


def test_that_a_frame_stands_in_the_file_with_what_differs_from_the_default_one_a_line() -> None:
    graph = applied(
        Graph(),
        [
            ("frame", "encoder", {"text": "", "rect": (0.0, 10.126, 300, 200), "title": "Encoder", "colour": "blue"}),
            ("frame", "note", {"rect": (0, 0, 100, 50), "text": "*why*", "colour": COLOURS[0], "title": ""}),
        ],
    )
    lines = dump(graph).splitlines()
    at = lines.index('  "frames": {')
    assert lines[at + 1 : at + 3] == [
        '    "encoder": {"title": "Encoder", "colour": "blue", "rect": [0, 10.13, 300, 200]},',
        '    "note": {"rect": [0, 0, 100, 50], "text": "*why*"}',
    ]
    assert frames(graph)["encoder"] == Frame("encoder", (0, 10.13, 300, 200), "Encoder", "blue")
    assert load(dump(graph).encode()) == graph


@pytest.mark.parametrize("value", [*WRONG.values(), *ODD.values()], ids=[*WRONG, *ODD])
@pytest.mark.parametrize("inside", [False, True], ids=["file", "definition"])
def test_that_what_a_file_holds_wrongly_comes_back_letter_for_letter(value: Any, inside: bool) -> None:
    given = {"f": value, "sound": {"title": "s", "rect": [0, 0, 80, 80]}}
    text = file({}, definitions={"d": {"frames": given}}) if inside else file(given)
    graph = load(text.encode())
    assert dump(graph) == text
    assert json.loads(text)["definitions"]["d"]["frames"] == given if inside else json.loads(text)["frames"] == given
    assert ("f" in frames(graph.definitions["d"] if inside else graph)) == (value in ODD.values())
    edits: list[Any] = [("frame", "sound", {"colour": "red"})]
    after = applied(graph, [("in", "d", *edits)] if inside else edits)
    assert json.dumps(value) in dump(after).replace("\n", "")
    assert difference(graph, after).inverted().applied(after) == graph


def test_that_odd_frames_are_shown_as_far_as_they_are_understood_and_keep_the_rest_when_edited() -> None:
    graph = load(file(ODD).encode())
    shown = frames(graph)
    assert {each.colour for each in shown.values()} == {COLOURS[0]}
    assert shown["far away"] == Frame("far away", (FARTHEST, 0, FARTHEST, 100), "a")
    assert shown["from later"] == Frame("from later", (0, 0, 200, 100), "a", text="# one\ntwo")
    assert shown["no title"] == Frame("no title", (0, 0, 200, 100))
    after = applied(graph, [("frame", "from later", {"title": "b"}), ("frame", "unknown colour", {"title": None})])
    assert after.extra["frames"]["from later"]["folded"] == {"by": "Ada"}
    assert after.extra["frames"]["unknown colour"] == {"colour": "mauve", "rect": [0, 0, 200, 100]}


def test_that_a_frame_is_no_smaller_than_can_be_taken_hold_of() -> None:
    assert frames(Graph(extra={"frames": {"a": {"rect": [0, 0, 1, 1]}}}))["a"].rect == (0, 0, *LEAST)


def test_that_unframe_takes_the_frame_alone_and_the_last_one_leaves_nothing_behind() -> None:
    graph = applied(Graph(), [("add", "a", "nn.ReLU", {}, (10, 10)), ("frame", "f", {"rect": (0, 0, 100, 100)})])
    after = applied(graph, [("unframe", "f")])
    assert list(after.nodes) == ["a"]
    assert "frames" not in after.extra
    with pytest.raises(KeyError):
        applied(after, [("unframe", "f")])


def test_that_a_frame_goes_with_a_copy_as_text_beside_one_of_the_same_name() -> None:
    graph = applied(
        Graph(), [("add", "a", "nn.ReLU", {}, (120, 110)), ("frame", "f", {"rect": (100, 60, 200, 100), "title": "F"})]
    )
    part = read(written(excerpt(graph, ["a"], graph.layout, ["f"])))
    assert (part.layout["a"], frames(part)["f"].rect) == ((20, 50), (0, 0, 200, 100))
    found = joined(graph, part)
    assert (found.names, found.frames) == ({"a": "a_2"}, {"f": "f_2"})
    assert frames(found.level)["f_2"].title == "F"
    alone = read(written(excerpt(graph, [], graph.layout, ["f"])))
    assert (alone.nodes, list(frames(alone))) == ({}, ["f"])
    assert "frames" not in excerpt(graph, ["a"], graph.layout).extra


def test_that_neither_check_nor_program_knows_of_frames_and_bends() -> None:
    graph = load((EXAMPLES / "two_models.json").read_bytes())
    edge = graph.edges[0]
    after = applied(
        graph,
        [
            ("frame", "f", {"rect": (0, 0, 900, 900), "title": "Everything", "text": "# all"}),
            ("bend", str(edge.source), str(edge.target), [(1, 2)]),
        ],
    )
    assert check(after).problems == check(graph).problems
    assert generate(after, check(after), "x.json").text == generate(graph, check(graph), "x.json").text


def test_that_a_frame_has_a_place_beside_what_is_no_frames_at_all() -> None:
    later = Graph({"a": Node("a", "x")}, extra={"frames": [1, 2], "bends": {"x": 1}})
    assert frames(later) == {}
    assert joined(later, Graph(extra={"frames": {"f": {"rect": [0, 0, 90, 90]}}})).level == later
