"""What is tried in a process: late answers about files that have changed do not count."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from editor.outside import observing
from editor.outside.observing import Observing
from runtime.spec.observed import ANSWERS, Question
from runtime.spec.python import Python
from runtime.spec.tensor import BATCH, Tensor

COUNTING = """
import json, sys
print('{"id": null}', flush=True)
for at, line in enumerate(sys.stdin, start=1):
    tries = [[["float32", [rows, at]]] for rows in (2, 3, 5)]
    print(json.dumps({"id": json.loads(line)["id"], "tries": tries}), flush=True)
"""


def test_that_an_answer_about_a_file_that_changed_meanwhile_does_not_count(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observing, "start", lambda process, _: process.start(sys.executable, ["-c", COUNTING]))
    python = Python("from net import Net", "Net", "net.py")
    question = Question(python, True, (("x", Tensor("float32", (BATCH, 3))),), ("output",))
    parent = QObject()
    asked = Observing(parent)
    asked.ask([question], Path())
    asked.forget("other.py")
    asked.forget("net.py")
    asked.ask([question], Path())
    qtbot.waitUntil(lambda: not asked.waiting)
    assert str((ANSWERS.pop(question).types or {})["output"]) == "float32[B, 2]"
    asked.close()
