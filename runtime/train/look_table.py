"""A look at a table: its titles and the cells of its first rows, whatever file they are in, and what it could be."""

import csv
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, open_csv
from pyarrow.parquet import ParquetFile

from runtime.graph.names import RESERVED, cleaned
from runtime.nodes.table import PARTS
from runtime.train.look_column import Place, Seen, is_label, is_name, see
from runtime.train.look_columns import MOST_BYTES, MOST_ROWS, in_memory
from runtime.train.look_left_out import BAD_ROWS, LeftOut, left_out, skipping
from runtime.train.look_samples import samples, thumbnails
from runtime.train.pieces.parquet import parquet_files, parts_of_parquet, rows_in_parquet
from runtime.train.pieces.table_rows import (
    cells_of,
    csv_line,
    json_rows,
    lines_in,
    place_without,
    rows_begin_with_hash,
)

MOST_NOTES = 20
FEW = 0.1  # of the rows may have more or fewer cells than there are titles
BINARY = 0.02  # of the bytes of a file are no text
NO_TEXT = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1a\x1b")
SEPARATORS = {",": ",", ";": ";", "\t": "tab", "|": "|"}
TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
Look = dict[str, Any]


class Head:
    """The first rows of a file, what a reader must be told of it, and what is worth a note."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.titles: list[str] = []
        self.columns: list[Any] = []
        self.rows = 0  # of the file, as far as that can be known without reading it
        self.more = False  # rows may follow
        self.told: dict[str, Any] = {}
        self.notes: list[str] = []
        self.left: list[LeftOut] = []
        self.place: Place = "row {}".format

    def take(self, parts: Iterable[Any]) -> None:
        """As many rows as are looked at."""
        kept, size, rows = [], 0, 0
        for part in parts:
            kept.append(part[: MOST_ROWS - rows])
            rows, size = rows + len(kept[-1]), size + part.nbytes
            if rows >= MOST_ROWS or size >= MOST_BYTES:
                self.more = True
                break
        if kept:
            tables = [pa.Table.from_batches([part]) for part in kept]
            alike = "permissive" if self.path.is_dir() else "none"  # parts of other types become of one
            table = pa.concat_tables(tables, promote_options=alike).combine_chunks()
            self.columns = [pa.concat_arrays(each.chunks) for each in table.columns]
        self.rows = rows

    def leave(self, told: str, what: str, rows: int = 0) -> None:
        """Leave lines out, of which so many are rows."""
        self.notes.append(told)
        self.left.append(left_out(BAD_ROWS, told, what, "", rows))

    @property
    def looked(self) -> int:
        """How many rows are here."""
        return len(self.columns[0]) if self.columns else 0


def look_at_table(path: Path) -> Look:
    """``data.Table`` with the fields that its columns could be, or a problem."""
    suffix = path.suffix.lower()
    parts = path.is_dir() and any(path.glob("*.parquet"))
    if parts and suffix not in PARTS:
        return {"problem": f"{path.name} holds files of Parquet, but is called as a {suffix} is: rename the folder"}
    head = (
        _parquet(path)
        if suffix == ".parquet" or parts
        else _json(path)
        if suffix in (".jsonl", ".ndjson")
        else _csv(path)
    )
    if isinstance(head, str):
        return {"problem": head}
    if not head.looked:
        return {"problem": f"{path.name} has no rows below its titles"}
    named = any(is_label(title) for title in head.titles)
    last = -1 if named else len(head.titles) - 1  # which is what tables of no such title mostly are for
    seen = [
        see(title, cells, path.parent, at == 0, at == last, head.told.get("separator") == ";", head.place)
        for at, (title, cells) in enumerate(zip(head.titles, head.columns, strict=True))
    ]
    for each in seen:
        if head.titles.count(each.title) > 1:
            each.leave_out("is the title of several columns and is left out")
    _leave_names(seen)
    fields = _fields(seen)
    notes = list(dict.fromkeys(head.notes + [f"{each.title} {each.note}" for each in seen if each.note]))
    left = head.left + [told for each in seen for told in each.left]
    if not fields:
        return {"problem": f"{path.name} has no column that could be used: {'; '.join(notes[:3])}"}
    if len(notes) > MOST_NOTES:
        notes[MOST_NOTES:] = [f"{len(notes) - MOST_NOTES} more"]
    if head.rows > head.looked:
        notes.insert(0, f"only the first {head.looked:,} of {head.rows:,} rows were looked at")
    return {
        "type": "data.Table",
        "parameters": {"fields": fields, **head.told, **_ways(seen), **skipping(left), **in_memory(path)},
        "rows": head.rows,
        "notes": notes,
        "left_out": left,
        "columns": [each.told() for each in seen],
        "samples": samples(seen),
        "thumbnails": thumbnails(seen, path.parent),
    }


def _leave_names(seen: list[Seen]) -> None:
    """Names of the rows are left out, unless there is nothing else to learn from."""
    named = [each for each in seen if not each.left_out and is_name(each)]
    if any(not each.left_out and each.kind != "label" and each not in named for each in seen):
        for each in named:
            each.leave_out(
                f"is different in nearly every row ({each.different:,} of {len(each.cells):,}) and is left out"
            )


def _fields(seen: list[Seen]) -> dict[str, Any]:
    """Number columns together as `features`, everything else one by one."""
    numbers = [each for each in seen if each.kind == "number" and not each.left_out]
    found: dict[str, Any] = {}
    if numbers:
        found["features"] = {"type": f"float32[{len(numbers)}]", "columns": [each.title for each in numbers]}
        if any(each.missing for each in numbers):
            found["features"]["missing"] = "keep"
    for each in seen:
        if each.left_out:
            continue
        each.field = "features" if each in numbers else _free(each.title, found)
        if each not in numbers:
            found[each.field] = {"type": each.type, "column": each.title, **each.about}
    return found


def _ways(seen: list[Seen]) -> dict[str, Any]:
    """What else a reader must be told of how the cells are written."""
    return {"decimal": ","} if any(each.comma and not each.left_out for each in seen) else {}


def _free(title: str, taken: Iterable[str]) -> str:
    """A field's name for a title, different from those that are taken."""
    wish = cleaned(title)
    used = {*taken, "features", *RESERVED}
    number, name = 1, wish
    while name in used:
        number += 1
        name = f"{wish}_{number}"
    return name


def _parquet(path: Path) -> Head | str:
    head, files = Head(path), parquet_files(path)
    rows = sum(map(rows_in_parquet, files))
    with files[0].open("rb") as opened:
        head.titles = ParquetFile(opened).schema_arrow.names
    head.take(parts_of_parquet(files, head.titles, 1_000))
    head.rows = rows
    return head


def _json(path: Path) -> Head | str:
    head = Head(path)
    with path.open(encoding="utf-8-sig") as file:
        rows = list(islice(json_rows(path, _first(file)), MOST_ROWS))
        head.more = bool(file.readline())
    head.titles = list(dict.fromkeys(title for row in rows for title in row))
    head.columns = [cells_of(rows, title) for title in head.titles]
    head.rows = max(len(rows), lines_in(path) - 1) if head.more else len(rows)
    return head


def _first(lines: Iterable[str]) -> Iterator[str]:
    """As much as is looked at."""
    size = 0
    for line in lines:
        yield line
        size += len(line)
        if size >= MOST_BYTES:
            break


def _csv(path: Path) -> Head | str:
    head = Head(path)
    if _is_binary(path):
        return f"{path.name} is no text file, though it is called {path.suffix}: save the table as text, and drop that"
    encoding, lines = _decoded(path)
    separator = "\t" if path.suffix.lower() == ".tsv" else _separator(lines)
    skip = _comments(lines, separator)
    head.titles = next(csv.reader(lines[skip:], delimiter=separator), [])
    if not head.titles:
        return f"{path.name} is an empty file"
    usual = {"separator": "tab" if path.suffix.lower() == ".tsv" else ",", "encoding": "utf-8", "skip_rows": 0}
    told = {"separator": SEPARATORS[separator], "encoding": encoding, "skip_rows": skip}
    head.told = {name: value for name, value in told.items() if value != usual[name]}
    uneven: list[Any] = []

    def note(row: Any) -> str:
        uneven.append(row)
        return "skip"

    names = [str(at) for at in range(len(head.titles))]
    with path.open("rb") as file:
        parts = open_csv(
            file,
            read_options=ReadOptions(
                use_threads=False, skip_rows=skip + 1, encoding=encoding, column_names=names, block_size=2**22
            ),
            parse_options=ParseOptions(delimiter=separator, newlines_in_values=True, invalid_row_handler=note),
            convert_options=ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
        head.take(parts)
        if head.more:
            head.rows = max(head.rows, lines_in(path) - skip - 2)
    line, numbers = partial(csv_line, path, separator, encoding, skip), [row.number - skip - 1 for row in uneven]
    head.place = place_without(numbers, line)
    no_comments = rows_begin_with_hash(path, separator, encoding, skip)
    return _uneven(head, list(zip(uneven, numbers, strict=True)), line, no_comments)


def _uneven(head: Head, uneven: list[tuple[Any, int]], line_of: Callable[[int], str], no_comments: bool) -> Head | str:
    """Rows with more or fewer cells than there are titles, with their numbers: left out where they are few."""
    begins = [row.text.startswith("#") and not no_comments for row, _ in uneven]
    comments = [number for (_, number), is_one in zip(uneven, begins, strict=True) if is_one]
    rows = [each for each, is_one in zip(uneven, begins, strict=True) if not is_one]
    if comments:
        more = f" and {len(comments) - 1} more are comments" if comments[1:] else " is a comment"
        head.leave(f"{line_of(comments[0])}{more}", "it" if len(comments) == 1 else "they")
    if not rows:
        return head
    first, line = rows[0][0], line_of(rows[0][1])
    titled = f"{first.expected_columns} {'is' if first.expected_columns == 1 else 'are'} titled"
    what = f"{line} has {first.actual_columns} cell{'s' * (first.actual_columns != 1)} where {titled}"
    if len(rows) > FEW * (head.looked + len(rows)):
        return f"{head.path.name}, {what}"
    more = f", and {len(rows) - 1} more such row{'s' * (len(rows) > 2)}" if rows[1:] else ""
    head.leave(f"{what}{more}", "it" if len(rows) == 1 else "they", len(rows))
    return head


def _is_binary(path: Path) -> bool:
    """Whether a file begins with more signs that no text has than a slip would leave in one."""
    with path.open("rb") as file:
        begun = file.read(100_000)
    if begun.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16, half of whose bytes may be zero
        return False
    return len(begun) - len(begun.translate(None, NO_TEXT)) > BINARY * len(begun)


def _decoded(path: Path) -> tuple[str, list[str]]:
    """The encoding in which a file seems to be written, and its first lines."""
    with path.open("rb") as file:
        begun = file.read(1_000_000)
    cut = begun[: begun.rfind(b"\n") + 1] or begun
    if begun.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", begun[: len(begun) // 2 * 2].decode("utf-16", "replace").splitlines(True)[:200]
    for encoding in ("utf-8", "cp1252", "latin-1"):
        try:
            text = cut.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding, text.removeprefix("\ufeff").splitlines(True)[:200]
    raise AssertionError("latin-1 decodes all bytes")


def _separator(lines: list[str]) -> str:
    """The sign that parts most lines into the same number of cells, of more than one."""
    there = [line for line in lines[:50] if line.strip()]
    rows = [line for line in there if not line.startswith("#")] or there  # a comment may hold any of them

    def agreement(sign: str) -> tuple[float, int]:
        widths = [len(row) for row in csv.reader(rows, delimiter=sign)]
        usual = max(widths, key=lambda width: (widths.count(width), width), default=1)
        return (widths.count(usual) / len(widths), usual) if usual > 1 else (0.0, 1)

    return max(SEPARATORS, key=agreement)


def _comments(lines: list[str], separator: str) -> int:
    """How many lines above the titles begin with ``#``; those with as many cells as the next are titles and rows."""
    at = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines) - 1)
    widths = [len(next(csv.reader([line], delimiter=separator), [])) for line in lines[: at + 1]]
    while at > 0 and widths[at - 1] == widths[at] > 1:
        at -= 1
    return at if at > 0 and (widths[at] > 1 or not lines[at].startswith("#")) else 0
