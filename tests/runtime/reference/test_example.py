"""The example of every node type: it is sound, it has a program, and a step of training goes well."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runtime.check.check import check
from runtime.graph.edit import applied
from runtime.graph.file import dump, load
from runtime.graph.model import End
from runtime.reference.example import example
from runtime.reference.example_rows import data_files
from runtime.reference.fitting import fit
from runtime.spec.catalogue import catalogue
from runtime.spec.node import CATALOGUE, Example, Input, Misfit, Output, Spec, node
from runtime.spec.parameter import Float
from runtime.spec.tensor import BATCH, Tensor
from tests.runtime.generate.cases import imported, program_of
from tests.runtime.spec.tenth import tenth

TYPES = list(catalogue())
# Torchvision is no package that ours needs; test_torchvision_sets.py holds its reader against a stand-in.
NOT_TRAINED = {"data.Torchvision"}


@pytest.mark.parametrize("name", TYPES)
def test_that_the_example_of_a_type_is_sound_has_a_program_with_the_node_in_it_and_comes_back_from_its_file(
    name: str,
) -> None:
    found = example(catalogue()[name])
    report = check(found.graph)
    within = next(iter(found.graph.definitions.values()), found.graph)
    assert name in [node.type for node in (found.graph.nodes[found.node], *within.nodes.values())]
    assert report.problems == ()
    assert program_of(found.graph).lines[found.node]
    assert dump(load(dump(found.graph).encode())) == dump(found.graph)


@pytest.mark.filterwarnings("ignore:Metric .* will save all targets")  # which is what it is for
@pytest.mark.parametrize("name", [each for each in tenth() if each.values[0] not in NOT_TRAINED])
def test_that_the_example_of_a_type_trains_a_step(name: str, tmp_path: Path) -> None:
    found = example(catalogue()[name])
    graph = found.graph
    noise = [id for id, node in graph.nodes.items() if node.type == "data.Noise" and name != "data.Noise"]
    graph = applied(graph, [("set", id, "length", 8) for id in noise])
    for file, data in data_files(graph).items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(data)
    program = imported(program_of(graph).text, tmp_path / "program.py")
    events = program.prepare(program.options_from(["--epochs=1", "--threads=1", "--device=cpu"]))
    step = next(event for event in events if event["event"] == "step")
    assert math.isfinite(step["loss"])


class Port:
    """A node type for a test, with one input of any float type."""

    input = Input("float[...]", "Numbers.")
    output = Output("The same.")

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return input


Declare = Callable[[type], Spec]


@pytest.fixture
def declare() -> Iterator[Declare]:
    """Puts a class body into the catalogue as ``torch.tested``, for one test."""
    before = dict(CATALOGUE)

    def declare(cls: type) -> Spec:
        node("torch.tested", "transform")(cls)
        catalogue.cache_clear()
        return catalogue()["torch.tested"]

    yield declare
    CATALOGUE.clear()
    CATALOGUE.update(before)
    catalogue.cache_clear()


def test_that_sizes_are_tried_until_the_rule_agrees(declare: Declare) -> None:
    class Picky:
        """Is picky."""

        output = Output("The same.")
        input = Input("float32[B, C, L]", "Numbers.")

        def rule(self, input: Tensor) -> Tensor | Misfit:
            return input if input.shape[1] == 12 and input.shape[2] == 9 else Misfit("needs 12 channels of length 9")

    found = fit(declare(Picky), {}, {})
    assert found and found.given == (("input", (Tensor("float32", (BATCH, 12, 9)),)),)


def test_that_ports_which_share_a_name_share_its_size(declare: Declare) -> None:
    class Product:
        """Multiplies."""

        output = Output("The products.")
        input = Input("float32[B, N, M]", "Numbers.")
        mat2 = Input("float32[B, M, P]", "Numbers.")

        def rule(self, input: Tensor, mat2: Tensor) -> Tensor | Misfit:
            fits = input.shape[2] == mat2.shape[1] == 16
            return input.with_shape(*input.shape[:2], mat2.shape[2]) if fits else Misfit("needs 16 in the middle")

    found = fit(declare(Product), {}, {})
    assert found and found.typed.outputs["output"] == Tensor("float32", (BATCH, 8, 8))


def test_that_what_fits_without_a_doubt_is_taken_first(declare: Declare) -> None:
    class Doubtful(Port):
        """Doubts rows."""

        def doubts(self, input: Tensor) -> list[Misfit]:
            return [Misfit("has few dimensions")] if input.rank < 3 else []

    found = fit(declare(Doubtful), {}, {})
    assert found and found.given[0][1][0] == Tensor("float32", (BATCH, 4, 8))


def test_that_a_type_which_nothing_fits_is_told_by_its_name(declare: Declare) -> None:
    class Never(Port):
        """Takes nothing."""

        def rule(self, input: Tensor) -> Tensor | Misfit:
            return Misfit("takes nothing")

    with pytest.raises(ValueError, match=r"torch\.tested has no example"):
        example(declare(Never))


def test_that_a_class_may_say_what_its_example_is_to_have(declare: Declare) -> None:
    class Probable(Port):
        """Takes probabilities."""

        p = Float("How much.", 0.5)
        example = Example(p=0.25, input="float32[3, 5] torch.sigmoid")

    graph = example(declare(Probable)).graph
    assert graph.nodes["noise"].parameters["fields"]["x"] == "float32[3, 5]"
    assert graph.nodes["tested"].parameters == {"p": 0.25}
    assert [edge.source.node for edge in graph.incoming[End("tested", "input")]] == ["sigmoid"]


def test_that_a_result_without_samples_meets_one_that_has_some(declare: Declare) -> None:
    class Total(Port):
        """Adds everything up."""

        def rule(self, input: Tensor) -> Tensor:
            return Tensor("float32")

    assert "added" in example(declare(Total)).graph.nodes


def test_that_a_result_which_cannot_be_trained_on_is_given_by_the_model(declare: Declare) -> None:
    class Sideways(Port):
        """Puts the batch last."""

        def rule(self, input: Tensor) -> Tensor:
            return input.with_shape(*input.shape[1:], input.shape[0])

    found = example(declare(Sideways))
    assert [edge.target.node for edge in found.graph.outgoing[End(found.node, "output")]] == ["output"]


def test_that_noise_draws_whole_numbers_that_the_type_takes(declare: Declare) -> None:
    class Table:
        """Looks up one of four."""

        output = Output("What was looked up.")
        input = Input("int64[...]", "Below 4.")

        def rule(self, input: Tensor) -> Tensor:
            return Tensor("float32", input.shape)

        def below(self, input: Tensor) -> dict[str, int]:
            return {"input": 4}

    assert example(declare(Table)).graph.nodes["noise"].parameters["classes"] == 4
