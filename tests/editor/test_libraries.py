"""A system without the libraries of a window: one sentence says what installs them, and Qt is not begun."""

import ctypes
import sys

import pytest

from editor.__main__ import main
from runtime.doctor import WINDOW_LIBRARIES

LACKING = "libxcb-cursor.so.0: cannot open shared object file: No such file or directory"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere they come with the system")
def test_that_the_start_says_what_installs_the_libraries_that_are_lacking(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def load(name: str) -> None:
        assert name.endswith("libqxcb.so")
        raise OSError(LACKING)

    monkeypatch.setattr(ctypes, "CDLL", load)
    monkeypatch.setattr("editor.__main__._edit", lambda options: pytest.fail("the window was begun"))
    monkeypatch.setenv("DISPLAY", ":99")
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 1
    said = capsys.readouterr().err
    assert said == f"No window can be opened ({LACKING}): sudo apt-get install {WINDOW_LIBRARIES}\n"
