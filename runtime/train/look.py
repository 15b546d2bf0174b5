"""A look at a file, in a process: ``python -m runtime.train.look FILE`` prints what dataset or model it could be."""

import json
import re
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from pyarrow import ArrowException

from runtime.spec.models import look as look_at_models
from runtime.spec.paths import is_hugging_face, is_idx
from runtime.train.changed import odd, remember
from runtime.train.look_arrays import ARRAYS, look_at_arrays
from runtime.train.look_hugging_face import look_at_hugging_face
from runtime.train.look_pictures import look_at_pictures
from runtime.train.look_table import TABLES, look_at_table
from runtime.train.look_texts import has_texts, look_at_lines, look_at_texts
from runtime.train.pieces.idx_values import idx_values

Look = dict[str, Any]


def look(path: Path) -> Look:
    """``{"type", "parameters", "rows", "notes"}`` of the dataset that a file could be, or ``{"problem": sentence}``.

    Of Python ``choices`` tells the parameters of each class; it is read and not run.
    """
    if why := odd(path):
        return {"problem": why}
    try:
        if path.suffix.lower() in TABLES:
            return look_at_table(path)
        if path.suffix.lower() in ARRAYS:
            return look_at_arrays(path)
        if path.suffix.lower() == ".txt":
            return look_at_lines(path)
        if is_hugging_face(path):
            return look_at_hugging_face(path)
        if path.is_dir():
            return look_at_texts(path) if has_texts(path) else look_at_pictures(path)
        if path.suffix.lower() == ".py":
            return look_at_models(path)
        if is_idx(path):
            return _idx(path)
    except (OSError, ValueError, EOFError, KeyError, MemoryError, zlib.error, ArrowException) as error:
        told = getattr(error, "strerror", None) or (str(error) or type(error).__name__).splitlines()[0]
        return {"problem": told if told.startswith(path.name) else f"{path.name} cannot be read: {told}"}
    known = ", ".join([*TABLES, *ARRAYS, ".txt", ".py"])
    return {"problem": f"{path.name} is no {known} or idx file"}


def _idx(path: Path) -> Look:
    """The pictures of the file and the labels of the one beside it; dropping the labels means both too."""
    pictures = path.with_name(path.name.replace("labels", "images").replace("idx1", "idx3"))
    if not pictures.is_file():
        return {"problem": f"{path.name} holds labels, and {pictures.name} is not beside it"}
    labels = pictures.with_name(pictures.name.replace("images", "labels").replace("idx3", "idx1"))
    values = idx_values(pictures)
    sizes = [1, *values.shape[1:]] if values.ndim == 3 else list(values.shape[1:])
    if not sizes:
        return {"problem": f"{path.name} holds one number a row, no pictures"}
    fields: dict[str, Any] = {"image": f"{np.dtype(values.dtype).name}[{', '.join(map(str, sizes))}]"}
    notes = []
    if labels.is_file() and labels != pictures:
        classes = range(int(idx_values(labels).max()) + 1)
        fields["label"] = {"type": "int64[]", "classes": [str(each) for each in classes]}
    else:
        notes.append(f"no labels: {labels.name} is not beside it")
    return {
        "type": "data.Idx",
        "parameters": {"fields": fields},
        "path": str(pictures),
        "name": re.split(r"[-.]idx", pictures.name)[0],
        "rows": len(values),
        "notes": notes,
    }


if __name__ == "__main__":
    looked_at = Path(sys.argv[1])
    found = look(looked_at)
    if "problem" not in found:
        remember(found, looked_at)
    print(json.dumps(found))
