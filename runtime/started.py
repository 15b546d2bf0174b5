"""How processes of ours are started: they find what is ours, and take no file of the current folder for a module."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def command(module: str, *arguments: str) -> list[str]:
    """The line that runs a module of ours. Without ``-P`` a ``json.py`` where the user happens to be would be run."""
    return [sys.executable, "-P", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """That of such a process; it says each line at once."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
