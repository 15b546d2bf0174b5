"""What lies below the canvas: problems, training, its log, the model to be tried, and runs."""

from typing import TYPE_CHECKING

from editor.predicting.panel import TryPanel
from editor.runs.panel import RunsPanel
from editor.training.log import LogPanel
from editor.training.panel import TrainingPanel
from editor.window.explaining import explain_problem
from editor.window.problems import ProblemsPanel

if TYPE_CHECKING:
    from editor.window.window import Window


def fill(window: "Window") -> tuple[ProblemsPanel, TrainingPanel, RunsPanel]:
    """Make the panels; the number of each is its share of the room side by side, 0 a tab of its own."""
    session, bottom = window.session, window.frame.bottom
    problems, training, runs = ProblemsPanel(session, window.document), TrainingPanel(session), RunsPanel(window)
    problems.problem_chosen.connect(window.show_problem)
    problems.help_wanted.connect(lambda problem: explain_problem(window, problem))
    bottom.add("problems", "Problems", problems, 3)
    bottom.add("training", "Training", training, 6)
    bottom.add("log", "Log", LogPanel(session), 3)
    bottom.add("try", "Try it", TryPanel(session, window.previews.asking), 0)
    bottom.add("runs", "Runs", runs, 0)
    return problems, training, runs
