"""The difference of two graphs leads from one to the other and back, exactly; undo rests on it."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from runtime.graph.difference import Difference, difference
from runtime.graph.edit import applied
from runtime.graph.file import dump
from runtime.graph.model import Edge, Graph, Node, end
from tests.runtime.graph.strategies import edits, graphs


def exactly(one: Graph, other: Graph) -> bool:
    """Equal in value, kind and order, as the file would tell."""
    return one == other and dump(one) == dump(other) and list(one.nodes) == list(other.nodes)


def at_home(graph: Graph) -> Graph:
    """Positions of nodes that are not there keep no order."""
    return graph.with_(layout={id: at for id, at in graph.layout.items() if id in graph.nodes})


@settings(max_examples=30)
@given(graphs().map(at_home), graphs().map(at_home))
def test_that_a_difference_leads_from_one_graph_to_any_other_and_back(before: Graph, after: Graph) -> None:
    change = difference(before, after)
    assert exactly(change.applied(before), after)
    assert exactly(change.inverted().applied(after), before)
    assert change.inverted().inverted() == change


@settings(max_examples=30)
@given(graphs())
def test_that_a_graph_does_not_differ_from_itself(graph: Graph) -> None:
    assert not difference(graph, graph)
    assert not difference(
        graph,
        Graph(
            dict(graph.nodes),
            tuple(graph.edges),
            dict(graph.run),
            dict(graph.layout),
            graph.extra,
            dict(graph.definitions),
        ),
    )


class Editing(RuleBasedStateMachine):
    """Random edits, undone and redone in any order as a history does, beside the graphs as they were."""

    @initialize(graph=graphs().map(at_home))
    def begin(self, graph: Graph) -> None:
        self.graphs = [graph]
        self.changes: list[Difference] = []
        self.at, self.graph = 0, graph

    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        after = applied(self.graph, [data.draw(edits(self.graph))])
        change = difference(self.graph, after)
        self.graph = change.applied(self.graph)
        self.graphs[self.at + 1 :], self.changes[self.at :] = [after], [change]
        self.at += 1

    @rule()
    def undo(self) -> None:
        if self.at:
            self.at -= 1
            self.graph = self.changes[self.at].inverted().applied(self.graph)

    @rule()
    def redo(self) -> None:
        if self.at < len(self.changes):
            self.graph = self.changes[self.at].applied(self.graph)
            self.at += 1

    @invariant()
    def shows_the_graph_of_that_moment(self) -> None:
        assert exactly(self.graph, self.graphs[self.at])


Editing.TestCase.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
TestEditing = Editing.TestCase


def two(**parameters: object) -> Graph:
    """Two nodes with a wire; the parameters are those of the first."""
    nodes = {"a": Node("a", "nn.Linear", parameters), "b": Node("b", "nn.ReLU")}
    return Graph(nodes, (Edge(end("a.output"), end("b.input")),), {"epochs": 1}, {"a": (0.0, 0.0)})


def test_that_one_and_true_are_different_values() -> None:
    change = difference(two(bias=1), two(bias=True))
    assert change
    assert change.changed_nodes()["a"][1].parameters["bias"] is True
    assert difference(two(lr=1), two(lr=1.0))
    assert difference(Graph(run={"epochs": True}), Graph(run={"epochs": 1}))


def test_that_nothing_and_null_are_different_values() -> None:
    change = difference(Graph(run={"epochs": None}), Graph())
    assert change.applied(Graph(run={"epochs": None})).run == {}
    assert "epochs" in change.inverted().applied(Graph()).run


def test_that_a_difference_holds_only_what_changed() -> None:
    nodes = {f"n{i}": Node(f"n{i}", "nn.ReLU") for i in range(100)}
    graph = Graph(nodes, layout=dict.fromkeys(nodes, (0.0, 0.0)))
    change = difference(graph, applied(graph, [("set", "n50", "p", 1), ("move", "n7", (1, 2))]))
    assert (change.nodes.at, len(change.nodes.old), len(change.nodes.new)) == (50, 1, 1)
    assert change.layout == {"n7": ((0.0, 0.0), (1.0, 2.0))}
    assert not change.edges and not change.run and not change.extra


def test_that_positions_of_nodes_that_are_not_there_are_undone_in_their_order() -> None:
    before = two().with_(layout={"a": (0.0, 0.0), "gone": (1.0, 1.0), "odd": (2.0, 2.0)})
    after = applied(before, [("add", "gone", "nn.ReLU", {}), ("remove", "gone")])
    change = difference(before, after)
    assert dump(change.inverted().applied(after)) == dump(before)
    assert dump(change.applied(before)) == dump(after)


def test_that_a_difference_names_what_came_went_and_changed() -> None:
    after = applied(two(), [("remove", "b"), ("add", "c", "nn.GELU", {}), ("set", "a", "bias", False)])
    change = difference(two(), after)
    assert list(change.removed_nodes()) == ["b"]
    assert list(change.added_nodes()) == ["c"]
    assert list(change.changed_nodes()) == ["a"]
    assert change.removed_edges() == two().edges
    assert change.inverted().added_edges() == two().edges


def test_that_a_renamed_node_is_one_that_went_and_one_that_came() -> None:
    change = difference(two(), applied(two(), [("rename", "a", "z")]))
    assert (list(change.removed_nodes()), list(change.added_nodes())) == (["a"], ["z"])
    assert change.layout == {"a": ((0.0, 0.0), None), "z": (None, (0.0, 0.0))}


def test_that_one_and_true_are_different_values_in_a_definition_too() -> None:
    one, other, again = (Graph(definitions={"block": two(bias=value)}) for value in (1, True, 1))
    assert difference(one, other).applied(one).definitions["block"].nodes["a"].parameters["bias"] is True
    assert not difference(one, again)
    nodes = one.definitions["block"].nodes
    turned = Graph(definitions={"block": two(bias=1).with_(nodes={id: nodes[id] for id in reversed(nodes)})})
    assert difference(one, turned)
