"""Proposals: sound for any mix of columns, and what they are made of."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from runtime.check.check import check
from runtime.check.problem import ERROR, OPEN
from runtime.graph.edit import applied
from runtime.graph.model import Graph, Node
from runtime.propose.columns import INPUT, OUT, TARGET, Column, chosen, columns_of
from runtime.propose.propose import Proposal, batch_for, dataset_only, epochs_for, proposed
from tests.runtime.propose.looks import PENGUINS, arrays, tables


def proposal_for(look: dict[str, Any], columns: tuple[Column, ...] = (), graph: Graph | None = None) -> Proposal:
    """What is proposed."""
    return proposed(graph or Graph(), look, columns or columns_of(look), "loss", (0.0, 0.0))


def graph_of(proposal: Proposal) -> Graph:
    """The proposed graph."""
    return applied(Graph(), proposal.edits)


def nodes(graph: Graph, type: str) -> list[Node]:
    """The nodes of a type."""
    return [node for node in graph.nodes.values() if node.type == type]


@settings(max_examples=60)
@given(tables() | arrays(), some.data())
def test_that_a_proposal_is_sound_for_any_columns_and_choices(look: dict[str, Any], data: Any) -> None:
    columns = columns_of(look)
    for _ in range(data.draw(some.integers(0, 3))):
        column = data.draw(some.sampled_from(columns))
        kind, role = some.sampled_from([*column.kinds, OUT]), some.sampled_from([INPUT, TARGET, OUT])
        columns = chosen(columns, column.title, data.draw(kind), data.draw(role))
    proposal = proposal_for(look, columns)
    problems = check(graph_of(proposal)).problems
    assert [problem.message for problem in problems if problem.severity == ERROR] == []
    if proposal.whole:
        assert [problem.message for problem in problems if problem.severity == OPEN] == []


def test_that_columns_of_several_kinds_meet_before_the_last_layers() -> None:
    graph = graph_of(proposal_for(PENGUINS))
    assert check(graph).sound
    assert len(nodes(graph, "nn.Embedding")) == 1
    (joined,) = nodes(graph, "torch.cat")
    assert len([edge for edge in graph.edges if edge.target.node == joined.id]) >= 2


@pytest.mark.parametrize(("rows", "kept"), [(0, False), (40_000, True), (50_000, False)])
def test_that_pictures_are_kept_in_memory_where_there_is_room(rows: int, kept: bool) -> None:
    fields = {"photo": "picture", "kind": {"type": "int64[]", "classes": ["cat", "dog"]}}
    columns = [
        {"title": "photo", "kind": "picture", "field": "photo"},
        {"title": "kind", "kind": "label", "classes": [["cat", 3], ["dog", 3]], "field": "kind"},
    ]
    look = {"type": "data.Pictures", "parameters": {"path": "pets", "fields": fields}, "rows": rows, "columns": columns}
    (decoded,) = nodes(graph_of(proposal_for(look)), "transform.Decode")
    assert decoded.parameters.get("keep", False) == kept


def test_that_classes_that_are_far_from_even_get_weights_and_are_told() -> None:
    counts = [["Adelie", 300], ["Chinstrap", 20], ["Gentoo", 40]]
    columns = [{**PENGUINS["columns"][0], "classes": counts}, *PENGUINS["columns"][1:]]
    proposal = proposal_for(PENGUINS | {"columns": columns})
    (loss,) = nodes(graph_of(proposal), "nn.CrossEntropyLoss")
    assert loss.parameters["weight"] == [0.4, 6.0, 3.0]
    assert nodes(graph_of(proposal), "metric.F1Score")
    assert "rare classes weighted more" in proposal.sentence


def test_that_classes_that_are_nearly_even_get_none() -> None:
    (loss,) = nodes(graph_of(proposal_for(PENGUINS)), "nn.CrossEntropyLoss")
    assert loss.parameters == {}


def test_that_a_number_is_compared_in_the_shape_that_it_has() -> None:
    graph = graph_of(proposal_for(PENGUINS, chosen(columns_of(PENGUINS), "body_mass_g", role=TARGET)))
    report = check(graph)
    assert report.sound
    assert not report.problems
    assert nodes(graph, "nn.MSELoss")
    assert nodes(graph, "metric.R2Score")


def test_that_without_a_target_the_way_ends_with_batches_and_says_so() -> None:
    proposal = proposal_for(PENGUINS, chosen(columns_of(PENGUINS), "species", role=INPUT))
    assert not proposal.whole
    assert "Choose what to predict" in proposal.notes[-1]
    assert nodes(graph_of(proposal), "Collate")
    assert not nodes(graph_of(proposal), "optim.AdamW")


def test_that_what_cannot_be_read_is_left_out_and_told_unless_a_run_is_to_end_there() -> None:
    bad = {"by": "bad_rows", "told": "body_mass_g has a cell that is no number", "what": "its row"}
    look = PENGUINS | {"left_out": [{**bad, "column": "body_mass_g"}]}
    skips, ends = (proposed(Graph(), look, columns_of(look), "p", (0, 0), skip) for skip in (True, False))
    assert f"{bad['told']}; its row will be left out" in skips.notes
    assert f"{bad['told']}; a run ends there" in ends.notes
    (one,), (other,) = (nodes(graph_of(each), "data.Table") for each in (skips, ends))
    assert (one.parameters["bad_rows"], "bad_rows" in other.parameters) == ("skip", False)
    without = proposal_for(look, chosen(columns_of(look), "body_mass_g", role=OUT))
    assert not without.bad
    assert "bad_rows" not in nodes(graph_of(without), "data.Table")[0].parameters


def test_that_the_numbers_of_an_array_are_counted() -> None:
    fields = {"point": "float32[8]", "kind": {"type": "int64[]", "classes": ["a", "b"]}}
    sentence = proposal_for({"type": "data.Arrays", "parameters": {"path": "a.npz", "fields": fields}}).sentence
    assert sentence.startswith("Standardise 8 numbers, predict kind")


def test_that_names_that_the_graph_has_stay_and_new_ones_give_way() -> None:
    there = applied(Graph(), [("add", "hidden", "nn.Linear", {}), ("add", "species", "nn.Linear", {})])
    proposal = proposal_for(PENGUINS, graph=there)
    after = applied(there, proposal.edits)
    assert after.nodes["hidden"].parameters == {}
    assert "hidden_2" in after.nodes
    assert [each.message for each in check(after).problems if "name" in each.message] == []


@pytest.mark.parametrize("name", ["measure", "species"])
def test_that_a_dataset_whose_name_the_program_or_a_field_has_is_called_so_that_no_other_is_looked_for(
    name: str,
) -> None:
    assert proposed(Graph(), PENGUINS, columns_of(PENGUINS), name, (0.0, 0.0)).dataset == f"{name}_data"


@pytest.mark.parametrize("name", ["note", "type", "wish", "self", "parameters"])
def test_that_a_field_may_be_called_as_it_likes(name: str) -> None:
    fields = {name: "float32[2]", "kind": {"type": "int64[]", "classes": ["a", "b"]}}
    look = {"type": "data.Arrays", "parameters": {"path": "a.npz", "fields": fields}}
    assert check(graph_of(proposal_for(look))).sound


def test_that_the_dataset_alone_is_one_node() -> None:
    proposal = dataset_only(Graph(), PENGUINS, columns_of(PENGUINS), "penguins", (10.0, 20.0))
    ((verb, id, type, parameters, at),) = proposal.edits
    assert (verb, id, type, at) == ("add", "penguins", "data.Table", (10.0, 20.0))
    assert parameters == PENGUINS["parameters"]


@pytest.mark.parametrize("rows", [0, 1, 50, 344, 5_000, 60_000, 10_000_000])
def test_that_few_rows_are_gone_through_more_often(rows: int) -> None:
    assert 16 <= batch_for(rows) <= 256
    assert 3 <= epochs_for(rows, True) <= epochs_for(rows, False) <= 40
    assert epochs_for(rows + 1_000, False) <= epochs_for(rows, False) or rows == 0


@pytest.mark.parametrize(("rows", "share"), [(1, 0.0), (2, 0.3), (3, None), (30, None)])
def test_that_some_of_few_rows_are_held_out_where_a_class_is_told(rows: int, share: float | None) -> None:
    (batches,) = nodes(graph_of(proposal_for({**PENGUINS, "rows": rows})), "Collate")
    assert batches.parameters.get("validation") == share


@pytest.mark.parametrize(("rows", "share"), [(3, 0.0), (4, 0.4), (5, 0.3), (30, None)])
def test_that_two_of_few_rows_are_held_out_where_a_number_is_told_or_none(rows: int, share: float | None) -> None:
    columns = chosen(columns_of(PENGUINS), "body_mass_g", "number", TARGET)
    proposal = proposal_for({**PENGUINS, "rows": rows}, columns)
    (batches,) = nodes(graph_of(proposal), "Collate")
    assert batches.parameters.get("validation") == share
    assert ("All of 3 rows are trained on: too few to hold some out" in proposal.notes) == (rows == 3)


@pytest.mark.parametrize(("rows", "held"), [(3, "1 of 3 rows is"), (20, "4 of 20 rows are"), (30, None)])
def test_that_a_figure_of_few_rows_is_doubted(rows: int, held: str | None) -> None:
    told = [note for note in proposal_for({**PENGUINS, "rows": rows}).notes if "says little" in note]
    assert told == ([f"Only {held} held out: a figure of so few says little"] if held else [])


def test_that_classes_of_one_row_each_are_not_split_each_for_itself() -> None:
    counts = {**PENGUINS["columns"][0], "classes": [["Adelie", 1], ["Chinstrap", 1], ["Gentoo", 1]]}
    look = {**PENGUINS, "rows": 3, "columns": [counts, *PENGUINS["columns"][1:]]}
    (batches,) = nodes(graph_of(proposal_for(look)), "Collate")
    assert "split" not in batches.parameters
