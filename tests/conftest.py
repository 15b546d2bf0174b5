"""What holds for every test: Qt draws in memory, the user's folders are temporary, and anything odd is a failure.

Warnings, exceptions that nobody could catch, exceptions in threads and Qt's own warnings fail the test in which they
happen: the first three through ``filterwarnings = error``, the last through ``qt_log_level_fail`` (pyproject.toml).
"""

import gc
import os
import signal
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from tests.workers import Workers, copied

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Tests start hundreds of processes of ours; without bytecode each would compile every file anew, for a second.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Tests that are started in the background are told to ignore Ctrl+C, and commands keep to what they were told.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# On a busy machine a deadline fails tests that are right; in CI a failure must come back when one looks for it.
settings.register_profile("torchweave", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("torchweave")


def redirect_user_folders(patch: pytest.MonkeyPatch, home: Path) -> None:
    """Send settings, caches and data of this process and its children below `home`, on every system."""
    names = {
        "HOME": home,
        "XDG_CONFIG_HOME": home / "config",
        "XDG_CACHE_HOME": home / "cache",
        "XDG_DATA_HOME": home / "data",
        "XDG_STATE_HOME": home / "state",
        "XDG_RUNTIME_DIR": home / "runtime",
        "WIN_PD_OVERRIDE_APPDATA": home / "config",
        "WIN_PD_OVERRIDE_LOCAL_APPDATA": home / "data",
        "WIN_PD_OVERRIDE_PERSONAL": home / "documents",
    }
    for name, folder in names.items():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        patch.setenv(name, str(folder))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays: half a million objects in which no later search for garbage need look."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> list[pytest.Item] | None:
    """A soak that nobody asked for is not even made: it would be most of all tests."""
    del name
    marks = getattr(obj, "pytestmark", ())
    return [] if collector.config.option.markexpr == "not soak" and any(mark.name == "soak" for mark in marks) else None


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Nor are single values of a test which are marked so."""
    if metafunc.config.option.markexpr == "not soak":
        marks = metafunc.definition.own_markers
        marks[:] = [_without_soak(mark) if mark.name == "parametrize" else mark for mark in marks]


def _without_soak(mark: pytest.Mark) -> pytest.Mark:
    names, values, *more = mark.args
    kept = [each for each in values if not any(own.name == "soak" for own in getattr(each, "marks", ()))]
    return pytest.mark.parametrize(names, kept, *more, **mark.kwargs).mark


@pytest.fixture(scope="session", autouse=True)
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Iterator[Path]]:
    """One home after the other, the first of them for what fixtures of a wider scope than a test write.

    They are counted here: a folder that pytest numbers costs a look at all that there are.
    """
    folder = tmp_path_factory.mktemp("homes")
    homes = (folder / str(number) for number in count())
    with pytest.MonkeyPatch.context() as patch:
        redirect_user_folders(patch, next(homes))
        yield homes


@pytest.fixture(autouse=True)
def user_folders(_homes: Iterator[Path]) -> Iterator[Path]:
    """A fresh home for each test."""
    with pytest.MonkeyPatch.context() as patch:
        home = next(_homes)
        redirect_user_folders(patch, home)
        yield home


@pytest.fixture(scope="session", autouse=True)
def workers(_homes: Iterator[Path]) -> Iterator[Workers]:
    """What trains has torch already: importing it would be most of the time of a test that trains."""
    with copied() as made:
        yield made


@pytest.fixture(autouse=True)
def _no_button_is_held() -> Iterator[None]:
    """A mouse button that a test leaves pressed stays pressed for Qt, and fails the tests after it."""
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets and widgets.QApplication.instance():
        assert not widgets.QApplication.mouseButtons().value, "a mouse button is still pressed"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what tests counted, added up over all of them: ``record_property("judge: cases", 100)``."""
    counts: dict[str, Counter[str]] = {}
    for report in terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", []):
        for name, number in report.user_properties if report.when == "call" else ():
            what, _, of = name.partition(": ")
            counts.setdefault(what, Counter())[of] += number
    for what, found in counts.items():
        terminalreporter.write_line(f"{what}: " + ", ".join(f"{number:,} {of}" for of, number in found.items()))
