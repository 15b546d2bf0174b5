"""What the inspector shows for nodes of a type that is not known here: what the file says of them."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.inspector.text import written
from editor.looks.pieces import Elided, Line
from runtime.graph.model import Node


class Unlike(QWidget):
    """The type, and of a single node its parameters as they stand in the file."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(6)
        one = len(nodes) == 1
        layout.addWidget(Elided(nodes[0].id if one else f"{len(nodes)} nodes", px=15, weight=600))
        layout.addWidget(Elided(nodes[0].type if one else f"{len(nodes)} × {nodes[0].type}", "muted", mono=True))
        what = "The node is kept as it is." if one else "The nodes are kept as they are."
        layout.addWidget(Line(f"This version does not know the type. {what}", "warning").wrapped())
        for name, value in nodes[0].parameters.items() if one else ():
            layout.addWidget(Elided(f"{name}  {written(value)}", "muted", mono=True))
        layout.addStretch(1)

    def commit(self) -> None:
        """There is nothing to type here."""
