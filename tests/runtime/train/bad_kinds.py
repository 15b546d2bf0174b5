"""The kinds of bad data that are tried, and what is said of each."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from tests.runtime.train.bad_data import (
    ARRAYS,
    IDX,
    JSON,
    NAMED,
    PARQUET,
    PICTURES,
    SAFE,
    SAVED,
    TABLE,
    TEXTS,
    Data,
    Spoil,
    a_device,
    a_file,
    a_folder,
    a_loop,
    a_pipe,
    arrays,
    bomb,
    changed,
    code,
    code_in_npz,
    code_in_torch,
    columns,
    cut,
    emptied,
    gone,
    holds,
    json_line,
    other_title,
    row,
    without_column,
)

REFUSED = "holds Python objects, which could run code"
NO_ARRAYS = f"its file {REFUSED}, or is none of numpy's."


@dataclass(frozen=True)
class Bad:
    """A kind of bad data, and what must be in the sentence of each who looks at it; None where it is all right there.

    `run` is the node and the sentence.
    """

    data: Data
    spoil: Spoil
    look: str | None
    check: str | None
    run: tuple[str, str] | None


LINE = "correct it, or let bad_rows skip such rows"
UNEVEN = "correct it or take it out, or let bad_rows skip such rows"
PIPE = "is a pipe, not a file: copy what it gives into one"
CLASSES = "add pictures, or take it out of the classes of label"
THIRD = r" \(row 2 of the data, counted from 0\)"
TORN = "is cut off, or " + REFUSED + ": save a dict of tensors with torch.save"
KINDS = {
    "a column is missing": Bad(
        TABLE, row(1, "a,c,kind"), None, None, ("flowers", "flowers.csv has no column 'b', only a, c, kind")
    ),
    "a word in a column of numbers": Bad(
        TABLE,
        row(7, "six,1,x"),
        "a has a cell that is no number (six, line 7)",
        None,
        ("flowers", f"flowers.csv, line 7: 'six' in 'a' cannot be read as number; {LINE}"),
    ),
    "a cell without a number": Bad(
        TABLE,
        row(7, "nan,1,x"),
        "a is empty in 1 of 24 rows",
        None,
        ("flowers", f"flowers.csv, line 7: 'nan' in 'a' cannot be read as number; {LINE}"),
    ),
    "a class that nobody knows": Bad(
        TABLE,
        row(7, "1,2,z"),
        None,
        None,
        ("flowers", f"flowers.csv, line 7: 'z' in 'kind' cannot be read as class; {LINE}"),
    ),
    "a ragged line": Bad(
        TABLE,
        row(7, "1,2,x,9"),
        "line 7 has 4 cells where 3 are titled",
        None,
        ("flowers", f"flowers.csv, line 7: its cells are 4, not 3: '1,2,x,9'; {UNEVEN}"),
    ),
    "a comment among the rows": Bad(
        TABLE,
        row(7, "# measured anew, see below"),
        "line 7 is a comment",
        None,
        ("flowers", f"flowers.csv, line 7: its cells are 2, not 3: '# measured anew, see below'; {UNEVEN}"),
    ),
    "another encoding": Bad(
        TABLE,
        holds(b"a,b,kind\n1,2,f\xfcr\n" * 9),
        None,
        None,
        ("flowers", "flowers.csv: it cannot be read as utf-8, set its encoding: .*invalid UTF8"),
    ),
    "titles alone": Bad(
        TABLE,
        holds(b"a,b,kind\n"),
        "flowers.csv has no rows below its titles",
        None,
        ("flowers", "flowers.csv has no rows"),
    ),
    "a table of nothing": Bad(
        TABLE, holds(b""), "flowers.csv is an empty file", None, ("flowers", "flowers.csv: Empty CSV file")
    ),
    "bytes called a table": Bad(
        TABLE,
        holds(bytes(range(256)) * 9),
        "flowers.csv is no text file",
        None,
        ("flowers", "flowers.csv has no column"),
    ),
    "a folder in the place of a file": Bad(
        TABLE,
        a_folder,
        "the folder flowers.csv is empty",
        "flowers.csv is a folder",
        ("flowers", "flowers.csv cannot be read: Is a directory"),
    ),
    "a file in the place of a folder": Bad(
        PICTURES, a_file, "flowers is no .csv", "flowers is a file", ("flowers", "there is no folder .*/flowers")
    ),
    "a file that is gone": Bad(
        TABLE,
        gone(),
        "flowers.csv cannot be read: No such file or directory",
        "flowers.csv is not there",
        ("flowers", "There is no file .*/flowers.csv"),
    ),
    "a pipe": Bad(TABLE, a_pipe(), PIPE, "flowers.csv is a pipe or a device", ("flowers", f"flowers.csv {PIPE}")),
    "a device": Bad(
        TABLE, a_device, "flowers.csv is a device", "is a pipe or a device", ("flowers", "flowers.csv is a device")
    ),
    "no Parquet": Bad(
        PARQUET,
        holds(b"no parquet"),
        "flowers.parquet cannot be read: Parquet magic bytes not found",
        None,
        ("flowers", "flowers.parquet cannot be read: Parquet magic bytes not found"),
    ),
    "Parquet of nothing": Bad(
        PARQUET,
        holds(b""),
        "flowers.parquet cannot be read: Parquet file size is 0 bytes",
        None,
        ("flowers", "flowers.parquet cannot be read: Parquet file size is 0 bytes"),
    ),
    "Parquet without a column": Bad(
        PARQUET, without_column, None, None, ("flowers", "flowers.parquet has no column 'b', only a, kind")
    ),
    "a word among the numbers of JSON lines": Bad(
        JSON,
        json_line(7, '{"a": "six", "b": 1, "kind": "x"}'),
        "a has a cell that is no number (six, row 7)",
        None,
        ("flowers", f"flowers.jsonl, row 7: 'six' in 'a' cannot be read as number; {LINE}"),
    ),
    "a line that is no JSON": Bad(
        JSON,
        json_line(7, '{"a": 1,'),
        "flowers.jsonl, row 7 is no object of JSON",
        None,
        ("flowers", "flowers.jsonl, row 7 is no object of JSON"),
    ),
    "JSON lines without a column": Bad(
        JSON,
        other_title,
        None,
        None,
        ("flowers", "flowers.jsonl has no column 'b', only a, kind"),
    ),
    "a pickle in an array": Bad(ARRAYS, code_in_npz, REFUSED, None, ("flowers", NO_ARRAYS)),
    "a pickle called npz": Bad(ARRAYS, holds(code()), "or no npz file", None, ("flowers", NO_ARRAYS)),
    "npz cut short": Bad(ARRAYS, cut(400), "is cut off", None, ("flowers", "its file is cut off or damaged.")),
    "an array is missing": Bad(
        ARRAYS,
        lambda path: np.savez(path, point=columns()["point"]),
        None,
        None,
        ("flowers", "flowers.npz has no array 'label'"),
    ),
    "arrays of unequal lengths": Bad(
        ARRAYS,
        arrays(label=np.arange(5) % 2),
        "label is left out",
        None,
        ("flowers", "flowers.npz has arrays of unequal lengths: {'point': 24, 'label': 5}"),
    ),
    "a label beyond the classes": Bad(
        ARRAYS,
        arrays(label=changed("label", 17, 7)),
        None,
        None,
        ("flowers", "label of sample 17 is 7, and the graph says 0 to 1."),
    ),
    "a number that is none": Bad(
        ARRAYS,
        arrays(point=changed("point", 5, np.nan)),
        None,
        None,
        ("flowers", "point of sample 5 holds a number that is missing or not finite. Fill it in with Impute"),
    ),
    "code in a .pt file": Bad(SAVED, holds(code_in_torch()), TORN, None, ("flowers", f"flowers.pt {TORN}")),
    "a pickle called .pt": Bad(SAVED, holds(code()), TORN, None, ("flowers", f"flowers.pt {TORN}")),
    ".pt cut short": Bad(SAVED, cut(500), TORN, None, ("flowers", f"flowers.pt {TORN}")),
    "safetensors cut short": Bad(
        SAFE, cut(200), "is cut off", None, ("flowers", "flowers.safetensors is cut off, or no safetensors file")
    ),
    "idx cut short": Bad(
        IDX,
        cut(100),
        "idx3-ubyte is not as long as its head says",
        None,
        ("flowers", "idx3-ubyte is not as long as its head says"),
    ),
    "idx cut in its head": Bad(
        IDX,
        cut(6),
        "idx3-ubyte is not as long as its head says",
        None,
        ("flowers", "idx3-ubyte is not as long as its head says"),
    ),
    "a picture cut short": Bad(
        PICTURES,
        cut(300, "x", "04.jpg"),
        "1 of 24 cannot be opened: x/04.jpg",
        None,
        ("decoded", f"x/04.jpg cannot be decoded: .*{THIRD}. Replace it or take it away, or let bad_files .* skip"),
    ),
    "a text called a picture": Bad(
        PICTURES,
        holds(b"no picture", "x", "04.jpg"),
        "1 of 24 cannot be opened: x/04.jpg",
        None,
        ("decoded", f"x/04.jpg is not a picture that Pillow knows{THIRD}. Replace it or take it away"),
    ),
    "a picture of nothing": Bad(
        PICTURES,
        holds(b"", "x", "04.jpg"),
        "1 of 24 cannot be opened: x/04.jpg",
        None,
        ("decoded", f"x/04.jpg is not a picture that Pillow knows{THIRD}. Replace it or take it away"),
    ),
    "a picture bomb": Bad(
        PICTURES,
        holds(bomb(), "x", "03.png"),
        "1 of 25 cannot be opened: x/03.png",
        None,
        ("decoded", r"x/03.png is too large to be decoded: Image size \(3600000000 pixels\)"),
    ),
    "a pipe among pictures": Bad(
        PICTURES,
        a_pipe("x", "04.jpg"),
        "1 of 24 cannot be opened: x/04.jpg",
        None,
        ("decoded", f"x/04.jpg is no file but a pipe{THIRD}"),
    ),
    "a picture of a table cut short": Bad(
        NAMED,
        lambda path: cut(300)(path.parent / "x" / "04.jpg"),
        "has 1 picture that is cut off or damaged: x/04.jpg",
        None,
        ("decoded", "x/04.jpg cannot be decoded: .*or let bad_files of data.Table skip"),
    ),
    "a text in another encoding": Bad(
        TEXTS,
        holds(b"fine\nf\xfcr", "x", "04.txt"),
        "1 of 24 cannot be decoded: x/04.txt",
        None,
        ("flowers", "04.txt, line 2 is no text in UTF-8 or UTF-16: save it as UTF-8, or let bad_files skip such files"),
    ),
    "a folder of nothing": Bad(
        PICTURES,
        emptied(),
        "the folder flowers is empty",
        None,
        ("flowers", f"flowers has no folder 'x' .*{CLASSES}"),
    ),
    "a class without pictures": Bad(
        PICTURES, emptied("x"), None, None, ("flowers", f"flowers has no folder 'x' with pictures: {CLASSES}")
    ),
    "a class more": Bad(
        PICTURES,
        lambda path: Image.new("RGB", (9, 9)).save(folder_of(path / "z") / "a.png"),
        None,
        None,
        ("flowers", "flowers has pictures of 'z': add it to the classes of label, or move the folder away"),
    ),
    "folders that hold themselves": Bad(PICTURES, a_loop, None, None, None),
}


def folder_of(path: Path) -> Path:
    """A new folder."""
    path.mkdir()
    return path
