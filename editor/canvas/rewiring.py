"""Commands on nodes in their wires: put on a wire, pulled out, swapped, and wires in another order."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QPointF, Signal

from editor.canvas.arriving import bring_into_view
from editor.canvas.bypassing import bypassing
from editor.canvas.frame_box import FrameBox
from editor.canvas.freezing import freezing
from editor.canvas.intents import Intent, movement, removal
from editor.canvas.node import NodeBox
from editor.canvas.port import Port
from editor.canvas.rewire import healing, removal_with_healing, reordering, splice
from editor.canvas.swap import swapping
from editor.canvas.wire import Dot, Wire
from runtime.define.change import Refused
from runtime.graph.edit import PORTS, Edit, applied
from runtime.graph.model import Edge, end

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas


class Rewiring(QObject):
    """Acts on what a canvas shows. `told` says in a sentence what was left open or dropped."""

    told = Signal(str)
    unplugged = Signal(str)  # a wire was pulled off its input and let go over nothing: says so
    swap_wanted = Signal(str)  # the node that is to be of another type
    menu_wanted = Signal(QPoint)  # on what is selected, where on the screen

    def __init__(self, canvas: "Canvas") -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self._walked = ""  # the node whose wires are selected one after the other

    def ask_what(self, at: QPointF | None, where: QPoint) -> None:
        """Select what lies at a place, unless it is selected already, and ask what is to be done with it."""
        canvas = self.canvas
        hit = canvas.view.hit(at) if at is not None else None
        if isinstance(hit, Port):
            hit = hit.box
        if isinstance(hit, NodeBox) and not hit.isSelected():
            canvas.select([hit.id])
        elif isinstance(hit, FrameBox | Dot) and not canvas.selection.has(hit):
            canvas.selection.only(hit)
        elif isinstance(hit, Wire) and not hit.isSelected():
            canvas.selection.press(hit, False)
        elif hit is None and at is not None:
            canvas.select([])
        self.menu_wanted.emit(where)

    # nodes

    def moved(
        self,
        places: Mapping[str, QPointF],
        pulled: tuple[str, ...] = (),
        onto: Edge | None = None,
        along: tuple[Edit, ...] = (),
        text: str = "",
    ) -> None:
        """Nodes were dragged, some of them out of their wires, a lone one onto a wire; frames and dots `along`.

        Positions that were only guessed become the document's with them.
        """
        canvas = self.canvas
        now = {id: (at.x(), at.y()) for id, at in places.items()}
        guessed = canvas.mirror.guessed
        rest = {id: at for id, at in guessed.items() if id not in canvas.graph.layout and id not in now}
        healed = healing(canvas.graph, canvas.report, pulled)
        intent = movement(now)
        edits: list[Edit] = [*movement(rest).edits, *along, *healed.edits, *intent.edits]
        text = text or (f"pull out {', '.join(pulled)}" if healed.edits else intent.text)
        if onto is not None and len(places) == 1:
            after = applied(canvas.graph, edits)
            if (spliced := splice(after, canvas.report, next(iter(places)), onto)) is not None:
                edits, text = canvas.adding.make_room([*edits, *spliced.edits], places), spliced.text
        canvas.carry_out(Intent(tuple(edits), text))
        if onto is not None:
            bring_into_view(canvas, places)
        self._tell(healed.left)

    def lands_on(self, id: str, at: QPointF, pulled: bool) -> Wire | None:
        """The wire onto which a node goes that is dragged: one under the cursor or under the middle of the node.

        None where the node has wires that it is not `pulled` out of.
        """
        canvas = self.canvas
        if id in canvas.graph.around and not pulled:
            return None
        found = (canvas.view.wire_at(each) for each in (at, canvas.mirror.boxes[id].rect.center()))
        able = (wire for wire in found if wire and splice(canvas.graph, canvas.report, id, wire.edge))
        return next(able, None)

    def joined(self, ids: tuple[str, ...]) -> list[Edge]:
        """The wires that will join the neighbours of nodes when these are pulled out."""
        edits = healing(self.canvas.graph, self.canvas.report, ids).edits
        return [Edge(end(edit[3]), end(edit[4])) for edit in edits if edit[0] == "lead"]

    def pull_out(self) -> None:
        """The selected nodes out of their wires, which heal; the nodes stay, below where they stood."""
        canvas = self.canvas
        ids = [id for id in canvas.selected() if id in canvas.graph.around]
        healed = healing(canvas.graph, canvas.report, ids)
        if not healed.edits:
            canvas.refused.emit("Select nodes with wires to pull them out.")
            return
        text = f"pull out {ids[0]}" if len(ids) == 1 else f"pull out {len(ids)} nodes"
        canvas.carry_out(Intent((*healed.edits, *canvas.adding.aside(ids)), text))
        self._tell(healed.left)

    def delete_and_heal(self) -> None:
        """Remove the selected nodes and join their neighbours; selected wires go as well."""
        canvas = self.canvas
        ids, edges = canvas.selected(), canvas.selection.edges()
        if not ids:
            canvas.delete_selected()
            return
        cuts = removal((), [edge for edge in edges if edge.source.node not in ids and edge.target.node not in ids])
        intent, left = removal_with_healing(canvas.graph, canvas.report, ids)
        canvas.carry_out(Intent((*cuts.edits, *intent.edits), intent.text))
        self._tell(left)

    def bypass(self) -> None:
        """The selected nodes as if they were not there, or there again; why not, where types do not allow it."""
        canvas = self.canvas
        if ids := canvas.selected():
            canvas.carry_out(
                bypassing(canvas.graph, canvas.report, ids, lambda graph: canvas.level.checked(graph)[1]),
                canvas.mirror.boxes[ids[0]].rect.bottomLeft(),
            )
        else:
            canvas.refused.emit("Select nodes to bypass them.")

    def freeze(self) -> None:
        """The weights of the selected nodes as they are, or trained again; why not, where they have none."""
        canvas = self.canvas
        canvas.carry_out(freezing(canvas.graph, canvas.selected(), bool(canvas.level.steps)))

    def ask_for_swap(self) -> None:
        """Ask which type the selected node is to be of."""
        chosen = self.canvas.selected()
        if len(chosen) == 1:
            self.swap_wanted.emit(chosen[0])
        else:
            self.canvas.refused.emit("Select one node to swap it for another type.")

    def swap(self, id: str, type_name: str, given: Mapping[str, Any] | None = None) -> None:
        """A node of another type in the place of one; what fits is kept, what was dropped is told."""
        canvas = self.canvas
        if canvas.level.steps and canvas.graph.nodes[id].type in PORTS:
            canvas.refused.emit(f"{id} is a port of this definition; only other nodes are swapped.")
            return
        try:
            graph, name, brought = canvas.level.offered(type_name)
        except Refused as refused:
            canvas.refused.emit(str(refused))
            return
        swapped = swapping(graph, canvas.report, id, name, given)
        canvas.carry_out(Intent((*brought, *swapped.intent.edits), swapped.intent.text))
        canvas.select([swapped.intent.node])
        self._tell((swapped.dropped,))

    def duplicate_fed(self) -> None:
        """The selected nodes once more, fed by what feeds them."""
        if ids := self.canvas.selected():
            self.canvas.adding.copies(ids, fed=True)

    # wires

    def move_wire(self, by: int) -> None:
        """The selected wire earlier or later among those of its port."""
        canvas, edges = self.canvas, self.canvas.selection.edges()
        if len(edges) != 1:
            canvas.refused.emit("Select one wire of a port that takes many to move it among them.")
            return
        if canvas.carry_out(reordering(canvas.graph, edges[0], by)):
            canvas.selection.set(set(), set(edges))

    def next_wire(self) -> None:
        """Select the wires of the selected node one after the other, those that come in first."""
        canvas, edges = self.canvas, self.canvas.selection.edges()
        chosen = canvas.selected()
        around = canvas.graph.around.get(self._walked, ())
        if len(chosen) == 1:
            self._walked, edges = chosen[0], []
        elif len(edges) != 1 or edges[0] not in around:
            canvas.refused.emit("Select a node to go through its wires.")
            return
        wires = canvas.graph.around.get(self._walked, ())
        coming = [edge for edge in wires if edge.target.node == self._walked]
        found = [*coming, *(edge for edge in wires if edge not in coming)]
        if found:
            at = found.index(edges[0]) + 1 if edges else 0
            canvas.selection.set(set(), {found[at % len(found)]})

    def _tell(self, sentences: tuple[str, ...]) -> None:
        if said := " ".join(filter(None, sentences)):
            self.told.emit(said)
