"""What a check calls sound trains: every case that is sound, or becomes so by a repair, as the program that it is."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from runtime.check.check import check
from runtime.check.problem import Report
from runtime.generate.program import generate
from runtime.graph.edit import applied
from runtime.graph.file import dump
from runtime.graph.model import Graph
from runtime.spec.paths import relative_paths
from tests.runtime.check.test_problems import FOLDER, NAMES, graph_of
from tests.runtime.check.torch_says import imported

DATA = FOLDER.parent / "programs"  # which the tables of these graphs are those of

# Sound in types; torch stops at the first number beyond the classes, the table, the plane or what a loss takes: warned
# of, or made from amounts.
STOPS = {
    ("labels_beyond_the_classes", "as it is"),
    ("embedding_smaller_than_its_words", "as it is"),
    ("unpooled_elsewhere", "as it is"),
    ("labels_beyond_a_metric", "as it is"),
    ("labels_beyond_the_scores_of_a_margin", "as it is"),
    ("scores_as_probabilities", "as it is"),
    ("tanh_as_probability", "as it is"),
    ("any_number_as_variance", "as it is"),
    ("index_beyond_the_row", "as it is"),
    ("one_hot_of_too_few_classes", "as it is"),
    ("cross_entropy_of_one_score", "as it is"),
}


@pytest.fixture(autouse=True)
def _threads_as_before() -> Iterator[None]:
    """A program sets the threads of its process."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def sound(name: str) -> list[tuple[Graph, Report]]:
    """The graph of a case, and what its repairs make of it, as far as they are sound; none of them twice."""
    graph = graph_of(name)
    problems = check(graph).problems
    mended = [(r.label, applied(graph, r.edits)) for problem in problems for r in problem.repairs]
    found = [(label, each) for label, each in (("as it is", graph), *mended) if (name, label) not in STOPS]
    different = {dump(each): each for _, each in found}
    return [(each, report) for each in different.values() if (report := check(each)).sound]


def trains(graph: Graph, report: Report, folder: Path, name: str) -> None:
    """Run the program for an epoch, in this process."""
    program = imported(generate(graph, report, f"{name}.json").text, folder, name)
    paths = [f"--{node}-{each.replace('_', '-')}={DATA / path}" for node, each, path in relative_paths(graph)]
    options = program.options_from(["--epochs", "1", "--device", "cpu", "--threads", "1", *paths])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns of what the check has warned of
        events = [event["event"] for event in program.prepare(options)]
    assert events[-1] == "finished"


@pytest.mark.parametrize("name", NAMES)
def test_that_a_graph_that_is_sound_trains(name: str, tmp_path: Path) -> None:
    for at, (graph, report) in enumerate(sound(name)):
        trains(graph, report, tmp_path, f"{name}_{at}")
