"""Broken and unfinished graphs as data: exactly these problems, in these words, and repairs that mend them.

``NAME.json`` is a graph, ``NAME.expected.json`` what a check says: for each problem node, port, severity, message, the
labels of its repairs, and under ``then`` the messages that are left after the first of them.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from runtime.check.check import Checker, check
from runtime.check.problem import ERROR, OPEN, REMOVE, Problem
from runtime.graph.edit import applied
from runtime.graph.file import dump, load
from runtime.graph.model import Edge, Graph, Node, end

FOLDER = Path(__file__).parents[2] / "graphs" / "problems"
NAMES = sorted(file.name.removesuffix(".json") for file in FOLDER.glob("*.json") if ".expected" not in file.name)
# What a first repair cannot finish: a wire that only the user can draw, or a problem that waited behind this one.
UNFINISHED = {"cycle", "cycle_beside_a_way", "self_loop", "loss_into_a_layer", "one_cause"}


def graph_of(name: str) -> Graph:
    """The graph of a case."""
    return load((FOLDER / f"{name}.json").read_bytes())


def described(graph: Graph) -> dict[str, Any]:
    """What a check says, and what is left after the first repair of each problem."""
    report = check(graph)
    return {"sound": report.sound, "problems": [_described(graph, problem) for problem in report.problems]}


def _described(graph: Graph, problem: Problem) -> dict[str, Any]:
    found: dict[str, Any] = {
        "node": problem.node,
        "port": problem.port,
        "severity": problem.severity,
        "message": problem.message,
        "repairs": [repair.label for repair in problem.repairs],
    }
    if problem.repairs:
        found["then"] = [left.message for left in check(applied(graph, problem.repairs[0].edits)).problems]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_that_a_graph_has_exactly_these_problems(name: str) -> None:
    assert described(graph_of(name)) == json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_that_every_repair_mends_its_problem_breaks_nothing_and_can_be_saved(name: str) -> None:
    graph = graph_of(name)
    problems = check(graph).problems
    for problem in problems:
        for repair in problem.repairs:
            mended = applied(graph, json.loads(json.dumps(repair.edits)))
            assert load(dump(mended).encode()) == mended
            report = check(mended)
            assert (problem.node, problem.message) not in {(p.node, p.message) for p in report.problems}
            assert len(report.of(ERROR)) <= sum(p.severity == ERROR for p in problems)
            first = len(problems) == 1 and repair is problem.repairs[0] and repair.label != REMOVE
            assert report.sound or not first or name in UNFINISHED


def test_that_a_sentence_is_short_and_ends_with_a_full_stop() -> None:
    messages = [problem.message for name in NAMES for problem in check(graph_of(name)).problems]
    assert len(messages) > 80
    assert [message for message in messages if not message.endswith(".") or message.endswith("..")] == []
    assert [message for message in messages if len(message) > 220 or "\n" in message] == []


def test_that_open_ends_are_never_errors() -> None:
    for name in ("nothing_yet", "dataset_alone", "ports_to_connect", "no_loss", "no_optimizer", "table_without_a_file"):
        assert {problem.severity for problem in check(graph_of(name)).problems} <= {OPEN}


def test_that_a_repair_that_moves_the_error_on_comes_behind_one_that_mends_it() -> None:
    found = check(graph_of("kernel_before_a_pool")).problems[0]
    left = [len(check(applied(graph_of("kernel_before_a_pool"), each.edits)).of(ERROR)) for each in found.repairs]
    assert left == sorted(left) and left[0] == 0


def test_that_taking_the_wire_away_is_the_last_repair_and_never_the_advice() -> None:
    for name in NAMES:
        for problem in check(graph_of(name)).problems:
            labels = [repair.label for repair in problem.repairs]
            assert REMOVE not in labels[:-1]
            assert len(labels) > 0 or problem.severity != ERROR or not problem.edges
            assert not (problem.edges and problem.message.endswith(f"{REMOVE}."))


def test_that_two_wires_of_samples_are_led_through_one_collate() -> None:
    graph = graph_of("samples_into_a_layer")
    while problems := check(graph).problems:
        graph = applied(graph, problems[0].repairs[0].edits)
    assert [node.type for node in graph.nodes.values()].count("Collate") == 1


def test_that_a_check_without_repairs_finds_the_same_problems() -> None:
    for name in NAMES:
        quick = Checker().check(graph_of(name), repairs=False)
        assert quick.types == check(graph_of(name)).types


@pytest.mark.parametrize("fields", [5, True, {"image": 1}, [["image"]], [{}, None, "image"]])
def test_that_fields_that_are_no_list_of_names_stop_no_repair(fields: Any) -> None:
    for name in ("samples_beside_their_batch", "two_collates"):
        graph = graph_of(name)
        for id in [id for id, node in graph.nodes.items() if node.type == "Collate"]:
            assert check(applied(graph, [("set", id, "fields", fields)])).problems


def test_that_datasets_that_feed_each_other_are_told() -> None:
    nodes = {name: Node(name, "data.Zip", {"fields": ["one", "other"]}) for name in ("left", "right")}
    nodes |= {"wine": Node("wine", "data.Wine"), "batches": Node("batches", "Collate", {"fields": ["one"]})}
    wires = ("wine.label left.one", "left.one right.one", "right.one left.one", "right.one batches.one")
    edges = tuple(Edge(*map(end, wire.split())) for wire in wires)
    found = [problem.message for problem in check(Graph(nodes, edges)).problems]
    assert any("feeds itself: left → right → left" in said for said in found)
