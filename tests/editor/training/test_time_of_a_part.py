"""How long a run took that went on from another: the time of its own epochs, with how many these were."""

from pytestqt.qtbot import QtBot

from editor.running.session import Session
from editor.training.panel import TrainingPanel
from tests.editor.training.conftest import Events
from tests.editor.training.test_panel import panel, session, show

__all__ = ["panel", "session"]  # fixtures


def test_that_the_time_of_a_run_that_went_on_is_told_of_its_own_epochs(
    panel: TrainingPanel,
    session: Session,
    events: Events,
    qtbot: QtBot,
) -> None:
    told = events()
    show(session, [each for each in told if each.get("epoch", 2) > 1])
    qtbot.waitUntil(lambda: panel.progress.stage.whole.startswith("Finished: "))
    assert panel.progress.stage.whole.endswith(", the last 2 in 2 s")
    show(session, told)
    qtbot.waitUntil(lambda: panel.progress.stage.whole == "Finished: 3 epochs in 2 s")
