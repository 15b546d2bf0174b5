"""A wire while a run goes on: its window asks in the run's folder, and shows what the run answers there."""

import base64
import json
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.preview.panel import PreviewPanel
from editor.preview.previews import Previews
from editor.running.life import State
from runtime.graph.model import end
from runtime.places import EXAMPLES

if TYPE_CHECKING:
    from editor.window.window import Window

FACTS: dict[str, Any] = {
    "side": "batch", "kind": "numbers", "dtype": "float32", "shape": [32, 32], "size": 32, "rows": 32, "width": 32,
    "stats": {"numbers": 1024, "min": -1.0, "max": 2.0, "norm": 3.5, "gradient norm": 0.25, "dead": [20, 32]},
    "histogram": {"counts": [1] * 20, "edges": [0.0] * 21}, "table": [[1.0, 2.0]],
}  # fmt: skip


@pytest.fixture
def previews(window: "Window", tmp_path: Path, qtbot: QtBot) -> Previews:
    """A window with the example of two models, of which a run goes on in a folder; its process is the test."""
    window.files.open(EXAMPLES / "two_models.json")
    qtbot.waitUntil(lambda: end("final.output") in window.session.report.types)
    session = window.session
    session.life.become(State.RUNS)
    session.run_folder, session.run_graph = tmp_path, session.document.graph
    return window.previews


def opened(previews: Previews, text: str) -> None:
    previews.open(end(text), previews.canvas.where(end(text)))


def _tells(panel: PreviewPanel, step: int) -> bool:
    return bool(panel.told.get("step") == step)


def _high(previews: Previews, height: int) -> bool:
    return previews.place.height() == height


def answer(folder: Path, step: int, **wires: object) -> None:
    """What a run tells, as a whole file."""
    (folder / "part").write_text(json.dumps({"step": step, "wires": wires}), encoding="utf-8")
    (folder / "part").replace(folder / "probed.json")


def test_that_a_wire_shows_what_the_run_tells_of_it_until_it_is_closed(
    previews: Previews, tmp_path: Path, qtbot: QtBot
) -> None:
    opened(previews, "gelu.output")
    assert json.loads((tmp_path / "probes.json").read_text(encoding="utf-8")) == ["gelu.output"]
    assert previews.asking.asked is None and previews.asking.waiting == {}
    panel = previews.panel
    for step in (12, 1340):
        answer(tmp_path, step, **{"gelu.output": FACTS})
        qtbot.waitUntil(partial(_tells, panel, step))
    assert panel.about.text() == "A batch of 32, as it is trained at step 1,340"
    told = {name: (value, odd) for name, value, odd in panel.facts.pairs}
    assert told["norm"] == ("3.5", False) and told["gradient norm"] == ("0.25", False)
    assert told["dead units"] == ("20 of 32", True)
    assert panel.bars.isVisible() and panel.table.isVisible() and panel.place_in.text() == "Live"
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert not (tmp_path / "probes.json").exists() and not (tmp_path / "probed.json").exists()


def test_that_a_wire_of_a_run_that_stands_still_says_so(previews: Previews, tmp_path: Path, qtbot: QtBot) -> None:
    session, panel = previews.session, previews.panel
    opened(previews, "gelu.output")
    answer(tmp_path, 12, **{"gelu.output": FACTS})
    qtbot.waitUntil(partial(_tells, panel, 12))
    for event, said in (("paused", "Paused"), ("unpaused", "Live")):
        session.happened.emit({"event": event})
        assert panel.place_in.text() == said
    session.happened.emit({"event": "paused"})
    opened(previews, "gelu.output")
    qtbot.waitUntil(lambda: not panel.waiting.isActive())
    assert panel.place_in.text() == "Paused" and panel.facts.isVisible()


def test_that_a_wire_of_a_graph_that_was_edited_since_says_so(previews: Previews, tmp_path: Path, qtbot: QtBot) -> None:
    opened(previews, "gelu.output")
    previews.session.document.do([("set", "conv", "out_channels", 12)], "out_channels")
    answer(tmp_path, 12, **{"gelu.output": FACTS})
    qtbot.waitUntil(partial(_tells, previews.panel, 12))
    said = "A batch of 32, as it is trained at step 12 by the graph as it was before your edits"
    assert previews.panel.about.text() == said


def test_that_of_what_nothing_learnt_no_dead_units_are_told(previews: Previews, tmp_path: Path, qtbot: QtBot) -> None:
    stats = {name: value for name, value in FACTS["stats"].items() if name != "gradient norm"}
    opened(previews, "flatten.output")
    answer(tmp_path, 12, **{"flatten.output": {**FACTS, "stats": stats}})
    qtbot.waitUntil(partial(_tells, previews.panel, 12))
    assert [name for name, _, _ in previews.panel.facts.pairs] == ["min", "max", "norm"]


@pytest.mark.parametrize(("seen", "said"), [(1, "the first sample"), (8, "the first 8")])
def test_that_it_is_said_of_which_samples_the_histogram_is(
    previews: Previews, tmp_path: Path, qtbot: QtBot, seen: int, said: str
) -> None:
    opened(previews, "gelu.output")
    answer(tmp_path, 12, **{"gelu.output": {**FACTS, "seen": seen}})
    qtbot.waitUntil(partial(_tells, previews.panel, 12))
    assert previews.panel.about.text() == f"A batch of 32, as it is trained at step 12, histogram of {said}"


@pytest.mark.parametrize(
    ("wire", "shape", "type"),
    [
        ("relu.output", [32, 8, 8, 8], "float32[B, 8, 8, 8]"),
        ("features.output", [32, 128], "float32[B, 128]"),
        ("gelu.output", [32, 32], "float32[B, 32]"),
    ],
)
def test_that_values_of_a_graph_that_was_edited_since_stand_below_their_own_type(
    previews: Previews, tmp_path: Path, qtbot: QtBot, wire: str, shape: list[int], type: str
) -> None:
    opened(previews, wire)
    previews.session.document.do([("set", "conv", "out_channels", 12)], "out_channels")
    qtbot.waitUntil(lambda: str(previews.session.report.types[end("relu.output")]) == "float32[B, 12, 8, 8]")
    qtbot.waitUntil(lambda: not previews.settling.isActive())
    answer(tmp_path, 12, **{wire: {**FACTS, "shape": shape}})
    qtbot.waitUntil(partial(_tells, previews.panel, 12))
    assert previews.panel.type.whole == type
    QTest.keyClick(previews.panel, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith(f"{wire}\t{type}\n")
    previews.session.document.history.undo()
    qtbot.waitUntil(lambda: not previews.panel.told.get("edited"))
    assert previews.panel.type.whole == type


def test_that_where_there_is_no_room_for_all_channels_it_is_said_how_many_are_seen(
    previews: Previews, tmp_path: Path, qtbot: QtBot
) -> None:
    picture = QImage(4, 4, QImage.Format.Format_RGB32)
    picture.fill(0)
    picture.save(str(tmp_path / "picture.png"))
    encoded = base64.b64encode((tmp_path / "picture.png").read_bytes()).decode()
    channels = {"kind": "pictures", "pictures": [encoded] * 8, "channels": 8, "range": [0.0, 2.0]}
    opened(previews, "pool.output")
    for step, height, said in ((12, 480, "8 channels"), (13, 360, "4 of 8 channels")):
        previews.place.setFixedHeight(height)
        qtbot.waitUntil(partial(_high, previews, height))
        answer(tmp_path, step, **{"pool.output": {**FACTS, **channels}})
        qtbot.waitUntil(partial(_tells, previews.panel, step))
        assert previews.panel.caption.text() == f"{said} of the first sample, 0 black, 2 white"


def test_that_a_wire_of_a_run_that_stands_still_waits_for_it_to_go_on(previews: Previews, qtbot: QtBot) -> None:
    opened(previews, "gelu.output")
    said = previews.panel.state
    qtbot.waitUntil(lambda: said.text() == "Waiting for the next step…")
    previews.session.happened.emit({"event": "paused"})
    assert said.text() == "Waiting for the run to go on…"
    previews.session.happened.emit({"event": "unpaused"})
    assert said.text() == "Waiting for the next step…"


def test_that_an_answer_that_is_half_written_is_read_again(previews: Previews, tmp_path: Path, qtbot: QtBot) -> None:
    opened(previews, "gelu.output")
    answer(tmp_path, 12, **{"gelu.output": FACTS})
    file, now = tmp_path / "probed.json", 10**18
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole[:40], encoding="utf-8")
    os.utime(file, ns=(now, now))
    looks = previews.live.looks
    qtbot.waitUntil(lambda: previews.live.looks > looks)
    with file.open("r+", encoding="utf-8") as again:
        again.write(whole)
    os.utime(file, ns=(now, now))
    qtbot.waitUntil(partial(_tells, previews.panel, 12))


def test_that_another_wire_is_asked_for_in_its_place(previews: Previews, tmp_path: Path) -> None:
    opened(previews, "gelu.output")
    opened(previews, "final.output")
    assert json.loads((tmp_path / "probes.json").read_text(encoding="utf-8")) == ["final.output"]


@pytest.mark.parametrize("text", ["digits.image", "batches.label", "loss.output"])
def test_that_what_the_model_does_not_compute_is_a_preview_as_ever(
    previews: Previews, tmp_path: Path, text: str
) -> None:
    opened(previews, text)
    assert not (tmp_path / "probes.json").exists()
    assert previews.asking.waiting["panel"]["end"] == text


def test_that_a_preview_is_asked_for_what_the_run_does_not_know(
    previews: Previews, tmp_path: Path, qtbot: QtBot
) -> None:
    opened(previews, "gelu.output")
    answer(tmp_path, 3, **{"gelu.output": None})
    qtbot.waitUntil(lambda: [each["end"] for each in previews.asking.waiting.values()] == ["gelu.output"])


def test_that_the_end_of_a_run_ends_what_is_live(previews: Previews, tmp_path: Path) -> None:
    opened(previews, "gelu.output")
    previews.session.life.become(State.IDLE)
    previews.session.run_ended.emit({"event": "finished"})
    assert not (tmp_path / "probes.json").exists()
    assert previews.asking.waiting["panel"]["end"] == "gelu.output"
