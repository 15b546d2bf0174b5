"""A look at a file, in a process: ``python -m runtime.train.look FILE`` prints what dataset or model it could be.

``test_path FILE`` and ``validation_path FILE`` behind it name files that may be parts of the same dataset.
"""

import json
import sys
import zlib
from pathlib import Path
from typing import Any

from pyarrow import ArrowException

from runtime.spec.models import look as look_at_models
from runtime.spec.paths import is_hugging_face, is_idx, pictures_of
from runtime.train.changed import odd, remember
from runtime.train.look_arrays import ARRAYS, look_at_arrays
from runtime.train.look_hugging_face import look_at_hugging_face
from runtime.train.look_idx import look_at_idx
from runtime.train.look_parts import with_parts
from runtime.train.look_table import TABLES, look_at_table
from runtime.train.look_texts import is_of_texts, look_at_lines, look_at_texts
from runtime.train.parts import Parts, part_of, together
from runtime.train.pieces.parquet import parquet_files

Look = dict[str, Any]


def look(path: Path) -> Look:
    """``{"type", "parameters", "rows", "notes"}`` of the dataset that a file could be, or ``{"problem": sentence}``.

    Of Python ``choices`` tells the parameters of each class; it is read and not run.
    """
    if why := odd(path):
        return {"problem": why}
    try:
        if path.is_dir() and not any(path.iterdir()):
            return {"problem": f"the folder {path.name} is empty"}
        if path.suffix.lower() in TABLES:
            return look_at_table(path)
        if path.suffix.lower() in ARRAYS:
            return look_at_arrays(path)
        if path.suffix.lower() == ".txt":
            return look_at_lines(path)
        if is_hugging_face(path):
            return look_at_hugging_face(path)
        if path.is_dir() and any(path.glob("*.parquet")):
            return _look_at_parquet(path)
        if path.is_dir() and is_of_texts(path):
            return look_at_texts(path)
        if path.is_dir():
            return _look_at_folder(path)
        if path.suffix.lower() == ".py":
            return look_at_models(path)
        if is_idx(path):
            return look_at_idx(path)
    except (OSError, ValueError, EOFError, KeyError, MemoryError, zlib.error, ArrowException) as error:
        told = getattr(error, "strerror", None) or (str(error) or type(error).__name__).splitlines()[0]
        return {"problem": told if told.startswith(path.name) else f"{path.name} cannot be read: {told}"}
    known = ", ".join([*TABLES, *ARRAYS, ".txt", ".py"])
    return {"problem": f"{path.name} is no {known} or idx file"}


def _look_at_parquet(folder: Path) -> Look:
    """One table of all files, but for the file to train on and those beside it that are held out, as names tell."""
    files = parquet_files(folder)
    whole = together(files)
    if len(whole) == 1 and len(files) > 1:
        return _with_its_parts(*whole.popitem())
    found = look_at_table(folder)
    held = [file.name for file in files if part_of(file) not in ("", "train")]
    if "problem" in found or len({part_of(file) for file in files}) == 1 or not held:
        return found
    more = f" and {len(held) - 1} more" if len(held) > 1 else ""
    told = f"{held[0]}{more} would be trained on like all others: move such files into a folder of their own"
    return {**found, "notes": [told, *found["notes"]]}


def _look_at_folder(path: Path) -> Look:
    """Pictures with their classes; where a folder has none of these, the one file of data that lies in it."""
    from runtime.train.look_pictures import look_at_pictures  # decodes as programs do, which takes torch

    found = look_at_pictures(path)
    classes = found.get("parameters", {}).get("fields", {}).get("label", {}).get("classes", ())
    files = _data_in(path) if len(classes) < 2 else {}
    if len(files) == 1:
        return _with_its_parts(*files.popitem())
    if files and "problem" in found:
        named = " or ".join(file.name for file in files)
        return {"problem": f"{found['problem']}; drop one of its files, {named[:80]}"}
    if "problem" in found:
        return {"problem": f"{found['problem']}, and no {', '.join([*TABLES, *ARRAYS, '.txt'])} or idx file"}
    return found


def _with_its_parts(file: Path, parts: Parts) -> Look:
    """A file in a folder, with those beside it that are held out, where it has not found them itself."""
    found = {"path": str(file), **look(file)}
    others = {name: look(part) for name, part in parts.items() if name not in found.get("parameters", {name})}
    return with_parts(found, {name: parts[name] for name in others}, others) if others else found


def _data_in(folder: Path) -> dict[Path, Parts]:
    """The tables, arrays and idx files of a folder, each with those that are parts of it."""
    files = [each for each in sorted(folder.iterdir()) if is_idx(each) or each.suffix.lower() in (*TABLES, *ARRAYS)]
    whole = dict.fromkeys(pictures_of(each) if is_idx(each) else each for each in files)  # labels go with pictures
    return together(each for each in whole if each.is_file())


if __name__ == "__main__":
    file, *beside = sys.argv[1:]
    parts = dict(zip(beside[::2], map(Path, beside[1::2]), strict=True))
    found = look(Path(file))
    if parts and "type" in found:
        found = with_parts(found, parts, {name: look(part) for name, part in parts.items()})
    if "problem" not in found:
        remember(found, Path(file))
    print(json.dumps(found))
