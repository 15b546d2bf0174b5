"""The versions of a file: each content once, the oldest go, and what cannot be kept is told."""

import os
from pathlib import Path

import pytest

from runtime.graph import versions as module
from runtime.graph.versions import clear, keep, keep_file, versions


def contents(folder: Path) -> list[bytes]:
    """What is kept, newest first."""
    return [each.path.read_bytes() for each in versions(folder)]


def test_that_each_content_is_kept_once_with_the_time_it_was_last_written(tmp_path: Path) -> None:
    file, folder = tmp_path / "wine.json", tmp_path / "kept" / "wine"
    for second, content in enumerate((b"one", b"two", b"one"), start=1):
        file.write_bytes(content)
        os.utime(file, (second, second))
        keep_file(file, folder)
    assert contents(folder) == [b"one", b"two"]
    assert [each.time.timestamp() for each in versions(folder)] == [3, 2]
    keep_file(tmp_path / "gone.json", folder)
    assert len(versions(folder)) == 2
    clear(folder)
    assert not folder.exists()
    assert versions(folder) == []


def test_that_the_oldest_go_beyond_a_number_and_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    monkeypatch.setattr(module, "BYTES", 10)
    monkeypatch.setattr(module, "ALL_BYTES", 14)
    folder, other = tmp_path / "a", tmp_path / "b"
    for at in range(5):
        keep(b"%d" % at, folder, at)
    assert contents(folder) == [b"4", b"3", b"2"]
    keep(b"123456789", folder, 9)
    assert contents(folder) == [b"123456789", b"4"]
    keep(b"abcdefgh", other, 10)
    assert (contents(other), contents(folder)) == ([b"abcdefgh"], [])
    keep(b"x" * 20, other, 11)
    assert contents(other) == [b"x" * 20]  # the newest stays whatever its size
