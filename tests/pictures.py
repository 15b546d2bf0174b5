"""Draws the pictures of the README and the prints of the tests: real windows, offscreen; ``make pictures``."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from editor.looks import theme
from editor.start.card import Card
from editor.training.plot import Curves
from editor.window.window import Window
from editor.workers.started import wait_for_ended
from runtime.graph.edit import Edit
from runtime.places import EXAMPLES, RESOURCES
from tests.prints import FOLDER as PRINTS
from tests.prints import take

SMALL, WIDE = (1366, 768), (1920, 1080)
SETTLED = 700  # ms for fitting, thumbnails and the program
FOLDER = RESOURCES / "pictures"


def main() -> int:
    """Draw them all, or those whose names are given."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):  # settings and runs of whoever draws stay out
        os.environ[name] = tempfile.mkdtemp(prefix="torchweave-")
    app = QApplication([])
    folder = Path(os.environ.get("PICTURES", FOLDER))
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        if not sys.argv[1:] or name in sys.argv[1:]:
            draw(app, folder / f"{name}.png")
            print(folder / f"{name}.png")
    if not sys.argv[1:] or "prints" in sys.argv[1:]:
        take_prints(app)
    wait_for_ended(app)  # those of the last window may be there still
    return 0


def take_prints(app: QApplication) -> None:
    """The small prints that the tests compare the main screens with."""
    theme.apply(app, "dark")
    made = Window()
    made.resize(*SMALL)
    made.show()
    take(made, PRINTS)
    made.close()


@contextmanager
def window(app: QApplication, tone: str, size: tuple[int, int], example: str | None = None) -> Iterator[Window]:
    """A window on an example, fitted and quiet."""
    theme.apply(app, tone)
    QCursor.setPos(0, 0)  # on no button
    made = Window()
    made.resize(*size)
    made.show()
    if example:
        made.files.open(EXAMPLES / f"{example}.json")
    made.settle()
    pause(SETTLED)
    until(lambda: made.session.device is not None)
    if not example:
        cards = made.findChildren(Card)
        until(lambda: not any(card.picture.image.isNull() for card in cards))
    pause(100)  # for what that changed in the bar
    yield made
    made.session.life.stop_then(lambda: None)
    made.document.history.setClean()
    made.close()


def pause(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def until(done: Callable[[], bool]) -> None:
    """Let the window live until something is so."""
    while not done():
        pause(20)


def still(tone: str, size: tuple[int, int], example: str | None, *edits: Edit) -> Callable[[QApplication, Path], None]:
    """A picture of a window on an example, after some edits."""

    def draw(app: QApplication, file: Path) -> None:
        with window(app, tone, size, example) as made:
            if edits:
                made.document.do(edits, "Change")
                made.open_bottom("problems")
                pause(SETTLED)
            made.grab().save(str(file))

    return draw


def training(tone: str, size: tuple[int, int], example: str, epochs: int) -> Callable[[QApplication, Path], None]:
    """A picture in the middle of a running training."""

    def draw(app: QApplication, file: Path) -> None:
        with window(app, tone, size, example) as made:
            made.document.do([("run", "epochs", epochs)], "Train longer")
            middle = QEventLoop()
            made.session.happened.connect(
                lambda event: middle.quit() if event.get("epoch") == epochs * 2 // 3 else None
            )
            made.session.run_ended.connect(middle.quit)
            made.session.run()
            middle.exec()
            for curves in made.findChildren(Curves):  # each chart is drawn in its turn; here both at one moment
                curves.draw()
            made.grab().save(str(file))

    return draw


UNFINISHED: tuple[Edit, ...] = (("remove", "loss"), ("remove", "adam"), ("remove", "second"))
WRONG: tuple[Edit, ...] = (("replace", "batches.label", "final.input"),)
PICTURES = {
    "start_dark": still("dark", SMALL, None),
    "start_light": still("light", SMALL, None),
    "editor_dark": still("dark", SMALL, "text_and_image"),
    "editor_light": still("light", SMALL, "two_models"),
    "editor_wide": still("dark", WIDE, "two_models"),
    "sigmoid_light": still("light", SMALL, "model_after_model"),
    "unfinished_dark": still("dark", SMALL, "model_after_model", *UNFINISHED),
    "problem_dark": still("dark", SMALL, "two_models", *WRONG),
    "problem_light": still("light", SMALL, "two_models", *WRONG),
    "training_dark": training("dark", SMALL, "two_models", 30),
    "training_light": training("light", WIDE, "model_after_model", 90),
}

if __name__ == "__main__":
    sys.exit(main())
