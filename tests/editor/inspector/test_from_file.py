"""Weights from a file by clicks: chosen in the dialog, told in short, taken off; the document follows."""

from pathlib import Path
from threading import Event

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit
from safetensors.torch import save_file

from editor.inspector.form import Form
from editor.inspector.from_file import FromFile
from editor.inspector.settings import GraphForm
from editor.outside import weight_files
from runtime.check.card import Card
from runtime.graph.weights import Source
from runtime.train import cards
from runtime.train.tensors import look
from tests.editor.inspector.conftest import Desk


@pytest.fixture(autouse=True)
def _looks_in_a_thread_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process takes seconds for torch."""
    monkeypatch.setattr(cards, "_look", look)


def shown(desk: Desk) -> FromFile:
    """The part of the form that is about the file."""
    page = desk.inspector.page
    assert isinstance(page, Form | GraphForm) and page.weights
    return page.weights.file if isinstance(page, Form) else page.weights


def choose(desk: Desk, file: Path) -> None:
    """Click, and give the dialog a path."""
    desk.click(shown(desk).load)
    dialog = next(each for each in desk.inspector.findChildren(QFileDialog) if each.isVisible())
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(line, QLineEdit)
    line.setText(str(file))
    QTest.keyClick(line, Qt.Key.Key_Return)


def test_that_a_layer_takes_its_weights_from_a_file_and_undo_gives_them_back(desk: Desk, tmp_path: Path) -> None:
    save_file({"fc.weight": torch.zeros(5, 64), "fc.bias": torch.zeros(5)}, tmp_path / "net.safetensors")
    desk.show("model_a")
    assert shown(desk).path.whole == "no file" and not shown(desk).off.isVisible()
    choose(desk, tmp_path / "net.safetensors")
    desk.settle(lambda: "weights" in desk.document.graph.nodes["model_a"].extra)
    source = desk.document.graph.nodes["model_a"].extra["weights"]
    assert source["prefix"] == "fc" and source["path"].endswith("net.safetensors")
    desk.settle(lambda: shown(desk).report.text().startswith("2 of 2 matched"))
    assert "weight: matched as fc.weight" in shown(desk).report.text()
    desk.document.history.undo()
    assert not desk.document.graph.nodes["model_a"].extra
    desk.settle(lambda: shown(desk).path.whole == "no file")


def test_that_a_misfit_is_told_with_a_button_that_mends_it(desk: Desk, tmp_path: Path) -> None:
    save_file({"weight": torch.zeros(9, 64), "bias": torch.zeros(9)}, tmp_path / "net.safetensors")
    desk.show("model_a")
    choose(desk, tmp_path / "net.safetensors")
    desk.settle(lambda: any(p.node == "model_a" for p in desk.session.report.problems if p.severity == "error"))
    desk.settle(lambda: shown(desk).report.text().startswith("0 of 2 matched, 2 of another shape"))
    problem = next(p for p in desk.session.report.problems if p.node == "model_a" and p.severity == "error")
    desk.session.apply_repair(problem.repairs[0])
    assert desk.parameters("model_a")["out_features"] == 9
    desk.settle(lambda: shown(desk).report.text() == "2 of 2 matched")


def test_that_a_file_that_was_written_anew_is_looked_at_before_a_run(desk: Desk, tmp_path: Path) -> None:
    save_file({"weight": torch.zeros(5, 64), "bias": torch.zeros(5)}, tmp_path / "net.safetensors")
    desk.document.do([("weights", "model_a", {"path": str(tmp_path / "net.safetensors")})], "Load")
    desk.show("model_a")
    desk.settle(lambda: shown(desk).report.text() == "2 of 2 matched")
    save_file({"weight": torch.zeros(9, 64), "bias": torch.zeros(9)}, tmp_path / "net.safetensors")
    desk.session.run()
    desk.settle(lambda: shown(desk).report.text().startswith("0 of 2 matched, 2 of another shape"))


def test_that_a_click_takes_the_file_off(desk: Desk, tmp_path: Path) -> None:
    desk.document.do([("weights", "model_a", {"path": str(tmp_path / "gone.pt")})], "Load")
    desk.show("model_a")
    desk.settle(shown(desk).off.isVisible)
    desk.click(shown(desk).off)
    assert not desk.document.graph.nodes["model_a"].extra


def test_that_a_file_that_holds_no_weights_changes_nothing_and_says_why(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "net.pt").write_bytes(b"no")
    told: list[str] = []
    desk.session.message.connect(told.append)
    desk.show("model_a")
    choose(desk, tmp_path / "net.pt")
    desk.settle(lambda: "net.pt is cut off, or no checkpoint of torch." in told)
    assert not desk.document.graph.nodes["model_a"].extra


@pytest.mark.parametrize("meanwhile", ["another graph", "another file", "another folder"])
def test_that_what_comes_late_is_for_what_is_wanted_then(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    slow, done = Event(), Event()

    def found(graph: object, report: object, id: str, file: Path) -> tuple[Card, Source]:
        if file.name == "slow.pt":
            slow.wait(10)
        return Card(), Source(file.name)

    monkeypatch.setattr(weight_files, "_found", found)
    weights, report = desk.session.weights, desk.session.report
    weights.in_thread.done.connect(done.set)
    weights.load("model_a", tmp_path / "slow.pt", report)
    if meanwhile == "another graph":
        desk.document.open(desk.document.graph, None)
    elif meanwhile == "another file":
        weights.load("model_a", tmp_path / "quick.pt", report)
        desk.settle(lambda: bool(desk.document.graph.nodes["model_a"].extra))
        done.clear()
    else:
        (tmp_path / "below").mkdir()
        desk.document.save(tmp_path / "below" / "graph.json")
    slow.set()
    desk.settle(done.is_set)
    wanted = {"another graph": None, "another file": "quick.pt", "another folder": "../slow.pt"}[meanwhile]
    written = desk.document.graph.nodes["model_a"].extra.get("weights", {})
    assert Path(written["path"]).name == "quick.pt" if wanted == "quick.pt" else written.get("path") == wanted


def test_that_the_whole_model_takes_a_file_and_knows_renamed_nodes(desk: Desk, tmp_path: Path) -> None:
    shapes = {"model_a": (5, 64), "was_b": (7, 64)}
    weights = {f"module.{id}.weight": torch.zeros(shape) for id, shape in shapes.items()}
    weights |= {f"module.{id}.bias": torch.zeros(shape[0]) for id, shape in shapes.items()}
    save_file({**weights, "module.conv_1.bias": torch.zeros(1)}, tmp_path / "net.safetensors")
    desk.show()
    choose(desk, tmp_path / "net.safetensors")
    desk.settle(lambda: "weights" in desk.document.graph.extra)
    source = desk.document.graph.extra["weights"]
    assert (source["prefix"], source["names"]) == ("module", {"model_b": "was_b"})
    desk.settle(lambda: "4 of 4 matched, 1 not asked for" in shown(desk).report.text())
    assert "model_b.weight: matched as module.was_b.weight" in shown(desk).report.toolTip()
    desk.show("model_b")
    assert shown(desk).path.whole.endswith("net.safetensors, with the whole model")
    desk.show()
    desk.click(shown(desk).off)
    assert "weights" not in desk.document.graph.extra
