"""Which nodes and wires are selected: a state of the items, which undo does not touch."""

from collections.abc import Callable

from editor.canvas.mirror import Mirror
from editor.canvas.wire import Wire
from runtime.graph.model import Edge


class Selection:
    """Reads and sets the selection of all items at once, and tells of it once."""

    def __init__(self, mirror: Mirror, changed: Callable[[], None]) -> None:
        self.mirror, self.changed = mirror, changed

    def nodes(self) -> list[str]:
        """The ids of the selected nodes, in the order of the items."""
        return [id for id, box in self.mirror.boxes.items() if box.isSelected()]

    def edges(self) -> list[Edge]:
        """The edges of the selected wires."""
        return [edge for edge, wire in self.mirror.wires.items() if wire.isSelected()]

    def press(self, wire: Wire, adding: bool) -> None:
        """Select a wire, besides what is selected already or alone."""
        self.set(set(self.nodes()) if adding else set(), {*self.edges(), wire.edge} if adding else {wire.edge})

    def set(self, ids: set[str], edges: set[Edge]) -> None:
        """Select these and nothing else; selected nodes lie above others."""
        self.mirror.scene.blockSignals(True)
        for id, box in self.mirror.boxes.items():
            if box.isSelected() != (id in ids):
                box.setSelected(id in ids)
                box.setZValue(2.0 if id in ids else 1.0)
        for edge, wire in self.mirror.wires.items():
            if wire.isSelected() != (edge in edges):
                wire.setSelected(edge in edges)
        self.mirror.scene.blockSignals(False)
        self.mirror.stamp += 1
        self.changed()
