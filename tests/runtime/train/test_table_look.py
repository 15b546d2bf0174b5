"""A look at tables: what each column is taken for, what is left out and why, and whether the reader reads it so."""

import base64
import csv
import datetime
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from runtime.check.check import check
from runtime.generate.program import generate
from runtime.graph.edit import applied
from runtime.graph.model import Graph
from runtime.train.look import look
from tests.runtime.generate.cases import FOLDER, imported


def written(folder: Path, rows: list[dict[str, Any]], before: str = "") -> Path:
    """A CSV file of these rows."""
    with (folder / "t.csv").open("w", newline="", encoding="utf-8") as file:
        file.write(before)
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return folder / "t.csv"


def seen(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What was seen of each column, by its title."""
    return {each["title"]: each for each in found["columns"]}


def kinds(found: dict[str, Any]) -> dict[str, str]:
    """The kind of each column of which a field was made."""
    return {each["title"]: each["kind"] for each in found["columns"] if each["field"]}


def penguins(folder: Path) -> Path:
    """Sixty birds with holes, below two lines of comments."""
    rows = [
        {
            "id": at,
            "species": ["Adelie", "Gentoo", "Chinstrap"][at % 3],
            "bill": "NA" if at % 20 == 3 else 30 + at / 4,
            "mass": "" if at == 7 else 3000 + at * 10,
            "sex": "NA" if at % 30 == 1 else ["male", "female"][at % 2],
            "region": "Anvers",
            "year": 2007 + at % 3,
        }
        for at in range(60)
    ]
    return written(folder, rows, "# from an island\n# of penguins, in three years\n")


def test_that_holes_do_not_make_texts_of_numbers(tmp_path: Path) -> None:
    found = look(penguins(tmp_path))
    fields = found["parameters"]["fields"]
    assert found["parameters"]["skip_rows"] == 2
    assert fields["features"] == {"type": "float32[3]", "columns": ["bill", "mass", "year"], "missing": "keep"}
    assert fields["species"]["classes"] == ["Adelie", "Chinstrap", "Gentoo"]
    assert fields["sex"]["classes"] == ["", "female", "male"]
    assert list(fields) == ["features", "species", "sex"]
    assert found["notes"] == [
        "id only counts the rows and is left out",
        "bill is empty in 3 of 60 rows",
        "mass is empty in 1 of 60 rows",
        "sex is empty in 2 of 60 rows, a class of their own",
        "region is the same in every row and is left out",
    ]


def test_that_a_look_tells_the_figures_of_each_column(tmp_path: Path) -> None:
    found = look(penguins(tmp_path))
    columns = seen(found)
    assert list(columns) == ["id", "species", "bill", "mass", "sex", "region", "year"]
    mass = columns["mass"]
    assert (mass["count"], mass["missing"], mass["different"], mass["field"]) == (60, 1, 59, "features")
    assert (mass["low"], mass["high"], sum(mass["bins"]), len(mass["bins"])) == (3000, 3590, 59, 20)
    assert mass["mean"] == pytest.approx(sum(3000 + at * 10 for at in range(60) if at != 7) / 59)
    assert columns["species"]["kind"] == "label"
    assert columns["sex"]["classes"] == [["", 2], ["female", 28], ["male", 30]]
    assert columns["bill"]["examples"] == ["30.0", "30.25", "30.5", "31.0", "31.25"]
    assert columns["id"]["field"] is None
    assert len(found["samples"]) == 8
    assert found["samples"][3]["bill"] == "NA"
    json.dumps(found)


def test_that_a_list_of_passengers_is_seen_as_people_see_it(tmp_path: Path) -> None:
    rows = [
        {
            "PassengerId": 892 + at,
            "Survived": at * 7 % 3 % 2,
            "Name": f"Person{at}, Mr. John{at % 9} of Town{at}",
            "Age": "" if at % 5 == 0 else 20 + at % 40 + 0.5,
            "Ticket": f"A/5{at * 37}",
            "Cabin": f"C{at}" if at % 8 == 0 else "",
            "Embarked": "" if at == 61 else "SCQ"[at % 3],
        }
        for at in range(200)
    ]
    found = look(written(tmp_path, rows))
    assert kinds(found) == {"Survived": "label", "Age": "number", "Embarked": "category"}
    assert found["parameters"]["fields"]["survived"]["classes"] == ["0", "1"]
    assert found["parameters"]["fields"]["embarked"]["classes"] == ["", "C", "Q", "S"]
    assert found["notes"] == [
        "PassengerId only counts the rows and is left out",
        "Name is different in nearly every row (200 of 200) and is left out",
        "Age is empty in 40 of 200 rows",
        "Ticket holds 200 different codes and is left out",
        "Cabin is empty in 175 of 200 rows and is left out",
        "Embarked is empty in 1 of 200 rows, a class of their own",
    ]


def test_that_names_are_texts_where_there_is_nothing_else_to_learn_from(tmp_path: Path) -> None:
    rows = [{"name": f"A{'aeiou'[at % 5]}{'bcdfghjklmnp'[at // 5]}a", "country": "ab"[at % 2]} for at in range(60)]
    assert kinds(look(written(tmp_path, rows))) == {"name": "text", "country": "label"}
    more = [row | {"age": 20 + at / 2} for at, row in enumerate(rows)]
    assert "name" not in kinds(look(written(tmp_path, more)))


def test_that_rows_without_a_label_are_to_be_left_out(tmp_path: Path) -> None:
    rows = [
        {"x": at / 2, "plot": f"They meet again on day {at}.", "genre": "" if at == 5 else "ab"[at % 2]}
        for at in range(40)
    ]
    found = look(written(tmp_path, rows))
    assert kinds(found) == {"x": "number", "plot": "text", "genre": "label"}
    assert found["parameters"]["bad_rows"] == "skip"
    assert found["parameters"]["fields"]["genre"]["classes"] == ["a", "b"]
    assert found["notes"] == ["genre is empty in 1 of 40 rows, which are left out"]


@pytest.mark.parametrize("gaps", [0, 1, 6, 7])
def test_that_a_column_of_numbers_with_some_words_is_one_whose_odd_rows_are_left_out(tmp_path: Path, gaps: int) -> None:
    rows = [{"bill": f"few{'!' * at}" if at < gaps else f"{at}.5", "size": at} for at in range(61)]
    found = look(written(tmp_path, rows))
    told = {
        1: "bill has a cell that is no number (few, line 2)",
        6: "bill has 6 cells that are no numbers (few, line 2)",
    }
    assert found["parameters"].get("bad_rows") == ("skip" if gaps in told else None)
    assert ("bill" in found["parameters"]["fields"]["features"]["columns"]) == (gaps < 7)
    assert [each["what"] for each in found["left_out"]] == {1: ["its row"], 6: ["their rows"]}.get(gaps, [])
    assert found["notes"] == (
        [told[gaps]] if gaps in told else ["bill holds 61 different codes and is left out"] * (gaps == 7)
    )


def test_that_pictures_texts_numbers_and_labels_may_stand_in_one_table() -> None:
    found = look(FOLDER / "data" / "animals.csv")
    assert found["parameters"]["separator"] == ";"
    assert found["parameters"]["decimal"] == ","
    assert found["parameters"]["skip_rows"] == 1
    assert found["parameters"]["bad_rows"] == "skip"
    shown = {"picture": "picture", "remark": "text", "weight": "number", "age": "number"}
    assert kinds(found) == shown | {"colour": "category", "kind": "label"}
    assert found["parameters"]["fields"]["picture"] == {"type": "picture", "column": "picture"}
    thumbnails = found["thumbnails"]
    assert [each["class"] for each in thumbnails][:4] == ["fox", "owl", "pig", "fox"]
    assert Image.open(io.BytesIO(base64.b64decode(thumbnails[0]["png"]))).size == (6, 5)


def test_that_pictures_that_are_not_there_are_told(tmp_path: Path) -> None:
    found = look(written(tmp_path, [{"file": f"{at}.jpg", "x": at / 2} for at in range(9)]))
    assert found["notes"] == ["file names pictures that are not there, such as 0.jpg, and is left out"]


def test_that_some_pictures_that_are_not_there_or_broken_are_told_and_left_out(tmp_path: Path) -> None:
    for at in range(9):
        Image.new("RGB", (4, 3)).save(tmp_path / f"{at}.png")
    file = written(tmp_path, [{"file": f"{at}.png", "x": at / 2} for at in range(9)])
    assert "bad_files" not in look(file)["parameters"]
    (tmp_path / "3.png").unlink()
    (tmp_path / "5.png").write_bytes((tmp_path / "5.png").read_bytes()[:40])
    found = look(file)
    assert (found["parameters"]["bad_files"], found["columns"][0]["missing"]) == ("skip", 2)
    assert [each["told"] for each in found["left_out"]] == [
        "file has 1 picture that is not there: 3.png",
        "file has 1 picture that is cut off or damaged: 5.png",
    ]


def typed(folder: Path) -> Path:
    """A Parquet file with columns of many types."""
    n = 30
    picture = io.BytesIO()
    Image.new("RGB", (300, 200)).save(picture, "PNG")
    columns = {
        "when": [datetime.date(2020, 1, 1) + datetime.timedelta(at) for at in range(n)],
        "sunny": [at % 2 == 0 for at in range(n)],
        "vector": pa.array([[float(at), 1.0] for at in range(n)], pa.list_(pa.float32(), 2)),
        "grid": [[[1, at], [3, 4]] for at in range(n)],
        "ragged": [[1] * (at % 3) for at in range(n)],
        "crooked": [[[1, 2], [3] * (1 + at % 2)] for at in range(n)],
        "boxes": [[{"x": 1}]] * n,
        "image": [{"bytes": picture.getvalue(), "path": f"{at}.png"} for at in range(n)],
        "blob": [b"xyz"] * n,
        "object": [{"a": 1}] * n,
        "nothing": pa.nulls(n),
        "amount": pa.array([at / 4 for at in range(n)]).cast(pa.decimal128(10, 2)),
    }
    pq.write_table(pa.table(columns), folder / "t.parquet")
    return folder / "t.parquet"


def test_that_the_types_of_a_parquet_file_count(tmp_path: Path) -> None:
    found = look(typed(tmp_path))
    fields = found["parameters"]["fields"]
    assert fields == {
        "features": {"type": "float32[1]", "columns": ["amount"]},
        "when": {"type": "float32[]", "column": "when", "date": "%Y-%m-%d"},
        "sunny": {"type": "int64[]", "column": "sunny", "classes": ["false", "true"]},
        "vector": {"type": "float32[2]", "column": "vector"},
        "grid": {"type": "float32[2, 2]", "column": "grid"},
        "image": {"type": "picture", "column": "image"},
    }
    shown = {
        "when": "date",
        "sunny": "category",
        "vector": "tensor",
        "grid": "tensor",
        "image": "picture",
        "amount": "number",
    }
    assert kinds(found) == shown
    assert found["notes"] == [
        "ragged holds lists of several lengths and is left out",
        "crooked holds lists of several lengths and is left out",
        "boxes holds lists of objects and is left out",
        "blob holds what is no picture that is known here, and is left out",
        "object holds objects and is left out: write each of their values as a column of its own, such as 'object.a'",
        "nothing has nothing in it and is left out",
    ]
    assert Image.open(io.BytesIO(base64.b64decode(found["thumbnails"][0]["png"]))).size == (96, 64)


def test_that_json_lines_are_seen_as_the_same_table_in_other_formats(tmp_path: Path) -> None:
    rows = [{"x": at / 2, "n": None if at == 3 else at * at, "kind": "ab"[at % 2]} for at in range(30)]
    (tmp_path / "t.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "t.parquet")
    (tmp_path / "v1.0").mkdir()
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "v1.0" / "0.parquet")
    assert look(tmp_path / "v1.0") == {
        "problem": "v1.0 holds files of Parquet, but is called as a .0 is: rename the folder"
    }
    (tmp_path / "parts").mkdir()
    for name, some in {"0": rows[:10], "1": rows[10:]}.items():
        pq.write_table(pa.Table.from_pylist(some), tmp_path / "parts" / f"{name}.parquet")
    files = [written(tmp_path, rows), tmp_path / "t.jsonl", tmp_path / "t.parquet", tmp_path / "parts"]
    first, *others = [look(file) for file in files]
    for found in others:
        assert found["parameters"] == first["parameters"]
        assert found["notes"] == first["notes"]
        assert kinds(found) == kinds(first)


def test_that_files_of_parquet_are_parted_as_their_names_say(tmp_path: Path) -> None:
    rows = pa.Table.from_pylist([{"x": at / 2, "kind": "ab"[at % 2]} for at in range(30)])
    names = "train-00000-of-00001.parquet", "test-00000-of-00001.parquet"
    for name in names:
        pq.write_table(rows, tmp_path / name)
    found = look(tmp_path)
    assert (found["path"], found["rows"]) == (str(tmp_path / names[0]), 30)
    assert found["parameters"]["test_path"] == str(tmp_path / names[1])
    pq.write_table(rows, tmp_path / "test-00001-of-00001.parquet")
    found = look(tmp_path)
    assert found["rows"] == 90 and "test_path" not in found["parameters"]
    told = "would be trained on like all others: move such files into a folder of their own"
    assert found["notes"][0] == f"{names[1]} and 1 more {told}"
    (tmp_path / names[0]).unlink()
    assert look(tmp_path)["notes"] == []  # the files of one part are a table


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("a;b\n1,5;x\n2;y\n", {"separator": ";", "decimal": ","}),
        ("a|b\n1|x\n2|y\n", {"separator": "|"}),
        ("a\tb\n1,000\tx\n2,500\ty\n", {"separator": "tab"}),
        ("a,b\n1,x\n2,y\n".encode("utf-16"), {"encoding": "utf-16"}),
        ("a,b\n1,\xe9\n2,y\n".encode("latin-1"), {"encoding": "cp1252"}),
        ('# "made"\n#, by us, in 2024\na,b\n1,x\n2,y\n', {"skip_rows": 2}),
        ("#,b\n4,x\n2,y\n", {}),
        ("\ufeffa,b\n1,x\n2,y\n", {}),
        ("#;a;b\n#1;2,5;x\n#2;3;y\n", {"separator": ";", "decimal": ","}),
        ("a,b\n#1,x\n#2,y\n7,x\n#3,y\n", {}),
        ("# by us\n#a,b\n#1,x\n#2,y\n7,x\n", {"skip_rows": 1}),
        ("# by us\na;b\n#1;x\n#2;y\n", {"skip_rows": 1, "separator": ";"}),
    ],
)
def test_that_the_look_of_a_text_file_tells_how_it_is_written(
    tmp_path: Path, content: str | bytes, told: dict[str, Any]
) -> None:
    (tmp_path / "t.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    found = look(tmp_path / "t.csv")
    assert {name: value for name, value in found["parameters"].items() if name != "fields"} == told
    assert "b" in found["parameters"]["fields"]


def test_that_few_uneven_rows_are_left_out_and_many_are_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("a,b\n" + "1,2\n3,4\n" * 15 + "3\n")
    found = look(file)
    assert found["parameters"]["bad_rows"] == "skip"
    assert found["notes"][0] == "line 32 has 1 cell where 2 are titled"
    assert found["left_out"][0] == {"by": "bad_rows", "told": found["notes"][0], "what": "it", "column": "", "rows": 1}
    file.write_text("# a, b\na,b\n" + "1,2\n\n3,4\n# so far\n" * 15 + "3\n")
    assert look(file)["notes"][:2] == ["line 6 and 14 more are comments", "line 63 has 1 cell where 2 are titled"]
    file.write_text("a,b\n1,2\n3\n")
    assert look(file) == {"problem": "t.csv, line 3 has 1 cell where 2 are titled"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "t.csv is an empty file"),
        ("a,b\n", "t.csv has no rows below its titles"),
        ("a,a\n1,2\n", "t.csv has no column that could be used: a is the title of several columns and is left out"),
    ],
)
def test_that_a_table_of_no_use_is_a_problem(tmp_path: Path, content: str, sentence: str) -> None:
    (tmp_path / "t.csv").write_text(content)
    assert look(tmp_path / "t.csv") == {"problem": sentence}


def test_that_only_the_first_rows_of_a_large_file_are_looked_at(tmp_path: Path) -> None:
    pq.write_table(pa.table({"x": pa.array(range(150_000)).cast("float64")}), tmp_path / "t.parquet")
    (tmp_path / "t.csv").write_text("x\n" + "1.5\n2.5\n" * 1_000_000)
    for file, rows in ((tmp_path / "t.parquet", 150_000), (tmp_path / "t.csv", 2_000_000)):
        found = look(file)
        assert found["rows"] == rows
        assert found["columns"][0]["count"] == 100_000
        assert found["notes"] == [f"only the first 100,000 of {rows:,} rows were looked at"]


@pytest.mark.parametrize("make", [penguins, typed])
def test_that_a_program_reads_what_a_look_proposes(tmp_path: Path, make: Any) -> None:
    file = make(tmp_path)
    found = look(file)
    names = [name for name in found["parameters"]["fields"] if name != "image"]
    edits: list[Any] = [
        ("add", "table", "data.Table", {**found["parameters"], "path": file.name}, (0, 0)),
        ("add", "batches", "Collate", {"fields": names, "batch_size": 5, "validation": 0.0}, (0, 0)),
        ("add", "filled", "torch.nan_to_num", {}, (0, 0)),
        ("add", "layer", "nn.Linear", {"out_features": 1}, (0, 0)),
        ("add", "loss", "nn.MSELoss", {}, (0, 0)),
        ("add", "adam", "optim.AdamW", {}, (0, 0)),
        ("connect", "batches.features", "filled.input"),
        ("connect", "filled.output", "layer.input"),
        ("connect", "layer.output", "loss.input"),
        ("connect", "layer.output", "loss.target"),
        ("connect", "loss.output", "adam.loss"),
        *(("connect", f"table.{name}", f"batches.{name}") for name in names),
    ]
    graph = applied(Graph(), edits)
    report = check(graph)
    program = imported(generate(graph, report, "t").text, tmp_path / "program.py")
    run = program.prepare(program.options_from(["--epochs", "1", "--device=cpu"]))
    assert len(run.rows["training"]) == found["rows"]


def test_that_a_look_needs_no_torch(tmp_path: Path) -> None:
    written(tmp_path, [{"x": 1.5, "y": "a"}, {"x": 2.5, "y": "b"}])
    code = "import sys; from pathlib import Path; from runtime.train.look import look; look(Path(sys.argv[1]))"
    told = f"{code}; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", told, str(tmp_path / "t.csv")], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_that_a_binary_file_is_told_as_no_text(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 40)
    told = "t.csv is no text file, though it is called .csv: save the table as text, and drop that"
    assert look(file) == {"problem": told}
    file.write_bytes(b"a,b\n" + b"1,2\n3,4\n" * 30 + b"5,\0\n")
    assert look(file)["rows"] == 61
