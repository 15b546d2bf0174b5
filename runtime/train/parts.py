"""Files of which one is to train on and the others are held out, as their names tell: train.csv and test.csv."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

TRAINING = ("train", "training")
PARTS = {"validation_path": ("validation", "valid", "val"), "test_path": ("test", "testing")}  # by parameter
MNIST = {"t10k": "test_path"}  # as the files to test with are called there
HELD = {name: part for part, names in PARTS.items() for name in names} | MNIST
Parts = Mapping[str, Path]


def together(files: Iterable[Path]) -> dict[Path, Parts]:
    """The files that are datasets, each with those among the others that are parts of it, by parameter."""
    groups: dict[tuple[Path, str], dict[str, Path]] = {}
    found: dict[Path, Parts] = {}
    for file in files:
        part, rest = _part(file)
        found[file] = {}
        if part:
            groups.setdefault((file.parent, rest), {}).setdefault(part, file)
    for group in groups.values():
        if "train" in group:
            whole = group.pop("train")
            found[whole] = group
            for file in group.values():
                del found[file]
    return found


def part_of(file: Path) -> str:
    """Which part a file is by its name: "train", the parameter of one that is held out, or "" for none."""
    return _part(file)[0]


def _part(file: Path) -> tuple[str, str]:
    """Which part the name of a file says that it is, if any, and the name without it."""
    words = re.split(r"([-_. ])", file.name.lower())
    for at, word in enumerate(words):
        part = "train" if word in TRAINING else HELD.get(word, "")
        if part:
            return part, "".join([*words[:at], *words[at + 1 :]])
    return "", ""
