"""Own Python is tried in a process that can hang, be greedy or crash: the answer comes all the same, and in words."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import torch

from runtime.graph.edit import applied
from runtime.spec.catalogue import catalogue
from runtime.spec.observed import ANSWERS, Question
from runtime.spec.python import Python
from runtime.spec.tensor import BATCH, Tensor
from runtime.started import command, environment
from runtime.train import copied, observe
from runtime.train.observer import TRYING, checked
from runtime.train.trust import HERE
from tests.runtime.generate.cases import graph_of, program_of
from tests.runtime.spec.test_observed import with_text
from tests.runtime.train.python_bombs import ENDLESS, GREEDY

X = (("x", Tensor("float32", (BATCH, 3, 8))),)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """As in the process that tries: a copy of it has none of its threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def tried(text: str, called: str = "f", module: bool = False, gives: tuple[str, ...] = ("output",)) -> str:
    """What a text gives for a batch of 3 x 8 numbers, in words."""
    asked = Question(Python(text, called), module, X, gives)
    found = asked.answer(observe.observed(asked.order(Path())))
    return found.wrong or ", ".join(map(str, (found.types or {}).values()))


def test_that_what_a_function_and_a_module_give_is_seen() -> None:
    assert tried("import torch\ndef f(x):\n    return x.flatten(1)") == "float32[B, 24]"
    assert tried("def f(x):\n    return x.mean(0), x.sum((1, 2)).long()", gives=("a", "b")) == "float32[3, 8], int64[B]"
    text = "from torch import nn\nclass M(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    text += "        self.a = nn.Linear(8, 2)\n    def forward(self, x):\n        return self.a(x)"
    assert tried(text, "M", module=True) == "float32[B, 3, 2]"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("def f(x):\n    return x.nothing()", "f fails for x float32[2, 3, 8]: AttributeError: 'Tensor' object"),
        ("def f(x):\n    return 3", "f gives int, not a tensor"),
        ("def f(x):\n    x + 1", "f gives nothing: end it with return and a tensor"),
        ("def f(x):\n    raise SystemExit(5)", "f fails for x float32[2, 3, 8]: SystemExit: 5"),
        ("1 / 0\ndef f(x):\n    return x", "f cannot be imported: ZeroDivisionError: division by zero"),
        ("import os\ndef f(x):\n    os._exit(3)", "f ends its process with exit code 3"),
        ("import os\ndef f(x):\n    os.kill(os.getpid(), 11)", "f ends its process with SIGSEGV"),
        ("def f(x):\n    print('y' * 10**6)\n    return x", "float32[B, 3, 8]"),
    ],
)
def test_that_a_text_that_fails_or_ends_its_process_is_told_in_a_sentence(text: str, sentence: str) -> None:
    assert tried(text).startswith(sentence)


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_that_a_text_that_does_not_end_is_ended(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.spec.python.BRIEF", 0.4)
    assert tried(text) == "f gives no answer within 0.4 seconds"
    assert tried("def f(x):\n    return x") == "float32[B, 3, 8]"


@pytest.mark.parametrize("text", GREEDY.values(), ids=GREEDY)
def test_that_a_text_that_takes_all_memory_is_stopped(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copied, "MEMORY", 2**28)
    assert tried(text) == "f needs more memory than it can have to be tried"


NOTED = """import os, subprocess, time
def note(process):
    with open({!r}, "a") as file:
        file.write(f"{{process}} ")
def f(x):
"""
BEGUN = {
    "copy": "    os.fork()\n    note(os.getpid())\n    time.sleep(100)",
    "session_of_its_own": "    os.fork() or os.setsid() or os.fork()\n    note(os.getpid())\n    time.sleep(100)",
    "beside_an_answer": "    note(subprocess.Popen(['sleep', '100'], start_new_session=True).pid)\n    return x",
    "more_and_more": "    while True:\n        os.fork()\n        note(os.getpid())\n        time.sleep(0.02)",
}


@pytest.mark.parametrize("text", BEGUN.values(), ids=BEGUN)
def test_that_nothing_that_was_tried_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("runtime.spec.python.BRIEF", 0.4)
    note = tmp_path / "begun"
    tried(NOTED.format(str(note)) + text)
    assert _all_end(note)


@pytest.mark.parametrize("way", ["its input ends", "it is killed"])
def test_that_what_is_being_tried_ends_with_the_process_that_tries_it(tmp_path: Path, way: str) -> None:
    note = tmp_path / "begun"
    os.mkfifo(note)  # to read from it is to wait
    text = NOTED.format(str(note)) + "    note(os.getpid())\n    time.sleep(100)"
    order = {"id": 0, **Question(Python(text, "f"), False, X, ("output",)).order(Path())}
    pipe = subprocess.PIPE
    with subprocess.Popen(command(TRYING), stdin=pipe, stdout=subprocess.DEVNULL, env=environment()) as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
        begun = int(note.read_text())
        process.stdin.close() if way == "its input ends" else process.kill()
        assert _ends(begun)


def _all_end(note: Path) -> bool:
    return all(_ends(process) for process in set(map(int, note.read_text().split())))


def _ends(process: int) -> bool:
    """Wait for the end of a process, though not for long."""
    with suppress(ProcessLookupError):
        watched = os.pidfd_open(process)
        ended, _, _ = select.select([watched], [], [], 10)
        os.close(watched)
        return bool(ended)
    return True


def test_that_a_file_is_tried_as_its_text_stands_there_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    file, python = tmp_path / "standing.py", Python("from standing import Net", "Net", "standing.py")
    for size in (1, 2):
        file.write_text(
            f"from torch import nn\nclass Net(nn.Module):\n    def forward(self, x):\n        return x[:{size}]"
        )
        os.utime(file, (1000, 1000))  # as if it were saved twice within a second
        asked = Question(python, True, X, ("output",))
        found = asked.answer(observe.observed(asked.order(tmp_path)))
        assert str((found.types or {})["output"]) == f"float32[{size}, 3, 8]"


def test_that_texts_that_nobody_trusts_are_not_tried(tmp_path: Path) -> None:
    ANSWERS.clear()
    ran = tmp_path / "ran"
    graph = with_text(f"open({str(ran)!r}, 'w')\ndef touched(values):\n    return values")
    assert not checked(graph, HERE)[1].sound and not ran.exists()


def test_that_texts_that_are_trusted_are_tried_by_a_process_until_the_graph_is_known() -> None:
    ANSWERS.clear()
    graph = with_text("def doubled(values):\n    return 2 * values")
    assert not checked(graph, HERE)[1].sound
    assert checked(graph, HERE, trusting=True)[1].sound
    assert checked(graph, HERE)[1].sound  # known from now on
    assert checked(graph_of("own_nodes"), HERE)[1].sound


@pytest.mark.parametrize("type_name", ["own.Function", "own.Module"])
def test_that_what_a_fresh_node_holds_is_sound(quick: None, type_name: str) -> None:
    starts = catalogue()[type_name].starts
    wires = [("connect", "batches.features", "fresh.input"), ("connect", "fresh.output", "out.input")]
    graph = applied(graph_of("own_nodes"), [("add", "fresh", type_name, starts), ("add", "out", "Output", {}), *wires])
    assert checked(graph, HERE)[1].sound
    assert "fresh" in program_of(graph).text
