"""The curves take turns."""

from pytestqt.qtbot import QtBot

from editor.training.plot import Curves
from editor.training.record import Record


def test_that_metrics_get_their_turn_while_the_axis_of_the_loss_grows(qtbot: QtBot) -> None:
    curves = Curves()
    qtbot.addWidget(curves)
    curves.resize(600, 240)
    curves.show()
    record = Record()
    curves.show_record(record)

    def drawn_while_it_grows() -> bool:
        for _ in range(1000):  # the axis has to change with every drawing
            record.take({"event": "step", "step": record.step + 1, "epoch": 1, "loss": 1.0, "seconds": 0.0})
        figures = {"loss": 1.0, "accuracy": 0.5}
        record.take({"event": "epoch", "epoch": len(record.epochs) + 1, "train": figures, "validation": figures})
        curves.more()
        return any(curve.getData()[0] is not None for curve in curves.beside.curves.values())

    qtbot.waitUntil(drawn_while_it_grows, timeout=10_000)
