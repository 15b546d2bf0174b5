"""Files of models are looked at in a thread, whatever they are."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from editor.outside import watching
from editor.outside.watching import Watching
from runtime.graph.model import Graph, Node

NET = "class Net:\n    def forward(self, x):\n        return x\n"
LONG = 30_000  # ms: a process starts


def test_that_a_long_file_is_read_by_a_process(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def here(file: Path) -> dict[str, object]:
        raise AssertionError(f"{file} would hold the window")

    monkeypatch.setattr(watching, "look", here)
    (tmp_path / "net.py").write_text(f"{NET}# {'x' * watching.LONG}\n")
    graph = Graph({"net": Node("net", "own.Model", {"path": "net.py", "called": "Net"})})
    parent = QObject()
    watched = Watching(parent)
    with qtbot.waitSignal(watched.saved, timeout=LONG) as told:
        watched.watch(graph, tmp_path)
    watched.close()
    assert told.args is not None
    assert list(told.args[0]["net.py"]["choices"]) == ["Net"]
