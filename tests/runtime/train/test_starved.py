"""A run that hardly gets the processor is told once; one that waits for something else is not."""

from pathlib import Path

import pytest

from runtime.train import starved
from runtime.train.starved import SENTENCE, Starved

Stretch = tuple[float, float, float]  # seconds that go by, and of these it runs and is kept waiting


def said(folder: Path, monkeypatch: pytest.MonkeyPatch, *stretches: Stretch) -> list[str | None]:
    """What is said after each stretch."""
    file, now = folder / "schedstat", [0.0, 0.0, 0.0]

    def tell() -> None:
        file.write_text(f"{round(1e9 * now[1])} {round(1e9 * now[2])} 7\n", encoding="ascii")

    tell()
    monkeypatch.setattr(starved, "TOLD", file)
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    looks, found = Starved(), []
    for stretch in stretches:
        now[:] = [one + more for one, more in zip(now, stretch, strict=True)]
        tell()
        found.append(looks.look())
    return found


def test_that_a_run_that_is_kept_waiting_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = (11.0, 1.0, 10.0)
    assert said(tmp_path, monkeypatch, (11.0, 9.0, 2.0), busy, busy) == [None, SENTENCE, None]


@pytest.mark.parametrize("stretch", [(9.0, 1.0, 8.0), (11.0, 0.5, 4.0), (11.0, 5.0, 6.0)])
def test_that_too_short_a_time_other_waits_and_fair_shares_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stretch: Stretch
) -> None:
    assert said(tmp_path, monkeypatch, stretch) == [None]


def test_that_a_system_that_does_not_tell_is_not_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starved, "TOLD", tmp_path / "nothing")
    assert Starved().look() is None
