"""A monkey at a window: half a minute always, ten minutes in the soak, and nothing is amiss after any of its steps."""

import time
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.editor.random.dice import numbers
from tests.editor.random.monkey import caged

ROUND = 100  # steps between two looks at the clock


def let_loose(seed: str, folder: Path, seconds: float) -> None:
    """Steps for as long as that; what breaks is told with what the monkey did last."""
    with caged(folder) as (monkey, calm):
        last, end = list[str](), time.monotonic() + seconds
        for turn in count():
            if time.monotonic() > end:
                return
            for at, number in enumerate(numbers(f"{seed} {turn}", ROUND), start=turn * ROUND):
                try:
                    monkey.step(number)
                    calm()
                except Exception as problem:
                    problem.add_note(f"seed {seed}, step {at}: {'; '.join(last[-8:])}; {monkey.said}")
                    raise
                last.append(monkey.said)


def test_that_a_monkey_breaks_nothing(qapp: QApplication, tmp_path: Path) -> None:
    del qapp
    let_loose("always", tmp_path, 30)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_that_many_monkeys_break_nothing(qapp: QApplication, tmp_path: Path, seed: int) -> None:
    del qapp
    let_loose(str(seed), tmp_path, 60)
