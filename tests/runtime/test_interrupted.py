"""Ctrl+C at any moment of a command: one sentence, 130, and no traceback of whatever was going on."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.interrupted import CODE, SENTENCE, answered, ending
from tests.runtime.commands import ROOT, TWO_MODELS, finished
from tests.runtime.generate.cases import FOLDER

INTERRUPTING = """
import os, signal, sys

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["AT"]:
            sys.meta_path.remove(self)
            os.kill(getattr(os, os.environ["WHOM"])(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
"""  # as a module that Python imports by itself


def interrupted(folder: Path, at: str, *arguments: object, by_child: bool = False) -> tuple[int, str, list[str]]:
    """Exit code, output and errors of a command that is interrupted as it, or a process of its own, imports a module.

    A process of its own does not hear what the keyboard sends.
    """
    (folder / "sitecustomize.py").write_text(INTERRUPTING, encoding="utf-8")
    path = os.pathsep.join([str(folder), str(ROOT)])
    about = {"PYTHONPATH": path, "AT": at, "WHOM": "getppid" if by_child else "getpid", "QT_QPA_PLATFORM": "offscreen"}
    code, output, errors = finished(*arguments, env=about)
    return code, output, errors.splitlines()


@pytest.mark.parametrize("at", ["runtime.cli", "runtime.spec.value", "runtime.check.wires", "runtime.train.asked"])
def test_that_an_interrupt_while_the_catalogue_is_read_is_one_sentence(tmp_path: Path, at: str) -> None:
    assert interrupted(tmp_path, at, "check", TWO_MODELS) == (CODE, "", [SENTENCE])


@pytest.mark.parametrize("at", ["runtime.train.console", "runtime.train.process"])
def test_that_an_interrupt_before_a_run_has_a_folder_leaves_none(tmp_path: Path, at: str) -> None:
    run = tmp_path / "run"
    assert interrupted(tmp_path, at, "train", TWO_MODELS, "--run-dir", run) == (CODE, "", [SENTENCE])
    assert not run.exists()


def test_that_an_interrupt_while_torch_starts_ends_the_run_at_once(tmp_path: Path) -> None:
    run = tmp_path / "run"
    done = interrupted(tmp_path, "torch", "train", TWO_MODELS, "--run-dir", run, by_child=True)
    sentence = "torchweave: The run was ended at once before its first step."
    assert done == (CODE, "", [f"run {run}", sentence])


def test_that_an_interrupt_while_own_python_is_tried_is_one_sentence(tmp_path: Path) -> None:
    text = json.loads((FOLDER / "own_nodes.json").read_text(encoding="utf-8"))
    for node in ("logged", "gate"):
        del text["nodes"][node]["parameters"]["source"]["outputs"]
    graph = tmp_path / "graph.json"
    graph.write_text(json.dumps(text), encoding="utf-8")
    assert interrupted(tmp_path, "torch", "check", graph, "--trust", by_child=True) == (CODE, "", [SENTENCE])


def test_that_a_picture_that_is_interrupted_is_not_drawn(tmp_path: Path) -> None:
    picture = tmp_path / "graph.png"
    done = interrupted(tmp_path, "editor.export.render", "render", TWO_MODELS, "-o", picture, by_child=True)
    assert done == (CODE, "", [SENTENCE])
    assert not picture.exists()


@pytest.fixture
def signals() -> Iterator[None]:
    """What signals did before is what they do after the test."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals")
def test_that_an_error_that_came_of_an_interrupt_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        raise RuntimeError("Error calling __set_name__") from KeyboardInterrupt()

    assert answered(work) == CODE
    assert capsys.readouterr().err == f"{SENTENCE}\n"
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN  # all is said


@pytest.mark.usefixtures("signals")
def test_that_what_a_command_was_started_to_ignore_stays_ignored() -> None:
    assert signal.SIGHUP in ending()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    assert signal.SIGHUP not in ending()
