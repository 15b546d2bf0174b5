"""For each field of Collate how its samples become a batch: a word, padding with a number, or a function."""

from contextlib import suppress
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor.inspector.choice import StillCombo
from editor.inspector.entry import Entry, Seen
from editor.inspector.functions import FunctionBox, begun, drop
from editor.inspector.line import CommitLine
from editor.inspector.text import read
from editor.looks.pieces import Line
from runtime.graph.names import pads
from runtime.spec.parameter import Number, Parameter
from runtime.spec.tensor import parse_type

STACK, PAD, LIST = WAYS = ("stack", "pad", "list")
OWN = "function"
FILLER = Number("The number with which samples are filled up.", 0)


class JoiningEntry(Entry):
    """For each field of the node a word, or a function of one's own."""

    wide = True

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter)
        self.ways: dict[str, tuple[QWidget, StillCombo, CommitLine, FunctionBox]] = {}
        self.fresh = ""  # the field whose function was begun: it wants to be written
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)
        self.none = Line("No fields yet", "muted")
        self.column.addWidget(self.none)

    def show_seen(self, seen: Seen) -> None:
        """One line for each field."""
        super().show_seen(seen)
        self.none.setVisible(not seen.names)
        for name in [*self.ways.keys() - set(seen.names)]:
            drop(self.ways.pop(name)[0])
        ways = seen.value if isinstance(seen.value, dict) else {}
        for at, name in enumerate(seen.names):
            if name not in self.ways:
                self.ways[name] = self._line(name, at)
            _, combo, filler, box = self.ways[name]
            way = ways.get(name, STACK)
            own = isinstance(way, dict) and not pads(way)
            combo.setCurrentText(OWN if own else PAD if pads(way) else str(way))
            filler.keep(str(way["pad"]) if isinstance(way, dict) and pads(way) else "")
            filler.setVisible(pads(way))
            box.setVisible(own)
            if own:
                lines = way.get("function") or []
                box.tell(lines, {"output": str(way.get("output") or "")}, seen.inert(lines))
            if own and name == self.fresh:
                self.fresh = ""
                box.begin()

    def commit(self) -> None:
        """Tell what was written in any function."""
        for _, combo, filler, box in self.ways.values():
            filler.commit()
            if combo.currentText() == OWN:
                box.commit()

    def _line(self, name: str, at: int) -> tuple[QWidget, StillCombo, CommitLine, FunctionBox]:
        whole, combo, box = QWidget(), StillCombo(), FunctionBox(f"Function that joins {name}")
        filler = self._filler(name)
        combo.addItems([*WAYS, OWN])
        combo.setAccessibleName(f"How {name} becomes a batch")
        head = QHBoxLayout()
        head.addWidget(Line(name, mono=True), 1)
        head.addWidget(combo, 1)
        head.addWidget(filler)
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(box)
        combo.activated.connect(lambda _: self._choose(name, combo.currentText()))
        box.edited.connect(lambda lines, types: self._set(name, {"function": lines, "output": types["output"]}))
        box.trusted.connect(self.trusted)
        self.column.insertWidget(at, whole)
        return whole, combo, filler, box

    def _filler(self, name: str) -> CommitLine:
        """Where the number stands with which samples are filled up."""
        filler = CommitLine(figures=True)
        filler.setFixedWidth(44)
        filler.setPlaceholderText("0")
        filler.setAccessibleName(f"What {name} is padded with")
        filler.setToolTip(f"The number with which {name} is filled up")
        filler.committed.connect(lambda text: self._set(name, _padding(text.strip())))
        return filler

    def _choose(self, name: str, word: str) -> None:
        self.fresh = name if word == OWN else ""
        self._set(name, self._own(name) if word == OWN else word)

    def _own(self, name: str) -> dict[str, Any]:
        """A function to begin with, which does what stacking does."""
        type = self.seen.types.get(name, "")
        lines = begun(f"join_{name}", "samples: list[torch.Tensor]", "torch.stack(samples)")
        return {"function": lines, "output": type if parse_type(type) else "float32[1]"}

    def _set(self, name: str, way: Any) -> None:
        ways = dict(self.seen.value) if isinstance(self.seen.value, dict) else {}
        ways[name] = way
        self.give({key: way for key, way in ways.items() if way != STACK and key in self.seen.names})


def _padding(text: str) -> Any:
    """Padding with what was typed; what is no number is refused as a value."""
    value: Any = text or 0
    with suppress(ValueError):
        value = read(FILLER, text) if text else 0
    return PAD if value == 0 else {PAD: value}
