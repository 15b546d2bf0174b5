"""Where in a file a node's weights are looked for; what is not sure is left to the user."""

from runtime.check.card import Card
from runtime.check.check import check
from runtime.check.use import known
from runtime.check.whereabouts import of_node, of_whole, renames
from runtime.graph.edit import Edit, applied
from runtime.graph.weights import Source
from tests.runtime.check.test_weights import HEAD, PLAIN, SCORED, TRUNK, WHOLE, under


def whole(card: Card, *edits: Edit) -> Source:
    """What is found for the whole model after edits."""
    graph = applied(PLAIN, edits)
    return of_whole(graph, known(graph), check(graph), card, "net.pt")


def test_that_a_node_takes_the_place_that_has_its_name() -> None:
    card = Card({**under("scored", SCORED), **under("other", SCORED)})
    assert of_node("scored", SCORED, card, "net.pt") == Source("net.pt", "scored")
    card = Card({**under("module.net.scored", SCORED), **under("other", SCORED)})
    assert of_node("scored", SCORED, card, "net.pt") == Source("net.pt", "module.net.scored")


def test_that_a_node_takes_the_only_place_that_fits() -> None:
    card = Card({**under("fc", SCORED), **under("head", HEAD)})
    assert of_node("scored", SCORED, card, "net.pt") == Source("net.pt", "fc")
    assert of_node("scored", {"weight": (1, 1), "bias": (1,)}, Card(under("fc", SCORED)), "x") == Source("x", "fc")


def test_that_of_several_places_none_is_taken() -> None:
    card = Card({**under("a", SCORED), **under("b", SCORED)})
    assert of_node("scored", SCORED, card, "net.pt") == Source("net.pt")


def test_that_a_file_of_one_layer_alone_has_no_prefix() -> None:
    assert of_node("scored", SCORED, Card(SCORED), "net.pt") == Source("net.pt")
    assert of_node("token", {"": (3,)}, Card({"pos": (3,), "b": (4,)}), "net.pt") == Source("net.pt", "pos")


def test_that_a_whole_model_is_found_under_the_prefix_of_a_wrapper() -> None:
    assert whole(Card(WHOLE)) == Source("net.pt")
    assert whole(Card(under("module", WHOLE))) == Source("net.pt", "module")


def test_that_renamed_nodes_are_found_where_they_stood_in_the_graph_of_the_run() -> None:
    card = Card(WHOLE, tuple((id, node.type) for id, node in PLAIN.nodes.items()))
    found = whole(card, ("rename", "scored", "x"), ("rename", "head", "y"))
    assert found == Source("net.pt", "", {"x": "scored", "y": "head"})


def test_that_without_that_graph_only_shapes_that_are_there_once_are_found() -> None:
    found = whole(Card(under("module", WHOLE)), ("rename", "scored", "x"), ("rename", "trunk", "y"))
    assert found == Source("net.pt", "module", {"x": "scored", "y": "trunk"})
    twice = {**under("trunk", TRUNK), **under("one", HEAD), **under("other", HEAD), **under("scored", SCORED)}
    assert whole(Card(twice)) == Source("net.pt")


def test_that_a_name_that_is_the_same_wins_over_the_place_in_the_graph() -> None:
    before = (("head", "nn.Linear"), ("scored", "nn.Linear"))
    graph = applied(PLAIN, [("remove", "trunk")])
    assert renames(before, graph) == {}


def test_that_between_other_nodes_nothing_is_guessed() -> None:
    before = (("rows", "data.Noise"), ("batches", "Collate"), ("trunk", "nn.Linear"), ("a", "nn.Conv2d"))
    assert renames(before, PLAIN) == {}
