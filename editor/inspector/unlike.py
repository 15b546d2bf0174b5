"""What the inspector shows for nodes that have no form: several of different types, or one of an unknown type."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.inspector.text import written
from editor.pieces import Elided, Line
from runtime.graph.model import Node
from runtime.spec.catalogue import catalogue


class Unlike(QWidget):
    """Counts the nodes by type; a type that is not known shows what the file says of it."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(6)
        title = nodes[0].id if len(nodes) == 1 else f"{len(nodes)} nodes"
        layout.addWidget(Elided(title, px=15, weight=600))
        for type, count in Counter(node.type for node in nodes).items():
            spec = catalogue().get(type)
            text = f"{count} × {type}" if len(nodes) > 1 else type
            layout.addWidget(Elided(text, spec.family if spec else "muted", mono=True))
        if len(nodes) == 1:
            self._tell(layout, nodes[0])
        else:
            layout.addWidget(Line("Choose nodes of one type to set their parameters together.", "muted").wrapped())
        layout.addStretch(1)

    def _tell(self, layout: QVBoxLayout, node: Node) -> None:
        layout.addWidget(Line("This version does not know the type. The node is kept as it is.", "warning").wrapped())
        for name, value in node.parameters.items():
            layout.addWidget(Elided(f"{name}  {written(value)}", "muted", mono=True))

    def commit(self) -> None:
        """There is nothing to type here."""
