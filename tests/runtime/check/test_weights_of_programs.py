"""What a check says that a model keeps is what its program keeps: definitions in definitions, copies, shared layers."""

from pathlib import Path
from typing import Any

import pytest

from runtime.check.card import Card
from runtime.check.check import check
from runtime.check.use import known
from runtime.check.whereabouts import of_whole
from runtime.generate.program import generate
from runtime.graph.edit import applied
from runtime.graph.file import load
from runtime.graph.weights import Source, afresh
from runtime.places import EXAMPLES
from tests.runtime.check.torch_says import imported
from tests.runtime.generate.cases import FOLDER

FILES = [*sorted(EXAMPLES.glob("*.json")), *sorted(FOLDER.glob("*.json"))]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_that_every_name_and_shape_in_a_program_is_one_of_the_check(file: Path, tmp_path: Path) -> None:
    graph = afresh(load(file.read_bytes()))
    report = check(graph)
    program: Any = imported(generate(graph, report, file.name).text, tmp_path, "program")
    shapes = {name: tuple(each.shape) for name, each in program.Model().state_dict().items()}
    wrapped = Card({f"module.{name}": shape for name, shape in shapes.items()})
    specs = known(graph)
    learned = [id for id, node in graph.nodes.items() if specs[node.type].weights and "shares" not in node.extra]
    source = of_whole(graph, specs, report, wrapped, "net.pt")
    assert source == (Source("net.pt", "module") if learned else Source("net.pt"))
    found = check(applied(graph, [("weights", None, source.written)]), {"net.pt": wrapped})
    unknown = {id for id in learned if not hasattr(specs[graph.nodes[id].type].declared, "tensors")}
    matched = {name for each in found.matches.values() for name in each.matched.values()}
    left = {name for name in wrapped.shapes if name not in matched and name.split(".")[1] not in unknown}
    assert left == set()
    assert [problem for problem in found.problems if problem not in report.problems] == []
