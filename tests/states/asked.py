"""What the window asks and opens over itself: dialogs for files, questions, menus, own Python, odd rows."""

from pathlib import Path

import torch
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QTreeView
from safetensors.torch import save_file

from editor.commands.shortcuts import ShortcutSheet
from editor.inspector.form import Form
from editor.inspector.functions import SourceEntry
from editor.source.window import LargeWindow
from runtime.places import EXAMPLES, runs_folder
from tests.editor.document.test_recovery import left
from tests.editor.training.conftest import told
from tests.runtime.train.past import run_in
from tests.states.stage import CTRL, LEFT, Key, Stage

HALF = ["def halved(values):", "    return values[:, :5]"]


def open_dialog(stage: Stage) -> None:
    """Our own dialog for files, where the desktop brings none."""
    stage.do("open")
    (dialog,) = stage.window.findChildren(QFileDialog)
    dialog.setDirectory(str(EXAMPLES))
    (rows,) = dialog.findChildren(QTreeView, "treeView")
    stage.until(lambda: rows.model().rowCount(rows.rootIndex()) > 5)
    dialog.findChildren(QLineEdit, "fileNameEdit")[0].setText("penguins.json")
    stage.pause()


def save_over(stage: Stage) -> None:
    """What is there already would be written over."""
    (stage.folder / "digits.json").write_text("{}")
    stage.open("two_models")
    stage.do("save_as")
    (dialog,) = stage.window.findChildren(QFileDialog)
    (name,) = dialog.findChildren(QLineEdit, "fileNameEdit")
    name.setText(str(stage.folder / "digits.json"))
    stage.pause()
    dialog.accept()
    stage.pause()


def leave_several(stage: Stage) -> None:
    """The window is closed over several graphs with edits."""
    for example in ("two_models", "gan", "penguins"):
        stage.open(example, ("run", "epochs", 7))
    stage.tabs.close()


def many_tabs(stage: Stage) -> None:
    """More tabs than there is room for."""
    for example in sorted(EXAMPLES.glob("*.json")):
        stage.tabs.put(example, len(stage.tabs.entries))
    stage.open("two_models", ("set", "dense", "out_features", 5))


def recovery_many(stage: Stage) -> None:
    """More was left than there is room for."""
    for title in ("Untitled 2", "digits", "a graph with a name that says all that it is for, and then more", "gan"):
        left(title=title)
    stage.window.recovery.look()
    stage.until(lambda: bool(stage.window.recovery.offers))
    stage.pause()


def own_function(stage: Stage) -> None:
    """A function of somebody's own that is not trusted yet."""
    stage.open("penguins", ("add", "halves", "own.Function", {"source": {"function": HALF}}, (0, 320)))
    stage.window.canvas.select(["halves"])
    stage.pause()


def own_function_large(stage: Stage) -> LargeWindow:
    """The same, in a window of its own."""
    own_function(stage)
    form = stage.window.inspector.page
    assert isinstance(form, Form)
    entry = form.rows["source"].entry
    assert isinstance(entry, SourceEntry)
    QTest.mouseClick(entry.box.large, LEFT)
    large = stage.window.findChild(LargeWindow)
    assert large is not None
    QTest.keyClicks(large.code, "# half of the columns")
    QTest.keyClick(large.code, Key.Key_Return)
    return large


def own_function_left(stage: Stage) -> None:
    """It is closed before it was taken."""
    QTest.keyClick(own_function_large(stage), Key.Key_Escape)


def own_collate(stage: Stage) -> None:
    """Collate with a function for one field."""
    stage.open("text_and_image")
    stage.hand.click(stage.hand.title("batches"))
    stage.pause()
    form, area = stage.window.inspector.page, stage.window.inspector.area
    assert isinstance(form, Form)
    area.verticalScrollBar().setValue(form.rows["collate"].mapTo(form, QPoint()).y() - 8)


def schedule(stage: Stage) -> None:
    """A schedule of an optimizer with its settings."""
    stage.open("two_models", ("set", "adam", "schedule", {"type": "OneCycleLR"}))
    stage.hand.click(stage.hand.title("adam"))
    stage.pause()
    area = stage.window.inspector.area.verticalScrollBar()
    area.setValue(area.maximum())


def weights_unfit(stage: Stage) -> None:
    """A file of weights that are of another shape."""
    file = stage.folder / "net.safetensors"
    save_file({"weight": torch.zeros(9, 64), "bias": torch.zeros(9)}, file)
    stage.open("two_models")
    stage.window.canvas.select(["dense"])
    stage.window.session.weights.load("dense", file, stage.window.session.report)
    stage.until(lambda: any(each.node == "dense" for each in stage.window.session.report.problems))
    stage.window.show_problems()
    stage.pause()


def problems_many(stage: Stage) -> None:
    """A list that is longer than the panel, with long names."""
    names = [("rename", name, f"{name}_of_the_third_branch_on_the_left") for name in ("conv", "dense", "final")]
    removed = [("remove", name) for name in ("loss", "batches", "accuracy")]
    stage.open("two_models", *names, *removed)
    stage.window.show_problems()


def definition_menu(stage: Stage) -> None:
    """What can be done with a definition of the palette."""
    stage.open("transformer")
    tree = stage.window.palette_panel.tree
    heading = tree.topLevelItem(0)
    assert heading is not None
    tree.setCurrentItem(heading.child(0))
    tree.setFocus()
    below = tree.visualItemRect(heading.child(0)).bottomLeft() + QPoint(40, 0)
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, below, tree.viewport().mapToGlobal(below))
    QApplication.sendEvent(tree.viewport(), asked)


def search_code(stage: Stage) -> None:
    """Code is typed in place of a name."""
    stage.open("two_models")
    stage.do("search")
    QTest.keyClicks(stage.window.searching.popup.field, "nn.Sequential(nn.Linear(8), nn.ReLU())")


def swap(stage: Stage) -> None:
    """Another type for a node."""
    stage.open("two_models")
    stage.window.canvas.select(["relu"])
    stage.do("swap")


def shortcut_taken(stage: Stage) -> None:
    """Keys that belong to another action."""
    stage.do("shortcuts")
    sheet = stage.window.findChild(ShortcutSheet)
    assert sheet is not None
    QTest.keyClicks(sheet.search, "arrange")
    sheet.edit.setFocus()
    QTest.keyClick(sheet.edit, Key.Key_D, CTRL)
    stage.pause()


def shortcut_unknown(stage: Stage) -> None:
    """No action is called so."""
    stage.do("shortcuts")
    sheet = stage.window.findChild(ShortcutSheet)
    assert sheet is not None
    QTest.keyClicks(sheet.search, "qwxyz")


def untrained_asks(stage: Stage) -> None:
    """A model is exported that no run has trained."""
    stage.open("two_models")
    stage.take_format("ONNX")


def copies_ask(stage: Stage) -> None:
    """A script is to stand apart from its data."""
    stage.open("penguins")
    stage.do("export")
    (dialog,) = stage.window.findChildren(QFileDialog)
    dialog.setDirectory(str(stage.folder))
    dialog.selectFile("penguins.py")
    dialog.accept()


def runs_menu(stage: Stage) -> None:
    """What can be done with a run."""
    past_runs(stage)
    panel = stage.window.runs
    panel.table.customContextMenuRequested.emit(QPoint(60, 40))


def runs_asks(stage: Stage) -> None:
    """Two runs are to go."""
    past_runs(stage)
    panel = stage.window.runs
    panel.table.selectAll()
    stage.pause()
    QTest.mouseClick(panel.buttons["away"], LEFT)


def past_runs(stage: Stage) -> None:
    """Two runs that stand since long."""
    stage.open("drawings")
    root, graph = runs_folder(stage.window.document.origin), stage.window.document.graph
    for at in range(2):
        run_in(
            Path(root), f"202601{at + 10}-100000-000", graph.with_(run={"epochs": 3 + at}), list(told(epochs=3 + at))
        )
    stage.do("runs")
    panel = stage.window.runs
    stage.until(lambda: len(panel.rows.rows) >= 2 and not panel.listing.reading)
    stage.pause()


STATES = (
    *(open_dialog, save_over, leave_several, many_tabs, recovery_many, own_function, own_function_large),
    *(own_function_left, own_collate, schedule, weights_unfit, problems_many, definition_menu, search_code, swap),
    *(shortcut_taken, shortcut_unknown, untrained_asks, copies_ask, runs_menu, runs_asks),
)
