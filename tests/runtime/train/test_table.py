"""Tables of people's own: what is read of CSV, JSON lines and Parquet, and what is said of cells that are nothing."""

import datetime
import io
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from PIL import Image

from runtime.nodes.table import Table
from runtime.spec.catalogue import catalogue
from runtime.train.pieces.table_bad_files import BadFiles
from runtime.train.pieces.table_bad_rows import BadRows
from runtime.train.pieces.table_cells import (
    as_class,
    as_class_or_empty,
    as_day,
    as_day_or_nan,
    as_number,
    as_number_or_nan,
    as_picture,
    as_tensor,
    as_text,
)
from runtime.train.pieces.table_csv import read_csv
from runtime.train.pieces.table_json import read_json_lines
from runtime.train.pieces.table_parquet import read_parquet
from runtime.train.pieces.table_plain import read_plain_csv

ROWS: dict[str, list[Any]] = {
    "a": [1.5, -2, 3e3],
    "b": [1, 2, 3],
    "kind": ["x", "y", "x"],
    "note": ["p, q", "", "r\ns"],
}
FIELDS = {
    "features": (["b", "a"], as_number),
    "a": ("a", as_number),
    "whole": ("b", partial(as_number, dtype="int64")),
    "kind": ("kind", partial(as_class, classes=["x", "y"])),
    "note": ("note", as_text),
}
Reader = Callable[[Path, Mapping[str, Any]], dict[str, Any]]


def quoted(cell: Any) -> str:
    return '"' + str(cell).replace('"', '""') + '"'


def as_csv(folder: Path) -> Path:
    """The rows between commas."""
    lines = [",".join(ROWS), *(",".join(map(quoted, row)) for row in zip(*ROWS.values(), strict=True))]
    (folder / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "t.csv"


def as_lines(folder: Path) -> Path:
    """An object for each row."""
    lines = [json.dumps(dict(zip(ROWS, row, strict=True))) for row in zip(*ROWS.values(), strict=True)]
    (folder / "t.jsonl").write_text("\n\n".join(lines), encoding="utf-8")
    return folder / "t.jsonl"


def parquet(folder: Path, name: str = "t.parquet", /, **columns: Any) -> Path:
    """A Parquet file of these columns."""
    pq.write_table(pa.table(columns), folder / name)
    return folder / name


def text(folder: Path, content: str | bytes, name: str = "t.csv") -> Path:
    """A file as it is."""
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder / name


@pytest.mark.parametrize(
    ("write", "reads"),
    [
        (as_csv, read_csv),
        (as_csv, read_plain_csv),
        (as_lines, read_json_lines),
        (lambda folder: parquet(folder, **ROWS), read_parquet),
    ],
)
def test_that_every_format_gives_the_same_columns(tmp_path: Path, write: Callable[[Path], Path], reads: Reader) -> None:
    found = reads(write(tmp_path), FIELDS)
    assert found["features"].tolist() == [[1, 1.5], [2, -2], [3, 3000]]
    assert found["a"].dtype == torch.float32
    assert found["whole"].tolist() == [1, 2, 3]
    assert found["whole"].dtype == torch.int64
    assert found["kind"].tolist() == [0, 1, 0]
    assert found["note"] == ["p, q", "", "r\ns"]


def test_that_whole_numbers_of_a_table_are_exact(tmp_path: Path) -> None:
    fields = {"n": ("n", partial(as_number, dtype="int64"))}
    assert read_csv(text(tmp_path, "n\n16777217\n3.0\n"), fields)["n"].tolist() == [16777217, 3]
    assert read_parquet(parquet(tmp_path, n=[2**62 + 1]), fields)["n"].tolist() == [2**62 + 1]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("# made\n# by us\na;b\n 1,5 ;x\n2;y\n", {"separator": ";", "skip_rows": 2}),
        ("a\tb\n1,5\tx\n2\ty\n", {"separator": "\t"}),
        ("a|b\r\n1,5|x\r\n2|y\r\n".encode("utf-16"), {"separator": "|", "encoding": "utf-16"}),
        ("\ufeffa;b\n1,5;x\n2;y", {"separator": ";"}),
    ],
)
def test_that_a_text_file_is_read_as_it_is_told(tmp_path: Path, content: str | bytes, told: dict[str, Any]) -> None:
    fields = {"a": ("a", partial(as_number, decimal=",")), "b": ("b", as_text)}
    found = read_csv(text(tmp_path, content), fields, **told)
    assert found["a"].tolist() == [1.5, 2]
    assert found["b"] == ["x", "y"]


def test_that_numbers_come_of_truths_decimals_and_integers_of_any_width(tmp_path: Path) -> None:
    file = parquet(
        tmp_path,
        t=[True, False],
        d=[Decimal("1.25"), Decimal("-2")],
        i=pa.array([1, 2], "int8"),
        s=pa.array(["1", "2"], pa.large_string()),
    )
    found = read_parquet(
        file, {"x": (["t", "d", "i", "s"], as_number), "t": ("t", partial(as_class, classes=["false", "true"]))}
    )
    assert found["x"].tolist() == [[1, 1.25, 1, 1], [0, -2, 2, 2]]
    assert found["t"].tolist() == [1, 0]


def test_that_dates_are_days_since_1970(tmp_path: Path) -> None:
    file = parquet(tmp_path, d=[datetime.date(1970, 1, 3), None], t=pa.array([43_200, 0], pa.timestamp("s", tz="UTC")))
    found = read_parquet(file, {"d": ("d", partial(as_day_or_nan, format="")), "t": ("t", partial(as_day, format=""))})
    assert found["d"].nan_to_num(-1).tolist() == [2, -1]
    assert found["t"].tolist() == [0.5, 0]
    fields = {"d": ("d", partial(as_day, format="%d.%m.%Y"))}
    assert read_csv(text(tmp_path, "d\n31.01.1970\n01.02.1970\n"), fields)["d"].tolist() == [30, 31]


def test_that_lists_of_one_length_are_tensors(tmp_path: Path) -> None:
    fields = {"v": ("v", partial(as_tensor, shape=(2,)))}
    fixed = pa.array([[1, 2], [3, 4]], pa.list_(pa.float64(), 2))
    assert read_parquet(parquet(tmp_path, v=fixed), fields)["v"].tolist() == [[1, 2], [3, 4]]
    for odd in ("[1]", "[1, null]", "[1, 2, 3]", "null"):
        file = text(tmp_path, f'{{"v": [1, 2.5]}}\n{{"v": {odd}}}\n', "t.jsonl")
        with pytest.raises(ValueError, match=r"t.jsonl, row 2: .* in 'v' cannot be read as tensor"):
            read_json_lines(file, fields)


def test_that_lists_of_lists_of_one_shape_are_tensors(tmp_path: Path) -> None:
    fields = {"m": ("m", partial(as_tensor, shape=(2, 3)))}
    one, other = [[1, 2, 3], [4, 5, 6]], [[0.5, 0, 0], [0, 0, 7]]
    rows = "".join(f"{json.dumps({'m': cell})}\n" for cell in (one, other))
    for file, reads in (
        (text(tmp_path, rows, "t.jsonl"), read_json_lines),
        (parquet(tmp_path, m=pa.array([one, other], pa.list_(pa.list_(pa.float32(), 3)))), read_parquet),
        (parquet(tmp_path, "u.parquet", m=[one, other]), read_parquet),
    ):
        assert reads(file, fields)["m"].tolist() == [one, other]
    ragged = ("[[1, 2, 3]]", "[[1, 2, 3], [4, 5]]", "[[1, 2, 3], [4, 5, null]]", "[[1, 2, 3], null]", "null")
    for odd in ragged:
        file = text(tmp_path, f'{{"m": {one}}}\n{{"m": {odd}}}\n', "t.jsonl")
        with pytest.raises(ValueError, match=r"t.jsonl, row 2: .* in 'm' cannot be read as tensor"):
            read_json_lines(file, fields)
    with pytest.warns(
        UserWarning, match="t.jsonl: 1 of 2 rows is left out, row 2: None in 'm' cannot be read as tensor"
    ):
        assert read_json_lines(file, fields, bad_rows=BadRows())["m"].tolist() == [one]
    with pytest.raises(ValueError, match=r"t.jsonl: 'm' holds list<item: int64>, which cannot be read as tensor"):
        read_json_lines(text(tmp_path, '{"m": [1]}\n', "t.jsonl"), fields)


def test_that_files_of_parquet_in_a_folder_are_one_table_in_the_order_of_their_names(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    parquet(folder, "b.parquet", x=[3, 4.5])
    parquet(folder, "a.parquet", x=[1, 2])
    parquet(folder, "c.parquet", x=pa.array([], pa.int8()))
    (folder / "_SUCCESS").write_text("")
    (folder / ".b.parquet").write_bytes(b"hidden")
    fields = {"x": ("x", as_number)}
    assert read_parquet(folder, fields)["x"].tolist() == [1, 2, 3, 4.5]
    parquet(folder, "d.parquet", x=[7, None])
    with pytest.raises(ValueError, match=r"^parts, row 2 of d.parquet: None in 'x' cannot be read as number"):
        read_parquet(folder, fields)
    parquet(folder, "d.parquet", y=[7])
    with pytest.raises(ValueError, match=r"^d.parquet has no column 'x', only y$"):
        read_parquet(folder, fields)
    (folder / "d.parquet").write_bytes(b"nothing")
    with pytest.raises(ValueError, match=r"^d.parquet cannot be read: "):
        read_parquet(folder, fields)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"^empty has no files of Parquet \(.parquet\) in it$"):
        read_parquet(tmp_path / "empty", fields)


def test_that_pictures_are_files_beside_the_table_or_bytes_in_it(tmp_path: Path) -> None:
    (tmp_path / "cats").mkdir()
    text(tmp_path, b"not looked at", "cats/one.png")
    fields = {"picture": ("p", as_picture)}
    assert read_csv(text(tmp_path, "p\ncats/one.png\n"), fields)["picture"] == [tmp_path / "cats" / "one.png"]
    file = parquet(tmp_path, p=[{"bytes": b"abc", "path": "x"}, {"bytes": None, "path": "cats/one.png"}])
    assert read_parquet(file, fields)["picture"] == [b"abc", tmp_path / "cats" / "one.png"]
    assert read_parquet(parquet(tmp_path, p=[b"abc"]), fields)["picture"] == [b"abc"]
    with pytest.raises(ValueError, match=re.escape("t.csv, line 3: 'gone.png' in 'p' cannot be read as picture")):
        read_csv(text(tmp_path, "p\ncats/one.png\ngone.png\n"), fields)


def test_that_missing_numbers_are_kept_as_nan_and_missing_words_as_a_class(tmp_path: Path) -> None:
    file = text(tmp_path, "a,k\n1,x\nNA,\n, ?\nnan,y\nnull,None\n")
    fields = {"a": ("a", as_number_or_nan), "k": ("k", partial(as_class_or_empty, classes=["", "x", "y"]))}
    found = read_csv(file, fields)
    assert found["a"].isnan().tolist() == [False, True, True, True, True]
    assert found["k"].tolist() == [1, 0, 0, 2, 0]
    with pytest.raises(ValueError, match="line 2: 'abc' in 'a' cannot be read as number or nan"):
        read_csv(text(tmp_path, "a,k\nabc,x\n"), fields)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a,b\n1,2\n\n3,\n", "t.csv, line 4: '' in 'b' cannot be read as number"),
        ('a,b\n1,2\n3,"\n4"\n5,x\n', "t.csv, line 5: 'x' in 'b' cannot be read as number"),
        ("a,b\n1,2\n3,inf\n", "t.csv, line 3: 'inf' in 'b' cannot be read as number"),
        ("a,c\n1,2\n", "t.csv has no column 'b'"),
        ("a,b\n", "t.csv has no rows"),
        ("", "t.csv: Empty CSV file"),
        (
            b"a,b\n1,\xe9\n",
            "t.csv: it cannot be read as utf-8, set its encoding: In CSV column #1: Row #2: CSV conversion error",
        ),
        (b"a,b\n1,2\n".decode().encode("utf-16"), "t.csv"),
    ],
)
def test_that_what_cannot_be_read_is_told_with_its_line(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    for reads in (read_csv, read_plain_csv):
        with pytest.raises(ValueError, match=re.escape(sentence)):
            reads(text(tmp_path, content), {"x": (["a", "b"], as_number)})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"a": 1}\n\n{"a": "x"}\n', "t.jsonl, row 2: 'x' in 'a' cannot be read as number"),
        ('{"a": 1}\n{"a": \n', "t.jsonl, row 2 is no object of JSON"),
        ("[1]\n", "t.jsonl, row 1 is no object of JSON"),
        ('{"b": 1}\n', "t.jsonl has no column 'a'"),
        (
            '{"a": {"b": 1}}\n',
            "t.jsonl: 'a' holds objects: write each of their values as a column of its own, such as 'a.b'",
        ),
        ("", "t.jsonl has no rows"),
    ],
)
def test_that_what_is_no_object_a_line_is_told_with_its_row(tmp_path: Path, content: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_json_lines(text(tmp_path, content, "t.jsonl"), {"a": ("a", as_number)})


def test_that_what_is_wrong_with_a_parquet_file_is_told(tmp_path: Path) -> None:
    fields = {"a": ("a", as_number)}
    with pytest.raises(ValueError, match=r"t.parquet cannot be read: Parquet magic bytes not found"):
        read_parquet(text(tmp_path, "a,b\n1,2\n" * 9, "t.parquet"), fields)
    with pytest.raises(ValueError, match=r"t.parquet has no column 'a'"):
        read_parquet(parquet(tmp_path, b=[1]), fields)
    with pytest.raises(ValueError, match=r"t.parquet: 'a' holds date32\[day\], which cannot be read as number"):
        read_parquet(parquet(tmp_path, a=[datetime.date(1970, 1, 1)]), fields)
    with pytest.raises(ValueError, match=r"t.parquet, row 2: None in 'a' cannot be read as number"):
        read_parquet(parquet(tmp_path, a=[1, None]), fields)


def test_that_bad_rows_are_left_out_of_all_columns_and_counted(tmp_path: Path) -> None:
    text(tmp_path, b"", "one.png")
    rows = "1,x,one.png\n2,z,one.png\nfour\n,x,one.png\n5,y,gone.png\n6,y,one.png\n"
    fields = {"a": ("a", as_number), "k": ("k", partial(as_class, classes=["x", "y"])), "p": ("p", as_picture)}
    with pytest.warns(UserWarning) as told:
        found = read_csv(text(tmp_path, f"a,k,p\n{rows}"), fields, bad_rows=BadRows())
    assert found["a"].tolist() == [1, 6]
    assert found["k"].tolist() == [0, 1]
    assert len(found["p"]) == 2
    sentence = "t.csv: 4 of 6 rows are left out, such as line 4: its cells are 1, not 3"
    assert [str(each.message) for each in told] == [sentence]
    assert read_csv(text(tmp_path, "a\n1\n"), {"a": ("a", as_number)}, bad_rows=BadRows())["a"].tolist() == [1]


def test_that_rows_without_a_picture_that_can_be_decoded_are_left_out_and_named(tmp_path: Path) -> None:
    data = io.BytesIO()
    Image.new("RGB", (4, 3)).save(data, "png")
    whole, bytes_of_none = data.getvalue(), [None, b"", b"no picture", data.getvalue()[:40]]
    pictures = [whole, *bytes_of_none, whole]
    fields = {"p": ("p", as_picture), "n": ("n", as_number)}
    with pytest.warns(UserWarning) as told:
        found = read_parquet(parquet(tmp_path, p=pictures, n=range(6)), fields, bad_files=BadFiles())
    assert (found["p"], found["n"].tolist()) == ([whole, whole], [0, 5])
    what, lacks = "rows lack a picture that can be decoded", "rows lacks a picture that can be decoded"
    sentence = f"t.parquet: 4 of 6 {what} and are left out: row 2, row 3, row 4 and 1 more"
    assert [str(each.message) for each in told] == [sentence]
    with pytest.raises(ValueError, match=f"t.parquet: 2 of 2 {what}: row 1, row 2"):
        read_parquet(parquet(tmp_path, p=pictures[2:4], n=[1, 2]), fields, bad_files=BadFiles())
    text(tmp_path, whole, "one.png")
    rows = "p,n\none.png,1\ngone.png,2\none.png,x\n"
    with pytest.raises(ValueError, match=r"t\.csv, line 4: 'x' in 'n' cannot be read as number"):
        read_csv(text(tmp_path, rows), fields, bad_files=BadFiles())
    with pytest.warns(UserWarning) as told:
        found = read_csv(text(tmp_path, rows), fields, bad_files=BadFiles(), bad_rows=BadRows())
    assert found["n"].tolist() == [1]
    assert [str(each.message) for each in told] == [
        f"t.csv: 1 of 3 {lacks} and is left out: gone.png",
        "t.csv: 1 of 2 rows is left out, line 4: 'x' in 'n' cannot be read as number",
    ]
    with pytest.raises(ValueError, match=f"t.csv: 1 of 1 {lacks}: gone.png"):  # of a part nothing is left to be bad
        read_csv(text(tmp_path, "p,n\ngone.png,2\n"), fields, bad_files=BadFiles(), bad_rows=BadRows())


def test_that_rows_of_several_parts_stand_in_order(tmp_path: Path) -> None:
    numbers = list(range(200_000))
    fields = {"n": (["n"], as_number), "t": ("n", as_text)}
    for found in (
        read_parquet(parquet(tmp_path, n=numbers), fields),
        read_csv(text(tmp_path, "n\r\n" + "".join(f"{n}\r\n" for n in numbers)), fields),
        read_plain_csv(text(tmp_path, "n\r\n" + "".join(f"{n}\r\n" for n in numbers)), fields),
        read_json_lines(text(tmp_path, "".join(f'{{"n": {n}}}\n' for n in numbers), "t.jsonl"), fields),
    ):
        assert found["n"].flatten().tolist() == numbers
        assert found["t"][-1] == "199999"
    broken = text(tmp_path, "n\n" + "1\n" * 150_000 + "x\n")
    for reads in (read_csv, read_plain_csv):
        with pytest.raises(ValueError, match="line 150002: 'x'"):
            reads(broken, fields)


def test_that_a_table_of_thousands_of_columns_is_read(tmp_path: Path) -> None:
    titles = [f"c{at}" for at in range(3000)]
    file = text(tmp_path, ",".join(titles) + "\n" + 3 * (",".join(map(str, range(3000))) + "\n"))
    for reads in (read_csv, read_plain_csv):
        assert reads(file, {"x": (titles, as_number)})["x"].tolist() == [list(range(3000))] * 3


def declared(path: str, about: Any, **more: Any) -> Table:
    """A node with one field."""
    found: Table = catalogue()["data.Table"].values({"path": path, "fields": {"x": about}, **more})
    return found


@pytest.mark.parametrize(
    ("path", "about", "sentence"),
    [
        ("t.csv", {"type": "float32[3]", "column": "v"}, "list its columns for more"),
        ("t.parquet", {"type": "int64[3]", "column": "v"}, "or float32 where the cells are lists"),
        ("t.csv", {"type": "int64[]", "missing": "keep"}, "NaN, which only floats can be"),
        (
            "t.csv",
            {"type": "float32[]", "missing": "drop"},
            "needs keep or refuse for what is missing of x, got 'drop'",
        ),
        ("t.csv", {"type": "int64[]", "date": "%Y"}, "makes float32 of the dates of x"),
        ("t.csv", "bfloat16[]", "makes no bfloat16"),
    ],
)
def test_that_a_field_that_no_column_can_be_is_a_problem(path: str, about: Any, sentence: str) -> None:
    assert sentence in str(declared(path, about).rule())


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (declared("t.csv", "float32[]"), 'read_plain_csv(path, {"x": ("x", as_number)})'),
        (declared("t.tsv", "float32[]"), 'read_csv(path, {"x": ("x", as_number)}, separator="\\t")'),
        (declared("T.NDJSON", "text", separator=";"), 'read_json_lines(path, {"x": ("x", as_text)})'),
        (declared("t.csv", "picture", bad_rows="skip"), 'read_csv(path, {"x": ("x", as_picture)}, bad_rows=BadRows())'),
        (
            declared("t.csv", "picture", bad_files="skip"),
            'read_csv(path, {"x": ("x", as_picture)}, bad_files=BadFiles())',
        ),
        (
            declared("v1.2/parts", "float32[2, 3]"),
            'read_parquet(path, {"x": ("x", partial(as_tensor, shape=(2, 3)))})',
        ),
        (declared("t.csv", "text", bad_files="skip"), 'read_plain_csv(path, {"x": ("x", as_text)})'),
        (
            declared("t.csv", {"type": "float64[]", "missing": "keep"}, encoding="cp1252"),
            'read_csv(path, {"x": ("x", partial(as_number_or_nan, dtype="float64"))}, encoding="cp1252")',
        ),
    ],
)
def test_that_a_program_calls_the_reader_of_the_file(table: Table, code: str) -> None:
    assert table.read() == code
