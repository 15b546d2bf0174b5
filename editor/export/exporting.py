"""Export as something else than a script: a notebook, a package, an ONNX or torch.export file, each by its ending."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QMessageBox, QToolButton

from editor.export.cluster import export_for_slurm
from editor.outside.trust_dialog import TrustDialog
from editor.workers.work import EXPORT, Work
from runtime.export.order import Order
from runtime.generate.slurm import SUFFIX
from runtime.graph.file import dump
from runtime.packed import text_of
from runtime.train.trust import untrusted
from runtime.train.weights import trained_run

if TYPE_CHECKING:
    from editor.window.window import Window


@dataclass(frozen=True)
class Format:
    """What a graph can leave as: what the menu and the dialog call it, and how its files end.

    The `title` is that of the dialog; scripts have one of their own.
    """

    text: str
    kind: str
    ending: str
    title: str = ""


FORMATS = (
    Format("Python script", "Python scripts (*.py)", ".py"),
    Format("Script for Slurm", "Python scripts (*.py)", SUFFIX),
    Format("Notebook", "Notebooks (*.ipynb)", ".ipynb", "Export a notebook"),
    Format("Package that predicts", "A new folder (*)", "", "Export a package that predicts"),
    Format("ONNX", "ONNX files (*.onnx)", ".onnx", "Export an ONNX file"),
    Format("torch.export", "Files of torch.export (*.pt2)", ".pt2", "Export a file of torch.export"),
)


def show_formats(window: "Window") -> None:
    """The menu of formats, below the button in the bar."""
    menu = QMenu(window)
    menu.setObjectName("formats")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for each in FORMATS:
        menu.addAction(each.text, _asking(window, each))
    asked = window.actions_by_name["export_as"]
    button = next(each for each in window.bar.findChildren(QToolButton) if each.defaultAction() is asked)
    menu.popup(button.mapToGlobal(QPoint(0, button.height())))


def _asking(window: "Window", format: Format) -> Callable[[], None]:
    return lambda: ask(window, format)


def ask(window: "Window", format: Format) -> None:
    """Let the user choose where it is written, once there is a program, and weights where these are needed."""
    if format.ending == ".py":
        window.files.export()
        return
    if format.ending == SUFFIX:
        export_for_slurm(window)
        return
    program = window.files.program_now()
    if program is None:
        return

    def choose(untrained: bool = False) -> None:
        suggested = window.files.beside_graph(format.ending)
        dialog = window.files.save_dialog(format.title, suggested, format.kind)
        dialog.fileSelected.connect(lambda name: _write(window, format, Path(name), untrained))
        dialog.open()

    if format.ending == ".ipynb":
        choose()
    else:
        _once_trusted(window, lambda: _once_trained(window, choose))


def _once_trusted(window: "Window", then: Callable[[], None]) -> None:
    """Go on where no Python of the graph would run that the user has not trusted."""
    texts = untrusted(window.document.graph, window.document.folder)
    if not texts:
        then()
        return
    dialog = TrustDialog(texts, window)
    dialog.trusted.connect(lambda found: then() if window.session.trust(found) else None)
    window.question = dialog
    dialog.open()


def _once_trained(window: "Window", choose: Callable[[bool], None]) -> None:
    """Ask what becomes of a graph without weights."""
    if trained_run(window.document.runs):
        choose(False)
        return
    box = QMessageBox(QMessageBox.Icon.NoIcon, "Export", "There are no weights yet.")
    box.setInformativeText("No run of this graph has kept any. The model can be exported as it begins.")
    begin = box.addButton("Export untrained", QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    window.ask(box, {begin: lambda: choose(True)})


def _write(window: "Window", format: Format, output: Path, untrained: bool) -> None:
    document, name = window.document, window.files.beside_graph(".json").name
    if output.suffix.lower() != format.ending and format.ending:
        output = output.with_name(output.name + format.ending)
    if format.ending == ".ipynb":
        report = window.session.report
        window.files.export_to(output, text_of(document.graph, report, name, output))
        return
    run = None if untrained else trained_run(document.runs)
    folder = str(document.folder.resolve())
    order = Order(dump(document.graph), name, folder, str(output), str(run or ""), untrained, not format.ending)
    Exporting(window, output, order)


class Exporting(Work):
    """One export that only torch can do."""

    def __init__(self, window: "Window", output: Path, order: Order) -> None:
        self.output = output
        super().__init__(window, "runtime.export.worker", order.line, f"Exporting {output.name}")

    def show(self, said: dict[str, Any]) -> None:
        """What is being done."""
        if "stage" in said:
            self.dialog.tell(f"Exporting {self.output.name}: {said['stage']}")

    def tell(self, answer: dict[str, Any]) -> None:
        """The report, which lies beside the file too."""
        if "written" not in answer:
            self.refuse(self.output.name, answer.get("problem", "The process that exports ended without an answer."))
            return
        self.window.banner.done(EXPORT)
        self.window.say(f"Exported {self.output}")
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Export", f"{self.output.name} is written.")
        box.setInformativeText(f"In {self.output.resolve().parent}.\n\n{answer['report'].strip()}")
        box.setStandardButtons(QMessageBox.StandardButton.Ok)
        self.window.ask(box, {})
