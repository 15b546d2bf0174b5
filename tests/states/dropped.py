"""The sheet after a drop, of every kind of data."""

from pathlib import Path

from PySide6.QtCore import QPoint

from runtime.places import EXAMPLES
from tests.states.stage import Stage

DATA = EXAMPLES / "data"


def drop(stage: Stage, file: Path) -> None:
    """Drop a file on an empty graph, and wait for the look at it."""
    stage.do("new")
    assert stage.hand.drop_files([file], QPoint(300, 200))
    (sheet,) = stage.window.drops.sheets.values()
    stage.until(sheet.only.isVisible)
    stage.pause()


def dropped_table(stage: Stage) -> None:
    """Numbers, categories, holes."""
    drop(stage, DATA / "penguins.csv")


def dropped_pictures(stage: Stage) -> None:
    """A folder of pictures for each class."""
    drop(stage, DATA / "drawings")


def dropped_texts(stage: Stage) -> None:
    """A column of texts and their classes."""
    drop(stage, DATA / "titles.tsv")


def dropped_many(stage: Stage) -> None:
    """More columns than there is room for, with long names."""
    file = stage.folder / "sensors of the third building, measured hourly.csv"
    names = [f"temperature_of_the_room_on_the_north_side_{at}" for at in range(30)]
    rows = [",".join(f"{(row * at) % 97 / 7:.4f}" for at in range(30)) for row in range(200)]
    lines = [f"{row},{'yes' if len(row) % 2 else 'no'}" for row in rows]
    file.write_text("\n".join([",".join([*names, "alarm"]), *lines]))
    drop(stage, file)


def dropped_bad(stage: Stage) -> None:
    """Cells that are no numbers and rows that are uneven."""
    file = stage.folder / "depths.csv"
    cells = [[f"{row * 7 % 60 + 0.5}" if (row + at) % 25 else "few" for at in range(5)] for row in range(200)]
    lines = [",".join([*row, "ny"[at % 2]]) for at, row in enumerate(cells)]
    file.write_text("\n".join(["a,b,c,d,e,label", *lines, "1,2,3", ""]))
    drop(stage, file)


def dropped_nothing(stage: Stage) -> None:
    """A file that holds nothing."""
    file = stage.folder / "empty.csv"
    file.write_text("")
    stage.do("new")
    stage.hand.drop_files([file], QPoint(300, 200))
    stage.until(stage.window.banner.isVisible)


STATES = (dropped_table, dropped_pictures, dropped_texts, dropped_many, dropped_bad, dropped_nothing)
