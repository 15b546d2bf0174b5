"""A dataset of a file: the file is named, looked at by a process, and its fields are taken."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import capture_exceptions

from editor.inspector.path import PathEntry
from editor.window.window import Window
from editor.workers.started import wait_for_ended
from runtime.graph.edit import applied
from runtime.graph.model import Graph
from tests.editor.inspector.conftest import Desk

LONG = 30_000  # ms: a process starts


def test_that_a_file_that_is_typed_is_kept_relative_and_gives_its_fields(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "birds.csv"
    file.write_text("wing,weight,kind\n1.5,2,tern\n3,4,gull\n5,6,tern\n")
    desk.document.open(applied(Graph(), [("add", "birds", "data.Table", {})]), tmp_path / "graph.json")
    desk.session.check_now()
    desk.show("birds")
    desk.type("path", str(file))
    assert desk.parameters("birds")["path"] == "birds.csv", "as if it were chosen"
    desk.qtbot.waitUntil(lambda: "fields" in desk.parameters("birds"), timeout=LONG)
    fields = desk.parameters("birds")["fields"]
    assert fields["kind"]["classes"] == ["gull", "tern"]
    assert desk.row("path").wrong.text().startswith("3 rows")


def test_that_no_module_of_the_current_folder_runs(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("json", "numpy", "runtime"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    (tmp_path / "birds.csv").write_text("wing,kind\n1.5,tern\n3,gull\n")
    monkeypatch.chdir(tmp_path)
    desk.document.do([("add", "birds", "data.Table", {})], "add")
    desk.session.check_now()
    desk.show("birds")
    desk.type("path", "birds.csv")
    desk.qtbot.waitUntil(lambda: desk.inspector.looking.process is None, timeout=LONG)
    assert not (tmp_path / "ran").exists()
    assert "kind" in desk.parameters("birds")["fields"]


def test_that_a_file_that_cannot_be_read_is_told(desk: Desk, tmp_path: Path) -> None:
    desk.document.do([("add", "birds", "data.Table", {})], "add")
    desk.session.check_now()
    desk.show("birds")
    desk.type("path", str(tmp_path / "none.csv"))
    desk.qtbot.waitUntil(lambda: "cannot be read" in desk.row("path").wrong.text(), timeout=LONG)
    assert list(desk.parameters("birds")) == ["path"]


def test_that_a_folder_that_is_typed_in_place_of_another_gives_its_classes(desk: Desk, tmp_path: Path) -> None:
    for name in ("ash", "oak"):
        (tmp_path / "trees" / name).mkdir(parents=True)
        for number in range(2):
            Image.new("RGB", (8, 8)).save(tmp_path / "trees" / name / f"{number}.png")
    before = {"bark": "picture", "kind": {"type": "int64[]", "classes": ["cat", "dog", "fox"]}}
    desk.document.do(
        [
            ("add", "trees", "data.Pictures", {"path": "other", "fields": before}),
            ("add", "rows", "Collate", {"fields": ["kind"]}),
            ("connect", "trees.kind", "rows.kind"),
        ],
        "add",
    )
    desk.session.check_now()
    desk.show("trees")
    desk.type("path", str(tmp_path / "trees"))
    desk.qtbot.waitUntil(lambda: desk.parameters("trees")["fields"] != before, timeout=LONG)
    fields = desk.parameters("trees")["fields"]
    assert fields == {"bark": "picture", "kind": {"type": "int64[]", "classes": ["ash", "oak"]}}
    assert "trees.kind" in {str(edge.source) for edge in desk.document.graph.edges}


def test_that_fields_stay_until_the_user_asks_for_another_look(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "birds.csv"
    file.write_text("wing,kind\n1.5,tern\n3,gull\n")
    kept = {"fields": {"mine": "float32[1]"}}
    desk.document.do([("add", "birds", "data.Table", kept)], "add")
    desk.session.check_now()
    desk.show("birds")
    desk.type("path", str(file))
    assert desk.inspector.looking.process is None
    entry = desk.row("path").entry
    assert isinstance(entry, PathEntry)
    desk.click(entry.look)
    desk.qtbot.waitUntil(lambda: "kind" in desk.parameters("birds")["fields"], timeout=LONG)


def test_that_a_window_that_goes_in_the_midst_of_a_look_ends_it(qapp: QApplication, tmp_path: Path) -> None:
    window, file = Window(), tmp_path / "birds.csv"
    file.write_text("wing,kind\n1.5,tern\n")
    window.inspector.looking.begin("birds", file)
    with capture_exceptions() as exceptions:
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)
        wait_for_ended(qapp)
    assert exceptions == []
