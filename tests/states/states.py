"""The states of the window, each listed once, in the order in which a user would meet them."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.states import asked, begun, drawing, dropped, ran
from tests.states.stage import Stage

USUAL, NARROW, WIDE = (1366, 768), (900, 600), (2200, 1080)


@dataclass(frozen=True)
class State:
    """How a window of a size comes into a state."""

    reach: Callable[[Stage], object]
    size: tuple[int, int] = USUAL


STATES: dict[str, State] = {
    **{reach.__name__: State(reach) for part in (begun, drawing, asked, dropped, ran) for reach in part.STATES},
    "start_narrow": State(begun.start, NARROW),
    "canvas_narrow": State(drawing.canvas, NARROW),
    "canvas_wide": State(drawing.canvas, WIDE),
    "inspector_narrow": State(drawing.inspector, NARROW),
    "problem_narrow": State(drawing.problem, NARROW),
    "recovery_narrow": State(asked.recovery_many, NARROW),
    "finished_narrow": State(ran.finished, NARROW),
    "finished_wide": State(ran.finished, WIDE),
    "runs_narrow": State(ran.runs, NARROW),
    "runs_wide": State(ran.runs, WIDE),
    "dropped_table_narrow": State(dropped.dropped_table, NARROW),
}
