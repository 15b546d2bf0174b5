"""A piece of programs: pictures in folders, a folder a class."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch


def read_pictures(
    path: Path, picture: str, label: str = "", classes: Sequence[str] = ()
) -> dict[str, Any]:
    """The files of pictures below a folder, sorted; they are opened one by one later.

    With a `label` each folder is a class. Raises ValueError where there are no
    pictures, and where folders and `classes` differ.
    """
    if not path.is_dir():
        raise ValueError(f"there is no folder {path}")
    if not label:
        return {picture: picture_files(path)}
    folders = sorted(each for each in path.iterdir() if each.is_dir())
    found = {
        each.name: files
        for each in folders
        if not each.name.startswith(".") and (files := picture_files(each, least=0))
    }
    for name in sorted({*found} ^ {*classes}):
        if name in found:
            todo = f"add it to the classes of {label}, or move the folder away"
            raise ValueError(f"{path.name} has pictures of {name!r}: {todo}")
        todo = f"add pictures, or take it out of the classes of {label}"
        raise ValueError(f"{path.name} has no folder {name!r} with pictures: {todo}")
    numbers = {name: number for number, name in enumerate(classes)}
    labels = [numbers[name] for name, files in found.items() for _ in files]
    return {
        picture: [file for files in found.values() for file in files],
        label: torch.tensor(labels, dtype=torch.int64),
    }


def picture_files(folder: Path, least: int = 1) -> list[Path]:
    """The pictures in a folder and in those within it, sorted; hidden ones are left out.

    Raises ValueError where there are fewer than `least`.
    """
    kinds = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff")
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        names = (each for each in sorted(files) if not each.startswith("."))
        found += [Path(place, each) for each in names if each.lower().endswith(kinds)]
    if len(found) < least:
        raise ValueError(f"{folder.name} has no pictures ({', '.join(kinds)})")
    return found
