"""A run and those that it went on from: one training, whatever number of folders it is in."""

import json
from collections.abc import Iterator
from pathlib import Path


def chain(folder: Path | None) -> list[Path]:
    """A run, and before it those that it went on from, as far as they are still there."""
    return [*back(folder)][::-1]


def back(folder: Path | None) -> Iterator[Path]:
    """The same, the run itself first."""
    found = set[Path]()
    while folder is not None and folder.is_dir() and (place := folder.resolve()) not in found:
        found.add(place)  # one that went on in its own folder may name it by another way
        yield folder
        folder = _before(folder)


def _before(folder: Path) -> Path | None:
    """The run that a run went on from."""
    try:
        arguments = json.loads((folder / "arguments.json").read_text(encoding="utf-8"))
        before = Path(arguments[arguments.index("--resume") + 1])
        return before if before.is_dir() else folder.parent / before.name  # both may have come from elsewhere
    except (OSError, ValueError, IndexError, AttributeError, TypeError, RecursionError):
        return None
