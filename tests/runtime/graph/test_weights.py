"""Where in a file what a part of the model needs stands."""

import pytest

from runtime.graph.edit import applied
from runtime.graph.model import Graph
from runtime.graph.weights import afresh, source, there


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("conv.weight", "net.conv.weight"),
        ("head.bias", "net.final.bias"),
        ("blocks.0.norm.weight", "net.blocks.0.bn.weight"),
        ("blocks.0.norms", "net.blocks.0.norms"),
        ("header.bias", "net.header.bias"),
    ],
)
def test_that_a_whole_model_stands_under_a_prefix_but_for_renamed_parts(name: str, known: str) -> None:
    whole = source({"path": "x", "prefix": "net", "names": {"head": "final", "blocks.0.norm": "blocks.0.bn"}})
    assert whole and there(name, whole.places()) == known


def test_that_a_node_takes_only_what_is_its_own() -> None:
    one = source({"path": "x", "prefix": "trunk.conv"})
    assert one
    assert there("encoder.weight", one.places("encoder")) == "trunk.conv.weight"
    assert there("encoder", one.places("encoder")) == "trunk.conv", "a tensor that is learned, no module"
    assert there("head.weight", one.places("encoder")) is None


def test_that_without_a_prefix_names_stand_alone() -> None:
    one = source({"path": "x"})
    assert one and there("encoder.weight", one.places("encoder")) == "weight"


def test_that_a_graph_without_files_is_otherwise_the_same() -> None:
    plain = applied(Graph(), [("add", "a", "nn.Linear", {}), ("freeze", "a", True)])
    loaded = applied(plain, [("weights", "a", {"path": "x"}), ("weights", None, {"path": "y"})])
    assert afresh(loaded) == plain
