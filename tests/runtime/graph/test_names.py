"""Names: what a node or field may be called, what a text becomes as a name, and why not."""

import builtins
import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.graph.model import Graph, Node
from runtime.graph.names import LONGEST, NAME, RESERVED, cleaned, fields_in, wrong_name

WRONG = [
    "",
    "A",
    "1a",
    "a-b",
    "a b",
    "a.b",
    "é",
    "\uff41",
    "a\n",
    "a\u0301",
    "__init__",
    "__x",
    "x" * (LONGEST + 1),
    "\u0661",
]
TAKEN = ["class", "match", "_", "print", "half", "train", "forward", "_modules", "self", "torch", "losses", "batch"]


@pytest.mark.parametrize("name", WRONG + TAKEN)
def test_that_a_name_is_refused(name: str) -> None:
    why = wrong_name(Graph(), name)
    assert why is not None
    assert why.startswith("is ")


@pytest.mark.parametrize("name", ["a", "_a", "a1", "model_a", "x" * LONGEST, "loss", "image", "final"])
def test_that_a_name_is_taken(name: str) -> None:
    assert wrong_name(Graph(), name) is None


def test_that_keywords_and_builtins_are_reserved() -> None:
    of_qt = {"qApp", "__orig_import__", "__feature_import__"}  # which PySide puts there once it is imported
    assert {*keyword.kwlist, *keyword.softkwlist, *dir(builtins)} - of_qt <= RESERVED


def test_that_a_node_and_a_field_do_not_share_a_name() -> None:
    batches = Node("batches", "Collate", {"fields": ["image"]})
    graph = Graph({"batches": batches, "image": Node("image", "nn.ReLU")})
    assert wrong_name(graph, "image") == "is the name of a field too"
    assert wrong_name(Graph({"batches": batches}), "image") is None


def test_that_fields_are_read_from_whatever_stands_there() -> None:
    nodes = [["a", "b", "a"], [1, None, "c"], "abc", {"d": 1}, None]
    graph = Graph({f"n{i}": Node(f"n{i}", "Collate", {"fields": fields}) for i, fields in enumerate(nodes)})
    assert fields_in(graph) == {"a": 2, "b": 1, "c": 1}


CLEANED = {
    "Text model": "text_model",
    "  3d ": "n_3d",
    "Größe": "gr_e",
    "形": "n",
    "": "n",
    "__init__": "init",
    "a" * 99: "a" * LONGEST,
    "9" * 99: "n_" + "9" * (LONGEST - 2),
    "x\n; import os": "x_import_os",
}


@pytest.mark.parametrize("text", CLEANED)
def test_that_a_text_becomes_the_nearest_name(text: str) -> None:
    assert cleaned(text) == CLEANED[text]


@given(st.text())
def test_that_any_text_becomes_a_name(text: str) -> None:
    assert NAME.fullmatch(cleaned(text))
    assert len(cleaned(text)) <= LONGEST
    assert cleaned(cleaned(text)) == cleaned(text)
