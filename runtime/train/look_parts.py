"""Files beside a dataset whose rows are held out: taken where they hold all that the dataset has."""

from pathlib import Path
from typing import Any

from runtime.spec.catalogue import catalogue
from runtime.train.look_left_out import LeftOut, skipping
from runtime.train.parts import Parts

Look = dict[str, Any]


def with_parts(found: Look, parts: Parts, others: dict[str, Look]) -> Look:
    """A look with the files that are its parts, by parameter; what it lacks is told where one cannot be used."""
    taken: dict[str, str] = {}
    notes, left = list(found.get("notes", ())), list(found.get("left_out", ()))
    for name, file in parts.items():
        why = _unfit(found, name, others[name])
        if why:
            notes.append(f"{file.name} {why} and is left out")
        else:
            taken[name] = str(Path(others[name].get("path", file)))
            left += [_of_part(file, each) for each in others[name].get("left_out", ())]
            notes.append(f"{file.name} is {'held out' if name == 'validation_path' else 'kept for a test'}")
    told = {"left_out": left} if left else {}
    return {**found, "parameters": {**found["parameters"], **skipping(left), **taken}, "notes": notes, **told}


def _of_part(file: Path, left: LeftOut) -> LeftOut:
    """What cannot be read of a part, whose rows are none of those that were counted."""
    return {**left, "told": f"{file.name}: {left['told']}", "rows": 0}


def _unfit(found: Look, name: str, other: Look) -> str:
    """Why a file cannot be a part of a dataset."""
    if "problem" in other:
        return "cannot be read"
    if other["type"] != found["type"] or name not in catalogue()[found["type"]].parameter:
        return f"is no part of a {found['type']}"
    used = [each["title"] for each in found.get("columns", ()) if each.get("field")]
    there = {each["title"] for each in other.get("columns", ())}
    lacks = [title for title in used if title not in there]
    return f"has no {' and no '.join(lacks[:3])}" if lacks else ""
