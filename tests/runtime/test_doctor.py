"""``torchweave doctor`` names what is there and what clashes, each with the line that mends it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def doctor(*folders: Path, **environment: str) -> tuple[int, str]:
    """Exit code and output, with folders in front of ours on the path."""
    path = os.pathsep.join(map(str, [*folders, ROOT]))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "runtime.cli", "doctor"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": path} | environment,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_that_a_sound_installation_is_told_line_by_line() -> None:
    code, output = doctor()
    assert code == 0, output
    lines = output.splitlines()
    assert all(line.startswith("ok  ") for line in lines)
    told = ("Python 3.", "torch 2.", "PySide6 6.", "torchweave 0.")
    assert all(any(word in line for line in lines) for word in told)


def test_that_clashing_packages_are_named_with_their_repair(tmp_path: Path) -> None:
    (tmp_path / "editor").mkdir()
    (tmp_path / "editor" / "__init__.py").write_text("")
    (tmp_path / "resources.py").write_text("")
    code, output = doctor(tmp_path)
    assert code == 1
    clashes = [line for line in output.splitlines() if line.startswith("MEND")]
    assert len(clashes) == 2
    for line, name in zip(clashes, ("editor", "resources.py"), strict=True):
        assert line.startswith(f"MEND  {tmp_path / name} is called as our `{name.partition('.')[0]}` is")
        assert line.endswith(f"take {tmp_path} out of PYTHONPATH")
