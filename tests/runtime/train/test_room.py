"""A model that the machine cannot hold is refused before the run begins: its node, what it needs, what there is."""

import json
from pathlib import Path

import pytest
import torch

from runtime.check.failed import failed
from runtime.graph.edit import Edit, applied
from runtime.train import room
from runtime.train.events import read_events
from runtime.train.folder import arguments_of
from runtime.train.worker import work
from tests.runtime.generate.cases import graph_of
from tests.runtime.train.conftest import Fails
from tests.runtime.train.runs import ready

HUGE: Edit = ("set", "dense", "out_features", 500_000)  # 64 inputs


def test_that_weights_beyond_the_machine_are_refused_before_the_run(
    fails: Fails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LITTLE", 10**6)
    monkeypatch.setattr(room, "there", lambda device: 10**8)
    event = fails("two_models", HUGE)
    assert event["node"] == "dense"
    assert event["message"].startswith("needs ")
    assert " weights with their gradients and what optim.Adam" in event["message"]
    assert "but there is 100 MB of memory. Make out_features or batch_size smaller." in event["message"]
    graph = applied(graph_of("two_models"), [HUGE])
    (problem,) = failed(graph, event)
    assert [repair.label for repair in problem.repairs] == ["Use the default for out_features"]
    assert applied(graph, problem.repairs[0].edits).nodes["dense"].parameters.get("out_features") is None


def test_that_a_batch_that_may_be_too_large_is_doubted_and_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ready(tmp_path / "run", "two_models")
    monkeypatch.setattr(room, "LITTLE", 0)
    folder = ready(tmp_path / "doubted", "two_models")
    need = json.loads((folder / room.FILE).read_text())
    monkeypatch.setattr(room, "there", lambda device: need["all"] - 1)
    assert work(folder, arguments_of(folder)) == 0
    warned = [event for event in read_events(folder) if event["event"] == "warning"]
    assert any("Make it or batch_size smaller." in event["message"] for event in warned)


def test_that_memory_that_is_short_in_a_backward_pass_is_told_at_what_is_largest_in_a_batch(
    fails: Fails, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has 1 GiB free.")

    monkeypatch.setattr(room, "LITTLE", 0)
    monkeypatch.setattr(torch.autograd, "backward", too_large)
    event = fails("two_models", ("set", "dense", "out_features", 1000))
    assert (event["node"], event["message"]) == (
        "joined",
        "out of memory: it needs 2.00 GiB more. Make it or batch_size smaller; accumulate makes up for it.",
    )


@pytest.mark.parametrize(("where", "name"), [(torch.optim.AdamW, "step"), (torch, "save")])
def test_that_memory_that_is_short_after_a_backward_pass_is_told_at_no_node(
    fails: Fails, monkeypatch: pytest.MonkeyPatch, where: object, name: str
) -> None:
    def too_large(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(room, "LITTLE", 0)
    monkeypatch.setattr(where, name, too_large)
    event = fails("two_models", ("set", "dense", "out_features", 1000))
    assert event["node"] is None
    assert event["message"] == "out of memory. Make the model or batch_size smaller; accumulate makes up for it."


def test_that_an_ordinary_run_is_not_looked_at(tmp_path: Path) -> None:
    assert not (ready(tmp_path / "run", "two_models") / room.FILE).exists()


def test_that_the_processor_has_some_memory() -> None:
    here = room.there("cpu")
    assert here is None or here > 10**8
