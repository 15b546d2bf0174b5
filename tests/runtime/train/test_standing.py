"""Where a run stands: what its process writes down when it is asked."""

import faulthandler
import os
import signal
from pathlib import Path
from platform import node
from typing import IO

import pytest

from runtime.train import standing
from runtime.train.at_work import Worker


@pytest.mark.skipif(not hasattr(faulthandler, "register"), reason="the system has no such signal")
def test_that_a_run_that_is_asked_again_and_again_writes_no_file_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "at_work", lambda _: Worker(os.getpid(), 0, node()))
    files: list[IO[str]] = []
    register = faulthandler.register

    def kept(its: int, file: IO[str], **more: bool) -> None:
        files.append(file)
        register(its, file, **more)

    monkeypatch.setattr(faulthandler, "register", kept)
    standing.answer(tmp_path)
    sizes = []
    try:
        for _ in range(60):
            standing.ask_standing(tmp_path)
            sizes.append((tmp_path / standing.FILE).stat().st_size)
    finally:
        faulthandler.unregister(signal.SIGUSR1)
        files[0].close()
    assert sizes[0] > 500 and max(sizes) <= standing.MOST + sizes[0]
    assert standing.BEGIN in (tmp_path / standing.FILE).read_text()


def test_that_who_has_answered_once_but_not_lately_does_not_answer(tmp_path: Path) -> None:
    assert standing.answers(tmp_path)  # nobody can tell
    (tmp_path / standing.FILE).touch()
    assert standing.answers(tmp_path)
    os.utime(tmp_path / standing.FILE, (0, 0))
    assert not standing.answers(tmp_path)
