"""``torchweave doctor``: what is there, what is missing, and the line that mends it."""

import importlib.metadata
import importlib.util
import json
import operator
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from runtime.places import cache_folder
from runtime.spec.catalogue import catalogue
from runtime.spec.installed import SWITCH, installed
from runtime.train.cache import described, entries, in_megabytes, limit

ROOT = Path(__file__).resolve().parent.parent
QT_LIBRARIES = "libglib2.0-0 libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3"
WINDOW_LIBRARIES = (
    "libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxcb-xkb1 "
    "libxkbcommon-x11-0"
)
PATIENCE = 120.0  # seconds for an import, which may be the first from a slow disk
COMPARED: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    ">=": operator.ge, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt
}  # fmt: skip
Finding = tuple[bool, str]  # fine or not, one sentence


def examine() -> Iterator[Finding]:
    """Every finding, the repair at the end of its sentence."""
    version = platform.python_version()
    yield sys.version_info >= (3, 11), f"Python {version}" + ("" if sys.version_info >= (3, 11) else ": 3.11 is needed")
    yield from _versions()
    yield from _torch()
    yield from _gpu()
    yield from _qt()
    yield from _names()
    yield from _packages()
    yield from prepared()


def prepared() -> Iterator[Finding]:
    """What runs keep for the next ones."""
    held = f"{described(entries())} of at most {in_megabytes(limit())} in {cache_folder()}"
    yield True, f"prepared data: {held}; torchweave doctor --clear-cache empties it"


def _packages() -> Iterator[Finding]:
    """Installed packages that add node types."""
    catalogue()
    for package in sorted({spec.package for spec in installed().specs.values()}):
        names = [name for name, spec in installed().specs.items() if spec.package == package]
        yield True, f"{package} adds {', '.join(names[:5])}{' and more' if len(names) > 5 else ''}"
    for sentence in installed().left_out:
        yield False, f"{sentence}. Mend or uninstall it; {SWITCH}=own in the environment starts without"


def _python(code: str) -> tuple[int, str]:
    """Run a line of ours in another process; a broken library cannot take this one with it."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-P", "-c", code]
    try:
        done = subprocess.run(line, capture_output=True, text=True, env=environment, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return 1, f"no answer within {PATIENCE:g} seconds"
    told = (done.stdout or done.stderr).strip().splitlines()
    return done.returncode, told[-1] if told else f"exit code {done.returncode}"


def _versions() -> Iterator[Finding]:
    """Packages whose version is not one that we work with."""
    try:
        required = importlib.metadata.requires("torchweave") or []
    except importlib.metadata.PackageNotFoundError:
        return
    for line in required:
        found = re.fullmatch(r"([\w.-]+) ?\(?([<>=!\d.,]*)\)?", line)
        if found is None:  # needed on some systems only, or by those who work on torchweave
            continue
        name, wanted = found.groups()
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield False, f"{name} is not installed: {sys.executable} -m pip install '{name}{wanted}'"
            continue
        if not _fits(version, wanted):
            yield False, f"{name} {version} is not {wanted}: {sys.executable} -m pip install '{name}{wanted}'"


def _fits(version: str, wanted: str) -> bool:
    """Whether a version is in a range such as ``<2.14,>=2.10``; what stands behind its numbers does not count."""
    bounds = re.findall(r"([<>=!]=?)([\d.]+)", wanted)
    return all(COMPARED[sign](*_even(_numbers(version), _numbers(bound))) for sign, bound in bounds)


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def _even(*versions: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Versions with as many numbers each: 2.14 is 2.14.0."""
    most = max(map(len, versions))
    return [version + (0,) * (most - len(version)) for version in versions]


def _torch() -> Iterator[Finding]:
    code, told = _python("import runtime.train.device as d, json; print(json.dumps(d.chosen()))")
    if code:
        yield False, f"torch cannot be imported ({told}): pip install 'torch>=2.10,<2.14'"
        return
    found = json.loads(told)
    yield True, f"torch {found['torch']}, runs go to {found['device']}: {found['reason']}"


def _gpu() -> Iterator[Finding]:
    """A GPU that is there but not used, and why."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return
    try:
        done = subprocess.run([tool, "-L"], capture_output=True, text=True, timeout=PATIENCE / 4)
    except subprocess.TimeoutExpired:
        yield False, f"{tool} does not answer within {PATIENCE / 4:g} seconds: restart the computer, or its GPU driver"
        return
    if done.returncode or "GPU" not in done.stdout:
        return
    name = done.stdout.splitlines()[0]
    code, told = _python("import torch; print(torch.cuda.is_available(), torch.version.cuda)")
    if code == 0 and told.startswith("True"):
        yield True, f"{name} is used"
    elif told.endswith("None"):
        yield False, f"{name} is not used, torch is built for CPU only: pip install its CUDA build"
    else:
        yield False, f"{name} is not used, its driver is too old for torch's CUDA: install a newer driver"


def _qt() -> Iterator[Finding]:
    code, told = _python("import PySide6.QtWidgets as w, PySide6; print(PySide6.__version__)")
    if code:
        yield False, f"Qt cannot be imported ({told}): sudo apt-get install {QT_LIBRARIES}"
        return
    yield True, f"PySide6 {told}"
    screen = sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if not screen:
        yield True, "no display: the editor needs one, `torchweave train` does not"
        return
    code, told = _python("from PySide6.QtWidgets import QApplication as A; A([]); print('a window can be opened')")
    yield code == 0, told if code == 0 else f"no window can be opened ({told}): sudo apt-get install {WINDOW_LIBRARIES}"


def _names() -> Iterator[Finding]:
    """Other packages are called `editor`, `runtime` and `resources` too."""
    found = [(name, other) for name in ("editor", "runtime", "resources") if (other := _other(name))]
    for name, other in found:
        yield False, f"{other} is called as our `{name}` is and is found in its stead: {_repair(other)}"
    if not found:
        yield True, f"torchweave {importlib.metadata.version('torchweave')} in {ROOT}"


def _other(name: str) -> Path | None:
    """What Python finds under this name, where it is not ours."""
    spec = importlib.util.find_spec(name)
    if spec is None:
        return ROOT / name
    origin = Path(spec.origin) if spec.origin else Path(next(iter(spec.submodule_search_locations or [""])))
    place = origin.parent if origin.name == "__init__.py" else origin
    return None if place.resolve() == ROOT / name else place


def _repair(other: Path) -> str:
    """The line that mends a clash."""
    known = importlib.metadata.packages_distributions().get(other.stem, [])
    names = [name for name in known if name != "torchweave"]
    if names and "site-packages" in other.parts:
        return f"{sys.executable} -m pip uninstall {names[0]}"
    return f"rename it, or take {other.parent} out of PYTHONPATH"
