"""A million operations on a document, drawn at random: what is undone, saved, kept and checked is always exact."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from tests.conftest import redirect_user_folders
from tests.editor.random.dice import BITS, numbers
from tests.editor.random.episode import beginning, played, shrunk

LENGTH = 1_000  # operations in an episode
PART = 10  # episodes; one of them with the journal and another with reports, since these take their time
ALWAYS, ALL = 2, 100  # parts: 20,000 operations always, 1,000,000 in the soak


def fails(given: Sequence[int], seed: int, folder: Path) -> BaseException | None:
    """What goes wrong in an episode, or nothing."""
    folder.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        redirect_user_folders(patch, folder)
        try:
            played(given, beginning(seed), folder, seed % PART == 0, 8 if seed % PART == 1 else 0)
        except Exception as problem:
            return problem
    return None


def told(given: Sequence[int], seed: int, folder: Path) -> str:
    """The fewest operations of an episode that go wrong, and how; nothing where none do."""
    if fails(given, seed, folder / "all") is None:
        return ""
    tries = iter(range(10**9))
    fewest = shrunk(given, lambda fewer: fails(fewer, seed, folder / str(next(tries))) is not None)
    problem = fails(fewest, seed, folder / "fewest")
    return f"seed {seed}: {len(fewest)} operations are enough, played({fewest}, beginning({seed})): {problem!r}"


@pytest.mark.parametrize(
    "part", [pytest.param(part, marks=() if part < ALWAYS else pytest.mark.soak) for part in range(ALL)]
)
def test_that_whatever_is_done_can_be_undone_saved_kept_and_checked(
    qapp: QApplication, tmp_path: Path, part: int
) -> None:
    del qapp
    for seed in range(part * PART, (part + 1) * PART):
        why = told(numbers(seed, LENGTH), seed, tmp_path / str(seed))
        assert not why, why


@given(st.lists(st.integers(0, 2**BITS), min_size=50, max_size=50), st.integers(0, 3))
@settings(max_examples=40)  # 2,000 operations
def test_that_it_holds_for_operations_that_hypothesis_chooses(
    qapp: QApplication, tmp_path_factory: pytest.TempPathFactory, given: list[int], seed: int
) -> None:
    del qapp
    played(given, beginning(seed), tmp_path_factory.mktemp("folder"))
