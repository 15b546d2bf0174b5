"""``python -m editor`` as a process: the first frame, pictures without a display, plain sentences."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from editor.__main__ import main
from editor.window.place import keep_place, restore_place
from runtime.places import EXAMPLES, write_setting

ROOT = Path(__file__).parents[2]
TWO = str(EXAMPLES / "two_models.json")


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the editor to its end."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    command = [sys.executable, "-W", "error", "-m", "editor", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=kept | environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_that_the_first_frame_is_painted_and_measured() -> None:
    done = start("--measure-first-frame", TWO, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"\d+ ms to the first frame\n", done.stdout)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_that_whoever_ends_the_command_ends_the_window(number: signal.Signals) -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_DEBUG_PLUGINS": "1"}
    command = [sys.executable, "-c", "import sys; from runtime.__main__ import main; sys.exit(main())", TWO]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=pipe, start_new_session=True)
    try:
        assert process.stderr and process.stderr.readline()  # Qt is being loaded, so there is a window's process
        process.send_signal(number)
        process.communicate(timeout=20)  # ends when nobody writes any more: neither the command nor the window
        assert process.returncode == 128 + number
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def test_that_without_a_display_one_sentence_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main([TWO]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "torchweave train" in said


def test_that_a_graph_is_drawn_with_the_curve_of_a_run(tmp_path: Path) -> None:
    events = [
        {"event": "step", "step": n, "epoch": 1, "loss": 2 / n, "samples": 32, "seconds": n} for n in range(1, 90)
    ]
    (tmp_path / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    plain, curved = tmp_path / "plain.png", tmp_path / "curved.png"
    for file, more in ((plain, []), (curved, ["--run", str(tmp_path)])):
        done = start("--render", TWO, str(file), "--theme", "light", "--size", "900x600", *more, QT_QPA_PLATFORM="")
        assert done.returncode == 0, done.stderr
        assert "propagateSizeHints" not in done.stderr
    pictures = [QImage(str(file)) for file in (plain, curved)]
    assert all((picture.width(), picture.height()) == (900, 600) for picture in pictures)
    assert pictures[0] != pictures[1]
    colours = {pictures[1].pixelColor(x, y).name() for x in range(0, 900, 2) for y in range(420, 600, 2)}
    assert len(colours) > 5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--render", "gone.json", "out.png"], "gone.json: No such file"),
        (["--render", TWO, "nowhere/out.png"], "nowhere/out.png could not be written"),
        (["--render", TWO, "out.png", "--size", "huge"], "--size needs two numbers"),
    ],
)
def test_that_what_cannot_be_drawn_is_told_in_a_sentence(arguments: list[str], words: str) -> None:
    done = start(*arguments, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_that_the_window_comes_back_to_its_place(qtbot: QtBot) -> None:
    first, second = QMainWindow(), QMainWindow()
    for window in (first, second):
        qtbot.addWidget(window)
    first.resize(640, 480)
    keep_place(first)
    restore_place(second)
    assert second.size() == first.size()
    write_setting("window", "no place at all")
    restore_place(second)
    assert second.size() == first.size()
