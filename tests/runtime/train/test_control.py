"""The way back to a run."""

import os
from pathlib import Path

import pytest

from runtime.train import control, events


def test_that_a_run_that_stands_still_stays_fresh_for_those_who_see_its_files_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, words = tmp_path / events.FILE, iter([control.PAUSE, control.PAUSE, control.GO])
    told.touch()
    os.utime(told, (0, 0))
    monkeypatch.setattr(control, "asked", lambda _: next(words))
    control.wait(tmp_path / control.FILE, told)
    assert told.stat().st_mtime > 0
    assert not list(words)
