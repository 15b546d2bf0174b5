"""What own functions and modules give is held against the graph before the first step, and told at their node."""

import json
from pathlib import Path
from typing import Any

import pytest

from runtime.train.folder import read_events
from runtime.train.worker import work
from tests.runtime.train.runs import ready


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A program is a module of that name, and sets the threads of its process."""
    import sys

    import torch

    threads, modules, path = torch.get_num_threads(), dict(sys.modules), list(sys.path)
    yield
    torch.set_num_threads(threads)
    sys.path[:] = path
    for name in sys.modules.keys() - modules.keys():
        if name == "program":
            del sys.modules[name]


def outcome(folder: Path, **changed: tuple[str, str]) -> dict[str, Any]:
    """The last event of a run of the case, with texts replaced in the sources of nodes."""
    from tests.runtime.generate.cases import graph_of

    graph = graph_of("own_nodes")
    edits = []
    for node, (old, new) in changed.items():
        source = json.dumps(graph.nodes[node].parameters["source"])
        assert old in source
        edits.append(("set", node, "source", json.loads(source.replace(old, new))))
    made = ready(folder, graph, *edits, epochs=1)
    work(made, json.loads((made / "arguments.json").read_text()))
    return read_events(made)[-1]


def test_that_functions_and_modules_that_give_what_is_told_are_trained(tmp_path: Path) -> None:
    assert outcome(tmp_path / "run")["event"] == "finished"


@pytest.mark.parametrize(
    ("node", "old", "new", "sentence"),
    [
        (
            "logged",
            '"float32[13]"',
            '"float32[7]"',
            "squashed gives float32[2, 13] for a batch of 2, but",
        ),
        ("gate", "gate.mean(1)", "gate.mean(0)", "Gate gives float32[2, 13] and float32[13] for a batch of 2"),
        ("gate", "gate.mean(1)", "gate.mean()", "Gate gives float32[2, 13] and float32[] for a batch of 2"),
        ("gate", "x * gate, gate", "x * gate, 1 or gate", "Gate gives float32[2, 13] and int for a batch of 2"),
        ("gate", "nn.Linear(13, 13)", "nn.Linear(12, 13)", "Gate fails for x float32[B, 13]: mat1 and mat2 shapes"),
        (
            "logged",
            "values.abs()",
            "values.nothing()",
            "squashed fails for values float32[B, 13]: 'Tensor' object",
        ),
    ],
)
def test_that_what_gives_something_else_fails_at_its_node_before_the_first_step(
    tmp_path: Path, node: str, old: str, new: str, sentence: str
) -> None:
    event = outcome(tmp_path / "run", **{node: (old, new)})
    assert (event["event"], event["node"]) == ("failed", node)
    assert event["message"].startswith(sentence)
    assert all(each["event"] != "step" for each in read_events(tmp_path / "run"))
