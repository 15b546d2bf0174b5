"""What data was when it was last looked at, kept in the user's cache; before a run it is told what has changed."""

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from runtime.graph.save import write_whole
from runtime.places import cards_folder

FILE = "data.json"
BLOCK, BLOCKS = 64 * 1024, 32  # bytes, and how many blocks of a file are read at most
MOST = 20_000  # files of a folder whose sizes are looked at
ADVICE = "Look again in the inspector if columns or classes are others."
HELD = ("validation_path", "test_path")


def remember(found: Mapping[str, Any], path: Path) -> None:
    """Keep what the data is that a look has just told of."""
    parameters = found.get("parameters", {})
    for each in (found.get("path", path), *(parameters[name] for name in HELD if parameters.get(name))):
        with suppress(OSError, ValueError):  # then no run can tell
            place = _place(Path(each))
            place.parent.mkdir(parents=True, exist_ok=True)
            kept = {"time": datetime.now().timestamp(), "stamp": stamp(Path(each)), "print": fingerprint(Path(each))}
            write_whole(place, json.dumps(kept).encode())


def keep(files: Mapping[str, str], folder: Path) -> None:
    """Write into the folder of a run which data it reads: paths, and the node of each."""
    (folder / FILE).write_text(json.dumps(dict(files)), encoding="utf-8")


def changed(folder: Path) -> Iterator[tuple[str, str]]:
    """Which data of a run has changed since it was looked at: node and sentence.

    Raises Otherwise for what is neither file nor folder, such as a pipe, which would be waited for.
    """
    from runtime.train.gives import Otherwise  # which a look does without

    for path, node in read_files(folder).items():
        if why := odd(Path(path)):
            raise Otherwise(node, f"{why}.")
        if told := since(Path(path)):
            yield node, told


def read_files(folder: Path) -> dict[str, str]:
    """Which data a run reads: paths, and the node of each."""
    file = folder / FILE
    found: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return found


def odd(path: Path) -> str:
    """Why a path is neither a file nor a folder, which reading would wait for; empty where it is, or is not there."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return ""
    kinds = {stat.S_ISFIFO: "a pipe", stat.S_ISCHR: "a device", stat.S_ISBLK: "a device", stat.S_ISSOCK: "a socket"}
    kind = next((kind for is_one, kind in kinds.items() if is_one(mode)), None)
    return f"{path.name} is {kind}, not a file: copy what it gives into one" if kind else ""


def since(path: Path) -> str | None:
    """What to say of data that has changed since it was looked at; None where it has not, or nobody has looked."""
    try:
        kept = json.loads(_place(path).read_bytes())
        same = path.is_file() and kept["stamp"] == stamp(path)
        if same or kept["print"] == fingerprint(path):
            return None
        when = datetime.fromtimestamp(kept["time"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return f"{path.name} has changed since it was looked at ({when.day} {when:%b %H:%M}). {ADVICE}"


def kept_print(path: Path) -> str | None:
    """What a file or folder is known by, as the last look told where it is the same since; None where there is none."""
    try:
        kept = json.loads(_place(path).read_bytes())
        if path.is_file() and kept["stamp"] == stamp(path):
            return str(kept["print"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass  # nobody has looked
    try:
        return fingerprint(path)
    except OSError:
        return None


def stamp(path: Path) -> list[int]:
    """Size and time, by which a file that is the same is known without reading it; a folder's tell little."""
    about = path.stat()
    return [about.st_size, about.st_mtime_ns]


def fingerprint(path: Path) -> str:
    """A hash of a file, of one that is large some blocks taken evenly; of a folder the names and sizes of its files."""
    found = hashlib.sha256()
    if path.is_file():
        size = path.stat().st_size
        with path.open("rb") as file:
            for at in range(0, size, max(BLOCK, -(-size // BLOCKS))):
                file.seek(at)
                found.update(file.read(BLOCK))
        return f"{size} {found.hexdigest()}"
    for place, size in islice(_files(path), MOST):
        found.update(f"{place} {size}\n".encode("utf-8", "surrogateescape"))
    return found.hexdigest()


def _files(folder: Path) -> Iterator[tuple[str, int]]:
    """The files in a folder and in those within it, in order, with their sizes."""
    for place, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            with suppress(OSError):
                yield os.path.relpath(os.path.join(place, name), folder), os.stat(os.path.join(place, name)).st_size


def _place(path: Path) -> Path:
    """Where it is kept what a path was."""
    whole = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return cards_folder() / f"{whole}-looked.json"
