"""What an installed Torchweave holds: the wheel has every file of the program, and runs away from this folder."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHECK = "import sys, runtime.cli as cli; print(cli.__file__, file=sys.stderr); sys.exit(cli.main())"


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A finished process; its words are shown when it fails."""
    return subprocess.run(command, cwd=cwd, env=environment or None, capture_output=True, text=True, check=False)


def shipped() -> list[str]:
    """The files that belong into the wheel: all that git knows of the three packages."""
    listed = run("git", "ls-files", "-z", "runtime", "editor", "resources", cwd=ROOT).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked wheel, built from a copy so that nothing is written beside the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in [*shipped(), "pyproject.toml", "README.md", "LICENSE"]:
        (folder / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / "copy" / name)
    build = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", folder, cwd=folder / "copy")
    assert build.returncode == 0, build.stdout + build.stderr
    (wheel,) = folder.glob("torchweave-*.whl")
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(folder / "installed")
    return folder / "installed"


def test_that_the_wheel_holds_every_file_of_the_program(installed: Path) -> None:
    # The pictures of the README stay behind: they are of the repository, not of the program.
    wanted = [name for name in shipped() if not name.startswith("resources/pictures/")]
    assert [name for name in wanted if not (installed / name).is_file()] == []


def test_that_the_installed_program_checks_its_own_example(installed: Path, tmp_path: Path, user_folders: Path) -> None:
    example = installed / "resources" / "examples" / "two_models.json"
    done = run(
        sys.executable,
        "-c",
        CHECK,
        "check",
        example,
        "--json",
        cwd=tmp_path,
        PYTHONPATH=str(installed),
        HOME=str(user_folders),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert str(installed) in done.stderr
