"""A look at a file of weights, in a process: ``python -m runtime.train.tensors FILE`` prints what it holds, as JSON.

Nothing that a file says is run: safetensors holds numbers alone, and torch reads checkpoints with `weights_only`.
"""

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from runtime.check.card import MOST_TENSORS
from runtime.graph.file import MOST_BYTES, Refused, load

SAFE, CHECKPOINTS = ".safetensors", (".pt", ".pth", ".ckpt", ".bin")
LONGEST_NAME, DEEPEST = 1_000, 64  # letters, and dots among them
Look = dict[str, Any]


def look(path: Path) -> Look:
    """``{"shapes": {name: shape}, "nodes": [[id, type], ...]}`` of a file, or ``{"problem": sentence}``."""
    suffix = path.suffix.lower()
    if suffix not in (SAFE, *CHECKPOINTS):
        return {"problem": f"{path.name} is no file of weights: these end with {', '.join((SAFE, *CHECKPOINTS))}"}
    try:
        if not path.stat().st_size:
            return {"problem": f"{path.name} is empty"}
        shapes = _safe(path) if suffix == SAFE else _checkpoint(path)
    except Exception as error:  # a file can be broken in any way, and libraries raise what they like
        return {"problem": f"{path.name} {_told(path, error)}"}
    if len(shapes) > MOST_TENSORS or any(len(name) > LONGEST_NAME or name.count(".") > DEEPEST for name in shapes):
        return {"problem": f"{path.name} holds more tensors, or longer names, than a model can have"}
    return {"shapes": shapes, "nodes": _nodes(path.with_name("graph.json"))}


def _safe(path: Path) -> dict[str, list[int]]:
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        return {name: list(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118 - no mapping


def _checkpoint(path: Path) -> dict[str, list[int]]:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            if any(each.compress_type != zipfile.ZIP_STORED for each in packed.infolist()):
                raise ValueError("is compressed, as no checkpoint of torch is")
    from runtime.train.pieces.weights import read_weights

    return {name: list(each.shape) for name, each in read_weights(path).items()}


def _told(path: Path, error: Exception) -> str:
    """What is wrong with a file, behind its name."""
    text = str(error).strip()
    first = text.splitlines()[0] if text else type(error).__name__
    if type(error) is ValueError:  # ours
        return first.removeprefix(f"{path.name} ")
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or first[:200]}"
    if path.suffix.lower() == SAFE:
        return "cannot be read: it is cut off, or no file of safetensors"
    if "global" in text.lower():  # the name of something to call
        return "holds Python objects, which could run code, not tensors alone: save the model's state_dict()"
    return "is cut off, or no checkpoint of torch"


def _nodes(graph: Path) -> list[list[str]]:
    """The nodes of the graph of a run, which lies beside its weights."""
    try:
        if not graph.is_file() or graph.stat().st_size > MOST_BYTES:
            return []
        return [[node.id, node.type] for node in load(graph.read_bytes()).nodes.values()]
    except (OSError, Refused):
        return []


if __name__ == "__main__":
    print(json.dumps(look(Path(sys.argv[1]))))
