"""The first value of a run that is not finite: node, wire and step are named, and what is kept shows it again."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from runtime.train import not_finite
from runtime.train.events import read_events
from runtime.train.folder import arguments_of, prepare_run
from runtime.train.worker import work
from tests.runtime.train.runs import ready
from tests.workers import Workers

LOGGED: Edit = ("insert", "logged", "torch.log", {}, "dense.output", "gelu.input", "input", "output")
HUGE: Edit = ("set", "adam", "lr", 1e10)
ROOT: list[Edit] = [  # whose slope at 0 is infinite; black pixels without a bias give 0
    ("set", "conv", "bias", False),
    ("insert", "size", "torch.abs", {}, "conv.output", "relu.input", "input", "output"),
    ("insert", "root", "torch.sqrt", {}, "size.output", "relu.input", "input", "output"),
]


@pytest.fixture(scope="module", autouse=True)
def _imports() -> Iterator[None]:
    """The program is imported from its folder; afterwards nobody finds it there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", list(sys.path))
        for name in ("program", "watched"):
            patch.setitem(sys.modules, name, sys)
        yield


def failed(folder: Path, *edits: Edit, case: str = "two_models", **options: Any) -> dict[str, Any]:
    """The last event of a run that is to fail."""
    ready(folder, case, *edits, **{"epochs": 2, **options})
    assert work(folder, arguments_of(folder)) == 1
    return read_events(folder)[-1]


def test_that_the_wire_and_the_step_of_the_first_value_are_named_and_the_batch_is_kept(tmp_path: Path) -> None:
    told = failed(tmp_path / "run", LOGGED)
    assert (told["event"], told["node"], told["wire"], told["step"]) == ("failed", "logged", "logged.output", 1)
    what = "logged.output became nan at step 1: "
    assert told["message"].startswith(what) and "reproduce.py" in told["message"]  # no lr has moved a weight yet
    kept = torch.load(tmp_path / "run" / "not_finite.pt", weights_only=True)
    assert [len(batch["image"]) for batch in kept["batches"]] == [32] and "dense.weight" in kept["model"]


def test_that_the_script_that_is_written_shows_it_again(workers: Workers, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    told = failed(folder, LOGGED)
    text = (folder / "reproduce.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 60
    line = workers.command("reproduce.py")
    shown = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
    assert shown.returncode == 1
    many = told["message"].partition(": ")[2].partition(".")[0]
    assert many.endswith(" of 1,024 numbers")
    assert f"FloatingPointError: logged.output is not finite: {many}, tensor(" in shown.stderr


def test_that_a_gradient_is_told_from_a_value(tmp_path: Path) -> None:
    told = failed(tmp_path / "run", *ROOT)
    assert (told["node"], told["wire"]) == ("root", "size.output")
    assert told["message"].startswith("The gradient that root gives to size.output became ")


def noisy(folder: Path, **columns: Any) -> Graph:
    """A regression on rows of a file, made one by one since noise is added to them."""
    np.savez(folder / "rows.npz", **columns)
    fields = {"features": "float32[4]", "target": "float32[1]"}
    edits: list[Edit] = [
        ("add", "rows", "data.Arrays", {"path": "rows.npz", "fields": fields}, (0, 0)),
        ("add", "noise", "transform.GaussianNoise", {}, (0, 0)),
        ("add", "batches", "Collate", {"fields": ["features", "target"], "batch_size": 10}, (0, 0)),
        ("add", "final", "nn.Linear", {"out_features": 1}, (0, 0)),
        ("add", "loss", "nn.MSELoss", {}, (0, 0)),
        ("add", "adam", "optim.Adam", {}, (0, 0)),
        *(("connect", *wire.split()) for wire in (
            "rows.features noise.input", "noise.output batches.features", "rows.target batches.target",
            "batches.features final.input", "final.output loss.input", "batches.target loss.target",
            "loss.output adam.loss",
        )),
    ]  # fmt: skip
    return applied(Graph(), edits)


def test_that_a_short_program_names_the_row_of_a_sample_that_is_not_finite(tmp_path: Path) -> None:
    rows = [f"{row},{row % 7}" for row in range(100)]
    rows[50] = "50,nan"
    (tmp_path / "rows.csv").write_text("\n".join(["a,b", *rows]), encoding="utf-8")
    fields = {"b": {"type": "float32[1]", "columns": ["b"], "missing": "keep"}, "a": "float32[]"}
    edits: list[Edit] = [
        ("add", "rows", "data.Table", {"path": "rows.csv", "fields": fields}, (0, 0)),
        ("add", "batches", "Collate", {"fields": ["b", "a"], "batch_size": 10, "validation": 0.0}, (0, 0)),
        ("add", "final", "nn.Linear", {"out_features": 1}, (0, 0)),
        ("add", "flat", "torch.squeeze", {"dim": 1}, (0, 0)),
        ("add", "loss", "nn.MSELoss", {}, (0, 0)),
        ("add", "adam", "optim.Adam", {}, (0, 0)),
        *(("connect", *wire.split()) for wire in (
            "rows.b batches.b", "rows.a batches.a", "batches.b final.input", "final.output flat.input",
            "flat.output loss.input", "batches.a loss.target", "loss.output adam.loss",
        )),
    ]  # fmt: skip
    options = {"device": "cpu", "threads": 1, "epochs": 1}
    folder = prepare_run(applied(Graph(), edits), tmp_path / "g.json", options, tmp_path / "run")
    assert work(folder, arguments_of(folder)) == 1
    told = read_events(folder)[-1]
    assert (told["node"], told["wire"], told["sample"]) == ("rows", "batches.b", 50)
    assert "nan at step 9: 1 of 10 numbers (the first in row 50 of the data, counted from 0)." in told["message"]


@pytest.mark.parametrize(("column", "node"), [("features", "noise"), ("target", "rows")])
def test_that_a_sample_that_is_not_finite_is_named_with_its_row(tmp_path: Path, column: str, node: str) -> None:
    rng = np.random.default_rng(0)
    columns = {"features": rng.normal(size=(4000, 4)), "target": rng.normal(size=(4000, 1))}
    columns[column][1234, 0] = np.nan
    graph = noisy(tmp_path, **{name: value.astype(np.float32) for name, value in columns.items()})
    folder = prepare_run(graph, tmp_path / "g.json", {"device": "cpu", "threads": 1, "epochs": 1}, tmp_path / "run")
    assert work(folder, arguments_of(folder)) == 1
    told = read_events(folder)[-1]
    assert (told["node"], told["wire"], told["sample"]) == (node, f"batches.{column}", 1234)
    assert "(the first in row 1234 of the data, counted from 0). Leave such rows out" in told["message"]


def test_that_a_run_that_grew_beyond_all_bounds_is_searched_from_its_last_whole_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(not_finite, "AGAIN", 0.0)  # a copy whenever losses are known, the newest of them spoilt
    monkeypatch.setattr(not_finite, "SHARE", 1e9)
    told = failed(tmp_path / "run", HUGE)
    assert told["step"] <= 3 and told["wire"]
    assert told["node"] in ("loss", "final", "joined")
    assert "Try a smaller lr of adam (now 1e10) first; " in told["message"]
    assert "clip_grad_norm may help too." in told["message"] and "more gently" not in told["message"]


def test_that_the_last_good_checkpoint_is_kept_and_the_search_begins_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(not_finite, "LARGE", -1)  # no copies: the checkpoint has to do
    good = ready(tmp_path / "good", "two_models", epochs=1)
    assert work(good, arguments_of(good)) == 0
    before = (good / "checkpoint.pt").read_bytes()
    told = failed(good, LOGGED, epochs=3, resume=good)
    assert (told["step"], told["wire"]) == (46, "logged.output")
    assert told["message"].endswith("The last good checkpoint is kept.")
    assert (good / "checkpoint.pt").read_bytes() == before


def test_that_inside_of_a_definition_the_layer_is_named_too(tmp_path: Path) -> None:
    logged: Edit = ("insert", "logged", "torch.log", {}, "linear.output", "norm.input", "input", "output")
    told = failed(tmp_path / "run", ("in", "dense", logged), case="definitions")
    assert (told["node"], told["wire"]) == ("first", "first.output")
    assert " numbers, inside of it first seen in first.norm. " in told["message"]


def test_that_of_a_model_too_large_to_be_copied_the_search_begins_where_the_run_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = failed(tmp_path / "copied", HUGE)
    monkeypatch.setattr(not_finite, "LARGE", -1)
    assert copied["wire"] and failed(tmp_path / "anew", HUGE) == copied


def test_that_a_run_that_goes_on_under_other_names_is_searched_from_where_it_went_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(tmp_path / "first", "two_models", epochs=1)
    assert work(tmp_path / "first", arguments_of(tmp_path / "first")) == 0
    edits: list[Edit] = [("rename", "conv", "conv_now"), HUGE]
    copied = failed(tmp_path / "copied", *edits, resume=tmp_path / "first")
    monkeypatch.setattr(not_finite, "LARGE", -1)
    assert copied["wire"] and failed(tmp_path / "anew", *edits, resume=tmp_path / "first") == copied


def test_that_where_nothing_whole_is_kept_the_step_alone_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(not_finite, "LARGE", -1)
    monkeypatch.setattr(not_finite, "LONG", -1.0)  # the run is too old to be made anew
    told = failed(tmp_path / "run", LOGGED)
    why = "The loss of step 1 is not finite; where that began was not found."
    assert told["message"] == f"{why} A smaller lr or clip_grad_norm may help."


def test_that_weights_that_are_spoilt_are_never_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(not_finite, "math", type("Blind", (), {"isfinite": staticmethod(lambda loss: True)}))
    told = failed(tmp_path / "run", HUGE)
    assert told["event"] == "failed" and not (tmp_path / "run" / "checkpoint.pt").exists()


def test_that_the_batches_of_one_update_are_kept_together(tmp_path: Path) -> None:
    told = failed(tmp_path / "run", LOGGED, ("run", "accumulate", 3))
    assert told["wire"] == "logged.output"
    kept = torch.load(tmp_path / "run" / "not_finite.pt", weights_only=True)
    assert len(kept["batches"]) == 3


def test_that_a_mask_beside_the_weights_may_be_infinite() -> None:
    model = torch.nn.Linear(1, 1)
    model.register_buffer("mask", torch.tensor([float("-inf")]))
    run = SimpleNamespace(model=model)
    assert not_finite.whole(run)
    model.weight.data.fill_(float("nan"))
    assert not not_finite.whole(run)


def test_that_gradients_beyond_half_precision_end_no_run(tmp_path: Path) -> None:
    folder = ready(tmp_path / "run", "two_models", ("run", "precision", "float16"), epochs=1)
    assert work(folder, arguments_of(folder)) == 0
