"""Where things live: settings that survive being broken, and a folder of runs for each graph."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.places import EXAMPLES, read_settings, runs_folder, settings_file, write_setting


def broken(data: bytes) -> Path:
    """The settings with these contents."""
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_bytes(data)
    return settings_file()


def test_that_everything_lives_below_the_users_folders(user_folders: Path) -> None:
    assert settings_file().is_relative_to(user_folders)
    assert runs_folder(None).is_relative_to(user_folders)
    assert not settings_file().exists()


def test_that_there_are_no_settings_at_first_and_reading_makes_none() -> None:
    assert read_settings() == {}
    assert not settings_file().parent.exists()


def test_that_a_setting_is_kept_beside_the_others() -> None:
    write_setting("theme", "dark")
    write_setting("recent", ["a", "é"])
    write_setting("theme", "light")
    assert read_settings() == {"theme": "light", "recent": ["a", "é"]}
    assert [file.name for file in settings_file().parent.iterdir()] == ["settings.json"]


BROKEN = {
    "empty": b"", "cut off": b'{"theme": "da', "a list": b"[1]", "null": b"null", "not UTF-8": b'{"a": "\xff"}',
    "binary": bytes(range(256)), "deep": b"[" * 100_000, "long number": b'{"a": ' + b"9" * 5000 + b"}",
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_that_a_broken_file_counts_as_none_and_is_kept(name: str) -> None:
    file = broken(BROKEN[name])
    assert read_settings() == {}
    assert file.with_suffix(".bad").read_bytes() == BROKEN[name]
    write_setting("theme", "dark")
    assert read_settings() == {"theme": "dark"}
    assert file.with_suffix(".bad").read_bytes() == BROKEN[name]


def test_that_a_file_that_cannot_even_be_moved_away_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    broken(b"no")

    def refuse(*_: object) -> None:
        raise PermissionError("no")

    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.setattr(Path, "replace", refuse)
    assert read_settings() == {}


def test_that_a_folder_in_place_of_the_file_counts_as_none() -> None:
    settings_file().mkdir(parents=True)
    assert read_settings() == {}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=30))
def test_that_any_contents_can_be_read(data: bytes) -> None:
    broken(data)
    assert isinstance(read_settings(), dict)


def test_that_settings_that_are_not_understood_stay() -> None:
    broken(json.dumps({"of a later version": {"a": 1}}).encode())
    write_setting("theme", "dark")
    assert read_settings() == {"of a later version": {"a": 1}, "theme": "dark"}


def test_that_each_graph_file_has_a_folder_of_runs_of_its_own(tmp_path: Path) -> None:
    one, other = tmp_path / "a" / "graph.json", tmp_path / "b" / "graph.json"
    assert runs_folder(one) != runs_folder(other)
    assert runs_folder(one).parent == runs_folder(None).parent
    assert runs_folder(one) == runs_folder(tmp_path / "b" / ".." / "a" / "graph.json")
    assert runs_folder(one).name.startswith("graph-")


@pytest.mark.parametrize("name", ["..json", "x" * 240 + ".json", "a b'\".json", "é.json"])
def test_that_a_folder_of_runs_can_be_made_for_any_name(name: str, tmp_path: Path) -> None:
    folder = runs_folder(tmp_path / name)
    folder.mkdir(parents=True)
    assert folder.parent == runs_folder(None).parent


def test_that_the_examples_are_there() -> None:
    assert len(list(EXAMPLES.glob("*.json"))) >= 3
