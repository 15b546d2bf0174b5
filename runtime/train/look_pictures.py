"""A look at a folder of pictures: its classes, how many there are of each, and how the first of them look."""

import base64
import io
import time
from collections.abc import Iterator
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from PIL import Image

from runtime.train.look_left_out import LeftOut, broken_files, skipping
from runtime.train.parts import PARTS, TRAINING
from runtime.train.pieces.decode import decode_picture
from runtime.train.pieces.pictures import picture_files

Look = dict[str, Any]
Found = dict[str, list[Path]]  # the pictures of each class; "" where there are no folders
TRIED, SECONDS = 200, 5.0  # pictures that are opened, and for how long
THUMBNAILS, SIDE = 12, 96  # pictures that are shown, and their largest side in pixels
MOST_SHOWN = 50  # classes


def look_at_pictures(folder: Path) -> Look:
    """``data.Pictures`` with the classes that the folders within this one are, or a problem."""
    root, within, parts = _root(folder, _within(folder, picture_files(folder, least=0)))
    found = {name: files for name, files in within.items() if name or len(within) == 1}
    files = [file for each in found.values() for file in each]
    if not files:
        return {"problem": f"the folder {folder.name} has no pictures in it"}
    broken, sizes = _opened(files)
    left = broken_files("cannot be opened", root, broken, len(broken) + len(sizes))
    fields: dict[str, Any] = {"picture": "picture"}
    if "" not in found:
        fields["label"] = {"type": "int64[]", "classes": list(found)}
    return {
        "type": "data.Pictures",
        "parameters": {"fields": fields, **{name: str(part) for name, part in parts.items()}, **skipping(left)},
        "path": str(root),
        "name": (root.parent if root.name.lower() in TRAINING else root).name,
        "rows": len(files),
        "notes": [*_notes(found, len(within.get("", ())), sizes, left)],
        "left_out": left,
        "columns": _columns(root, found, len(broken)),
        "samples": [_row(root, label, file) for label, file in islice(_mixed(found), 8)],
        "thumbnails": _thumbnails(found, {*broken}),
    }


def _root(folder: Path, within: Found) -> tuple[Path, Found, dict[str, Path]]:
    """Where the pictures to train on lie, and the folders beside it that are held out.

    A folder in which there is nothing but another one with folders is that one.
    """
    called = {name.lower(): name for name in within}
    name = next((called[each] for each in TRAINING if each in called), None)
    if name is not None:
        held = {part: folder / called[each] for part, names in PARTS.items() for each in names if each in called}
        return folder / name, _within(folder / name, within[name]), held
    if len(within) == 1 and "" not in within:
        name = next(iter(within))
        inner = _within(folder / name, within[name])
        if [*inner] != [""]:
            return _root(folder / name, inner)
    return folder, within, {}


def _within(folder: Path, files: list[Path]) -> Found:
    """Pictures by the folder in which they lie, sorted; those that lie beside these folders under no name."""
    found: Found = {}
    for file in files:
        first, *more = file.relative_to(folder).parts
        found.setdefault(first if more else "", []).append(file)
    return dict(sorted(found.items()))


def _opened(files: list[Path]) -> tuple[list[Path], list[tuple[int, int]]]:
    """Of some pictures, taken evenly, those that cannot be opened, and the widths and heights of the others."""
    broken, sizes, end = [], [], time.monotonic() + SECONDS
    step = -(-len(files) // TRIED)
    for file in files[::step]:
        try:
            decode_picture(file, "RGB", (SIDE, SIDE))
            with Image.open(file) as picture:
                sizes.append(picture.size)
        except ValueError:
            broken.append(file)
        if time.monotonic() > end:
            break
    return broken, sizes


def _notes(found: Found, beside: int, sizes: list[tuple[int, int]], left: list[LeftOut]) -> Iterator[str]:
    """What one should know: sizes, what cannot be opened, what is left out."""
    if sizes:
        (low, thin), (high, wide) = [(end(h for _, h in sizes), end(w for w, _ in sizes)) for end in (min, max)]
        alike = (low, thin) == (high, wide)
        yield f"{low} x {thin} pixels" if alike else f"from {low} x {thin} to {high} x {wide} pixels"
    yield from (each["told"] for each in left)
    if "" not in found and beside:
        yield f"{beside} beside the folders {'is' if beside == 1 else 'are'} left out"
    if len(found) > 1 and max(map(len, found.values())) > 10 * min(map(len, found.values())):
        most, least = max(found, key=lambda name: len(found[name])), min(found, key=lambda name: len(found[name]))
        yield f"{len(found[most])} of {most}, but {len(found[least])} of {least}"


def _columns(root: Path, found: Found, broken: int) -> list[Look]:
    """What is known of the pictures and of their labels, as of the columns of a table."""
    count = sum(map(len, found.values()))
    names = [_row(root, label, file)["picture"] for label, file in islice(_mixed(found), 5)]
    told = {"count": count, "missing": broken, "different": count, "examples": names, "field": "picture"}
    columns: list[Look] = [{"title": "picture", "kind": "picture", "type": "picture", **told}]
    if "" not in found:
        counts = [[name, len(files)] for name, files in found.items()]
        told = {"count": count, "missing": 0, "different": len(found), "examples": list(found)[:5], "field": "label"}
        columns.append({"title": "label", "kind": "label", "type": "int64[]", "classes": counts[:MOST_SHOWN], **told})
    return columns


def _mixed(found: Found) -> Iterator[tuple[str, Path]]:
    """A picture of each class, then the second of each, and so on."""
    for row in zip_longest(*found.values()):
        yield from ((label, file) for label, file in zip(found, row, strict=True) if file)


def _row(root: Path, label: str, file: Path) -> dict[str, str]:
    """A sample in words."""
    return {"picture": file.relative_to(root).as_posix()} | ({"label": label} if label else {})


def _thumbnails(found: Found, broken: set[Path]) -> list[dict[str, str]]:
    """Some pictures of every class, small."""
    shown = []
    for label, file in islice(((label, file) for label, file in _mixed(found) if file not in broken), 2 * THUMBNAILS):
        try:
            picture = Image.fromarray(decode_picture(file).permute(1, 2, 0).numpy())
        except ValueError:
            continue
        picture.thumbnail((SIDE, SIDE))
        data = io.BytesIO()
        picture.save(data, "png")
        shown.append({"class": label, "png": base64.b64encode(data.getvalue()).decode()})
    return shown[:THUMBNAILS]
