"""What a model predicts, beside its curves: read from the run's folder, and shown by names of classes."""

import base64
import json
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QPoint
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.looks import theme
from editor.running.life import State
from editor.running.session import Session
from editor.training.panel import TrainingPanel
from editor.training.plot import Curves
from editor.training.predictions import CONFUSION, FILE, PICTURES, SCATTER, read
from tests.editor.training.conftest import Events
from tests.editor.training.test_panel import begin, feed, panel, session
from tests.editor.training.test_views import curves

__all__ = ["curves", "panel", "session"]  # fixtures


def png() -> str:
    """A small picture."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(0)
    QImageWriter(buffer, b"png").write(image)
    return base64.b64encode(buffer.data().data()).decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of a run that told cats from dogs."""
    pictures = [
        {"row": 7, "worst": True, "true": "dog", "predicted": "cat", "png": png()},
        {"row": 1, "worst": False, "true": "cat", "predicted": "cat", "png": png()},
    ]
    told = {"count": 40, "left_out": 1, "classes": ["cat", "dog"], "table": [[18, 2], [5, 15]], "pictures": pictures}
    (tmp_path / FILE).write_text(json.dumps(told), encoding="utf-8")
    return tmp_path


def test_that_the_confusion_matrix_says_each_cell_in_words(curves: Curves, folder: Path) -> None:
    curves.show_predictions(read(folder))
    curves.chooser.choose(CONFUSION)
    matrix = curves.predicted.confusion
    QApplication.processEvents()
    assert matrix.isVisible() and not curves.beside.isVisible()
    told = (
        "Confusion matrix: 33 of 40 validation rows are right; most often wrong: 5 of 20 rows of dog were taken for cat"
    )
    assert matrix.accessibleName() == told
    middle = matrix._cell(1, 0).center().toPoint()
    assert matrix.cell_at(middle) == (1, 0)
    assert matrix.cell_at(QPoint(1, 1)) is None
    assert matrix.said(0, 0) == "18 of 20 rows of cat were predicted rightly"
    assert curves.legend.warning.whole == "1 row has none of the classes"
    image = matrix.grab().toImage()
    right, wrong = (image.pixelColor(matrix._cell(*at).topLeft().toPoint() + QPoint(3, 3)) for at in ((0, 0), (1, 0)))
    assert right.green() > right.red() and wrong.red() > wrong.green()


def test_that_pictures_say_what_they_were_taken_for_the_worst_first(curves: Curves, folder: Path) -> None:
    curves.show_predictions(read(folder))
    curves.chooser.choose(PICTURES)
    items = [curves.predicted.pictures.item(at) for at in range(2)]
    assert [item.text() for item in items] == ["cat, is dog", "cat"]
    assert items[0].foreground().color().name() == theme.current().error
    assert items[0].toolTip().startswith("Row 7 of the data: predicted cat, it is dog")
    assert not items[0].icon().isNull()


def test_that_numbers_lie_against_each_other_and_what_is_not_finite_is_told(curves: Curves, tmp_path: Path) -> None:
    told = {"count": 30, "true": [1.0, 2.0, 3.0], "predicted": [1.5, None, 2.5], "pictures": []}
    (tmp_path / FILE).write_text(json.dumps(told), encoding="utf-8")
    curves.show_predictions(read(tmp_path))
    assert curves.chooser.offered[-1] == SCATTER
    curves.chooser.choose(SCATTER)
    x, y = curves.predicted.scatter.curves["pairs"].getData()
    assert (x.tolist(), y.tolist()) == ([1.0, 3.0], [1.5, 2.5])
    assert curves.legend.warning.whole == "1 prediction not finite; 3 of 30 rows are drawn"


def test_that_of_several_fields_it_is_said_which_one_is_shown(curves: Curves, folder: Path) -> None:
    told = json.loads((folder / FILE).read_text(encoding="utf-8"))
    (folder / FILE).write_text(json.dumps({**told, "field": "animal"}), encoding="utf-8")
    curves.show_predictions(read(folder))
    curves.chooser.choose(CONFUSION)
    assert curves.legend.aside.whole == "confusion matrix: of animal alone"
    curves.chooser.choose(curves.chooser.offered[0])
    assert curves.legend.aside.whole == ""


def test_that_what_is_predicted_is_saved_with_the_curves(curves: Curves, folder: Path, qtbot: QtBot) -> None:
    curves.show_predictions(read(folder))
    curves.chooser.choose(CONFUSION)
    for kind in ("svg", "csv"):
        with qtbot.waitSignal(curves.export.told):
            curves.export.save(folder / f"curves.{kind}", kind)
    drawn, table = ((folder / f"curves.{kind}").read_text(encoding="utf-8") for kind in ("svg", "csv"))
    assert ">predicted<" in drawn and ">18<" in drawn
    assert 'confusion matrix,"dog taken for cat",,5\n' in table


@pytest.mark.parametrize(
    "text", ["", "[]", '{"count": 3, "classes": ["a"], "table": []}', '{"true": [1]}', '{"count": "x"}']
)
def test_that_a_file_that_is_none_shows_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert read(tmp_path) is None
    assert read(tmp_path / "gone") is None


def test_that_a_run_shows_what_it_predicts_when_it_has_ended_and_the_next_one_does_not(
    panel: TrainingPanel, session: Session, events: Events, folder: Path, qtbot: QtBot
) -> None:
    begin(session)
    session.run_folder = folder
    *before, end = events()
    feed(session, before)
    assert panel.curves is not None
    assert CONFUSION not in panel.curves.chooser.offered
    session.life.become(State.IDLE)
    feed(session, [end])
    session.run_ended.emit(end)
    assert CONFUSION in panel.curves.chooser.offered
    begin(session)
    assert CONFUSION not in panel.curves.chooser.offered
