"""Probes of a run in the process of the test: what is told of a wire, and that training does not notice."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from runtime.graph.edit import Edit
from runtime.train import probes
from runtime.train.events import read_events
from runtime.train.folder import arguments_of
from runtime.train.probes import ANSWERED, ASKED, COMPILED, dead, probed
from runtime.train.worker import work
from tests.runtime.train.runs import losses_of, ready


@pytest.fixture(scope="module", autouse=True)
def _imports() -> Iterator[None]:
    """The program is imported from its folder; afterwards nobody finds it there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", list(sys.path))
        for name in ("program", "watched"):
            patch.setitem(sys.modules, name, sys)
        yield


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every other step is seen, whatever it costs."""
    monkeypatch.setattr("runtime.train.told.OFTEN", 0.0)
    monkeypatch.setattr(probes, "PAUSE", 0.0)
    monkeypatch.setattr(probes, "SHARE", 1e9)


def wires_of(folder: Path) -> list[str]:
    """All wires that the model of a run shows."""
    text = (folder / "watched.py").read_text(encoding="utf-8")
    return [line.partition('"')[2].partition('"')[0] for line in text.splitlines() if "Wires.see(" in line]


def answer(folder: Path) -> dict[str, Any]:
    """What was told last."""
    found: dict[str, Any] = json.loads((folder / ANSWERED).read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", ["two_models", "definitions", "sequence", "halves", "one_cycle"])
def test_that_a_run_whose_every_wire_is_seen_gives_the_same_numbers(tmp_path: Path, at_once: None, name: str) -> None:
    losses = []
    for seen in (False, True):
        folder = ready(tmp_path / str(seen), name, epochs=1)
        if seen:
            (folder / ASKED).write_text(json.dumps(wires_of(folder)), encoding="utf-8")
        assert work(folder, arguments_of(folder)) == 0, (folder / "events.jsonl").read_text(encoding="utf-8")
        losses.append(losses_of(read_events(folder)))
        assert (folder / ANSWERED).exists() == seen
    assert losses[0] == losses[1]
    told = answer(tmp_path / "True")["wires"]
    assert told and all(each and each["stats"]["numbers"] for each in told.values())


def test_that_a_probe_tells_norm_gradient_dead_units_and_a_sample(tmp_path: Path, at_once: None) -> None:
    folder = ready(tmp_path / "run", "two_models", epochs=1)
    (folder / ASKED).write_text('["relu.output", "loss.output"]', encoding="utf-8")
    work(folder, arguments_of(folder))
    told = answer(folder)
    relu = told["wires"]["relu.output"]
    assert told["step"] > 40 and told["wires"]["loss.output"] is None
    assert relu["shape"][1:] == [8, 8, 8] and len(relu["histogram"]["counts"]) == 20 and len(relu["table"]) == 8
    assert relu["stats"]["norm"] > 0 and relu["stats"]["gradient norm"] > 0 and relu["stats"]["dead"] == [0, 8]


def test_that_the_gradient_is_told_as_it_is_where_the_loss_was_scaled(tmp_path: Path, at_once: None) -> None:
    norms = []
    for precision in ("float32", "float16"):
        edits: list[Edit] = [("run", "precision", precision)]
        folder = ready(tmp_path / precision, "two_models", *edits, epochs=1)
        (folder / ASKED).write_text('["gelu.output"]', encoding="utf-8")
        work(folder, arguments_of(folder))
        norms.append(answer(folder)["wires"]["gelu.output"]["stats"]["gradient norm"])
    assert norms[1] == pytest.approx(norms[0], rel=0.2)


def test_that_nothing_is_seen_for_a_window_that_is_gone(
    tmp_path: Path, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes, "FORGOTTEN", -1.0)
    folder = ready(tmp_path / "run", "two_models", epochs=1)
    (folder / ASKED).write_text('["relu.output"]', encoding="utf-8")
    work(folder, arguments_of(folder))
    assert not (folder / ANSWERED).exists()


def test_that_a_compiled_model_says_why_nothing_is_seen(tmp_path: Path) -> None:
    class Run:
        step = 3
        model = torch.nn.Linear(1, 1)

    Run.model._compiled_call_impl = Run.model.forward  # what compile() sets, without the seconds that it takes
    (tmp_path / ASKED).write_text('["final.output"]', encoding="utf-8")
    probes.Probes(Run(), tmp_path).at_edge()
    assert answer(tmp_path)["wires"] == {"final.output": {"problem": COMPILED}}


def test_that_a_unit_is_dead_when_it_gives_0_for_every_sample() -> None:
    rows = torch.tensor([[0.0, 1.0, 0.0], [0.0, 0.0, 2.0]])
    assert dead(rows) == [1, 3]
    assert dead(rows[:, :, None, None].expand(2, 3, 4, 4)) == [1, 3]  # channels of pictures
    assert dead(rows[:, None, :].expand(2, 5, 3)) == [1, 3]  # features of steps


def test_that_of_a_wide_wire_some_rows_are_shown_and_all_are_summed() -> None:
    wide = torch.ones(64, 10_000)
    told = probed(wide, 64)
    assert told["shape"] == [64, 10_000] and told["seen"] == 8
    assert told["stats"]["norm"] == pytest.approx(800.0)
