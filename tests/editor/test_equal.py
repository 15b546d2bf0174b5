"""One graph, three ways to train it: the window's Run, the command line and the exported script give the same numbers.

The same to the last digit and the last bit: what is printed, every figure of every event, every weight.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from safetensors.torch import load_file

from editor.window.window import Window
from runtime.cli import main
from runtime.graph.carried import contents
from runtime.graph.edit import applied
from runtime.graph.file import dump, load
from runtime.places import EXAMPLES
from runtime.train.events import read_events
from runtime.train.pieces.line import line
from tests.editor.conftest import Open
from tests.runtime import commands

NAMES = sorted(file.stem for file in EXAMPLES.glob("*.json"))
QUICK = {"two_models", "model_after_model"}
LARGE, ROWS = "clipart.npz", 160  # of which the largest models see so many
EPOCHS = 2  # so that one begins with what another has left
LONG = 1800  # seconds
OWN = ("seconds", "reason", "watched", "gradient_norm", "memory")  # of the run of a graph, its clock and its gauges
Event = dict[str, Any]
Weights = dict[str, torch.Tensor]


@pytest.fixture
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of an example with its data, for few epochs and of its largest data few rows."""
    data = shutil.copytree(EXAMPLES / "data", tmp_path / "drawn" / "data")
    with np.load(EXAMPLES / "data" / LARGE) as columns:
        np.savez(data / LARGE, **{name: columns[name][:ROWS] for name in columns})
    copied = tmp_path / "drawn" / f"{request.param}.json"
    graph = load((EXAMPLES / copied.name).read_bytes())
    copied.write_text(dump(applied(graph, [("run", "epochs", EPOCHS)])), encoding="utf-8")
    return copied


def figures(events: Iterable[Event]) -> list[Event]:
    """What is told of a run's beginning, its steps, its epochs and its end."""
    told = [event for event in events if event["event"] in ("started", "step", "epoch", "finished")]
    return [{key: value for key, value in event.items() if key not in OWN} for event in told]


def table_of(window: Window, qtbot: QtBot) -> list[list[str]]:
    """The figures of each epoch as the window has them in full, in the tips over its table."""
    window.fill_bottom()
    assert window.training is not None
    model, role = window.training.table.figures, Qt.ItemDataRole.ToolTipRole
    qtbot.waitUntil(lambda: model.rowCount() == EPOCHS)
    rows, columns = range(EPOCHS), range(1, model.columnCount())
    return [[model.data(model.index(row, at), role).partition(",")[0] for at in columns] for row in rows]


def exported(file: Path, elsewhere: Path) -> list[str]:
    """The command line of the exported script, in a folder of its own with the data alone."""
    shutil.copytree(file.parent / "data", elsewhere / "data")
    assert main(["export", str(file), "-o", str(elsewhere / "script.py")]) == 0
    return [sys.executable, "-I", str(elsewhere / "script.py"), "--run-dir", str(elsewhere / "run")]


def by_window(window: Window, file: Path, qtbot: QtBot) -> Path:
    """Open the graph, press Run, wait for the end; the folder of the run."""
    window.files.open(file)
    with qtbot.waitSignal(window.session.run_ended, timeout=LONG * 1000) as ended:
        QTest.mouseClick(window.bar.run_button, Qt.MouseButton.LeftButton)
    assert ended.args and ended.args[0]["event"] == "finished", ended.args
    assert window.session.run_folder is not None
    return window.session.run_folder


def said(process: "subprocess.Popen[str]") -> str:
    """What a process prints until it ends."""
    output, errors = process.communicate(timeout=LONG)
    assert process.returncode == 0, errors
    return output


def same(some: Weights, others: Weights) -> bool:
    """Whether weights are the same, bit for bit."""
    return some.keys() == others.keys() and all(
        some[name].dtype == others[name].dtype and torch.equal(some[name], others[name]) for name in some
    )


@pytest.mark.parametrize(
    "file", [pytest.param(name, marks=() if name in QUICK else pytest.mark.soak) for name in NAMES], indirect=True
)
def test_that_window_command_line_and_script_train_alike_to_the_last_bit(
    file: Path, open_window: Open, tmp_path: Path, qtbot: QtBot
) -> None:
    command, script = tmp_path / "command", tmp_path / "elsewhere"
    pipe, line_of_script = subprocess.PIPE, exported(file, script)
    with (
        commands.command("train", file, "--run-dir", command) as first,
        subprocess.Popen(line_of_script, stdout=pipe, stderr=pipe, text=True, cwd=tmp_path) as second,
    ):
        window = open_window(1366, 768)
        shown, printed = by_window(window, file, qtbot), said(first)
        assert said(second) == printed
    lines = [told for told in printed.splitlines() if told.startswith("epoch ")]
    assert [line(event) for event in window.session.record.epochs] == lines and len(lines) == EPOCHS
    for told, row in zip(lines, table_of(window, qtbot), strict=True):
        assert len(row) > 1 and {*row} < {*told.split()}
    events = figures(read_events(script / "run"))
    assert {event["event"] for event in events} == {"started", "step", "epoch", "finished"}
    assert figures(read_events(shown)) == figures(read_events(command)) == events
    for kept in (script / "run").glob("*.pt"):  # opens the graph again, as what the window keeps does
        assert load(contents(kept)) == load(contents(script / "script.py"))
    state = torch.load(script / "run" / "checkpoint.pt", weights_only=True)["model"]
    for folder in (shown, command):
        assert same(load_file(folder / "weights.safetensors"), state)
        assert same(torch.load(folder / "checkpoint.pt", weights_only=True)["model"], state)
