"""How a node type is declared: what a class shares with others, and ports that a parameter makes appear."""

from collections.abc import Iterator

import pytest

from runtime.spec.catalogue import catalogue
from runtime.spec.code import Code
from runtime.spec.emission import computed
from runtime.spec.node import CATALOGUE, Input, Output, Spec, node
from runtime.spec.parameter import Bool, Int, Sizes


class Shared:
    """What two types have in common."""

    rank: int
    output = Output("The result.")
    more = Output("What a parameter asks for.", when="wanted")
    first = Int("One.", 1)
    second = Sizes("Two.", 2, length="rank")
    wanted = Bool("Three.", False)


@pytest.fixture
def declared() -> Iterator[Spec]:
    """A type that declares one parameter of its base anew."""

    @node("test.Declared", "transform")
    class Declared(Shared):
        """Shares."""

        rank = 2
        input = Input("float[...]", "Anything.")
        first = Int("Another one.", 5)

    yield CATALOGUE.pop("test.Declared")


def test_that_what_a_class_declares_anew_stands_where_it_stood(declared: Spec) -> None:
    assert [(each.name, each.default) for each in declared.parameters] == [
        ("first", 5),
        ("second", 2),
        ("wanted", False),
    ]


def test_that_a_list_is_as_long_as_the_class_says(declared: Spec) -> None:
    assert declared.parameter["second"].length == 2
    assert declared.parameter["second"].problem([1, 2, 3]) == "needs one number or 2 of them, got [1, 2, 3]"


@pytest.mark.parametrize(
    ("parameters", "names"),
    [({}, ["output"]), ({"wanted": True}, ["output", "more"]), ({"wanted": "yes"}, ["output"]), ({"x": 1}, ["output"])],
)
def test_that_an_output_is_there_where_its_parameter_is_true(
    declared: Spec, parameters: dict[str, object], names: list[str]
) -> None:
    inputs, outputs = declared.ports(parameters)
    assert [port.name for port in inputs] == ["input"]
    assert [port.name for port in outputs] == names


def test_that_one_number_is_written_once_a_dimension_where_torch_takes_a_list_alone() -> None:
    spec = catalogue()["nn.MaxUnpool3d"]
    given = {"input": Code("x"), "indices": Code("i")}
    assert (
        computed(spec, spec.values({"output_size": 7}), given)
        == "F.max_unpool3d(x, i, (2, 2, 2), output_size=(7, 7, 7))"
    )
    assert (
        computed(spec, spec.values({"stride": [1, 2, 3]}), given) == "F.max_unpool3d(x, i, (2, 2, 2), stride=(1, 2, 3))"
    )
