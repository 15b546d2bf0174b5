"""Which weights an export has: of which epoch of which run, how that ended, and what changed in the graph since."""

from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import save_file

from runtime.cli import main
from runtime.graph.edit import applied
from runtime.graph.file import dump, load
from runtime.places import runs_folder
from tests.runtime.commands import EXAMPLES
from tests.runtime.export.orders import untrained
from tests.runtime.train.past import run_in

STARTED = {"event": "started", "device": "cpu", "epochs": 5}
SAVED = {"event": "saved", "epoch": 2, "path": "weights.safetensors"}
FAILED = {"event": "failed", "message": "no"}
FINISHED = {"event": "finished", "epoch": 2, "stopped": True, "seconds": 3}


@pytest.mark.parametrize(
    ("saved", "end", "said"),
    [
        (SAVED, FAILED, " (epoch 2 of 5, failed)"),
        (SAVED, FINISHED, " (epoch 2 of 5, stopped)"),
        ({**SAVED, "epoch": 4, "step": 9}, FINISHED, " (within epoch 4 of 5, stopped)"),
    ],
)
def test_that_an_export_says_which_weights_it_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], saved: dict[str, Any], end: dict[str, Any], said: str
) -> None:
    file = tmp_path / "graph.json"
    graph = load((EXAMPLES / "model_after_model.json").read_bytes())
    file.write_text(dump(graph), encoding="utf-8")
    epochs: list[dict[str, Any]] = [{"event": "epoch", "epoch": at, "train": {"loss": 1.0}} for at in (1, 2, 3)]
    events = [STARTED, *epochs, saved, end]
    run = run_in(runs_folder(file), "1", graph, events)
    save_file(untrained("model_after_model")[0].model.state_dict(), run / "weights.safetensors")
    written = ["export", str(file), "-o", str(tmp_path / "tumours"), "--package"]
    assert main(written) == 0
    assert capsys.readouterr().out.endswith(f"with the last weights of the run 1{said}.\n")
    file.write_text(dump(applied(graph, [("run", "epochs", 7), ("run", "seed", 4)])), encoding="utf-8")
    assert main(written) == 0
    told = capsys.readouterr().out
    assert f"the run 1{said}; the graph has changed since: epochs " in told and told.endswith(" and 1 more.\n")
