"""The sheet after a drop: what the file holds, what it is taken for, and what would be made of it."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from editor.dropping.columns import ColumnsView
from editor.dropping.rows import Rows, Thumbnails
from editor.inspector.choice import StillCombo
from editor.looks import theme
from editor.looks.dialogs import without_icons
from editor.looks.pieces import Elided, Line
from editor.looks.tick import Tick
from runtime.propose.columns import INPUT, TARGET, Column, chosen
from runtime.propose.propose import Proposal

NOTHING = "nothing yet"
ON_DISK = "The data is larger than 1 GiB, so its rows stay on disk and are read as batches need them (in_memory off)."
WANTED = QSize(980, 640)
MOST_LINES = 11  # of columns that leave room for rows
Propose = Callable[[tuple[Column, ...], bool], Proposal]  # the columns, and whether what is bad is left out


class DataSheet(QDialog):
    """Emits `added` with whether all is wanted or the dataset alone; the choices are in `columns` then."""

    added = Signal(bool)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="dataSheet")
        self.setWindowTitle(name)
        self.columns: tuple[Column, ...] = ()
        self.propose: Propose | None = None
        self.refusal: Callable[[], str] | None = None
        room = parent.window().size() - QSize(40, 40) if parent else WANTED
        self.setMinimumSize(720, 440)
        self.resize(WANTED.boundedTo(room))
        self.title = Elided(f"Looking at {name}", "text", 17, 600)
        self.about = Elided("", "muted", 13)
        self.busy = QProgressBar(minimum=0, maximum=0, textVisible=False)
        self.busy.setFixedHeight(4)
        self.table = ColumnsView()
        self.table.chosen.connect(self._choose)
        self.middle = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False, objectName="apart", handleWidth=8)
        self.middle.addWidget(self.table)
        self.target = StillCombo()
        self.target.setAccessibleName("What to predict")
        self.target.setMinimumWidth(170)
        self.target.setMaximumWidth(320)
        self.target.activated.connect(self._aim)
        self.skip = Tick("Leave out what cannot be read")
        self.skip.setToolTip("Without it a run ends at the first file or row that cannot be read")
        self.skip.setChecked(True)
        self.skip.toggled.connect(self.refresh)
        self.kept = Line(ON_DISK, "muted", 12).wrapped()
        self.sentence = Line("", "text", 14, 500).wrapped()
        self.steps = Line("", "muted", 11, mono=True).wrapped()
        self.notes = Line("", "warning", 12).wrapped()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)  # in the order of the platform
        self.no = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        self.only, self.whole = QPushButton("Add dataset only", self), QPushButton("Add all and connect", self)
        without_icons(self.buttons.buttons())
        self.only.clicked.connect(lambda: self._add(False))
        self.whole.clicked.connect(lambda: self._add(True))
        self.buttons.rejected.connect(self.reject)
        self._arrange()
        theme.theme_changes.changed.connect(self.table.viewport().update)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.about, 1, Qt.AlignmentFlag.AlignBottom)
        head.addStretch(0)
        column.addLayout(head)
        column.addWidget(self.busy)
        column.addWidget(self.middle, 1)
        self.foot = QWidget()
        foot = QVBoxLayout(self.foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(6)
        predict = QHBoxLayout()
        self.of_model = (Line("Predict", "muted", 13), self.target, self.sentence, self.steps)
        for shown in self.of_model[:2]:
            predict.addWidget(shown)
        predict.addStretch(1)
        predict.addWidget(self.skip)
        foot.addLayout(predict)
        for line in (self.sentence, self.steps, self.kept, self.notes):
            foot.addWidget(line)
        column.addWidget(self.foot)
        column.addWidget(self.buttons)
        for part in (self.foot, self.only, self.whole):
            part.hide()

    def show_look(
        self,
        found: Mapping[str, Any],
        columns: tuple[Column, ...],
        propose: Propose,
        refusal: Callable[[], str] | None = None,
    ) -> None:
        """Show what a look found. `refusal` says why not all can be added.

        Without one it is of a dataset that is there, whose fields can be taken.
        """
        self.columns, self.propose, self.refusal = columns, propose, refusal
        self.title.tell(self.windowTitle())
        rows = [f"{found['rows']:,} rows"] if isinstance(found.get("rows"), int) else []
        counted = f"{len(columns):,} column{'s' * (len(columns) != 1)}"
        told = {f"{each.title} {each.note}" for each in columns}  # beside their columns
        told |= {str(each["told"]) for each in found.get("left_out", ())}  # below them
        notes = [str(note) for note in found.get("notes", []) if note not in told]
        self.about.tell("; ".join([", ".join([*rows, counted]), *notes]))
        self.kept.setVisible(found.get("parameters", {}).get("in_memory") is False)
        self._show_rows(found)
        self.busy.hide()
        for button in (self.whole, self.only) if refusal is not None else (self.only,):  # the first one is the main one
            self.buttons.addButton(button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.only.show()
        self.foot.show()
        for part in (*self.of_model, self.whole):
            part.setVisible(refusal is not None)
        if refusal is None:
            self.only.setText("Take these fields")
        self.refresh()
        self._share()
        self.table.setCurrentIndex(self.table.columns_model.index(0, 1))
        self.table.setFocus()

    def _show_rows(self, found: Mapping[str, Any]) -> None:
        """The pictures, or the first rows, below the columns."""
        pictures, rows = found.get("thumbnails"), found.get("samples")
        if pictures:
            self.middle.addWidget(Thumbnails(pictures))
        elif rows:
            self.middle.addWidget(Rows([each.title for each in self.columns], rows))

    def _share(self) -> None:
        """All columns are seen where they are few; what is below them has the room that is left."""
        few = len(self.columns) < MOST_LINES
        if self.middle.count() > 1:
            layout = self.layout()
            assert layout is not None
            layout.activate()  # how much room there is
            table = self.table.height_of(min(len(self.columns), MOST_LINES))
            self.middle.setSizes([table, max(self.middle.height() - table, 1)])
            self.middle.setStretchFactor(0, 0 if few else 3)
            self.middle.setStretchFactor(1, 1 if few else 2)

    def _choose(self, titles: list[str], kind: str, role: str) -> None:
        for title in titles:
            self.columns = chosen(self.columns, title, kind, role)
        self.refresh()

    def _aim(self, at: int) -> None:
        """Another column, or none, is to be predicted."""
        title = self.target.itemData(at)
        before = next((each.title for each in self.columns if each.role == TARGET), None)
        if title is not None:
            self.columns = chosen(self.columns, title, role=TARGET)
        elif before is not None:
            self.columns = chosen(self.columns, before, role=INPUT)
        self.refresh()

    def refresh(self) -> None:
        """Show the choices and what would be made of them in the graph as it is now."""
        self.table.show_columns(self.columns)
        self.only.setEnabled(any(each.used for each in self.columns))
        why = self.refusal() if self.refusal else "nothing to propose"
        if self.propose is not None:
            self._list_targets()
            proposal = self.propose(self.columns, self.skip.isChecked())
            self.skip.setVisible(proposal.bad)
            self.sentence.setText(f"{proposal.sentence}.")
            whole = (step.replace(" ", "\N{NO-BREAK SPACE}") for step in proposal.steps)
            self.steps.setText(" \N{RIGHTWARDS ARROW} ".join(whole))
            self.notes.setText(" ".join(_sentence(each, self.columns) for each in proposal.notes))
            self.notes.setVisible(bool(proposal.notes))
        self.whole.setEnabled(not why and self.only.isEnabled())
        self.whole.setToolTip(why or "Dataset, transforms, loader, model, loss, metric and optimizer")
        for button in (self.only, self.whole, self.no):
            button.setDefault(button is (self.only if why else self.whole))

    def _list_targets(self) -> None:
        self.target.clear()
        self.target.addItem(NOTHING, None)
        for each in self.columns:
            if each.used and TARGET in each.roles:
                self.target.addItem(each.title, each.title)
                if each.role == TARGET:
                    self.target.setCurrentIndex(self.target.count() - 1)

    def _add(self, whole: bool) -> None:
        self.accept()
        self.added.emit(whole)


def _sentence(note: str, columns: tuple[Column, ...]) -> str:
    """A note with a capital and a full stop; names of columns and of files stay as they are."""
    named = any(note.startswith(f"{each.title} ") for each in columns)
    begun = note if named or not note.split(" ")[0].isalpha() else note[:1].upper() + note[1:]
    return f"{begun}."
