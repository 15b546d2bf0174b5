"""Every verb does what it says, and nothing beside."""

import pytest

from runtime.graph.edit import VERBS, Edit, applied, free_name, renamed
from runtime.graph.file import dump, load
from runtime.graph.model import FARTHEST, Edge, Graph, Node, end
from runtime.graph.names import LONGEST, wrong_name


def wires(graph: Graph) -> list[str]:
    """Each wire as one text."""
    return [f"{edge.source} {edge.target}" for edge in graph.edges]


def drawn() -> Graph:
    """a and b into c, which takes many."""
    nodes = {id: Node(id, "t", {"p": 1}, {"note": "n"}) for id in "abc"}
    edges = tuple(Edge(end(s), end(t)) for s, t in (("a.output", "c.tensors"), ("b.output", "c.tensors")))
    return Graph(nodes, edges, {"epochs": 5}, {"a": (0.0, 0.0), "c": (100.0, 50.0)}, {"name": "x"})


def test_that_add_makes_a_node_after_those_that_are_there() -> None:
    graph = applied(drawn(), [("add", "d", "nn.ReLU", {"p": 2}, (3, 4))])
    assert list(graph.nodes) == ["a", "b", "c", "d"]
    assert graph.nodes["d"] == Node("d", "nn.ReLU", {"p": 2})
    assert graph.layout["d"] == (3.0, 4.0)
    assert "e" not in applied(graph, [("add", "e", "nn.ReLU", {})]).layout


def test_that_remove_takes_a_node_its_wires_and_its_position() -> None:
    graph = applied(drawn(), [("remove", "a")])
    assert list(graph.nodes) == ["b", "c"]
    assert wires(graph) == ["b.output c.tensors"]
    assert graph.layout == {"c": (100.0, 50.0)}


def test_that_set_and_unset_change_one_parameter() -> None:
    graph = applied(drawn(), [("set", "b", "q", [1])])
    assert graph.nodes["b"].parameters == {"p": 1, "q": [1]}
    assert applied(graph, [("unset", "b", "q")]) == drawn()
    assert applied(drawn(), [("unset", "b", "never there")]) == drawn()


def test_that_connect_puts_a_wire_after_the_others_once() -> None:
    graph = applied(drawn(), [("connect", "c.output", "b.input"), ("connect", "c.output", "b.input")])
    assert wires(graph) == ["a.output c.tensors", "b.output c.tensors", "c.output b.input"]


def test_that_replace_takes_the_place_of_all_wires_into_a_port() -> None:
    graph = applied(drawn(), [("connect", "a.output", "b.input"), ("replace", "b.output", "c.tensors")])
    assert wires(graph) == ["a.output b.input", "b.output c.tensors"]


def test_that_disconnect_takes_one_wire_away() -> None:
    assert wires(applied(drawn(), [("disconnect", "a.output", "c.tensors")])) == ["b.output c.tensors"]
    assert applied(drawn(), [("disconnect", "a.nothing", "c.tensors")]) == drawn()


@pytest.mark.parametrize(
    "edit", [("port", "c", "other", "tensors"), ("rename", "b", "z"), ("in", "d", ("rename", "o", "p"))]
)
def test_that_wires_which_come_to_lie_between_the_same_ports_are_one(edit: Edit) -> None:
    wires = (("a.output", "c.tensors"), ("a.output", "c.other"), ("b.output", "c.x"), ("z.output", "c.x"))
    of_a_use = (("u.o", "c.tensors"), ("u.p", "c.tensors"))  # what a file may say of ports and nodes that are not there
    graph = drawn().with_(edges=tuple(Edge(end(source), end(target)) for source, target in (*wires, *of_a_use)))
    use, inside = Node("u", "definition.d"), Graph({"o": Node("o", "Output")})
    changed = applied(graph.with_(nodes={**graph.nodes, "u": use}, definitions={"d": inside}), [edit])
    assert load(dump(changed).encode()) == changed


def test_that_insert_puts_a_node_on_a_wire_which_keeps_its_place() -> None:
    graph = applied(drawn(), [("insert", "r", "nn.ReLU", {}, "a.output", "c.tensors", "input", "out")])
    assert wires(graph) == ["a.output r.input", "r.out c.tensors", "b.output c.tensors"]
    assert graph.layout["r"] == (50.0, 25.0)


def test_that_lead_puts_an_edge_between_other_ports_in_its_place_once() -> None:
    lead: Edit = ("lead", "a.output", "c.tensors", "b.output", "a.input")
    assert wires(applied(drawn(), [lead])) == ["b.output a.input", "b.output c.tensors"]
    assert wires(applied(drawn(), [("lead", "a.output", "c.tensors", "b.output", "c.tensors")])) == [
        "b.output c.tensors"
    ]
    assert applied(drawn(), [("lead", "a.nothing", "c.tensors", "b.output", "a.input")]) == drawn()


def test_that_retype_changes_type_and_parameters_and_nothing_else() -> None:
    graph = applied(drawn(), [("retype", "a", "u", {"q": 2})])
    assert graph.nodes["a"] == Node("a", "u", {"q": 2}, {"note": "n"})
    assert (list(graph.nodes), graph.edges, graph.layout) == (["a", "b", "c"], drawn().edges, drawn().layout)


def test_that_bypass_names_the_input_that_goes_through_under_its_name_as_it_is() -> None:
    graph = applied(drawn(), [("bypass", "c", "tensors"), ("port", "c", "tensors", "many")])
    assert graph.nodes["c"].extra == {"note": "n", "bypass": "many"}
    assert applied(graph, [("bypass", "c", None)]).nodes["c"].extra == {"note": "n"}


def test_that_rename_takes_wires_and_position_along_and_keeps_the_order() -> None:
    graph = applied(drawn(), [("rename", "a", "first")])
    assert list(graph.nodes) == ["first", "b", "c"]
    assert graph.nodes["first"].id == "first"
    assert wires(graph) == ["first.output c.tensors", "b.output c.tensors"]
    assert graph.layout["first"] == (0.0, 0.0)
    assert applied(graph, [("rename", "first", "a")]) == drawn()
    assert applied(drawn(), [("rename", "a", "a")]) == drawn()


def test_that_port_leads_the_wires_of_a_port_to_another() -> None:
    assert wires(applied(drawn(), [("port", "c", "tensors", "many")])) == ["a.output c.many", "b.output c.many"]
    assert wires(applied(drawn(), [("port", "a", "output", "y")])) == ["a.y c.tensors", "b.output c.tensors"]


def test_that_note_sets_a_note_and_an_empty_one_takes_it_away() -> None:
    assert applied(drawn(), [("note", "a", "new")]).nodes["a"].extra == {"note": "new"}
    assert applied(drawn(), [("note", "a", "")]).nodes["a"].extra == {}


def test_that_run_sets_a_setting_of_the_run() -> None:
    assert applied(drawn(), [("run", "seed", 3)]).run == {"epochs": 5, "seed": 3}


@pytest.mark.parametrize("verb", ["move", "add"])
def test_that_positions_are_what_a_file_can_hold(verb: str) -> None:
    at = (1 / 3, -1e300)
    edit: Edit = ("move", "b", at) if verb == "move" else ("add", "z", "t", {}, at)
    graph = applied(drawn(), [edit])
    assert graph.layout[edit[1]] == (0.33, -FARTHEST)
    assert load(dump(graph).encode()) == graph


def test_that_edits_follow_each_other_and_leave_the_graph_before_as_it_was() -> None:
    before = drawn()
    after = applied(before, [("add", "d", "t", {}), ("set", "d", "p", 2), ("rename", "d", "e")])
    assert after.nodes["e"].parameters == {"p": 2}
    assert before == drawn()


UNKNOWN: list[Edit] = [
    ("remove", "z"),
    ("set", "z", "p", 1),
    ("unset", "z", "p"),
    ("note", "z", "n"),
    ("rename", "z", "y"),
    ("move", "z", (0, 0)),
    ("fly", "a"),
]
TAKEN: list[Edit] = [
    ("add", "a", "t", {}),
    ("insert", "a", "t", {}, "b.output", "c.tensors", "i", "o"),
    ("rename", "a", "b"),
]


@pytest.mark.parametrize("edit", UNKNOWN + TAKEN, ids=str)
def test_that_a_node_that_is_not_there_and_a_name_that_is_taken_are_our_mistakes(edit: Edit) -> None:
    with pytest.raises(KeyError):
        applied(drawn(), [edit])


def test_that_wires_of_nodes_that_are_not_there_can_be_cut() -> None:
    graph = drawn().with_(edges=(Edge(end("gone.x"), end("a.y")),))
    assert wires(applied(graph, [("disconnect", "gone.x", "a.y")])) == []


def test_that_every_verb_is_told_of() -> None:
    import runtime.graph.edit as module

    source = module.__loader__.get_source(module.__name__)  # type: ignore[union-attr]
    told = source.partition('"""A verb and its arguments:')[2].partition('"""')[0]
    assert {line.split('"')[1] for line in told.splitlines() if line.strip().startswith("(")} == set(VERBS)


def test_that_a_free_name_is_the_wish_or_the_next_number() -> None:
    graph = drawn().with_(nodes={**drawn().nodes, "batches": Node("batches", "Collate", {"fields": ["image"]})})
    assert free_name(graph, "z") == "z"
    assert free_name(graph, "a") == "a_2"
    assert free_name(graph, "image") == "image_2"
    assert free_name(graph, "half") == "half_2"
    assert free_name(graph, "z", ["z", "z_2"]) == "z_3"


def test_that_a_free_name_is_never_too_long() -> None:
    long = "x" * LONGEST
    graph = applied(Graph(), [("add", long, "t", {})])
    for _ in range(11):
        name = free_name(graph, long)
        assert wrong_name(graph, name) is None
        graph = applied(graph, [("add", name, "t", {})])


def test_that_an_optimizer_keeps_naming_a_layer_that_is_renamed() -> None:
    graph = Graph({"a": Node("a", "nn.Linear"), "sgd": Node("sgd", "optim.SGD", {"layers": ["a", "b"]})})
    assert applied(graph, [("rename", "a", "c")]).nodes["sgd"].parameters == {"layers": ["c", "b"]}


def test_that_the_best_figure_of_a_run_follows_its_node_and_the_loss_of_all_is_that_of_none() -> None:
    graph = applied(drawn(), [("add", "loss", "t", {}), ("run", "best", "a")])
    assert applied(graph, [("rename", "a", "first")]).run["best"] == "first"
    graph = applied(graph, [("run", "best", "loss")])
    assert applied(graph, [("rename", "loss", "error")]).run["best"] == "loss"


def test_that_nodes_renamed_together_are_as_renamed_one_after_another() -> None:
    graph = applied(
        drawn(),
        [
            ("bend", "a.output", "c.tensors", [(5, 5)]),
            ("share", "b", "a"),
            ("weights", None, {"path": "b.pt"}),
            ("run", "best", "c"),
            ("set", "c", "layers", ["b", ["a"], "a", 3]),
        ],
    )
    names = {"a": "first", "c": "last", "b": "second"}
    after = renamed(graph, names)
    assert after == applied(graph, [("rename", old, new) for old, new in names.items()])
    assert after.nodes["last"].parameters["layers"] == ["second", ["a"], "first", 3]
    odd = applied(drawn(), [("run", "best", {"a": 1})])
    assert applied(odd, [("rename", "a", "first")]).run["best"] == {"a": 1}
    assert renamed(odd, {"a": "first"}).nodes["b"] is odd.nodes["b"]


def test_that_weights_from_a_file_stand_at_a_node_or_at_the_graph_and_go_again() -> None:
    encoder, whole = {"path": "a.pt", "prefix": "encoder"}, {"path": "b.safetensors"}
    graph = applied(drawn(), [("weights", "a", encoder), ("weights", None, whole)])
    assert graph.nodes["a"].extra == {"note": "n", "weights": encoder}
    assert graph.extra == {"name": "x", "weights": whole}
    assert load(dump(graph).encode()) == graph
    assert applied(graph, [("weights", "a", None), ("weights", None, None)]) == drawn()


def test_that_a_file_of_the_whole_model_knows_a_renamed_node_by_its_old_name() -> None:
    graph = applied(drawn(), [("weights", None, {"path": "b.pt"}), ("rename", "a", "d"), ("rename", "d", "e")])
    assert graph.extra["weights"] == {"path": "b.pt", "names": {"e": "a"}}
    assert applied(graph, [("rename", "e", "a")]).extra["weights"] == {"path": "b.pt"}


def test_that_the_source_of_a_node_does_not_depend_on_what_the_node_is_called() -> None:
    graph = applied(drawn(), [("weights", "a", {"path": "b.pt", "prefix": "a"}), ("rename", "a", "d")])
    assert graph.nodes["d"].extra["weights"] == {"path": "b.pt", "prefix": "a"}


@pytest.mark.parametrize("odd", [7, [], {}, {"path": 3}, {"path": "x", "names": {"a": 1}}, False])
def test_that_what_is_no_source_is_kept_as_it_is(odd: object) -> None:
    graph = applied(drawn(), [("weights", "b", odd), ("weights", None, odd), ("rename", "a", "d")])
    assert (graph.nodes["b"].extra["weights"], graph.extra["weights"]) == (odd, odd)
    assert load(dump(graph).encode()) == graph
