"""What the chosen nodes weigh, compute and keep, and which share of the whole that is."""

from collections.abc import Collection

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from editor.document.level import Level
from editor.looks.pieces import Elided, Line
from runtime.check.figures import Figures, brief, in_model, whole
from runtime.check.rules.room import in_bytes

LONG = 10**6  # from here on a count is told briefly
ABOUT = {
    "Weights": "How many numbers it learns. Weights that several nodes share count once.",
    "Multiply-adds": "Of matrix products, convolutions, attention and norms, for one sample forward; "
    "one step where a length is not known.",
    "Memory": "For the numbers that it makes of a batch, without gradients and weights.",
}


class Counted(QWidget):
    """Three lines below a heading, each with the share of the whole; what is nothing is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: object = None
        self.told = Line("", "muted", 11).wrapped()
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(6)
        self.grid.setVerticalSpacing(3)
        self.grid.setColumnStretch(1, 1)
        self.lines: dict[str, tuple[Line, Elided, Line]] = {}
        for at, (name, about) in enumerate(ABOUT.items()):
            parts = self.lines[name] = (Line(name, "muted"), Elided("", px=11), Line("", "muted", 11))
            parts[1].setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            parts[2].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column, part in enumerate(parts):
                part.setToolTip(about)
                self.grid.addWidget(part, at, column, Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(4)
        self.heading = Line("", "muted", 11, 600)
        layout.addWidget(self.heading)
        layout.addLayout(self.grid)
        layout.addWidget(self.told)

    def show_figures(self, level: Level, ids: Collection[str]) -> None:
        """Of these nodes, or of the whole for none."""
        types, found = level.report.types, level.figures()
        model = in_model(types.graph, types.specs)
        every = whole(level.report, found, model)
        mine = whole(level.report, found, ids) if ids else every
        self._tell(mine, every if ids else Figures(), level.batch)
        self.told.setText(_unknown(mine, ids, [id for id in ids if id in found]))
        self.told.setVisible(mine.lacking > 0)
        self.setVisible(mine != Figures())

    def _tell(self, mine: Figures, every: Figures, batch: int) -> None:
        said = {
            "Weights": (_counted(mine.weights), mine.weights, every.weights),
            "Multiply-adds": (f"{_counted(mine.multiply_adds)} a sample", mine.multiply_adds, every.multiply_adds),
            "Memory": (f"{in_bytes(mine.memory)} a batch", mine.memory, every.memory),
        }
        self.heading.setText("Figures" if every == Figures() else "Figures, and share of the whole")
        for part in self.lines["Memory"]:
            part.setToolTip(f"{ABOUT['Memory']} A batch has {batch} row{'s' * (batch != 1)}.")
        for name, (text, count, of) in said.items():
            _, value, share = self.lines[name]
            value.tell(text)
            value.setAccessibleName(f"{name}: {text}")
            share.setText(_share(count, of))
            for part in self.lines[name]:
                part.setVisible(count > 0)


def _counted(count: int) -> str:
    return f"{count:,}" if count < LONG else brief(count)


def _share(count: int, of: int) -> str:
    """How much of the whole it is, in percent; nothing of what it is no part of."""
    if not 0 < count <= of:
        return ""
    share = 100 * count / of
    return "all" if count == of else f"{share:.3g}%" if share >= 0.1 else "< 0.1%"


def _unknown(mine: Figures, ids: Collection[str], typed: Collection[str]) -> str:
    if len(ids) == 1:
        return "What Python of your own computes is not counted." if typed else "Counted once its inputs are known."
    count = mine.lacking
    which = "them" if ids else "its nodes"
    return (
        f"{count} of {which} {'is' if count == 1 else 'are'} not wholly counted: not known yet, or Python of your own."
    )
