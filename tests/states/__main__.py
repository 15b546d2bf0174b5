"""``python -m tests.states FOLDER [NAME ...]``: each state of the window at two scales in three themes, to look at.

FOLDER/dark/100/NAME.png and so on. Each scale is a process of its own, since Qt takes it when it begins. What a window
starts has torch already, as in the tests: each of its processes would import it for seconds.
"""

import json
import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from unittest.mock import patch

SCALES = ("1", "2")


def main() -> int:
    """Take the states that are named, or all; 1 where one of them never came."""
    if "QT_SCALE_FACTOR" in os.environ:
        return take(Path(sys.argv[1]), sys.argv[2:])
    command = [sys.executable, "-m", "tests.states", *sys.argv[1:]]
    begun = [subprocess.Popen(command, env={**os.environ, **surroundings(scale)}) for scale in SCALES]
    return max(process.wait() for process in begun)


def surroundings(scale: str) -> dict[str, str]:
    """Drawn in memory, at a scale, on a screen that is wide enough for all."""
    screen = {"name": "wide", "x": 0, "y": 0, "width": 2560 * int(scale), "height": 1440 * int(scale), "logicalDpi": 96}
    file = Path(tempfile.mkdtemp(prefix="torchweave-")) / "screen.json"
    file.write_text(json.dumps({"screens": [{**screen, "logicalBaseDpi": 96, "dpr": 1}]}))
    return {"QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": f"offscreen:configfile={file}"}


def take(folder: Path, names: list[str]) -> int:
    """Bring a window into each state and draw it in each theme."""
    from PySide6.QtWidgets import QApplication

    from editor.looks import theme
    from tests.states.stage import Stage
    from tests.states.states import STATES
    from tests.workers import copied

    app, scale = QApplication([]), 100 * int(os.environ["QT_SCALE_FACTOR"])
    missed = 0
    with copied() as workers, patch("editor.workers.started.command", workers.command):
        for name, state in STATES.items():
            if names and name not in names:
                continue
            begin_anew()
            theme.apply(app, "dark")
            stage = Stage(state.size, Path(tempfile.mkdtemp(prefix="torchweave-")))
            try:
                state.reach(stage)
            except Exception:
                traceback.print_exc()
                missed = 1
            for shown in theme.THEMES:
                theme.apply(app, shown)
                file = folder / shown / str(scale) / f"{name}.png"
                file.parent.mkdir(parents=True, exist_ok=True)
                stage.picture().save(str(file))
            stage.close()
            print(f"{name} at {scale} %", flush=True)
    return missed


def begin_anew() -> None:
    """Settings, runs and unsaved work of nobody."""
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        os.environ[name] = tempfile.mkdtemp(prefix="torchweave-")


if __name__ == "__main__":
    sys.exit(main())
