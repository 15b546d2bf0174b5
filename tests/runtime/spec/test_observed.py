"""What is read off the shapes that own Python gave when it was tried, and the words where nothing can be."""

from pathlib import Path
from typing import Any

import pytest

from runtime.check.check import Checker, check
from runtime.graph.edit import applied
from runtime.graph.model import End, Graph
from runtime.spec.observed import ANSWERS, Answer, Question, answer, learn, unanswered
from runtime.spec.python import Python
from runtime.spec.tensor import BATCH, Size, Tensor
from tests.runtime.generate.cases import graph_of

T = Size("words.T")


def question(*shapes: tuple[Any, ...], gives: tuple[str, ...] = ("output",)) -> Question:
    """One about a function of some float32 inputs."""
    takes = tuple((f"x{at}", Tensor("float32", shape)) for at, shape in enumerate(shapes))
    return Question(Python("def f(): ...", "f"), False, takes, gives)


def answered(asked: Question, *shapes: list[int]) -> str:
    """The one type, or the sentence, for an output of these shapes, one a try."""
    found = asked.answer({"tries": [[["float32", shape]] for shape in shapes]})
    return found.wrong or str((found.types or {})["output"])


def test_that_every_symbol_is_tried_at_three_sizes() -> None:
    assert question((BATCH, 3)).sizes == [{"B": 2}, {"B": 3}, {"B": 5}]
    asked = question((BATCH, T), (4,))
    assert list(asked.order(Path())["takes"]["x0"]["shapes"]) == [[2, 5], [3, 5], [5, 5], [2, 6], [2, 8]]
    assert asked.order(Path())["takes"]["x1"]["shapes"] == [[4]] * 5
    assert question((4,)).sizes == [{}]


@pytest.mark.parametrize(
    ("shapes", "told"),
    [
        (([2, 7], [3, 7], [5, 7]), "float32[B, 7]"),
        (([7], [7], [7]), "float32[7]"),
        (([8, 3], [12, 3], [20, 3]), "float32[4*B, 3]"),
        (([5], [7], [11]), "float32[2*B+1]"),
        (([20], [34], [59]), "f gives a size that follows no rule that Torchweave can read: 20, 34, 59"),
        (([4], [9], [25]), "f gives a size that follows no rule that Torchweave can read: 4, 9, 25"),
        (([6], [5], [3]), "f gives a size that follows no rule that Torchweave can read: 6, 5, 3"),
        (([2], [3, 1], [5]), "f gives float32[2] or float32[3, 1] or float32[5], as the sizes are"),
    ],
)
def test_that_a_size_is_a_number_or_follows_one_symbol(shapes: tuple[list[int], ...], told: str) -> None:
    assert answered(question((BATCH, 3)), *shapes) == told


def test_that_a_size_follows_the_symbol_that_moves_it() -> None:
    asked = question((BATCH, T))
    assert answered(asked, [2, 10], [3, 10], [5, 10], [2, 12], [2, 16]) == "float32[B, 2*words.T]"
    assert "follows no rule" in answered(asked, [10], [15], [25], [12], [16])  # B * T
    assert answered(question((4, 2)), [8]) == "float32[8]"


def test_that_as_many_tensors_come_out_as_have_names() -> None:
    asked = question((BATCH,), gives=("a", "b"))
    assert asked.answer({"tries": [[["int64", []]]] * 3}).wrong == "f gives 1 tensor, but 2 are named"
    assert asked.answer({"wrong": "fails for x"}) == Answer(wrong="f fails for x")
    found = asked.answer({"tries": [[["int64", [n]], ["bool", []]] for n in (2, 3, 5)]})
    assert {name: str(type) for name, type in (found.types or {}).items()} == {"a": "int64[B]", "b": "bool[]"}


def test_that_a_question_is_kept_until_it_has_an_answer() -> None:
    list(unanswered())  # of other tests
    asked = question((BATCH, 77))
    assert answer(asked) is None and answer(asked) is None
    assert list(unanswered()) == [asked] and list(unanswered()) == []
    learn(asked, Answer(wrong="no"))
    assert answer(asked) == Answer(wrong="no") and list(unanswered()) == []


def with_text(text: str) -> Graph:
    """The case with another text in a node, about whose type nothing is told."""
    return applied(graph_of("own_nodes"), [("set", "logged", "source", {"function": text.split("\n")})])


def test_that_a_node_is_open_until_what_it_gives_is_known_and_then_has_that_type() -> None:
    graph, checker = with_text("def halved(values):\n    return values[:, :5]"), Checker()
    list(unanswered())
    problems = [problem for problem in checker.check(graph).problems if problem.node == "logged"]
    assert [(problem.severity, problem.message) for problem in problems] == [
        ("open", "logged gives what nobody knows yet: it is tried once you trust it.")
    ]
    (asked,) = unanswered()
    assert (asked.python.called, asked.takes) == ("halved", (("values", Tensor("float32", (BATCH, 13))),))
    learn(asked, asked.answer({"tries": [[["float32", [n, 5]]] for n in (2, 3, 5)]}))
    checker.forget()
    assert str(checker.check(graph).types[End("logged", "output")]) == "float32[B, 5]"


def test_that_what_went_wrong_is_an_error_of_the_node() -> None:
    graph = with_text("def broken(values):\n    return values.nothing()")
    list(unanswered())
    check(graph)
    (asked,) = unanswered()
    learn(asked, asked.answer({"wrong": "fails for values float32[2, 13]: AttributeError: no nothing"}))
    (problem,) = check(graph).of("error")
    assert problem.message == "logged broken fails for values float32[2, 13]: AttributeError: no nothing."


def test_that_several_tensors_have_the_names_of_their_variables() -> None:
    graph = with_text("def split(values):\n    low, high = values.chunk(2)\n    return low, high")
    check(graph)
    (asked,) = [each for each in unanswered() if each.python.called == "split"]
    assert asked.gives == ("low", "high")


def test_that_old_answers_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.spec.observed.MOST", 3)
    for size in range(9):
        learn(question((size,)), Answer(wrong=str(size)))
    assert [found.wrong for found in ANSWERS.values()] == ["6", "7", "8"]
