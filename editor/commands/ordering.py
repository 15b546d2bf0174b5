"""The selected nodes in a line, apart by equal room, or a step further."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF

from editor.canvas.aligned import Places, aligned, distributed
from editor.canvas.arriving import bring_into_view
from editor.canvas.carried import Carried
from editor.canvas.intents import movement
from editor.canvas.room import GRID, Rect
from runtime.graph.edit import Edit

if TYPE_CHECKING:
    from editor.window.window import Window

FAR = 5  # steps that Shift makes of one


def align(window: "Window", side: str) -> None:
    """Bring a side of the selected nodes into a line, or their middles into a "column" or a "row"; see `SIDES`."""
    rects = _chosen(window)
    if len(rects) < 2:
        window.say("Select two nodes or more to align them.")
    else:
        into = f"in a {side}" if side in ("column", "row") else f"at the {side}"
        _move(window, aligned(rects, side), f"align {len(rects)} nodes {into}")


def distribute(window: "Window", axis: int) -> None:
    """Equal room between the selected nodes, across (0) or down (1)."""
    rects = _chosen(window)
    if len(rects) < 3:
        window.say("Select three nodes or more to distribute them.")
    else:
        _move(window, distributed(rects, axis), f"distribute {len(rects)} nodes {'down' if axis else 'across'}")


def nudge(window: "Window", across: int, down: int, steps: int = 1) -> None:
    """What is selected a step of the grid further, or several; steps that follow each other are undone as one."""
    carried = Carried(window.canvas)
    if carried.nodes or carried.frames or carried.dots:
        way = QPointF(across, down) * (steps * GRID)
        carried.put(way)
        places = {id: ((at + way).x(), (at + way).y()) for id, at in carried.nodes.items()}
        text = "" if places else f"move {carried.called}"
        _move(window, places, text, f"nudge {' '.join([*carried.nodes, *carried.frames])}", carried.edits())


def _chosen(window: "Window") -> dict[str, Rect]:
    boxes = window.canvas.mirror.boxes
    return {id: cast(Rect, boxes[id].rect.getCoords()) for id in window.canvas.selected()}


def _move(window: "Window", places: Places, text: str, merge: str | None = None, along: Sequence[Edit] = ()) -> None:
    """Positions that were only guessed become the document's with them, as after a drag."""
    canvas = window.canvas
    known = {*canvas.graph.layout, *places}
    rest = {id: at for id, at in canvas.mirror.guessed.items() if id not in known}
    moved = movement(places)
    canvas.level.do([*movement(rest).edits, *moved.edits, *along], text or moved.text, merge)
    if places:
        bring_into_view(canvas, places)
