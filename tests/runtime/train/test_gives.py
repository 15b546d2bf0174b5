"""What own functions and modules give is held against the graph before the first step, and told at their node."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from runtime.graph.edit import Edit, applied
from runtime.graph.model import End
from runtime.train.events import read_events
from runtime.train.observer import checked
from runtime.train.trust import HERE
from runtime.train.worker import work
from tests.runtime.generate.cases import graph_of
from tests.runtime.train.runs import ready


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A program is a module of that name, and sets the threads of its process."""
    import sys

    import torch

    threads, modules, path, hooks = torch.get_num_threads(), dict(sys.modules), list(sys.path), list(sys.path_hooks)
    yield
    torch.set_num_threads(threads)
    sys.path[:], sys.path_hooks[:] = path, hooks
    for name in sys.modules.keys() - modules.keys():
        if name == "program":
            del sys.modules[name]


def outcome(folder: Path, more: Sequence[Edit] = (), /, **changed: tuple[str, str]) -> dict[str, Any]:
    """The last event of a run of the case, with texts replaced in the sources of nodes."""
    graph = graph_of("own_nodes")
    edits: list[Edit] = []
    for node, (old, new) in changed.items():
        source = json.dumps(graph.nodes[node].parameters["source"])
        assert old in source
        edits.append(("set", node, "source", json.loads(source.replace(old, new))))
    made = ready(folder, graph, *edits, *more, epochs=1)
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
            "squashed gives float32[2, 13] for values float32[2, 13], but",
        ),
        ("gate", "gate.mean(1)", "gate.mean(0)", "Gate gives float32[2, 13] and float32[13] for x float32[2, 13]"),
        ("gate", "gate.mean(1)", "gate.mean()", "Gate gives float32[2, 13] and float32[] for x float32[2, 13]"),
        ("gate", "x * gate, gate", "x * gate, 1 or gate", "Gate gives float32[2, 13] and int for x float32[2, 13]"),
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


def test_that_sizes_that_follow_the_batch_in_any_way_are_held_against_the_graph(tmp_path: Path, quick: None) -> None:
    text = "import torch\ndef joined(values, /):\n    return torch.cat([values, values, values[:1]])"
    added: list[Any] = [("add", "twice", "own.Function", {"source": {"function": text.split("\n")}})]
    added += [("connect", "batches.features", "twice.values"), ("add", "out", "Output", {})]
    graph = applied(graph_of("own_nodes"), [*added, ("connect", "twice.output", "out.input")])
    report = checked(graph, HERE, trusting=True)[1]
    assert str(report.types[End("twice", "output")]) == "float32[2*B+1, 13]"
    made = ready(tmp_path / "run", graph, epochs=1)
    assert work(made, json.loads((made / "arguments.json").read_text())) == 0


@pytest.mark.parametrize("frozen", [False, True])
def test_that_modules_are_called_as_they_are_used_in_training_too(tmp_path: Path, frozen: bool) -> None:
    text = "x * gate, gate.mean(1)"
    other = "x * gate, gate.mean(0 if self.training else 1)"
    event = outcome(tmp_path / "run", [("freeze", "gate", frozen)], gate=(text, other))
    if frozen:
        assert event["event"] == "finished"
    else:
        assert event["message"].startswith("Gate gives float32[2, 13] and float32[13] in training for x float32[2, 13]")
