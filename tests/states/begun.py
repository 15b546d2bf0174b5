"""What a window shows before and around a graph: start page, tabs, questions, offers, sheets."""

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea

from editor.start.card import Card
from runtime.graph.file import dump, load
from tests.editor.document.test_recovery import killed
from tests.states.stage import CTRL, SHIFT, Key, Stage


def start(stage: Stage) -> None:
    """The start page with its examples."""
    cards = stage.window.findChildren(Card)
    stage.until(lambda: not any(card.picture.image.isNull() for card in cards))


def start_below(stage: Stage) -> None:
    """What lies further down there."""
    start(stage)
    for area in stage.window.start.findChildren(QScrollArea):
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())


def empty(stage: Stage) -> None:
    """A graph without a node."""
    stage.do("new")


def tabs(stage: Stage) -> None:
    """Several graphs, one of them edited."""
    stage.open("two_models", ("set", "dense", "out_features", 5))
    stage.open("text_and_image")
    stage.open("penguins")


def recovery(stage: Stage) -> None:
    """What a crash left is offered."""
    killed()
    stage.window.recovery.look()
    stage.until(lambda: bool(stage.window.recovery.offers))


def changed_elsewhere(stage: Stage) -> None:
    """Another program wrote the open file."""
    stage.open("two_models")
    file = stage.folder / "two_models.json"
    file.write_text(dump(stage.window.document.graph), encoding="utf-8")
    stage.window.files.open(file)
    stage.window.files.following.on_disk.timer.setInterval(20)
    stage.window.document.do([("set", "dense", "out_features", 5)], "Change")
    file.write_text(dump(load(file.read_bytes()).with_(run={"epochs": 77})), encoding="utf-8")
    stage.until(stage.window.files.following.notice.isVisible)


def save_asks(stage: Stage) -> None:
    """Whose file is to stay."""
    changed_elsewhere(stage)
    stage.do("save")


def leave_asks(stage: Stage) -> None:
    """A tab with edits is closed."""
    stage.open("two_models", ("set", "dense", "out_features", 5))
    stage.do("close_tab")


def trust(stage: Stage) -> None:
    """Python of the graph would run for the first time."""
    stage.open("text_and_image")
    collate = {
        name: {**each, "function": [*each["function"], "    # edited"]} if isinstance(each, dict) else each
        for name, each in stage.window.document.graph.nodes["batches"].parameters["collate"].items()
    }
    stage.window.document.do([("set", "batches", "collate", collate)], "Change")
    stage.do("run")
    stage.until(lambda: stage.window.question is not None)


def versions(stage: Stage) -> None:
    """What the file held each time it was saved."""
    stage.open("two_models")
    file = stage.folder / "two_models.json"
    file.write_text(dump(stage.window.document.graph), encoding="utf-8")
    stage.window.files.open(file)
    for width in (7, 8, 9):
        stage.window.document.do([("set", "dense", "out_features", width)], "width")
        stage.window.files.save()
    stage.do("versions")


def refused(stage: Stage) -> None:
    """A file that is no graph."""
    file = stage.folder / "broken.json"
    file.write_text('{"format": "torchweave", "nodes": [')
    stage.open("two_models")
    stage.window.files.open(file)


def shortcuts(stage: Stage) -> None:
    """The sheet of keys."""
    stage.do("shortcuts")


def presentation(stage: Stage) -> None:
    """Larger text, for a room."""
    stage.open("two_models")
    stage.do("present")


def formats(stage: Stage) -> None:
    """The menu below Export as."""
    stage.open("two_models")
    QTest.keyClick(stage.window, Key.Key_E, CTRL | SHIFT)


STATES = (
    *(start, start_below, empty, tabs, recovery, changed_elsewhere, save_asks, leave_asks, trust, versions, refused),
    *(shortcuts, presentation, formats),
)
