"""A file is written whole or not at all, whatever happens in between."""

import os
import random
import resource
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runtime.graph.save import write_whole

ROOT = Path(__file__).parents[3]
KILLS, SEED = 40, 20240607
OLD = b"old" * 1000

# Two contents in turn, as fast as can be, so that a kill at any moment falls into a save.
SAVING = """
import sys
from pathlib import Path
from runtime.graph.save import write_whole
file, contents = Path(sys.argv[1]), [letter * 400_000 for letter in (b"a", b"b")]
write_whole(file, contents[0])
print("saved", flush=True)
while True:
    for each in contents:
        write_whole(file, each)
"""


def test_that_a_file_is_whole_after_a_kill_at_any_moment(tmp_path: Path) -> None:
    draw = random.Random(SEED)
    for at in range(KILLS):
        folder = tmp_path / str(at)
        folder.mkdir()
        command = [sys.executable, "-S", "-c", SAVING, str(folder / "graph.json")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env={"PYTHONPATH": str(ROOT)}) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"saved\n"
            until = time.monotonic() + draw.uniform(0, 0.03)
            while time.monotonic() < until:  # a moment somewhere in a save, not one that a clock rounds
                pass
            process.send_signal(signal.SIGKILL)
        assert (folder / "graph.json").read_bytes() in (b"a" * 400_000, b"b" * 400_000)


def test_that_what_a_killed_save_left_behind_goes_with_a_later_one(file: Path) -> None:
    old, young, other = (file.with_name(name) for name in (f".{file.name}.a.part", f".{file.name}.b.part", ".x.a.part"))
    for each in (old, young, other):
        each.write_bytes(b"half")
    for each in (old, other):
        os.utime(each, (0, 0))
    write_whole(file, b"new")
    assert sorted(file.parent.iterdir()) == sorted([file, young, other])


def in_a_child(act: Callable[[], None]) -> str:
    """What went wrong when a forked child did something: the name of the error, or nothing."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            act()
        except BaseException as error:
            os.write(tell, type(error).__name__.encode())
        finally:
            os._exit(0)
    os.close(tell)
    os.waitpid(child, 0)
    with os.fdopen(told, "rb") as pipe:
        return pipe.read().decode()


@pytest.fixture
def file() -> Iterator[Path]:
    """A file with old contents in a folder of its own, which everybody may write to."""
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders let nobody else in
        folder = Path(name)
        folder.chmod(0o777)
        (folder / "graph.json").write_bytes(OLD)
        (folder / "graph.json").chmod(0o666)
        yield folder / "graph.json"


def alone(file: Path) -> bool:
    """Whether nothing else was left in the folder."""
    return [each.name for each in file.parent.iterdir()] == [file.name]


def test_that_a_write_that_falls_short_leaves_the_old_file(file: Path) -> None:
    def fill() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        write_whole(file, b"x" * 200_000)

    assert in_a_child(fill) == "OSError"
    assert file.read_bytes() == OLD
    assert alone(file)


def test_that_a_folder_that_cannot_be_written_leaves_the_old_file(file: Path) -> None:
    def write() -> None:
        if os.getuid() == 0:  # the modes of folders do not hold root back
            os.setgid(65534)
            os.setuid(65534)
        write_whole(file, OLD)

    assert in_a_child(write) == ""
    file.parent.chmod(0o555)
    assert in_a_child(write) == "PermissionError"
    assert file.read_bytes() == OLD
    assert alone(file)


@pytest.mark.parametrize("call", ["fsync", "chmod", "replace"])
def test_that_whatever_call_fails_the_old_file_is_there_and_nothing_beside_it(
    call: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("no")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(OSError, match="no"):
            write_whole(file, b"new")
    assert file.read_bytes() == OLD
    assert alone(file)


def test_that_an_interrupt_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(file, b"new")
    assert file.read_bytes() == OLD
    assert alone(file)


def test_that_a_folder_that_cannot_be_flushed_is_no_failure(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flush, files = os.fsync, iter([True, False])

    def only_files(descriptor: int) -> None:
        if not next(files):
            raise OSError("not for folders here")
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", only_files)
    write_whole(file, b"new")
    assert file.read_bytes() == b"new"


def test_that_a_link_is_followed_and_kept(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(file)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"


def test_that_a_link_to_itself_is_an_error_and_no_hang(tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(link)
    with pytest.raises(OSError):
        write_whole(link, b"new")
    assert link.is_symlink()


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o755])
def test_that_the_mode_is_kept(mode: int, file: Path) -> None:
    file.chmod(mode)
    write_whole(file, b"new")
    assert stat.S_IMODE(file.stat().st_mode) == mode


def test_that_a_new_file_has_the_mode_that_files_have(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"")
    write_whole(tmp_path / "new", b"new")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_that_a_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError):
        write_whole(tmp_path / "folder", b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]


def test_that_a_file_may_have_as_long_a_name_as_files_can(tmp_path: Path) -> None:
    file = tmp_path / ("x" * 250 + ".json")
    write_whole(file, b"new")
    assert file.read_bytes() == b"new"


def test_that_empty_and_large_contents_are_written(tmp_path: Path) -> None:
    for data in (b"", b"x" * 5_000_000):
        write_whole(tmp_path / "file", data)
        assert (tmp_path / "file").read_bytes() == data
