"""Broken, hostile and newer files, opened while another graph is open and edited: a sentence or a graph, no more."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from editor.window.window import Window
from runtime.graph.edit import applied
from runtime.graph.file import MOST_DEPTH, dump
from runtime.graph.model import Graph

OPEN = applied(Graph(), [("add", "wine", "data.Wine", {}, (0, 0))])
HARM = "__import__('os').mkdir('harmed')"
NAMES = ['"; import os; os.mkdir("harmed") #', "'''\nimport os\nos.mkdir('harmed')\n'''", HARM]


def written(**changes: Any) -> bytes:
    """A whole graph as Torchweave writes it, with some top-level keys replaced."""
    nodes = {"digits": {"type": "data.Digits"}, "flat": {"type": "nn.Flatten"}}
    whole = {"format": "torchweave", "version": 1, "nodes": nodes, "edges": [["digits.image", "flat.input"]]}
    return (json.dumps(whole | {"run": {}, "layout": {}} | changes, indent=2) + "\n").encode()


def of(id: str = "layer", type: str = "nn.Linear", **more: Any) -> dict[str, Any]:
    """The nodes of a graph of one node."""
    return {id: {"type": type, **more}}


REFUSED = {
    "empty": b"",
    "blank": b" \n\n",
    "cut off": written()[:-40],
    "not JSON": b"import os\n",
    "not UTF-8": b"\xff\xfe" + written(),
    "half a character": b'{"format": "torchweave", "version": 1, "note": "\\ud800"}',
    "a list": b"[1, 2, 3]",
    "null": b"null",
    "another format": b'{"format": "comfy", "version": 1}',
    "no version": b'{"format": "torchweave"}',
    "version as text": written(version="1"),
    "not a number": written(run={"seed": 1}).replace(b'"seed": 1', b'"seed": NaN'),
    "infinite": written(run={"seed": 1}).replace(b'"seed": 1', b'"seed": 1e999'),
    "beyond 64 bits": written(run={"seed": 2**70}),
    "key twice": b'{"format": "torchweave", "version": 1, "nodes": {"a": {"type": "b"}, "a": {"type": "c"}}}',
    "nodes as list": written(nodes=["digits"]),
    "node as text": written(nodes={"digits": "data.Digits"}),
    "type as number": written(nodes={"digits": {"type": 7}}),
    "parameters as list": written(nodes=of(parameters=[1])),
    "edge of three": written(edges=[["digits.image", "flat.input", "more"]]),
    "edges as object": written(edges={"a": "b"}),
    "edge twice": written(edges=[["digits.image", "flat.input"]] * 2),
    "position as text": written(layout={"digits": "here"}),
    "too deep": written(note=json.loads("[" * (MOST_DEPTH + 9) + "]" * (MOST_DEPTH + 9))),
    "too many frames": written(frames={f"f{at}": {"rect": [0, 0, 90, 90]} for at in range(1001)}),
    "too deep to read": b"[" * 100_000,
}
KEPT = {
    "cycle": written(
        nodes={"a": {"type": "nn.ReLU"}, "b": {"type": "nn.ReLU"}},
        edges=[["a.output", "b.input"], ["b.output", "a.input"]],
    ),
    "self loop": written(nodes={"a": {"type": "nn.ReLU"}}, edges=[["a.output", "a.input"]]),
    "unknown type": written(nodes=of(type="nn.Holographic", parameters={"depth": [1, {"x": None}]})),
    "hostile type": written(nodes=of(type=HARM)),
    "hostile id": written(nodes=of(id=NAMES[0]), edges=[]),
    "hostile parameter": written(nodes=of(parameters={"out_features": HARM, NAMES[1]: HARM}), edges=[]),
    "hostile note": written(nodes=of(note=NAMES[1]), edges=[], note=NAMES[1], name=NAMES[2]),
    "wrong kinds": written(nodes=of(parameters={"out_features": [None], "bias": "yes"}), edges=[], run={"epochs": "x"}),
    "fields of no names": written(nodes=of(id="batches", type="Collate", parameters={"fields": 5}), edges=[]),
    "reserved name": written(nodes=of(id="forward") | of(id="class") | of(id="print"), edges=[]),
    "edges to nowhere": written(edges=[["ghost.output", "flat.input"], ["digits.smell", "flat.ear"]]),
    "newer version": written(version=7, nodes=of(frozen=True, aura=3), edges=[], frames={"x": 1}, later=[1, 2]),
    "frames and bends held wrongly": written(
        edges=[],
        frames={
            "a": {
                "title": [NAMES[0]],
                "rect": [-1e9, 5, 1e12, 0.001],
                "text": f"![x]({HARM})\n<img src='/etc/passwd'>",
            },
            "b": {"title": "no place", "colour": "blue"},
            "c": {"title": NAMES[1] * 50, "colour": "#ff0000", "rect": [0, 300, 90, 50], "text": [1, None, "# x"]},
            NAMES[2]: 7,
        },
        bends=[3, ["digits.image", "flat.input", "here"], ["ghost.x", "flat.input", [[1e300, 0]]]],
    ),
    "far away": written(layout={"digits": [0, 0], "flat": [123456, -654321]}),
}


@pytest.fixture
def window(shared_window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Window:
    """A window on a graph with an edit that can be undone, whatever it was given before."""
    monkeypatch.chdir(tmp_path)
    shared_window.banner.hide()
    shared_window.document.open(OPEN, None)
    shared_window.document.do([("set", "wine", "note", "mine")], "note")
    return shared_window


@pytest.mark.parametrize("name", REFUSED)
def test_that_a_broken_file_is_refused_in_one_sentence_and_nothing_changes(
    window: Window, tmp_path: Path, name: str
) -> None:
    graph = window.document.graph
    (tmp_path / "other.json").write_bytes(REFUSED[name])
    window.files.open(tmp_path / "other.json")
    said = window.banner.sentence.text().removeprefix("other.json was not opened. ")
    assert said.endswith(".")
    assert "\n" not in said
    assert window.document.graph is graph
    assert window.document.history.undoText() == "note"
    window.document.history.undo()
    assert window.document.graph == OPEN


@pytest.mark.parametrize("name", KEPT)
def test_that_what_can_be_kept_opens_and_runs_nothing(window: Window, tmp_path: Path, name: str) -> None:
    window.document.history.setClean()
    (tmp_path / "other.json").write_bytes(KEPT[name])
    window.files.open(tmp_path / "other.json")
    assert window.banner.isHidden() == (name != "newer version")
    QApplication.processEvents()
    window.canvas.select_all()
    window.grab()
    window.session.run()
    assert not window.session.running
    kept = json.loads(dump(window.document.graph))
    assert kept == json.loads(KEPT[name])
    window.files.write(tmp_path / "again.json")
    window.files.open(tmp_path / "again.json")
    window.files.write(tmp_path / "third.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "third.json").read_bytes()
    assert not (tmp_path / "harmed").exists()


OPENS = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from editor.window.window import Window

application = QApplication([])
window = Window()
window.show()
for name in sys.argv[1:]:
    window.document.history.setClean()
    window.files.open(Path(name))
    assert window.document.origin == Path(name), name
    application.processEvents()
    window.session.write_now()
    window.session.run()
    assert not window.session.running
window.document.history.setClean()
window.close()
assert "torch" not in sys.modules
"""


def test_that_the_window_needs_no_torch_for_any_of_them(tmp_path: Path) -> None:
    files = []
    for number, content in enumerate(KEPT.values()):
        files.append(tmp_path / f"{number}.json")
        files[-1].write_bytes(content)
    paths = {"PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([sys.executable, "-c", OPENS, *map(str, files)], cwd=tmp_path, env=os.environ | paths, check=True)
    assert not (tmp_path / "harmed").exists()
