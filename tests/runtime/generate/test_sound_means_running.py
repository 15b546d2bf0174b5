"""What the checker calls sound has a program that trains: graphs edited at random, a few always, many in a soak."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from runtime.check.check import check
from runtime.generate.program import generate
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from runtime.spec.catalogue import catalogue
from runtime.spec.parameter import Parameter
from tests.runtime.check.cases import setting
from tests.runtime.generate.agreement import unbounded
from tests.runtime.generate.cases import graph_of, imported

# torch warns of shapes that are stretched and of the spread of one number, as the checker does; the run goes on
pytestmark = [
    pytest.mark.filterwarnings("ignore:Using a target size"),
    pytest.mark.filterwarnings(r"ignore:(std|var)\(\)"),
]
STARTS = ["two_models", "two_losses", "distilled", "two_optimizers", "model_after_model", "arrays", "table", "flips"]
BETWEEN = ("layer", "transform")
FILE = ("separator", "decimal", "encoding", "skip_rows")  # what a file is like, which is not asked by the checker
STRANGE = ("rule", "forward", "ports", "learns", "biass")


def chosen(parameter: Parameter, random: Random) -> Any:
    """A value for a parameter that keeps a run short."""
    if parameter.name in ("validation", "length"):
        return random.choice([0.0, 0.3]) if parameter.kind == "float" else random.choice([40, 81])
    if parameter.name == "batch_size":
        return random.choice([2, 16, 33])
    return 0 if parameter.name == "num_workers" else setting(parameter, random)


def parameter_set(graph: Graph, random: Random) -> Edit:
    """A parameter of some node gets another value, known or not."""
    id = random.choice(list(graph.nodes))
    known = [p for p in catalogue()[graph.nodes[id].type].parameters if p.kind not in ("path", "fields", "names")]
    known = [p for p in known if p.name not in FILE]
    if not known or random.random() < 0.1:
        return ("set", id, random.choice(STRANGE), 1)
    parameter = random.choice(known)
    return ("set", id, parameter.name, chosen(parameter, random))


def inserted(graph: Graph, random: Random) -> Edit:
    """A node with one input on some wire, those into targets included."""
    wanted = [spec for spec in catalogue().values() if spec.family in BETWEEN and len(spec.inputs) == 1]
    spec, edge, id = random.choice(wanted), random.choice(graph.edges), f"new_{len(graph.nodes)}"
    ends = (str(edge.source), str(edge.target), spec.inputs[0].name, spec.outputs[0].name)
    return ("insert", id, spec.type, dict(spec.starts), *ends)


def edited(seed: int) -> Graph:
    """A case with up to three edits."""
    random = Random(seed)
    graph = graph_of(STARTS[seed % len(STARTS)])
    for _ in range(random.randint(1, 3)):
        edit = inserted(graph, random) if random.random() < 0.5 else parameter_set(graph, random)
        changed = applied(graph, [edit])
        if check(changed).sound:  # go on from what is sound, so that most graphs are
            graph = changed
    return graph


def runs(seed: int, folder: Path) -> None:
    """One epoch of an edited graph, in this process."""
    graph = edited(seed)
    report = check(graph)
    assert report.sound
    told = any("training would stop" in problem.message for problem in report.problems)
    if told or unbounded(graph, report):
        return  # whether a label beyond the classes comes up is up to the data
    program = imported(generate(graph, report, "graph.json").text, folder / f"p{seed}.py")
    run = program.prepare(program.options_from(["--epochs=1", "--threads=1", "--device=cpu"]))
    assert list(run)[-1]["event"] == "finished"


@pytest.mark.parametrize("seed", range(40))
def test_that_a_sound_graph_trains(seed: int, tmp_path: Path) -> None:
    runs(seed, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 2000))
def test_that_many_sound_graphs_train(seed: int, tmp_path: Path) -> None:
    runs(seed, tmp_path)
