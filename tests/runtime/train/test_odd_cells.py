"""Cells and rows of tables that are nothing of the kind: what a look takes them for, and how they are read."""

import re
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from runtime.train.look import look
from runtime.train.pieces.table_bad_rows import BadRows
from runtime.train.pieces.table_cells import as_number, as_number_or_nan
from runtime.train.pieces.table_csv import read_csv
from runtime.train.pieces.table_plain import read_plain_csv
from tests.runtime.train.test_table import declared
from tests.runtime.train.test_table_look import kinds, seen, written


@pytest.mark.parametrize(
    ("odd", "number", "every", "notes"),
    [
        ("-", "{}.5", 12, ["size has 20 cells that are no numbers (-, line 2)"]),
        ("k.A.", "{},5", 12, ["size has 20 cells that are no numbers (k.A., line 2)"]),
        ("-", "{}", 3, ["size has 80 cells that are no numbers (-, line 2)"]),
        ("-", "{}.5", 1.5, ["size is a number in 80 of 240 rows and is left out"]),
    ],
)
def test_that_a_sign_in_place_of_many_numbers_makes_no_texts_of_them(
    tmp_path: Path, odd: str, number: str, every: float, notes: list[str]
) -> None:
    rows = [{"size": odd if at % every < 1 else number.format(at), "kind": "ab"[at % 2]} for at in range(240)]
    found = look(written(tmp_path, rows))
    assert found["notes"] == notes
    assert kinds(found) == ({"size": "number", "kind": "label"} if every > 2 else {"kind": "label"})
    assert found["parameters"].get("decimal") == ("," if "," in number else None)


def test_that_words_which_a_label_of_numbers_repeats_are_classes(tmp_path: Path) -> None:
    rows = [{"x": at / 2, "grade": {3: "other", 9: "2O"}.get(at % 50, at % 4)} for at in range(59)]
    found = look(written(tmp_path, rows))
    assert found["parameters"]["fields"]["grade"]["classes"] == ["0", "1", "2", "3", "other"]
    assert seen(found)["grade"]["classes"][-1] == ["other", 2]
    assert found["notes"] == ["grade has a cell that is no number (2O, line 11)"]
    amounts = [{"x": at / 2, "price": "other" if at % 50 == 3 else at * 1.5} for at in range(59)]
    assert kinds(look(written(tmp_path, amounts)))["price"] == "number"


def test_that_the_rows_of_each_column_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    rows = [
        {"a": "few" if at in (2, 9) else at / 2, "b": "" if at == 5 else at / 3, "c": "ab"[at % 2]} for at in range(40)
    ]
    columns = seen(look(written(tmp_path, rows)))
    told: dict[tuple[str, str], Any] = {
        (title, name): columns[title].get(name) for title in "ab" for name in ("odd", "empty")
    }
    assert int(told["a", "odd"], 16) == 1 << 2 | 1 << 9
    assert int(told["b", "empty"], 16) == 1 << 5
    assert told["a", "empty"] is told["b", "odd"] is None


def test_that_numbers_without_end_are_odd_cells_too(tmp_path: Path) -> None:
    drift = [float("inf") if at in (4, 7) else at / 3 for at in range(40)]
    pq.write_table(pa.table({"drift": drift, "kind": ["ab"[at % 2] for at in range(40)]}), tmp_path / "t.parquet")
    found = look(tmp_path / "t.parquet")
    assert found["notes"] == ["drift has 2 cells that are no numbers (inf, row 5)"]
    assert found["parameters"]["bad_rows"] == "skip"


@pytest.mark.parametrize(
    "about",
    [
        {"type": "float32[]", "odd": "missing"},
        {"type": "float32[]", "missing": "keep", "odd": "keep"},
        {"type": "int64[]", "missing": "keep", "odd": "missing", "classes": ["a"]},
        {"type": "float32[]", "missing": "keep", "odd": "missing", "date": "%Y"},
    ],
)
def test_that_odd_cells_are_missing_only_where_missing_numbers_are_kept(about: dict[str, Any]) -> None:
    told = "takes odd cells of x for missing only where it keeps what is missing of numbers"
    assert told in str(declared("t.csv", about).rule())


def test_that_rows_which_begin_with_the_sign_of_comments_are_rows(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("colour,b\n" + "#ff0000,2\n#00ff00,4\n" * 15 + "#0000ff,1,2\n")
    assert look(file)["notes"] == ["line 32 has 3 cells where 2 are titled"]
    file.write_text("colour,b\n" + "red,2\ngreen,4\n" * 15 + "#0000ff,1,2\n")
    assert look(file)["notes"] == ["line 32 is a comment"]


@pytest.mark.parametrize("reads", [read_csv, read_plain_csv])
@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("3", "its cells are 1, not 2: '3'"),
        ("# so far", "its cells are 1, not 2: '# so far'"),
        ("3,4,5", "its cells are 3, not 2: '3,4,5'"),
    ],
)
def test_that_an_uneven_row_is_told_with_its_line(tmp_path: Path, reads: Any, row: str, told: str) -> None:
    (tmp_path / "t.csv").write_text(f'a,b\n1,2\n\n"3\n",4\n{row}\n5,6\n')
    todo = "correct it or take it out, or let bad_rows skip such rows"
    with pytest.raises(ValueError, match=re.escape(f"t.csv, line 6: {told}; {todo}")):
        reads(tmp_path / "t.csv", {"b": ("b", as_number)})


def test_that_odd_cells_count_as_missing_where_a_field_says_so(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\nfew,3\n,4\n5,x\n")
    table = {"a": ("a", partial(as_number_or_nan, odd=True)), "b": ("b", as_number)}
    with pytest.warns(
        UserWarning, match=r"t.csv: 1 of 4 rows is left out, line 5: 'x' in 'b' cannot be read as number"
    ):
        found = read_csv(tmp_path / "t.csv", table, bad_rows=BadRows())
    assert found["a"].isnan().tolist() == [False, True, True]
    assert found["b"].tolist() == [2, 3, 4]


def test_that_rows_which_begin_with_the_sign_of_comments_are_counted_as_rows(tmp_path: Path) -> None:
    for sign, told in (("#", "2 of 23 rows are left out, such as line 22"), ("", "1 of 22 rows is left out, line 23")):
        rows = "".join(f"{sign}{at},{at}\n" for at in range(20))
        (tmp_path / "t.csv").write_text(f"id,b\n{rows}#7,8,9\n7,8,9\n{sign}9,1\n")
        with pytest.warns(UserWarning, match=f"t.csv: {told}: its cells are 3, not 2"):
            assert len(read_csv(tmp_path / "t.csv", {"b": ("b", as_number)}, bad_rows=BadRows())["b"]) == 21
