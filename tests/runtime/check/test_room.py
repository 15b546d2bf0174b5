"""Memory: what layers weigh, against torch; what is told of it, and what is left alone."""

from pathlib import Path
from random import Random

import pytest

from runtime.check.check import Checker, check
from runtime.check.problem import Report
from runtime.check.rules.room import in_bytes, in_words
from runtime.graph.edit import applied
from runtime.graph.file import load
from runtime.graph.model import Graph
from runtime.spec.catalogue import catalogue
from runtime.spec.named import MODEL
from runtime.spec.own import MODULE
from runtime.spec.tensor import LONGEST, Size
from tests.runtime.check.bomb_parts import Drawn, beside, nested, used, written
from tests.runtime.check.cases import drawn
from tests.runtime.check.test_judge import ruled
from tests.runtime.check.torch_says import modules

LAYERS = [spec.type for spec in catalogue().values() if spec.weights and spec.type not in (MODULE, MODEL)]
LINEAR: Drawn = {"type": "nn.Linear", "parameters": {"out_features": 8}}


def graph_of(made: Drawn) -> Graph:
    """The graph of a file with these parts."""
    return load(written(made))


def told(report: Report) -> list[tuple[str, str, str]]:
    """Severity, node and sentence of each problem."""
    return [(problem.severity, problem.node, problem.message) for problem in report.problems]


@pytest.mark.filterwarnings("ignore:dropout option adds dropout")
@pytest.mark.parametrize("type_name", LAYERS)
def test_that_a_layer_weighs_and_keeps_what_torch_makes_of_it(type_name: str, tmp_path: Path) -> None:
    spec, random = catalogue()[type_name], Random(type_name)
    cases = [(case, ruled(case)) for case in (drawn(spec, random) for _ in range(60))]
    fitting = [(case, rule) for case, rule in cases if rule.misfit is None][:12]
    assert len(fitting) >= 3
    code = modules(fitting, tmp_path, "weights")
    for at, (case, rule) in enumerate(fitting):
        layer = getattr(code, f"Case{at}")()
        assert rule.weighs == sum(each.numel() for each in layer.state_dict().values()), str(case)
        kept = {name.removeprefix("node").lstrip("."): tuple(each.shape) for name, each in layer.state_dict().items()}
        assert spec.values({**case.parameters, **rule.inferred}).tensors() == kept, str(case)


def test_that_a_batch_counts_no_more_rows_than_there_are() -> None:
    wide = beside("nn.Linear", {"out_features": 50_000_000}, collate={"batch_size": 2**31 - 1})
    found = told(check(graph_of(wide)))
    assert [node for _, node, _ in found] == ["batches"]  # that it is one step; 64 samples of 3 rows take 38 GB


def test_that_weights_of_all_layers_are_told_together() -> None:
    layers = {f"table_{at}": {"type": "nn.Embedding", "parameters": {"num_embeddings": 10**9}} for at in range(9)}
    kept = {f"kept_{at}": {"type": "Output"} for at in range(9)}
    wires = [[f"table_{at}.output", f"kept_{at}.input"] for at in range(9)]
    wires += [["batches.label", f"table_{at}.input"] for at in range(9)]
    found = told(check(graph_of(beside("nn.ReLU", {}, nodes=layers | kept, edges=wires))))
    room = "table_0 would need 1.15 TB, more than a machine has, for its weights and those of others."
    assert [(severity, node) for severity, node, _ in found] == [("error", "table_0")]
    assert found[0][2].startswith(room)


def test_that_what_a_use_holds_counts_as_often_as_it_is_repeated() -> None:
    once = used([{"type": "nn.Linear", "parameters": {"out_features": 8}}], {"repeat": 1000})
    assert check(graph_of(once)).sound
    checker = Checker()
    checker.check(graph_of(once))
    assert checker.walk
    assert checker.walk.memo["bomb"][3].weighs == 1000 * (8 * 8 + 8)
    assert checker.walk.memo["bomb"][3].stands == 1000 * 2  # the layer and its output


def test_that_repeats_within_repeats_are_counted() -> None:
    message = check(graph_of(nested(2, 1, LINEAR, {"repeat": 1000}))).problems[0].message
    assert "would be 2,001,000 nodes; at most 1,000,000 can be" in message


def test_that_uses_beside_each_other_are_counted() -> None:
    (problem,) = check(graph_of(nested(12, 3, LINEAR))).problems
    assert problem.message == "bomb is a use of d0, which stands for 2,125,763 nodes; at most 20,000 can be."


def test_that_a_repair_deep_inside_can_be_done() -> None:
    within = nested(2, 1, {"type": "nn.Linear", "parameters": {"in_features": 7, "out_features": 8}})
    graph = graph_of(within)
    (problem,) = check(graph).problems
    assert problem.repairs
    assert check(applied(graph, problem.repairs[0].edits)).sound


def test_that_a_stretched_tensor_needs_memory_only_where_it_is_copied() -> None:
    sizes = [10**6, 10**6, -1, -1, -1]
    assert check(graph_of(beside("Tensor.expand", {"sizes": sizes}))).sound
    assert not check(graph_of(beside("Tensor.expand", {"sizes": [2**31 - 1, 2**31 - 1, -1, -1, -1]}))).sound


def test_that_an_edit_away_from_it_keeps_what_is_told() -> None:
    graph, checker = graph_of(beside("nn.Linear", {"out_features": 2**31 - 1})), Checker()
    before = checker.check(graph)
    assert [problem.node for problem in before.problems] == ["bomb"]
    assert told(checker.check(applied(graph, [("set", "head", "bias", False)]))) == told(before)
    assert told(checker.check(applied(graph, [("set", "bomb", "out_features", 8)]))) == []


def test_that_sizes_told_apart_again_and_again_stay_short() -> None:
    size = Size("words.T")
    for _ in range(100):
        made = (size // 3 + 1) + size
        assert isinstance(made, Size)
        size = made
    assert len(str(size)) < 2 * LONGEST
    assert size == (size + 1) + -1
    assert size != size // 3


@pytest.mark.parametrize(
    ("room", "words"),
    [(999, "999 bytes"), (4 * 10**12, "4 TB"), (999_700, "1 MB"), (2**80, "1.21 YB"), (10**30, "10^30 bytes")],
)
def test_that_memory_is_told_in_units(room: int, words: str) -> None:
    assert in_bytes(room) == words


def test_that_huge_counts_are_told_as_powers_of_ten() -> None:
    assert (in_words(20_000), in_words(10**50), in_words(10**400)) == ("20,000", "10^50", "10^400")
