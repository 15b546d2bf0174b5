"""What is said of one run, and of the difference of two."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from editor.runs.beside import NOTHING, differences, facts, said
from editor.runs.follow import Followed
from runtime.graph.edit import applied
from runtime.graph.model import Graph
from runtime.train.runs import Glance
from tests.editor.canvas.hand import two_models

GRAPH = two_models()
RUN = Glance("/runs/a", "first run", 0.0, "finished", 3, 3, "validation", best={"loss": 0.5, "accuracy": 0.9})
ABOUT: dict[str, Any] = {
    "options": {"seed": 1, "epochs": 3},
    "versions": {"torch": "2.12.0", "python": "3.12.1"},
    "data": {"/data/a.csv": {"node": "flowers", "print": "1"}},
}


class Read:
    """A run that has been read."""

    def __init__(self, graph: Graph | None = GRAPH, **about: Any) -> None:
        self.graph, self.about, self.folder = graph, ABOUT | about, Path("/runs/a")


def read(graph: Graph | None = GRAPH, **about: Any) -> Followed:
    """It stands for what follows a folder."""
    return cast(Followed, Read(graph, **about))


def test_that_nodes_added_removed_and_rewired_are_told() -> None:
    other = applied(
        GRAPH,
        [
            ("set", "model_a", "out_features", 8),
            ("remove", "model_b"),
            ("add", "relu", "nn.ReLU", {}),
            ("replace", "flat.output", "final.input"),
        ],
    )
    assert [*differences((RUN, read()), (RUN, read(other)))] == [
        "model_a.out_features 5 → 8",
        "relu added",
        "model_b removed",
        "flat.output → final.input",
        "joined.output → final.input cut",
    ]


def test_that_options_versions_data_and_figures_are_compared() -> None:
    other = read(
        applied(GRAPH, [("run", "seed", 2)]),
        options={"seed": 2, "epochs": 5},
        versions={"torch": "2.13.0", "python": "3.12.1"},
        data={"/data/a.csv": {"node": "flowers", "print": "2"}, "/data/b.csv": {"node": "more", "print": "2"}},
    )
    better = replace(RUN, device="cuda", best={"loss": 0.25, "accuracy": 0.9})
    assert [*differences((RUN, read()), (better, other))] == [
        "seed 0 (default) → 2",
        "device unknown → cuda",
        "epochs 3 → 5",
        "torch 2.12.0 → 2.13.0",
        "a.csv had other contents",
        "loss at best epoch 0.5 → 0.25",
    ]


def test_that_equal_runs_and_those_of_scripts_say_so() -> None:
    assert [*differences((RUN, read()), (RUN, read()))] == ["same graph"]
    assert [*differences((RUN, read()), (RUN, read(None)))] == ["no graph to compare: a script wrote one of them"]
    assert said([]) == NOTHING


def test_that_one_run_tells_what_it_was_made_with() -> None:
    lines = [*facts(replace(RUN, seconds=75.0, device="cpu"), read())]
    assert lines[1:] == [
        "finished in 1:15, 3 epochs",
        "best epoch, on validation rows: loss 0.5, accuracy 0.9",
        "",
        "device cpu, seed 1, epochs 3",
        "torch 2.12.0, python 3.12.1",
        "flowers: /data/a.csv",
        "/runs/a",
    ]
