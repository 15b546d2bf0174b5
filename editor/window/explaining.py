"""Opens the reference at the node type that has the user's attention, or at what is said of a problem."""

from typing import TYPE_CHECKING, Any

from editor.document.leaving import begin_graph
from runtime.check.problem import Problem
from runtime.reference.problem import about
from runtime.spec.catalogue import catalogue

if TYPE_CHECKING:
    from editor.reference.window import Reference
    from editor.window.window import Window


def explain(window: "Window") -> None:
    """Explain the node type that is looked at: in the search, in the palette, on the canvas; else list them all."""
    reference, name = _reference(window), _looked_at(window)
    if name and name not in catalogue():
        window.say(f"{name} has no page: it is no node type of Torchweave's own.")
    else:
        reference.show_type(name)


def explain_problem(window: "Window", problem: Problem) -> None:
    """Say what a problem means and how it is mended."""
    level = window.level
    shown = problem in level.report.problems
    graph, report = (level.seen, level.report) if shown else (window.document.graph, window.session.report)
    _reference(window).show_problem(about(graph, report, problem))


def _reference(window: "Window") -> "Reference":
    from editor.reference.window import Reference

    if window.reference is None:
        window.reference = Reference(window)
        window.reference.example_wanted.connect(lambda graph: _begin_example(window, graph))
    return window.reference


def _looked_at(window: "Window") -> str:
    """The node type that has the user's attention, or nothing."""
    chosen = [] if window.frame.on_start else window.canvas.selected()
    listed = window.searching.popup.looked_at() or window.palette_panel.looked_at()
    return listed or (window.level.graph.nodes[chosen[0]].type if chosen else "")


def _begin_example(window: "Window", graph: Any) -> None:
    """An example becomes the open graph, untitled."""
    begin_graph(window, lambda place: place.files.show_graph(graph, None))
