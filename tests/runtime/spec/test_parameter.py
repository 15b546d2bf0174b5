"""What each kind of parameter takes, what it refuses and in which words; no value of any kind breaks a check."""

import json
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from runtime.check.check import check
from runtime.graph.file import dump, load
from runtime.graph.model import Edge, End, Graph, Node
from runtime.spec import parameter
from runtime.spec.catalogue import catalogue
from runtime.spec.node import Spec
from runtime.spec.parameter import Parameter
from runtime.spec.schedule import Scheduled
from runtime.spec.value import CHECKS, MOST
from tests.runtime.graph.strategies import JSON

INT = parameter.Int("", 3, least=1, most=10)
NONE_INT = parameter.Int("", None)
FLOAT = parameter.Float("", 0.5, least=0.0, most=1.0)
SIZES = parameter.Sizes("", 3, least=1, length=2)
PADDING = parameter.Sizes("", 0, length=2, choices=("same", "valid"))
FACTORS = parameter.Factors("", None, least=0.0, length=2)
NUMBERS = parameter.Numbers("", [0.5])
NAMES = parameter.Names("")
FIELDS = parameter.Fields("", {})
JOINING = parameter.Joining("")
SOURCE = parameter.Source("")
NUMBER = parameter.Number("", None)
ROUNDING = parameter.Choice("", ("trunc", "floor"), None)
CHOICE = parameter.Choice("", ("a", "b"), "a")
BETAS = parameter.Numbers("", [0.5, 0.5], length=2, least=0.0, below=1.0)
EPS = parameter.Numbers("", [None, 1.0], length=2, gaps=1, least=0.0)
ABOVE = parameter.Float("", None, above=0.0)
WHOLES = parameter.Wholes("", [3])
SCHEDULE = Scheduled("")
FUNCTION = {"function": ["def f(x):", "    return x"], "output": "int64[10]"}

CALLED, ARGUMENTS, LOOKED = parameter.Called(""), parameter.Arguments(""), parameter.Looked("")

TAKEN: list[tuple[Parameter, list[Any]]] = [
    (CALLED, ["", "Encoder", "torchvision.models.resnet18"]),
    (ARGUMENTS, [{}, {"width": 3, "sizes": [1, 2], "name": None}]),
    (parameter.Types(""), [{}, {"output": "float32[10]"}]),
    (LOOKED, [{}, {"takes": ["x"], "optional": [], "gives": ["output"], "depth": 2}]),
    (INT, [1, 3, 10]),
    (NONE_INT, [None, 0, MOST]),
    (parameter.Inferred(""), [None, 1, 64]),
    (parameter.Inferred("", last="dims"), [None, 1, [64], [3, 8, 8]]),
    (parameter.Float("", None), [None, 0, 0.5]),
    (FLOAT, [0, 1, 0.0, 0.25, 1.0]),
    (parameter.Float("", 1.0), [-3e38, 2**62, 1e-300]),
    (parameter.Bool("", True), [True, False]),
    (parameter.Text("", ""), ["", "any text"]),
    (parameter.Path(""), ["", "../data/x.csv"]),
    (ABOVE, [None, 1e-9, 1]),
    (CHOICE, ["a", "b"]),
    (ROUNDING, [None, "trunc", "floor"]),
    (NUMBER, [None, 0, -3, 2.5, "inf", "-inf", 2**63 - 1]),
    (parameter.Number("", "-inf"), ["-inf", 1]),
    (BETAS, [[0, 0.999], [0.5, 0.0]]),
    (EPS, [[None, 0.0], [1, 2]]),
    (WHOLES, [[], [0], [3, 3, 1]]),
    (SCHEDULE, [None, {"type": "StepLR"}, {"type": "StepLR", "step_size": 3, "gamma": 1, "warmup": 2}]),
    (SCHEDULE, [{"type": "MultiStepLR", "milestones": []}, {"type": "CyclicLR", "step_size_down": None}]),
    (SIZES, [1, [1, 2], MOST]),
    (parameter.Sizes("", None, least=-4), [None, -4, [1, 2, 3]]),
    (PADDING, [0, 3, [1, 2], "same", "valid"]),
    (FACTORS, [None, 2, 0.5, [0.5, 2], 0.0]),
    (parameter.Bool("", None), [None, True, False]),
    (NUMBERS, [[1], [0.5, 2]]),
    (NAMES, [[], ["a", "b"]]),
    (
        FIELDS,
        [{}, {"a": "float32[3]", "b": {"type": "text", "column": "B"}, "c": {"type": "int64[]", "classes": ["x"]}}],
    ),
    (JOINING, [{}, {"a": "stack", "b": "pad", "c": "list", "d": FUNCTION, "e": {"pad": -1}, "f": {"pad": 0.5}}]),
    (parameter.Field(""), ["", "words"]),
    (SOURCE, [None, {"function": []}, FUNCTION]),
]
REFUSED: list[tuple[Parameter, list[Any]]] = [
    (CALLED, [None, 3, ["Encoder"]]),
    (ARGUMENTS, [None, [1], {"a b": 1}, {"class": 1}]),
    (parameter.Types(""), [None, [1], {"output": 5}, {"output": "float32["}]),
    (LOOKED, [None, "x", {"takes": "x"}, {"gives": [1]}, {"takes": ["x", "x"]}]),
    (INT, [0, 11, 1.0, 1.5, "3", True, None, [3], {}, 2**63 - 1]),
    (NONE_INT, [-1, MOST + 1, "x", False]),
    (parameter.Inferred(""), [0, "64", True]),
    (parameter.Inferred("", last="dims"), [0, [], [0, 8], ["8"], True]),
    (FLOAT, [-0.1, 1.1, "0.5", True, None, [0.5], {}]),
    (parameter.Float("", 1.0), [float("nan"), float("inf"), -float("inf"), 10**400, 1e300, -4e38, None]),
    (parameter.Bool("", True), [0, 1, "true", None, []]),
    (parameter.Text("", ""), [None, 1, ["x"], {}]),
    (parameter.Path(""), [None, 1, ["x"]]),
    (ROUNDING, ["none", "", 1, ["floor"]]),
    (NUMBER, ["nan", "infinity", "2", True, [1], {}, float("nan"), float("inf"), 2**63, 10**400]),
    (parameter.Number("", 1), [None]),
    (ABOVE, [0, -1.0, "x", True]),
    (CHOICE, ["c", "", None, 1, ["a"], {"a": 1}, True]),
    (BETAS, [[0.5], [0.5, 1.0], [0.5] * 3, [-0.1, 0.5], [None, 0.5], 0.5]),
    (EPS, [[0.0, None], [None, None], [None], [-1.0, 1.0]]),
    (WHOLES, [None, 3, [1.5], [-1], [None], ["3"], {"a": 1}, [True]]),
    (SCHEDULE, ["StepLR", ["StepLR"], {}, 3, True, {"type": "LambdaLR"}, {"type": None}, {"type": ["StepLR"]}]),
    (SCHEDULE, [{"type": "StepLR", "step_size": 0}, {"type": "StepLR", "size": 3}, {"step_size": 3}]),
    (SCHEDULE, [{"type": "StepLR", "gamma": None}, {"type": "StepLR", "step_size": {"type": "StepLR"}}]),
    (SIZES, [0, [0, 1], [1], [1, 2, 3], [], [[1, 2]], "3", None, 1.0, True, [1, None]]),
    (parameter.Sizes("", None), [[], "x", [None], [True]]),
    (PADDING, ["full", "", -1, None, [1], ["same", "same"], [0.5, 1], 1.0, {}]),
    (FACTORS, [-0.5, "2", [], [1.0], [1.0, None], [1.0, "x"], True, float("nan"), [[1.0, 2.0]], {}]),
    (parameter.Bool("", None), [0, "true", [None]]),
    (NUMBERS, [[], None, 0.5, ["x"], [True], [None], {}, [float("nan")], [[1]]]),
    (NAMES, [None, "abc", {"a": 1}, [1], [None], ["a", "a"], [["a"]], ["a", 1, "a"]]),
    (FIELDS, [None, [], "a", {"a": None}, {"a": "float"}, {"a": {}}, {"a": {"type": 1}}, {"a": ["float32[3]"]},
              {"a": {"type": "int64[]", "classes": "abc"}}, {"a": {"type": "int64[]", "classes": 3}},
              {"a": {"type": "int64[]", "classes": [1]}}, {"a": {"type": "int64[]", "classes": ["x", "x"]}}]),
    (JOINING, [None, [], "stack", {"a": "pile"}, {"a": None}, {"a": {}}, {"a": {"function": ["x"]}},
               {"a": {"function": "x", "output": "int64[]"}}, {"a": FUNCTION | {"output": "many"}}, {"a": ["stack"]},
               {"a": {"pad": "x"}}, {"a": {"pad": True}}, {"a": {"pad": None}}, {"a": FUNCTION | {"pad": 0}},
               {"a": {"pad": float("nan")}}, {"a": {"pad": 10**400}}]),
    (parameter.Field(""), [None, 1, ["x"]]),
    (SOURCE, ["def f(x): 1", [], {}, {"function": "x"}, {"function": [1]}, {"function": None}, True]),
]  # fmt: skip


@pytest.mark.parametrize(("given", "values"), TAKEN, ids=lambda value: getattr(value, "kind", ""))
def test_that_a_kind_of_parameter_takes(given: Parameter, values: list[Any]) -> None:
    assert [value for value in values if given.problem(value) is not None] == []


@pytest.mark.parametrize(("given", "values"), REFUSED, ids=lambda value: getattr(value, "kind", ""))
def test_that_a_kind_of_parameter_refuses(given: Parameter, values: list[Any]) -> None:
    assert [value for value in values if not (given.problem(value) or "").startswith("needs ")] == []


def test_that_every_kind_is_specified_here() -> None:
    assert {given.kind for given, _ in TAKEN} == {given.kind for given, _ in REFUSED} == set(CHECKS)


@pytest.mark.parametrize(
    ("given", "value", "sentence"),
    [
        (INT, 0, "needs at least 1, got 0"),
        (INT, 11, "needs at most 10, got 11"),
        (INT, "3", "needs a whole number, got '3'"),
        (FLOAT, "3", "needs a number, got '3'"),
        (FLOAT, 1e300, "needs a number between -3e+38 and 3e+38, got 1e+300"),
        (CHOICE, "c", "needs one of a, b, got 'c'"),
        (NUMBER, "x", "needs a number, got 'x'"),
        (NUMBER, 2**63, "needs a whole number that int64 holds, got 9223372036854775808"),
        (SIZES, [1, 2, 3], "needs one number or 2 of them, got [1, 2, 3]"),
        (PADDING, "full", "needs whole numbers or one of same, valid, got 'full'"),
        (NAMES, ["a", "a"], "needs each name once, got 'a' twice"),
        (ABOVE, 0.0, "needs more than 0, got 0"),
        (BETAS, [0.9, 1], "needs less than 1, got 1"),
        (BETAS, [0.9], "needs 2 numbers, got [0.9]"),
        (SCHEDULE, {"type": "StepLr"}, "needs none or a type such as StepLR, got 'StepLr'"),
        (SCHEDULE, {"type": "StepLR", "step_size": 0}, "needs at least 1 for step_size, got 0"),
        (SCHEDULE, {"type": "StepLR", "size": 3}, "needs a setting that StepLR has, got 'size'"),
        (FIELDS, {"x": "int"}, "needs a type such as float32[3, 8, 8], int64[] or text for x, got 'int'"),
        (
            FIELDS,
            {"x": "int64[B, 24]"},
            "needs the type of one sample for x, so leave B out: write int64[24], got 'int64[B, 24]'",
        ),
        (FIELDS, {"x": "text[B]"}, "needs the type of one sample for x, so leave B out: write text, got 'text[B]'"),
    ],
)
def test_that_the_words_say_what_was_needed_and_what_came(given: Parameter, value: Any, sentence: str) -> None:
    assert given.problem(value) == sentence


def test_that_a_schedule_without_its_wrong_settings_is_left() -> None:
    schedule: Parameter = SCHEDULE
    wrong: list[Any] = [{"type": "Step"}, None, [], "StepLR"]
    odd = {"type": "StepLR", "step_size": 0, "gamma": 0.5, "size": 3}
    assert schedule.mended(odd) == {"type": "StepLR", "gamma": 0.5}
    assert [schedule.mended(value) for value in wrong] == [None] * 4
    assert INT.mended("x") is None


@drawn(JSON)
def test_that_any_value_is_taken_or_refused_in_few_words(value: Any) -> None:
    for given, _ in TAKEN:
        assert len(given.problem(value) or "") < 300


def test_that_the_defaults_of_every_node_type_are_taken() -> None:
    wrong = {
        (spec.type, each.name): each.problem(each.default)
        for spec in catalogue().values()
        for each in spec.parameters
        if each.problem(each.default)
    }
    assert wrong == {}


PARTS = 28  # of the values of each parameter: one part in every run, with another choice in each parameter
KINDS: list[Any] = [
    None, True, False, 0, 1, -1, 2, 3, 64, MOST, -MOST, 2**63 - 1, -(2**63), 0.0, 0.5, -1.5, 1e300, 1e-300, "", "x",
    "stack", "float32[3]", "int64", [], [1], [0], [1, 2], [-1, 5], [0.5] * 3, [None], ["x"], ["x", "n", "t"], [[1]],
    [True], "same", {}, {"x": 1}, {"x": "pad"}, {"x": "list"},
    {"x": FUNCTION}, {"x": "float32[3]", "n": "int64[]", "t": "text"},
    FUNCTION, {"x": {"type": "float32[3]"}}, {"function": ["def f(x): 1"], "outputs": {"x": "int64[2]"}},
    {"function": [], "outputs": 1}, {"type": "StepLR"}, {"type": "StepLR", "step_size": None}, {"type": "OneCycleLR"},
    {"type": "ReduceLROnPlateau", "mode": "max"}, {"type": "CosineAnnealingLR", "warmup": 3},
]  # fmt: skip


def fed(spec: Spec, parameters: dict[str, Any]) -> Graph:
    """The node with something on each of its inputs, so that its rule is asked too."""
    fields = {"x": "float32[3, 8, 8]", "n": "int64[]", "t": "text"}
    nodes = {
        "noise": Node("noise", "data.Noise", {"fields": fields}),
        "batches": Node("batches", "Collate", {"fields": list(fields)}),
        "loss": Node("loss", "nn.MSELoss"),
        "it": Node("it", spec.type, parameters),
    }
    left = spec.side in ("sample", "border", "either")
    source = "loss.output" if spec.family == "optimizer" else "noise.x" if left else "batches.x"
    edges = [(f"noise.{name}", f"batches.{name}") for name in fields]
    edges += [("batches.x", "loss.input"), ("batches.n", "loss.target")]
    edges += [(source, f"it.{port.name}") for port in spec.ports(parameters)[0]]
    ends = [(End(*s.split(".")), End("it", t[3:]) if t.startswith("it.") else End(*t.split("."))) for s, t in edges]
    return Graph(nodes, tuple(Edge(*pair) for pair in dict.fromkeys(ends)))


@pytest.mark.parametrize("name", catalogue())
@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.soak) for part in range(1, PARTS))])
def test_that_no_value_of_any_kind_in_any_parameter_breaks_a_check(name: str, part: int) -> None:
    spec = catalogue()[name]
    for place, each in enumerate(spec.parameters, list(catalogue()).index(name)):
        for value in KINDS[(part + place) % PARTS :: PARTS]:
            graph = fed(spec, {each.name: value})
            found = check(graph).problems
            if wrong := each.problem(value):
                assert any(problem.node == "it" and problem.severity == "error" for problem in found), (value, wrong)
            assert isinstance(spec.summary({each.name: value}), str)
            json.dumps([problem.as_json() for problem in found])
    assert load(dump(fed(spec, {})).encode()) == fed(spec, {})


@drawn(st.data())
def test_that_no_values_together_break_a_check(data: st.DataObject) -> None:
    spec = catalogue()[data.draw(st.sampled_from(list(catalogue())))]
    parameters = {each.name: data.draw(st.sampled_from(KINDS)) for each in spec.parameters if data.draw(st.booleans())}
    check(fed(spec, parameters))
    spec.summary(parameters)
