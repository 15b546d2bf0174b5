"""What tests of the command line share: commands, here and as processes, and a case to try them on."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from runtime.cli import main
from tests.runtime.generate.cases import FOLDER

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "resources" / "examples"
TWO_MODELS = FOLDER / "two_models.json"
Said = tuple[int, str, str]
Says = Callable[..., Said]


def command(*arguments: object, **options: Any) -> "subprocess.Popen[str]":
    """A command as a process."""
    line = [sys.executable, "-P", "-m", "runtime", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | options.pop("env", {})
    pipe = subprocess.PIPE
    return subprocess.Popen(
        line, stdout=pipe, stderr=pipe, text=True, env=environment, preexec_fn=_interruptible, **options
    )


def _interruptible() -> None:
    """A shell lets what it starts in the background ignore interrupts; a command starts as in a terminal."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def finished(*arguments: object, **options: Any) -> Said:
    """Exit code, output and errors of a command as a process."""
    process = command(*arguments, **options)
    output, errors = process.communicate(timeout=120)
    return process.returncode, output, errors


def here(*arguments: object) -> Said:
    """Exit code, output and errors of a command in this process; what it trains is trained in another."""
    output, errors = StringIO(), StringIO()
    with redirect_stdout(output), redirect_stderr(errors):
        try:
            code = main([str(each) for each in arguments])
        except SystemExit as ended:  # of argparse
            code = ended.code if isinstance(ended.code, int) else 1
    return code, output.getvalue(), errors.getvalue()


def broken_copy(folder: Path, **changes: Any) -> Path:
    """The first case with some keys changed, in a file of its own."""
    file = folder / "graph.json"
    file.write_text(json.dumps(json.loads(TWO_MODELS.read_text(encoding="utf-8")) | changes), encoding="utf-8")
    return file
