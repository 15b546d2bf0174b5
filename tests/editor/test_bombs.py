"""Bombs are opened in the window: it says what is wrong, stays as it was, and goes on."""

from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from pytestqt.qtbot import QtBot

from tests.runtime.check.bomb_parts import written
from tests.runtime.check.bombs import drawn_bombs
from tests.runtime.generate.cases import graph_of

if TYPE_CHECKING:
    from editor.window.window import Window

EVERY = dict(drawn_bombs())
MORE = 300  # MB that the window may hold more after a bomb; all that it shows and Qt keeps of it is far less


def a_tenth(name: str) -> tuple[pytest.MarkDecorator, ...]:
    """No mark for the tenth of the names that is tried in every run."""
    return () if crc32(name.encode()) % 10 == 0 else (pytest.mark.soak,)


def held() -> int:
    """MB that this process has in memory, at the most so far."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@pytest.mark.parametrize("name", [pytest.param(name, marks=a_tenth(name)) for name in EVERY])
def test_that_a_bomb_is_opened_or_refused_and_work_goes_on(
    shared_window: "Window", qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    window = shared_window
    window.banner.hide()
    file = tmp_path / "bomb.json"
    file.write_bytes(written(EVERY[name]))
    before = held()
    window.files.open(file)
    qtbot.waitUntil(lambda: window.document.path == file or window.banner.isVisible())
    window.session.check_now()
    assert held() - before < MORE
    window.document.open(graph_of("own_nodes"), None)
    window.session.check_now()
    assert window.session.report.sound
