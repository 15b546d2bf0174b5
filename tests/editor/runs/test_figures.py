"""What the columns of figures are called: they hold those of one epoch, which need not be the best of each."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from editor.runs.model import RunRows
from runtime.train.runs import Glance

Role = Qt.ItemDataRole


def test_that_figures_say_of_which_epoch_they_are_not_that_they_are_the_best(qapp: QApplication) -> None:
    owner = QObject()
    rows = RunRows(owner)
    best, last = {"loss": 0.5, "accuracy": 0.8}, {"loss": 0.6, "accuracy": 0.9}
    rows.show([Glance("/runs/a", "first run", 0.0, "finished", 3, 3, best=best, last=last)], False)
    titles = {
        rows.headerData(at, Qt.Orientation.Horizontal): (
            rows.headerData(at, Qt.Orientation.Horizontal, Role.ToolTipRole),
            rows.data(rows.index(0, at)),
            rows.data(rows.index(0, at), Role.AccessibleTextRole),
        )
        for at in range(rows.columnCount())
    }
    about, shown, spoken = titles["accuracy\nat best epoch"]
    assert about.startswith("accuracy after the best epoch (that of the lowest loss, or by the figure that best names")
    assert (shown, spoken) == ("0.8", "accuracy at best epoch 0.8")
    about, shown, spoken = titles["accuracy\nat last epoch"]
    assert about.startswith("accuracy after the last epoch, on validation rows")
    assert (shown, spoken) == ("0.9", "accuracy at last epoch 0.9")
