"""What the editor asks of torch: answered by a process, which may be slow or broken while nobody waits."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.reference import asking
from editor.reference.asking import NO_ANSWER, OF_PAGES, Asking


@pytest.fixture
def ask(qapp: QApplication) -> Iterator[Asking]:
    """One that is ended with the test."""
    parent = QObject()
    made = Asking(parent)
    yield made
    made.end()


def instead(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """Another program in the place of Python: it takes the same arguments and does something else."""
    file = folder / "python"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(file))


def test_that_torch_answers_and_is_asked_once(ask: Asking, qtbot: QtBot) -> None:
    given: dict[str, list[str]] = {}
    ask.answered.connect(lambda name, text, wrong: given.update({name: [text, wrong]}))
    ask.ask("nn.Linear")
    ask.ask("torch.cat")
    assert given == {}  # asking did not wait
    qtbot.waitUntil(lambda: len(given) == 2, timeout=60_000)
    assert "in_features" in given["nn.Linear"][0] and given["nn.Linear"][1] == ""
    assert "tensors" in given["torch.cat"][0]
    process = ask.process
    with qtbot.waitSignal(ask.answered, timeout=10) as again:
        ask.ask("nn.Linear")
    assert again.args[1] == given["nn.Linear"][0]
    assert ask.process is process


def test_that_whole_pages_are_told_too(qtbot: QtBot) -> None:
    made = Asking(parent := QObject(), OF_PAGES)
    with qtbot.waitSignal(made.answered, timeout=60_000) as answer:
        made.ask("nn.Linear")
    made.end()
    assert "Insert Tensor.to float32." in answer.args[1] and parent is made.parent()


@pytest.mark.parametrize("script", ["exit 3", "echo no json; exit 0"])
def test_that_a_process_that_ends_without_an_answer_is_told(
    ask: Asking, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str
) -> None:
    instead(monkeypatch, tmp_path, script)
    with qtbot.waitSignal(ask.answered, timeout=10_000) as answer:
        ask.ask("nn.Linear")
    assert answer.args == ["nn.Linear", "", NO_ANSWER]
    assert (ask.process, ask.waiting, ask.known) == (None, [], {})


def test_that_a_program_that_is_not_there_is_told(
    ask: Asking, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    with qtbot.waitSignal(ask.answered, timeout=10_000) as answer:
        ask.ask("nn.Linear")
    assert answer.args == ["nn.Linear", "", NO_ANSWER]


def test_that_a_process_that_hangs_is_ended(
    ask: Asking, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    instead(monkeypatch, tmp_path, "exec cat > /dev/null")
    ask.late.setInterval(300)
    with qtbot.waitSignal(ask.answered, timeout=10_000) as answer:
        ask.ask("nn.Linear")
    assert answer.args == ["nn.Linear", "", NO_ANSWER]
    assert ask.process is None


def test_that_whoever_stops_asking_gets_no_answer(
    ask: Asking, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    instead(monkeypatch, tmp_path, "exec cat > /dev/null")
    answered = QSignalSpy(ask.answered)
    ask.ask("nn.Linear")
    ask.end()
    QApplication.processEvents()
    assert (answered.count(), ask.process) == (0, None)


@pytest.mark.parametrize("line", [b"", b"[]", b'{"name": 3, "text": "x"}', b'{"name": "a"}', b"\xff\n"])
def test_that_a_line_that_is_no_answer_says_nothing(line: bytes) -> None:
    assert asking._answer(line) == ("", "")
