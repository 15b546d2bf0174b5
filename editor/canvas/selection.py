"""Which nodes and wires are selected: a state of the items, which undo does not touch."""

from collections.abc import Callable, Container, Mapping
from types import MappingProxyType

from editor.canvas.frame_box import FrameBox
from editor.canvas.mirror import Mirror
from editor.canvas.node import NodeBox
from editor.canvas.wire import Dot, Wire
from runtime.graph.model import Edge

NONE: Mapping[Edge, frozenset[int]] = MappingProxyType({})


class Selection:
    """Reads and sets the selection of all items at once, and tells of it once."""

    def __init__(self, mirror: Mirror, changed: Callable[[], None]) -> None:
        self.mirror, self.changed = mirror, changed

    def nodes(self) -> list[str]:
        """The ids of the selected nodes, in the order of the items."""
        chosen = {item for item in self.mirror.scene.selectedItems() if isinstance(item, NodeBox)}
        return [id for id, box in self.mirror.boxes.items() if box in chosen] if chosen else []

    def edges(self) -> list[Edge]:
        """The edges of the selected wires."""
        return [edge for edge, wire in self.mirror.wires.items() if wire.isSelected()]

    def frames(self) -> list[str]:
        """The ids of the selected frames."""
        return [id for id, box in self.mirror.frames.items() if box.isSelected()]

    def dots(self) -> dict[Edge, frozenset[int]]:
        """The selected dots of each wire that has some."""
        return {edge: wire.chosen for edge, wire in self.mirror.wires.items() if wire.chosen}

    def press(self, wire: Wire, adding: bool) -> None:
        """Select a wire, besides what is selected already or alone."""
        self.set(set(self.nodes()) if adding else set(), {*self.edges(), wire.edge} if adding else {wire.edge})

    def has(self, hit: FrameBox | Dot) -> bool:
        """Whether a frame or a dot is selected."""
        return hit.isSelected() if isinstance(hit, FrameBox) else hit.at in hit.wire.chosen

    def only(self, hit: FrameBox | Dot) -> None:
        """Select a frame or a dot and nothing else."""
        self.set(set(), set())
        self.add(hit)

    def add(self, hit: FrameBox | Dot) -> None:
        """Select a frame or a dot as well."""
        if isinstance(hit, FrameBox):
            hit.setSelected(True)
        else:
            hit.wire.choose(hit.wire.chosen | {hit.at})
        self.changed()

    def drop(self, hit: FrameBox | Dot) -> None:
        """A frame or a dot is no longer selected."""
        if isinstance(hit, FrameBox):
            hit.setSelected(False)
        else:
            hit.wire.choose(hit.wire.chosen - {hit.at})
        self.changed()

    def set(
        self, ids: set[str], edges: set[Edge], frames: Container[str] = (), dots: Mapping[Edge, frozenset[int]] = NONE
    ) -> None:
        """Select these and nothing else; selected nodes lie above others."""
        self.mirror.scene.blockSignals(True)
        for id, box in self.mirror.boxes.items():
            if box.isSelected() != (id in ids):
                box.setSelected(id in ids)
                box.setZValue(2.0 if id in ids else 1.0)
        for edge, wire in self.mirror.wires.items():
            if wire.isSelected() != (edge in edges):
                wire.setSelected(edge in edges)
            wire.choose(dots.get(edge, frozenset()))
        for id, frame in self.mirror.frames.items():
            frame.setSelected(id in frames)
        self.mirror.scene.blockSignals(False)
        self.mirror.stamp += 1
        self.changed()
