"""A graph comes back from its file as it went in, and a file as it stood, whatever version or hand wrote it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.graph import file
from runtime.graph.file import Refused, dump, load
from runtime.graph.model import FARTHEST, Graph, Node
from runtime.places import EXAMPLES
from tests.runtime.graph.strategies import graphs, shuffled

LATER = """{
  "format": "torchweave",
  "author": {"name": "Ada"},
  "version": 7,
  "name": "later",
  "nodes": {
    "one": {"colour": "red", "type": "quantum.Layer", "shares": "two", "parameters": {"b": 1.0, "a": 1}, "x": null},
    "two": {"note": "first", "type": "nn.Linear", "parameters": {"sizes": []}}
  },
  "views": [[1, 2], {"of": ["one"]}],
  "edges": [
    ["one.strange", "two.input"]
  ],
  "run": {"epochs": 5, "plan": {"warm": true}},
  "layout": {
    "one": [0, 0],
    "two": [260.5, -12.25]
  },
  "frames": []
}
"""


@settings(max_examples=30)
@given(graphs())
def test_that_a_graph_comes_back_from_its_file_as_it_was(graph: Graph) -> None:
    text = dump(graph)
    again = load(text.encode())
    assert again == graph
    assert list(again.nodes) == list(graph.nodes)
    assert dump(again) == text


@settings(max_examples=30)
@given(graphs().flatmap(shuffled))
def test_that_a_file_comes_back_letter_for_letter_whatever_the_order_of_its_keys(graph: Graph) -> None:
    assert dump(load(dump(graph).encode())) == dump(graph)


def test_that_a_file_of_a_later_version_comes_back_letter_for_letter() -> None:
    assert dump(load(LATER.encode())) == LATER


def test_that_a_file_of_a_later_version_that_was_edited_keeps_the_order_of_its_keys() -> None:
    graph = load(LATER.encode())
    one = graph.nodes["one"]
    edited = graph.with_(
        nodes=dict(graph.nodes) | {"one": Node("one", one.type, {"a": 2}, {"x": 3, "note": "n"}, one.keys)}
    )
    line = next(line for line in dump(edited).splitlines() if '"one": {' in line)
    assert line == '    "one": {"type": "quantum.Layer", "parameters": {"a": 2}, "note": "n", "x": 3},'
    assert dump(edited).replace(line, "") == LATER.replace(LATER.splitlines()[6], "")


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.json")))
def test_that_the_examples_are_written_as_they_would_be_saved(name: str) -> None:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    assert dump(load(text.encode())) == text


def test_that_logic_and_layout_stand_apart_and_keys_in_a_fixed_order() -> None:
    node = Node("a", "nn.Linear", {"bias": False}, {"colour": 1, "weights": 2, "note": "n"})
    graph = Graph({"a": node}, (), {"seed": 1}, {"a": (1.0, 2.5)}, {"zebra": 1, "note": "n", "frames": [], "name": "x"})
    found = json.loads(dump(graph))
    assert list(found) == ["format", "version", "name", "note", "nodes", "edges", "run", "zebra", "frames", "layout"]
    assert list(found["nodes"]["a"]) == ["type", "parameters", "note", "weights", "colour"]


def test_that_positions_stand_in_the_order_of_the_nodes() -> None:
    graph = Graph(
        {"b": Node("b", "x"), "a": Node("a", "x")}, layout={"gone": (0.0, 0.0), "a": (1.0, 1.0), "b": (2.0, 2.0)}
    )
    assert list(json.loads(dump(graph))["layout"]) == ["b", "a", "gone"]


def test_that_whole_positions_are_written_as_whole_numbers() -> None:
    assert '"a": [3, -0.25]' in dump(Graph(layout={"a": (3.0, -0.25)}))


def test_that_python_stands_in_the_file_one_line_a_line() -> None:
    own = {"function": ["def f(x):", "    return x"], "output": "int64[10]"}
    graph = Graph({"b": Node("b", "Collate", {"collate": {"a": own}})})
    lines = [line.strip() for line in dump(graph).splitlines()]
    at = lines.index('"function": [')
    assert lines[at : at + 4] == ['"function": [', '"def f(x):",', '"    return x"', "],"]


def test_that_one_changed_parameter_changes_one_line() -> None:
    before = load((EXAMPLES / "two_models.json").read_bytes())
    node = before.nodes["dense"]
    after = before.with_(nodes={**before.nodes, "dense": Node("dense", node.type, {"out_features": 7}, node.extra)})
    pairs = zip(dump(before).splitlines(), dump(after).splitlines(), strict=True)
    assert len([pair for pair in pairs if pair[0] != pair[1]]) == 1


def test_that_text_is_readable_in_the_file() -> None:
    assert "Größe 形" in dump(Graph(extra={"note": "Größe 形"}))


def test_that_half_a_character_does_not_keep_a_graph_from_being_saved() -> None:
    text = dump(Graph(extra={"note": "a\ud83db", "name": "\ud83d\ude00"}))
    assert load(text.encode()).extra == {"note": "a\ufffdb", "name": "😀"}


def test_that_a_byte_order_mark_is_taken() -> None:
    assert load(b"\xef\xbb\xbf" + dump(Graph()).encode()) == Graph()


def test_that_numbers_keep_their_kind() -> None:
    values = {"a": 1, "b": 1.0, "c": True, "d": 1e-08, "e": 1e22, "f": 2**63 - 1, "g": -(2**63), "h": -0.0}
    again = load(dump(Graph(run=values)).encode()).run
    assert repr(again) == repr(values)


def test_that_positions_outside_of_the_canvas_are_brought_to_its_edge() -> None:
    text = dump(Graph()).replace('"layout": {}', '"layout": {"a": [1e300, -9223372036854775808]}')
    assert load(text.encode()).layout == {"a": (FARTHEST, -FARTHEST)}


def wrapped(**changes: Any) -> bytes:
    """A file with other values in its top keys."""
    return json.dumps({"format": "torchweave", "version": 1, "nodes": {}, "edges": []} | changes).encode()


LIMITS: dict[str, Callable[[int], bytes]] = {
    "MOST_NODES": lambda n: wrapped(nodes={f"n{i}": {"type": "x"} for i in range(n)}),
    "MOST_EDGES": lambda n: wrapped(edges=[[f"a.p{i}", "b.q"] for i in range(n)]),
    "MOST_TEXT": lambda n: wrapped(note="x" * n),
    "MOST_DEPTH": lambda n: b'{"format":"torchweave","version":1,"deep":' + b"[" * n + b"]" * n + b"}",
    "MOST_BYTES": lambda n: wrapped().ljust(n),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_that_a_file_may_be_as_large_as_the_limit_and_no_larger(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    most = 10 if limit in ("MOST_NODES", "MOST_EDGES") else 200 if limit != "MOST_DEPTH" else 64
    monkeypatch.setattr(file, limit, most)
    load(LIMITS[limit](most - 1))
    load(LIMITS[limit](most))
    with pytest.raises(Refused):
        load(LIMITS[limit](most + 1))


def test_that_the_limits_let_a_large_graph_in() -> None:
    assert (file.MOST_BYTES, file.MOST_NODES, file.MOST_EDGES) == (16 * 2**20, 20_000, 100_000)


@given(st.binary(max_size=60))
def test_that_any_bytes_are_a_graph_or_are_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        load(data)
    assert str(refused.value).isprintable()
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{\n"a": 1\n"b": 2}', "line 3, a comma is missing"),
        ('{"a":1,}', "line 1, there is a comma too many"),
        ('{"a" 1}', "line 1, a colon is missing"),
        ('{"a": [', "line 1, the file ends too early"),
        ('{"a": "x', "line 1, a text has no closing quote"),
        ('{"a": "x\ny"}', "line 1, a text goes on in the next line"),
        ("{} {}", "line 1, there is something behind the end of the graph"),
        ("{a: 1}", "line 1, something is wrong near column 2"),
    ],
)
def test_that_what_is_no_json_is_said_in_the_words_of_a_person(text: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        load(text.encode())
    assert str(refused.value) == f"The file is not JSON: {why}."
