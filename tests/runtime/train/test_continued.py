"""What a run is called that goes on from another, with as many epochs in all or with another number."""

import json
from pathlib import Path
from typing import Any

import pytest

from runtime.graph.edit import applied
from runtime.graph.model import Graph
from runtime.places import runs_folder
from runtime.train.events import FILE
from runtime.train.folder import prepare_run
from runtime.train.runs import glance
from tests.runtime.generate.cases import graph_of
from tests.runtime.train.past import run_in

TWO = graph_of("two_models")  # of five epochs
NINE = applied(TWO, [("run", "epochs", 9)])


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A run of five epochs."""
    return run_in(runs_folder(tmp_path / "g.json"), "20260102-100000-000", TWO)


def continued(before: Path, graph: Graph = TWO, begin: int = 6, **more: Any) -> Path:
    """A run that goes on from another in the epoch `begin`."""
    folder = prepare_run(graph, before.parent / "g.json", {"resume": before, **more}, runs=before.parent)
    (folder / FILE).write_text(json.dumps({"event": "step", "step": 100, "epoch": begin}) + "\n")
    return folder


def test_that_a_run_with_more_epochs_says_up_to_which_it_goes_on(first: Path) -> None:
    for folder in (continued(first, NINE), continued(first, epochs=9), continued(first, NINE, epochs=9)):
        assert glance(folder).name == "continues first run from epoch 6 to epoch 9"
    wider = applied(NINE, [("set", "adam", "lr", 0.5)])
    assert glance(continued(first, wider)).name == "continues first run, adam.lr 0.003 → 0.5 from epoch 6 to epoch 9"


def test_that_what_the_run_really_does_counts_not_what_its_graph_asks_for(first: Path) -> None:
    assert glance(continued(first, NINE, epochs=14)).name == "continues first run from epoch 6 to epoch 14"
    assert glance(continued(first, NINE, epochs=5, begin=3)).name == "continues first run from epoch 3"
    assert glance(continued(first, begin=3)).name == "continues first run from epoch 3"


def test_that_only_the_last_end_is_told_of_runs_that_went_on_from_each_other(first: Path) -> None:
    second = continued(first, epochs=9)
    assert glance(continued(second, epochs=12, begin=10)).name == "continues first run from epoch 10 to epoch 12"
    assert glance(continued(second, epochs=9, begin=8)).name == "continues first run from epoch 8"


def test_that_a_run_of_a_script_can_be_gone_on_from(first: Path) -> None:
    script = run_in(first.parent, "script", None)
    assert glance(continued(script, NINE)).name == "continues script from epoch 6"
