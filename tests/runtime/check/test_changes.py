"""What a run is named by."""

from typing import Any

import pytest

from runtime.check.changes import changes, run_name
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph

TWO = applied(
    Graph(),
    [
        ("add", "a", "nn.Linear", {"out_features": 5}, (0, 0)),
        ("add", "b", "nn.ReLU", {}, (100, 0)),
        ("connect", "a.output", "b.input"),
    ],
)


def test_that_a_parameter_is_told_with_old_and_new() -> None:
    assert changes(TWO, applied(TWO, [("set", "a", "out_features", 8)])) == ["a.out_features 5 → 8"]


def test_that_a_default_is_told_as_the_value_that_it_is() -> None:
    assert changes(TWO, applied(TWO, [("unset", "a", "out_features")])) == ["a.out_features 5 → 64"]


def test_that_a_setting_of_the_run_that_was_left_unsaid_is_told_by_its_default() -> None:
    longer, best = applied(TWO, [("run", "epochs", 3000)]), applied(TWO, [("run", "best", "loss")])
    assert changes(TWO, longer) == ["epochs 5 (default) → 3000"]
    assert changes(longer, TWO) == ["epochs 3000 → 5 (default)"]
    assert changes(TWO, best) == ["best none (default) → loss"]
    assert changes(TWO, applied(TWO, [("run", "epochs", 5)])) == [], "the default that is written down is the same"


@pytest.mark.parametrize(
    ("edit", "there", "back"),
    [
        (("freeze", "a", True), "a frozen", "a not frozen"),
        (("share", "c", "a"), "c has weights of a", "c has weights of its own"),
        (("bypass", "b", "input"), "b bypassed", "b not bypassed"),
    ],
)
def test_that_what_a_node_is_told_beside_its_parameters_is_a_change(edit: Edit, there: str, back: str) -> None:
    before = applied(TWO, [("add", "c", "nn.Linear", {"out_features": 5}, (200, 0))])
    after = applied(before, [edit])
    assert (changes(before, after), changes(after, before)) == ([there], [back])
    assert run_name(before, after) == there


def test_that_moving_and_notes_change_nothing() -> None:
    assert changes(TWO, applied(TWO, [("move", "a", (5, 5)), ("note", "a", "wide")])) == []


def test_that_nodes_and_wires_that_come_and_go_are_told() -> None:
    assert changes(TWO, applied(TWO, [("remove", "b")])) == ["b removed"]
    assert changes(TWO, applied(TWO, [("disconnect", "a.output", "b.input")])) == ["a.output → b.input cut"]
    assert changes(applied(TWO, [("remove", "b")]), TWO) == ["b added"]


def test_that_a_rename_is_told_as_one_with_what_else_changed() -> None:
    third = applied(TWO, [("add", "c", "nn.ReLU", {}, (200, 0)), ("connect", "b.output", "c.input")])
    assert changes(third, applied(third, [("rename", "b", "bend")])) == ["b renamed to bend"]
    both = applied(third, [("rename", "b", "bend"), ("rename", "c", "last"), ("set", "a", "out_features", 8)])
    assert changes(third, both) == ["b renamed to bend", "c renamed to last", "a.out_features 5 → 8"]


def test_that_another_node_in_the_place_of_one_that_went_is_no_rename() -> None:
    gone = applied(TWO, [("remove", "b")])
    assert changes(TWO, applied(gone, [("add", "other", "nn.ReLU", {}, (300, 0))])) == ["other added", "b removed"]
    wired: list[Edit] = [("add", "other", "nn.Tanh", {}, (100, 0)), ("connect", "a.output", "other.input")]
    assert changes(TWO, applied(gone, wired)) == ["other added", "b removed"]


def test_that_a_run_is_named_by_the_first_change_and_how_many_more() -> None:
    after = applied(TWO, [("set", "a", "out_features", 8), ("run", "epochs", 3)])
    assert run_name(TWO, after) == "a.out_features 5 → 8 and 1 more"
    assert run_name(TWO, TWO) == "same graph"
    assert run_name(None, TWO) == "first run"


def test_that_a_number_is_told_without_zeros_and_with_all_other_digits() -> None:
    for value, said in ((1e10, "1e10"), (1e-8, "1e-8"), (0.5, "0.5"), (1.0, "1"), (0.1234567891, "0.1234567891")):
        before, after = (applied(Graph(), [("add", "sgd", "optim.SGD", {"lr": lr})]) for lr in (0.25, value))
        assert changes(before, after) == [f"sgd.lr 0.25 → {said}"]


def test_that_a_schedule_is_told_by_its_type_and_a_setting_of_it_by_its_name() -> None:
    steps = {"type": "StepLR", "step_size": 3}
    still = applied(Graph(), [("add", "sgd", "optim.SGD", {})])
    first = applied(still, [("set", "sgd", "schedule", steps)])
    other = applied(still, [("set", "sgd", "schedule", {**steps, "step_size": 5, "gamma": 0.5})])
    third = applied(still, [("set", "sgd", "schedule", {"type": "ExponentialLR"})])
    assert changes(still, first) == ["sgd.schedule default → StepLR"]
    assert changes(first, other) == ["sgd.schedule.step_size 3 → 5", "sgd.schedule.gamma default → 0.5"]
    assert changes(first, third) == ["sgd.schedule StepLR → ExponentialLR"]


def test_that_a_file_of_weights_that_comes_or_goes_is_told() -> None:
    loaded = applied(TWO, [("weights", "a", {"path": "net.pt"})])
    assert changes(TWO, loaded) == ["weights of a from a file"]
    assert changes(loaded, TWO) == ["weights of a from no file"]
    assert changes(TWO, applied(TWO, [("weights", None, {"path": "net.pt"})])) == ["weights of the model from a file"]


def test_that_a_function_or_the_types_of_fields_are_told_by_their_name_alone() -> None:
    one, other = ({"function": [f"def own(samples): return {n}"], "outputs": {}} for n in (1, 2))
    before, after = (applied(Graph(), [("add", "batches", "Collate", {"collate_fn": each})]) for each in (one, other))
    assert changes(before, after) == ["batches.collate_fn changed"]


def test_that_nodes_that_were_renamed_together_take_one_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each edit in the window asks what has changed since the run."""
    names = {id: f"{id}_now" for id in ("a", "b")}
    after = applied(TWO, [("rename", old, new) for old, new in names.items()])
    made, usual = list[Graph](), Graph.with_

    def with_(self: Graph, **changes: Any) -> Graph:
        made.append(self)
        return usual(self, **changes)

    monkeypatch.setattr(Graph, "with_", with_)
    assert changes(TWO, after) == [f"{old} renamed to {new}" for old, new in names.items()]
    assert len(made) == 1
