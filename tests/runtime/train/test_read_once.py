"""What previews read: the same of the same files once, whatever program asks, and again when a file changes."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from runtime.train.read_once import Columns, stamp

Ask = Callable[..., dict[str, Any]]


def program(read: list[Path]) -> Ask:
    """Asks for a table as a program does, with functions and objects of its own, as each program has them."""

    class BadRows:
        pass

    def as_numbers(cells: str, decimal: str = ".") -> str:
        return cells + decimal

    def read_csv(path: Path, fields: dict[str, Any], bad_rows: BadRows) -> dict[str, Any]:
        read.append(path)
        return {"a": [path.stat().st_size]}

    def ask(columns: Columns, path: Path, **more: str) -> dict[str, Any]:
        return columns.read(read_csv, path, {"a": ("A", partial(as_numbers, **more))}, bad_rows=BadRows())

    return ask


@pytest.fixture
def table(tmp_path: Path) -> Callable[[str], Path]:
    def write(name: str) -> Path:
        (tmp_path / name).write_text("a\n1\n")
        return tmp_path / name

    return write


def test_that_a_table_whose_bad_rows_are_skipped_is_read_once_by_several_programs(table: Callable[[str], Path]) -> None:
    read: list[Path] = []
    columns, path = Columns(), table("one.csv")
    first = program(read)
    found = [ask(columns, path) for ask in (first, first, program(read))]
    assert read == [path] and found[0] == found[2]
    first(columns, path, decimal=",")
    assert len(read) == 2  # another reader
    path.write_text("a\n1\n2\n")
    assert first(columns, path) == {"a": [6]} and len(read) == 3


def test_that_a_folder_is_read_again_when_a_file_in_it_was_written_anew(table: Callable[[str], Path]) -> None:
    path = table("one.csv")
    before = stamp(path.parent)
    assert stamp(path.parent) == before
    path.write_text("a\n1\n2\n")
    assert stamp(path.parent) != before


def test_that_what_a_program_adds_to_its_columns_is_not_seen_by_others(table: Callable[[str], Path]) -> None:
    columns, path, ask = Columns(), table("one.csv"), program([])
    ask(columns, path)["decoded"] = [0]
    assert "decoded" not in ask(columns, path)


def test_that_the_files_of_one_graph_stay_however_many_they_are(table: Callable[[str], Path]) -> None:
    read: list[Path] = []
    columns, ask = Columns(most=3), program(read)
    paths = [table(f"{name}.csv") for name in ("training", "validation", "test")]
    for path in paths * 2:
        ask(columns, path)
    assert read == paths
