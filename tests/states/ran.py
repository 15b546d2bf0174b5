"""Runs, at every point of their life, and what is looked at while and after them: curves, tables, previews, Try it."""

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton

from editor.export.exporting import Exporting
from editor.outside.trust_dialog import TrustDialog
from editor.predicting.panel import TryPanel
from editor.training.plot import Curves
from runtime.graph.edit import Edit
from runtime.places import runs_folder
from tests.editor.training.conftest import told
from tests.runtime.train.past import run_in
from tests.states.stage import CTRL, LEFT, Key, Stage

SHORT: Edit = ("run", "epochs", 3)
FOREVER: Edit = ("run", "epochs", 4000)


def waiting(stage: Stage) -> None:
    """The panel before the first run."""
    stage.open("titles")
    stage.window.show_training()


def starting(stage: Stage) -> None:
    """Run was pressed; torch is imported."""
    stage.open("unet")
    stage.do("run")


def training(stage: Stage) -> None:
    """In the middle."""
    stage.open("two_models", ("run", "epochs", 60))
    stage.begin(900)


def paused(stage: Stage) -> None:
    """Held at a step."""
    stage.open("two_models", FOREVER)
    stage.begin(200)
    stage.do("pause")
    stage.until(lambda: stage.window.session.pausing.paused)


def finished(stage: Stage) -> None:
    """All epochs are done."""
    stage.open("two_models", SHORT)
    stage.run()


def logarithmic(stage: Stage) -> None:
    """The loss on a logarithmic axis."""
    finished(stage)
    (curves,) = (each for each in stage.window.training.findChildren(Curves))
    QTest.mouseClick(curves.log, LEFT)


def plots_menu(stage: Stage) -> None:
    """What can stand beside the loss."""
    finished(stage)
    curves = stage.window.training.curves
    assert curves is not None
    curves.chooser.names.popup(curves.chooser.mapToGlobal(curves.chooser.rect().bottomLeft()))


def chosen(stage: Stage, name: str) -> None:
    """A plot beside the loss."""
    curves = stage.window.training.curves
    assert curves is not None
    curves.chooser.choose(next(each for each in curves.chooser.offered if name in each))


def confusion(stage: Stage) -> None:
    """Which class was taken for which."""
    finished(stage)
    chosen(stage, "onfusion")


def predicted_pictures(stage: Stage) -> None:
    """The worst of them first."""
    finished(stage)
    chosen(stage, "ictures")


def failed(stage: Stage) -> None:
    """A value that is not finite, with all that is said of it."""
    stage.open("two_models", ("set", "adam", "lr", 1e10), SHORT)
    stage.run()


def failed_logarithmic(stage: Stage) -> None:
    """The same on a logarithmic axis."""
    failed(stage)
    if stage.window.training.curves is not None:
        QTest.mouseClick(stage.window.training.curves.log, LEFT)


def failed_at_once(stage: Stage) -> None:
    """Before the first step: Python of the graph knows no `ten`."""
    stage.open("text_and_image")
    collate = {
        name: {**each, "function": [line.replace(" 10,", " ten,") for line in each["function"]]}
        if isinstance(each, dict)
        else each
        for name, each in stage.window.document.graph.nodes["batches"].parameters["collate"].items()
    }
    stage.window.document.do([("set", "batches", "collate", collate)], "Change")
    stage.do("run")
    stage.until(lambda: isinstance(stage.window.question, TrustDialog))
    assert isinstance(stage.window.question, TrustDialog)
    QTest.mouseClick(stage.window.question.yes, LEFT)
    stage.until(lambda: bool(stage.window.session.record.ended))
    stage.pause()


def log(stage: Stage) -> None:
    """What the run said."""
    finished(stage)
    stage.window.open_bottom("log")


def problems_of_run(stage: Stage) -> None:
    """What the check says of a graph whose run failed."""
    failed(stage)
    stage.window.show_problems()


def runs(stage: Stage) -> None:
    """Two runs of three are compared; one failed."""
    stage.open("two_models", SHORT)
    stage.run()
    stage.run(("set", "dense", "out_features", 8), ("set", "adam", "lr", 0.01))
    stage.run(("set", "adam", "lr", 1e10))
    stage.do("runs")
    panel = stage.window.runs
    stage.until(lambda: len(panel.rows.rows) >= 3 and not panel.listing.reading)
    select = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for row in (1, 2):
        panel.table.selectionModel().select(panel.rows.index(row, 0), select)
    stage.until(lambda: panel.curves is not None)
    stage.pause(1500)


def runs_none(stage: Stage) -> None:
    """No run yet."""
    stage.open("gan")
    stage.do("runs")
    stage.pause(1000)


def runs_many(stage: Stage) -> None:
    """Runs that stand since long, with a note."""
    stage.open("drawings")
    graph = stage.window.document.graph
    root = runs_folder(stage.window.document.origin)
    for at in range(12):
        events = list(told(epochs=3 + at))
        run_in(root, f"202601{at + 10}-100000-000", graph.with_(run={"epochs": 3 + at}), events)
    stage.do("runs")
    panel = stage.window.runs
    stage.until(lambda: len(panel.rows.rows) >= 12 and not panel.listing.reading)
    panel.table.selectAll()
    stage.pause(2500)


def preview_sample(stage: Stage) -> None:
    """What is on a wire left of Collate."""
    stage.open("two_models")
    stage.hand.click(stage.chip("digits.image"))
    stage.until(lambda: bool(stage.window.previews.panel.told))


def preview_batch(stage: Stage) -> None:
    """And right of it."""
    stage.open("two_models")
    stage.hand.click(stage.chip("dense.output"))
    stage.until(lambda: bool(stage.window.previews.panel.told))


def preview_labels(stage: Stage) -> None:
    """Of labels."""
    stage.open("two_models")
    stage.hand.click(stage.chip("batches.label"))
    stage.until(lambda: bool(stage.window.previews.panel.told))


def preview_texts(stage: Stage) -> None:
    """Of texts."""
    stage.open("titles")
    stage.hand.click(stage.chip("titles.title"))
    stage.until(lambda: bool(stage.window.previews.panel.told))


def preview_waits(stage: Stage) -> None:
    """Before anything is known."""
    stage.open("drawings")
    stage.hand.click(stage.chip("batches.picture"))


def preview_failed(stage: Stage) -> None:
    """Its file is not there."""
    stage.open("penguins", ("set", "penguins", "path", "data/gone.csv"))
    stage.hand.click(stage.chip("penguins.label"))
    stage.until(lambda: bool(stage.window.previews.panel.told))


def preview_live(stage: Stage) -> None:
    """While the model trains."""
    stage.open("two_models", FOREVER)
    stage.begin(100)
    stage.hand.click(stage.chip("dense.output"))
    stage.until(lambda: bool(stage.window.previews.panel.told))
    stage.pause(2500)


def peek(stage: Stage) -> None:
    """The cursor rests on a wire."""
    stage.open("two_models")
    stage.until(lambda: stage.window.previews.asking.ready)
    stage.hand.move(stage.hand.middle("scaled.output", "batches.image"), button=Qt.MouseButton.NoButton)
    stage.until(stage.window.previews.peek.isVisible)


def try_untrained(stage: Stage) -> None:
    """A model is asked before it was trained."""
    stage.open("unet")
    tried(stage)


def try_it(stage: Stage) -> None:
    """A trained one."""
    finished(stage)
    tried(stage)


def try_table(stage: Stage) -> None:
    """Fields of numbers and classes."""
    stage.open("penguins", SHORT)
    stage.run()
    tried(stage)


def tried(stage: Stage) -> None:
    """Ask, and wait for the answer."""
    stage.do("try")
    panel = stage.window.frame.bottom.panes["try"].content
    assert isinstance(panel, TryPanel)
    stage.until(lambda: bool(panel.told))
    stage.pause()


def exporting(stage: Stage) -> None:
    """The model is written, with a way out."""
    stage.open("two_models")
    export(stage, "torch.export")
    stage.until(lambda: any(each.dialog.isVisible() for each in stage.window.findChildren(Exporting)))


def exported(stage: Stage) -> None:
    """And the report of it."""
    stage.open("model_after_model")
    export(stage, "torch.export")
    stage.until(lambda: "written" in str(getattr(stage.window.question, "text", str)()))


def export(stage: Stage, kind: str) -> None:
    """Take a kind from the menu, untrained, into the folder."""
    stage.take_format(kind)
    window = stage.window
    if window.question is not None:
        buttons = window.question.findChildren(QPushButton)
        QTest.mouseClick(next(each for each in buttons if "untrained" in each.text()), LEFT)
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.setDirectory(str(stage.folder))
    dialog.selectFile("model.pt2")
    dialog.accept()
    stage.pause(300)


def leave_running(stage: Stage) -> None:
    """The tab of a running training is closed."""
    stage.open("two_models", FOREVER)
    stage.begin(20)
    stage.key(Key.Key_W, CTRL, on=stage.window)


STATES = (
    *(waiting, starting, training, paused, finished, logarithmic, plots_menu, confusion, predicted_pictures, failed),
    *(failed_logarithmic, failed_at_once, log, problems_of_run, runs, runs_none, runs_many, preview_sample),
    *(preview_batch, preview_labels, preview_texts, preview_waits, preview_failed, preview_live, peek, try_untrained),
    *(try_it, try_table, exporting, exported, leave_running),
)
