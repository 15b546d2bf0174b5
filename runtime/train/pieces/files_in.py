"""A piece of programs, and of looks at folders: which files lie in a folder."""

import os
from pathlib import Path


def files_in(folder: Path, kinds: tuple[str, ...]) -> list[Path]:
    """The files of some kinds in a folder and in those within it, sorted.

    Hidden ones are left out; links are followed, but into no folder twice.
    """
    found: list[Path] = []
    seen = {os.path.realpath(folder)}
    for place, folders, files in os.walk(folder, followlinks=True):
        fresh = []
        for each in sorted(folders):
            real = os.path.realpath(os.path.join(place, each))
            if not each.startswith(".") and real not in seen:
                fresh.append(each)
                seen.add(real)
        folders[:] = fresh
        names = (each for each in sorted(files) if not each.startswith("."))
        found += [Path(place, each) for each in names if each.lower().endswith(kinds)]
    return found
