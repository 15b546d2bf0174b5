"""Rows of a table."""

from pathlib import PurePath
from typing import Any

from runtime.check.rules.repairs import Candidate
from runtime.nodes.declared import FromFile, declared_types
from runtime.spec.code import Code, call
from runtime.spec.node import Example, Misfit, node
from runtime.spec.parameter import Bool, Choice, Fields, Int, Path
from runtime.spec.tensor import FLOATS, Picture, Tensor, Text, Type, parse_type

READERS = {".jsonl": "read_json_lines", ".ndjson": "read_json_lines", ".parquet": "read_parquet", "": "read_parquet"}
PARTS = tuple(suffix for suffix, reader in READERS.items() if reader == "read_parquet")  # a folder's name may have none
TAB = "tab"
USUAL = {"separator": ",", "encoding": "utf-8", "skip_rows": 0}  # what `read_csv` expects where nothing is told
WORDS = "csv tsv tabs spreadsheet tabular columns file dataframe parquet arrow jsonl ndjson json lines"


@node("data.Table", "dataset", "sample", words=WORDS)
class Table(FromFile):
    """Rows of a CSV, TSV, JSON lines or Parquet file: numbers, categories, dates, texts and pictures."""

    path = Path("The file (.csv, .tsv, .jsonl or .parquet), or a folder of .parquet files, by the graph.", parts=PARTS)
    validation_path = Path(
        "A file like it whose rows are held out; without one Collate takes a share of the first.", parts=PARTS
    )
    test_path = Path("A file like it whose rows are kept for one measurement at the very end.", parts=PARTS)
    fields = Fields("Name of each field, its type, the column or columns it comes from, and its classes.", {})
    bad_rows = Choice(
        "What becomes of rows with cells that are missing or cannot be read: they end the run, or are left out.",
        ("refuse", "skip"),
        "refuse",
    )
    bad_files = Choice(
        "What becomes of rows whose picture is missing or broken: they end the run, or are found and left out.",
        ("refuse", "skip"),
        "refuse",
    )
    separator = Choice("What stands between the cells of a text file.", (",", ";", "|", TAB), None)
    encoding = Choice("How a text file is encoded.", ("utf-8", "utf-16", "latin-1", "cp1252"), "utf-8")
    decimal = Choice("What stands before the decimals of numbers in a text file.", (".", ","), ".")
    skip_rows = Int("Lines of a text file above its titles, such as comments.", 0)
    in_memory = Bool(
        "Keep all rows in memory; if not, they lie in a file and are read as batches need them, "
        "for data larger than memory.",
        True,
    )
    example = Example(
        path="flowers.csv",
        fields={
            "petal": {"type": "float32[2]", "columns": ["petal length", "petal width"]},
            "kind": {"type": "int64[]", "column": "kind", "classes": ["iris", "rose", "tulip"]},
        },
    )

    def rule(self) -> dict[str, Type] | Misfit:
        for name, about in self.fields.items():
            if why := _unread(name, about, self._suffix not in READERS):
                return Misfit(why, None, self._mended(name, about))
        return declared_types(self.fields)

    def _mended(self, name: str, about: Any) -> tuple[Candidate, ...]:
        """As many numbers as there are columns, or the table without that field."""
        columns = about.get("columns") if isinstance(about, dict) else None
        rest = {other: known for other, known in self.fields.items() if other != name}
        without = (f"Leave out {name}", (("set", "{node}", "fields", rest),))
        if not isinstance(columns, list) or not columns:
            return (without,)
        type = f"float32[{len(columns)}]"
        as_many = {other: {**known, "type": type} if other == name else known for other, known in self.fields.items()}
        return ((f"Set {name} to {type}", (("set", "{node}", "fields", as_many),)), without)

    @property
    def _suffix(self) -> str:
        return PurePath(self.path).suffix.lower()

    def read(self) -> Code:
        reader, told = self.reader()
        decimal = self.decimal if reader == "read_csv" else "."
        fields = {name: _read(name, about, decimal) for name, about in self.fields.items()}
        plain = all(map(_plain, fields.values()))
        bad = {"bad_rows": Code("BadRows()")} if self.bad_rows == "skip" else {}
        bad |= {"bad_files": Code("BadFiles()")} if self.bad_files == "skip" and not plain else {}
        if reader == "read_csv" and plain and self.in_memory and not told and not bad:
            reader = "read_plain_csv"  # whole, not in parts: half the lines, for what most tables are
        return call(reader, Code("path"), fields, **told, **bad)

    @property
    def nested(self) -> bool:
        """Whether cells may hold more than texts."""
        return self.reader()[0] != "read_csv" or "as_tensor" in self.read()

    def reader(self) -> tuple[str, dict[str, Any]]:
        """The function that reads such a file, and what it is told of it."""
        if self._suffix in READERS:
            return READERS[self._suffix], {}
        separator = self.separator or (TAB if self._suffix == ".tsv" else ",")
        told = {
            "separator": "\t" if separator == TAB else separator,
            "encoding": self.encoding,
            "skip_rows": self.skip_rows,
        }
        return "read_csv", {name: value for name, value in told.items() if value != USUAL[name]}


def _read(name: str, about: Any, decimal: str) -> tuple[Any, Code]:
    """The title or titles of the columns of a field, and the function that reads their cells."""
    given = about if isinstance(about, dict) else {"type": about}
    type, settings = parse_type(given["type"]), dict[str, Any]()
    gaps = "_or_nan" if given.get("missing") == "keep" else ""
    if "classes" in given:
        reads, settings = "as_class", {"classes": given["classes"]}
        gaps = "_or_empty" if "" in given["classes"] else ""
    elif not isinstance(type, Tensor):
        reads, gaps = "as_text" if isinstance(type, Text) else "as_picture", ""
    elif "date" in given:
        reads, settings = "as_day", {"format": given["date"]}
    elif type.shape and "columns" not in given:
        reads, settings, gaps = "as_tensor", {"shape": type.shape}, ""
    else:
        told = {"dtype": type.dtype, "decimal": decimal, "odd": given.get("odd") == "missing"}
        reads, settings = "as_number", {key: each for key, each in told.items() if each not in ("float32", ".", False)}
    function = Code(f"{reads}{gaps}")
    titles = given.get("columns", given.get("column", name))
    return titles, call("partial", function, **settings) if settings else function


def _plain(field: tuple[Any, Code]) -> bool:
    """Whether the cells of a field need no more than the table itself to be read."""
    return "as_picture" not in field[1]


def _unread(name: str, about: Any, plain: bool) -> str | None:
    """Why a field of a table cannot be read from its columns, or None; in a `plain` file cells are texts."""
    given = about if isinstance(about, dict) else {"type": about}
    type, columns, column = parse_type(given["type"]), given.get("columns"), given.get("column", name)
    if not isinstance(column, str):
        return f"needs the title of one column for {name}, got {column!r:.60}"
    if columns is not None:
        if not isinstance(columns, list) or not columns or not all(isinstance(each, str) for each in columns):
            return f"needs a list of titles of columns for {name}, got {columns!r:.60}"
        if not isinstance(type, Tensor) or type.shape != (len(columns),) or "classes" in given:
            return f"makes {len(columns)} numbers a row of the columns of {name}, which is {type}"
    elif isinstance(type, Tensor) and type.shape and (plain or type.dtype != "float32"):
        more = "; list its columns for more" if plain else ", or float32 where the cells are lists"
        return f"makes one number a row of the column of {name}, which is {type}{more}"
    if "classes" in given and not (given["classes"] and type == Tensor("int64", ())):
        return f"makes an int64[] of the classes of {name}, at least one, but it is {type}"
    return _unread_way(name, given, type)


def _unread_way(name: str, given: dict[str, Any], type: Any) -> str | None:
    """The same for what a field says beside its type and columns."""
    floats = isinstance(type, Tensor) and type.dtype in FLOATS
    if isinstance(type, Tensor) and type.dtype == "bfloat16":
        return f"makes no bfloat16, which {name} is; float32 may be cast"
    if given.get("missing", "refuse") not in ("refuse", "keep"):
        return f"needs keep or refuse for what is missing of {name}, got {given['missing']!r:.60}"
    numbers = floats and not given.keys() & {"classes", "date"}
    if "odd" in given and (given["odd"], given.get("missing"), numbers) != ("missing", "keep", True):
        return f"takes odd cells of {name} for missing only where it keeps what is missing of numbers"
    if given.get("missing") == "keep" and not (floats or "classes" in given or isinstance(type, Text | Picture)):
        return f"keeps what is missing of {name} as NaN, which only floats can be, but it is {type}"
    if "date" in given and not (
        isinstance(given["date"], str) and isinstance(type, Tensor) and type.dtype == "float32"
    ):
        return f"makes float32 of the dates of {name}, in a format such as %Y-%m-%d, but it is {type}"
    return None
