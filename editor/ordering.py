"""The selected nodes in a line, apart by equal room, or a step further."""

from typing import TYPE_CHECKING, cast

from editor.canvas.aligned import Places, aligned, distributed
from editor.canvas.arriving import bring_into_view
from editor.canvas.intents import movement
from editor.canvas.room import GRID, Rect

if TYPE_CHECKING:
    from editor.window import Window

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
    """The selected nodes a step of the grid further, or several; steps that follow each other are undone as one."""
    rects = _chosen(window)
    if rects:
        way = (across * steps * GRID, down * steps * GRID)
        places = {id: (rect[0] + way[0], rect[1] + way[1]) for id, rect in rects.items()}
        _move(window, places, "", f"nudge {' '.join(rects)}")


def _chosen(window: "Window") -> dict[str, Rect]:
    boxes = window.canvas.mirror.boxes
    return {id: cast(Rect, boxes[id].rect.getCoords()) for id in window.canvas.selected()}


def _move(window: "Window", places: Places, text: str, merge: str | None = None) -> None:
    """Positions that were only guessed become the document's with them, as after a drag."""
    canvas = window.canvas
    known = {*canvas.graph.layout, *places}
    rest = {id: at for id, at in canvas.mirror.guessed.items() if id not in known}
    moved = movement(places)
    canvas.level.do([*movement(rest).edits, *moved.edits], text or moved.text, merge)
    bring_into_view(canvas, places)
