"""What a column of a table could be: a number, a category, a text, a date, a picture, a label; and its figures."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as filled
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from runtime.train.look_left_out import BAD_FILES, BAD_ROWS, LeftOut, as_bits, left_out
from runtime.train.look_opened import unopened
from runtime.train.pieces.table_cells import are_missing, as_day, as_number, pictures_in

NEARLY = 0.9  # of the cells of a column: where so many are numbers, the others are mistakes and not texts
FEW_WORDS = 3  # among many different numbers are signs for what is missing, such as a dash
MOST_CLASSES = 50  # more different words than this are text, not categories
FEW_CLASSES = 20  # more different whole numbers than this are amounts, not labels
MOSTLY = 0.5  # of the cells: where more are missing, a column is left out
LABELS = """label labels target class classes species y category survived diagnosis outcome quality variety sentiment
    spam is_spam churn""".split()
ID = re.compile(r"(unnamed: \d+|rownames|#|(.*[ _-])?(id|index|idx|uuid|guid|key))", re.IGNORECASE)
NAMES = re.compile(r"(.*[ _-])?(name|names|surname|address|e-?mail|phone|telephone|url|link|website)", re.IGNORECASE)
CAMEL = re.compile(r".*[a-z](Id|ID)")
DATES = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d")
PICTURE = re.compile(r".+\.(png|jpe?g|gif|bmp|webp|tiff?)", re.IGNORECASE)
ENCODED = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*")
COMMA = r"^[+-]?\d+(,\d+)?$"  # a comma before decimals
THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})*$"  # commas that part a long number
FILES = 10_000  # of pictures that are looked for
Place = Callable[[int], str]


@dataclass
class Seen:
    """A column as it was seen: what it is taken for, and what a field of it must say."""

    title: str
    cells: Any
    place: Place
    missing: int = 0
    kind: str = "text"
    type: str = "text"
    about: dict[str, Any] = filled(default_factory=dict)  # of the field beside type and column
    figures: dict[str, Any] = filled(default_factory=dict)
    different: int = 0
    examples: list[str] = filled(default_factory=list)
    note: str = ""
    left_out: bool = False
    comma: bool = False  # stands before its decimals
    empty: Any = None  # for each row whether nothing is there
    odd: Any = None  # for each row whether what is there is nothing of the kind
    left: list[LeftOut] = filled(default_factory=list)  # for want of which rows are left out
    field: str | None = None

    def leave_out(self, why: str) -> "Seen":
        """No field is made of it."""
        self.left_out, self.note, self.left = True, why, []
        return self

    def leave_rows(self, by: str, why: str, count: int) -> None:
        """So many rows are to be left out, and why."""
        self.left.append(left_out(by, f"{self.title} {why}", "its row" if count == 1 else "their rows", self.title))

    def mark_odd(self, rows: Any) -> None:
        """What is there in these rows is nothing of the kind."""
        self.odd = np.zeros(len(self.cells), bool)
        self.odd[rows] = True

    @property
    def there(self) -> Any:
        """The numbers of the rows in which something is."""
        return np.flatnonzero(~self.empty)

    def gaps(self) -> str:
        """How many cells are missing."""
        return f"is empty in {self.missing:,} of {len(self.cells):,} rows"

    def told(self) -> dict[str, Any]:
        """What others learn of it."""
        rows = {name: as_bits(rows) for name, rows in (("empty", self.empty), ("odd", self.odd)) if np.any(rows)}
        return {
            "title": self.title,
            "kind": self.kind,
            "type": self.type,
            "count": len(self.cells),
            "missing": self.missing,
            "different": self.different,
            **self.figures,
            "examples": self.examples,
            "field": self.field,
            **rows,
        } | ({"note": self.note} if self.note else {})


def shown(cell: Any) -> str:
    """A cell as text for the screen."""
    value = cell.as_py()
    if isinstance(value, dict):
        value = value.get("path") or value.get("bytes") or ""
    if isinstance(value, bool):
        return str(value).lower()  # as its class is called
    return f"{len(value)} bytes" if isinstance(value, bytes) else str(value)[:200]


def see(title: str, cells: Any, folder: Path, first: bool, last: bool, commas: bool, place: Place) -> Seen:
    """What a column could be, by its title, its cells and its place; `commas` stand before decimals in such files.

    `place` says where a row is by its number, counted from 1.
    """
    seen = Seen(title, cells, place)
    kind = cells.type
    gaps = are_missing(cells)
    seen.missing, seen.empty = gaps.true_count, gaps.to_numpy(zero_copy_only=False)
    there = cells.filter(pc.invert(gaps))
    if not len(there):
        return seen.leave_out("has nothing in it and is left out")
    seen.examples = list(dict.fromkeys(shown(cell) for cell in there[:200]))[:5]
    if _is_list(kind):
        return _tensor(seen, there)
    if pa.types.is_struct(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return _encoded(seen, there, folder)
    seen.different = pc.count_distinct(there).as_py()
    empty = seen.missing
    _guess(seen, there, folder, first, last, commas)
    if seen.different == 1 and len(there) == len(cells) > FEW_CLASSES and not seen.left_out:
        return seen.leave_out("is the same in every row and is left out")
    if empty > MOSTLY * len(cells):
        seen.leave_out(f"{seen.gaps()} and is left out")
    return seen


def _guess(seen: Seen, there: Any, folder: Path, first: bool, last: bool, commas: bool) -> Seen:
    """Numbers, dates, names of pictures, categories and texts."""
    kind = there.type
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _date(seen, there, DATES[0])
    if pa.types.is_boolean(kind):
        return _category(seen, there.cast("string"), last)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        numbers = as_number(there, "float64")  # of which infinite ones are none
        return (_nearly_numbers if numbers.null_count else _number)(seen, there, numbers, first, last)
    if not pa.types.is_string(kind):
        return seen.leave_out(f"holds {kind} and is left out")
    seen.comma = _has_commas(there, commas)
    numbers = as_number(there, "float64", "," if seen.comma else ".")
    if not numbers.null_count:
        return _number(seen, there, numbers, first, last)
    if _are_nearly_numbers(seen, there, numbers):
        return _nearly_numbers(seen, there, numbers, first, last)
    for format in DATES:
        if len(there) and not as_day(there, format).null_count:
            return _date(seen, there, format)
    if all(PICTURE.fullmatch(each.strip()) for each in there.slice(0, 1000).to_pylist()):
        return _files(seen, there, folder)
    return _words(seen, there, last)


def _has_commas(texts: Any, usual: bool) -> bool:
    """Whether a comma stands before decimals: where it is not `usual`, ``1,000`` may be a thousand."""
    fit = texts.filter(pc.match_substring_regex(texts, COMMA))
    some = bool(pc.any(pc.match_substring(fit, ",")).as_py()) and len(fit) >= NEARLY * len(texts)
    return some and (usual or not _all(fit, THOUSANDS))


def _all(texts: Any, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(texts, pattern)).as_py())


def _are_nearly_numbers(seen: Seen, there: Any, numbers: Any) -> bool:
    """Whether the cells that are no numbers are few, or some words in place of what is missing."""
    if numbers.null_count <= (1 - NEARLY) * len(there):
        return True
    return seen.different > MOST_CLASSES and bool(
        pc.count_distinct(there.filter(numbers.is_null())).as_py() <= FEW_WORDS
    )


def _nearly_numbers(seen: Seen, there: Any, numbers: Any, first: bool, last: bool) -> Seen:
    """Numbers but for some cells that cannot be read, of which those that a label repeats are classes."""
    odd, whole = numbers.is_null(), numbers.drop_null().to_numpy()
    seen.different = pc.count_distinct(numbers, mode="only_valid").as_py()
    counts = pc.value_counts(there.filter(odd)).to_pylist()
    words = [each["values"] for each in counts if each["counts"] > 1 and isinstance(each["values"], str)]
    if words and _are_classes(seen, whole, last) and seen.different + len(words) <= FEW_CLASSES:
        odd = pc.and_not(odd, pc.is_in(there, pa.array(words)))
        _category(seen, there.filter(pc.invert(odd)), last, _number_first)
    else:
        _number(seen, there.filter(numbers.is_valid()), numbers, first, last)
    if odd.true_count > MOSTLY * len(there):
        return seen.leave_out(f"is a number in {len(whole):,} of {len(seen.cells):,} rows and is left out")
    if odd.true_count and not seen.left_out:
        seen.mark_odd(seen.there[odd.to_numpy(zero_copy_only=False)])
        row = int(seen.odd.argmax())
        cells = "a cell that is no number" if odd.true_count == 1 else f"{odd.true_count:,} cells that are no numbers"
        why = f"has {cells} ({str(seen.cells[row].as_py()).strip():.40}, {seen.place(row + 1)})"
        seen.leave_rows(BAD_ROWS, why, odd.true_count)
        seen.note = ", ".join(filter(None, [why, seen.note]))
    return seen


def _are_classes(seen: Seen, numbers: Any, last: bool) -> bool:
    """Whether numbers stand for what a model is to tell, and not for amounts."""
    few = seen.different <= FEW_CLASSES and (last or is_label(seen.title)) and not seen.comma
    return few and bool(len(numbers)) and bool((numbers == np.floor(numbers)).all())


def _number_first(name: str) -> tuple[bool, float, str]:
    """The order of classes of which some are called by numbers."""
    try:
        return False, float(name), name
    except ValueError:
        return True, 0.0, name


def _number(seen: Seen, there: Any, numbers: Any, first: bool, last: bool) -> Seen:
    values = numbers.drop_null().to_numpy(zero_copy_only=False)
    seen.kind, seen.type = "number", "float32[]"
    whole = bool(len(values)) and bool((values == np.floor(values)).all())
    if len(values) > 1 and whole and seen.different == len(seen.cells):
        row = bool((np.diff(values) == 1).all())
        if _is_id(seen.title) or (first and row and not seen.title):
            return seen.leave_out("only counts the rows and is left out")
    if _are_classes(seen, values, last):
        return _category(seen, there if pa.types.is_string(there.type) else there.cast("string"), last, float)
    _figures(seen, values)
    if whole and seen.different <= FEW_CLASSES and not seen.comma:  # it may be meant as a category
        texts = there if pa.types.is_string(there.type) else there.cast("string")
        counts = {each["values"]: each["counts"] for each in pc.value_counts(texts).to_pylist()}
        seen.figures["classes"] = [[name, counts[name]] for name in sorted(counts, key=float)]
    return seen


def _figures(seen: Seen, values: Any) -> Seen:
    """Between which numbers a column lies, and how they are spread."""
    if len(values):
        low, high = float(values.min()), float(values.max())
        bins = np.histogram(values, bins=min(20, max(1, seen.different)))[0].tolist() if np.isfinite(high - low) else []
        seen.figures = {"low": low, "high": high, "mean": float(values.mean()), "bins": bins}
    if seen.missing:
        seen.about["missing"] = "keep"
        seen.note = seen.gaps()
    return seen


def _date(seen: Seen, there: Any, format: str) -> Seen:
    seen.kind, seen.type = "date", "float32[]"
    seen.about["date"] = format
    return _figures(seen, as_day(there, format).to_numpy(zero_copy_only=False))


def is_label(title: str) -> bool:
    """Whether a column is called as those are which a model is to tell."""
    return title.strip().lower() in LABELS


def is_name(seen: Seen) -> bool:
    """Whether a column of texts is called as names are, and nearly every row has its own: learning it is no use."""
    return (
        seen.kind == "text"
        and bool(NAMES.fullmatch(seen.title.strip()))
        and seen.different >= NEARLY * (len(seen.cells) - seen.missing)
    )


def _is_id(title: str) -> bool:
    return not title or bool(ID.fullmatch(title.strip()) or CAMEL.fullmatch(title.strip()))


def _words(seen: Seen, there: Any, last: bool) -> Seen:
    """Categories, texts, or codes, which tell a model nothing."""
    words = pc.mean(pc.list_value_length(pc.utf8_split_whitespace(there.slice(0, 10_000)))).as_py()
    often = seen.different <= len(there) / 2
    if seen.different <= MOST_CLASSES and (often or (len(there) <= FEW_CLASSES and words < 4)):
        return _category(seen, there, last)
    if seen.different == len(there) > 1 and _is_id(seen.title):
        return seen.leave_out("only names the rows and is left out")
    digits = pc.mean(pc.match_substring_regex(there, r"\d").cast("float64")).as_py()
    if words < 2 and digits > MOSTLY and not often:
        return seen.leave_out(f"holds {seen.different:,} different codes and is left out")
    return seen


def _category(seen: Seen, texts: Any, last: bool, key: Any = None) -> Seen:
    """A class for each word; rows without a label are of no use, elsewhere missing is a class of its own."""
    counts = {each["values"]: each["counts"] for each in pc.value_counts(texts).to_pylist()}
    label = last or is_label(seen.title)
    seen.kind, seen.type, seen.different = "label" if label else "category", "int64[]", len(counts)
    classes = sorted(counts, key=key)
    if seen.missing and not label:
        classes, counts[""] = ["", *classes], seen.missing
    if seen.missing:
        where = seen.gaps()
        seen.note = f"{where}, which are left out" if label else f"{where}, a class of their own"
        if label:
            seen.leave_rows(BAD_ROWS, where, seen.missing)
    seen.about["classes"] = classes
    seen.figures["classes"] = [[name, counts[name]] for name in classes[:MOST_CLASSES]]
    return seen


def _files(seen: Seen, there: Any, folder: Path) -> Seen:
    """Names of pictures, of which some must be there."""
    names, rows = there.to_pylist()[:FILES], seen.there.tolist()
    found = pictures_in(names, folder)
    gone = {row: name for row, name, held in zip(rows, names, found, strict=False) if held is None}
    if len(gone) == len(names):
        return seen.leave_out(f"names pictures that are not there, such as {names[0]:.60}, and is left out")
    tried = [(row, name) for row, name, held in zip(rows, names, found, strict=False) if held is not None]
    broken = dict(tried[at] for at in unopened([folder / name for _, name in tried]))
    return _pictures(seen, {"not there": gone, "cut off or damaged": broken})


def _pictures(seen: Seen, bad: dict[str, dict[int, str]]) -> Seen:
    """Pictures, of which some are bad in a way that is told with the first of them: their rows are left out."""
    seen.kind = seen.type = "picture"
    told = {seen.gaps(): seen.missing} if seen.missing else {}
    for how, names in bad.items():
        many = f"1 picture that is {how}" if len(names) == 1 else f"{len(names):,} pictures that are {how}"
        first = next(iter(names.values()), "")
        told |= {f"has {many}: {first:.60}{', ...' * (len(names) > 1)}": len(names)} if names else {}
    for why, count in told.items():
        seen.leave_rows(BAD_FILES, why, count)
    seen.missing += sum(map(len, bad.values()))
    seen.mark_odd([row for names in bad.values() for row in names])
    seen.note = ", ".join(told)
    return seen


def _encoded(seen: Seen, there: Any, folder: Path) -> Seen:
    """Pictures in the file itself, as bytes or with a path beside."""
    cell = there[0].as_py()
    if isinstance(cell, dict) and not {"bytes", "path"} <= cell.keys():
        first = f"{seen.title}.{next(iter(cell), 'x')}"
        todo = f"write each of their values as a column of its own, such as {first!r}"
        return seen.leave_out(f"holds objects and is left out: {todo}")
    held = (cell.get("bytes") or cell.get("path")) if isinstance(cell, dict) else cell
    if not held or (isinstance(held, bytes) and not held.startswith(ENCODED)):
        return seen.leave_out("holds what is no picture that is known here, and is left out")
    rows, pictures = seen.there.tolist()[:FILES], pictures_in(there[:FILES].to_pylist(), folder)
    gone = {row: seen.place(row + 1) for row, held in zip(rows, pictures, strict=True) if held is None}
    tried = [(row, held) for row, held in zip(rows, pictures, strict=True) if held is not None]
    at_fault = [tried[at][0] for at in unopened([held for _, held in tried])]
    broken = {row: seen.place(row + 1) for row in at_fault}
    return _pictures(seen, {"not there": gone, "cut off or damaged": broken})


def _tensor(seen: Seen, there: Any) -> Seen:
    """Lists of numbers, or of such lists, all of one shape."""
    kind, shape, numbers = there.type, list[int](), there
    while _is_list(kind):
        kind = kind.value_type
    seen.kind = "tensor"
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        return seen.leave_out(f"holds lists of {'objects' if pa.types.is_struct(kind) else kind} and is left out")
    while _is_list(numbers.type):
        lengths = pc.unique(pc.list_value_length(numbers)).to_pylist()
        if len(lengths) != 1 or not lengths[0]:
            return seen.leave_out("holds lists of several lengths and is left out")
        shape, numbers = [*shape, lengths[0]], pc.list_flatten(numbers)
    seen.type = f"float32[{', '.join(map(str, shape))}]"
    if seen.missing:
        seen.note = seen.gaps()
        seen.leave_rows(BAD_ROWS, seen.note, seen.missing)
    return seen


def _is_list(kind: Any) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))
