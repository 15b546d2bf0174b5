"""Opens the reference at the node type that has the user's attention."""

from typing import TYPE_CHECKING, Any

from editor.leaving import begin_graph
from runtime.spec.catalogue import catalogue

if TYPE_CHECKING:
    from editor.window import Window


def explain(window: "Window") -> None:
    """Explain the node type that is looked at: in the search, in the palette, on the canvas; else list them all."""
    from editor.reference.window import Reference

    if window.reference is None:
        window.reference = Reference(window)
        window.reference.example_wanted.connect(lambda graph: _begin_example(window, graph))
    name = _looked_at(window)
    if name and name not in catalogue():
        window.say(f"{name} has no page: it is no node type of Torchweave's own.")
    else:
        window.reference.show_type(name)


def _looked_at(window: "Window") -> str:
    """The node type that has the user's attention, or nothing."""
    chosen = [] if window.frame.on_start else window.canvas.selected()
    listed = window.searching.popup.looked_at() or window.palette_panel.looked_at()
    return listed or (window.level.graph.nodes[chosen[0]].type if chosen else "")


def _begin_example(window: "Window", graph: Any) -> None:
    """An example becomes the open graph, untitled."""
    begin_graph(window, lambda place: place.files.show_graph(graph, None))
