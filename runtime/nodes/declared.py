"""Datasets whose outputs and types their `fields` tell, as a look at the file proposed them."""

from itertools import islice
from typing import Any

from runtime.graph.names import MOST_FIELDS
from runtime.spec.node import Input, Misfit, Output
from runtime.spec.parameter import Path
from runtime.spec.tensor import FLOATS, Picture, Tensor, Type, parse_type, within


class FromFields:
    """Outputs and their types as the `fields` parameter tells them; a look at the file proposes it."""

    fields: dict[str, Any]

    def ports(self) -> tuple[tuple[Input, ...], tuple[Output, ...]]:
        """One output a field."""
        return (), tuple(Output(name=name) for name in islice(self.fields, MOST_FIELDS))

    def rule(self) -> dict[str, Type] | Misfit:
        """The declared type of each field."""
        return declared_types(self.fields)


class FromFile(FromFields):
    """The same from a file, with files beside it whose rows are held out or kept for a test."""

    path = Path("The file, relative to the graph.")
    validation_path = Path("A file like it whose rows are held out; without one Collate takes a share of the first.")
    test_path = Path("A file like it whose rows are kept for one measurement at the very end.")

    def summary(self) -> str:
        """The names of the files."""
        names = [
            each.rstrip("/").rpartition("/")[2] for each in (self.path, self.validation_path, self.test_path) if each
        ]
        return " + ".join(names) or "no file yet"


class FromFolder(FromFile):
    """The same from a folder."""

    validation_path = Path(
        "A folder like it whose files are held out; without one Collate takes a share of the first.", folder=True
    )
    test_path = Path("A folder like it whose files are kept for one measurement at the very end.", folder=True)


def without_pictures(fields: dict[str, Any]) -> dict[str, Type] | Misfit:
    """The declared types of what holds no pictures that are to be decoded."""
    found = declared_types(fields)
    picture = next((name for name, type in found.items() if isinstance(type, Picture)), None)
    if picture is None:
        return found
    rest = {name: about for name, about in fields.items() if name != picture}
    leave = (f"Leave out {picture}", (("set", "{node}", "fields", rest),))
    return Misfit(f"has no pictures for {picture}; data.Pictures reads them", None, (leave,))


def declared_types(fields: dict[str, Any]) -> dict[str, Type]:
    """The declared type of each field."""
    return {name: _declared(about) for name, about in fields.items()}


def _declared(about: Any) -> Type:
    found = parse_type(about["type"] if isinstance(about, dict) else about)
    if found is None:  # the parameter's own check has named it already
        raise ValueError(f"not a type: {about!r}")
    if not isinstance(about, dict) or not isinstance(found, Tensor):
        return found
    missing = about.get("missing") == "keep" and found.dtype in FLOATS
    made = Tensor(found.dtype, found.shape, len(about.get("classes", ())) or None, missing=missing)
    return within(made, *limits) if (limits := _limits(about.get("range"))) else made


def _limits(range: Any) -> tuple[float, float] | None:
    """Between which numbers a look found those of a field; None where it is not told."""
    fits = isinstance(range, list) and len(range) == 2 and all(type(each) in (int, float) for each in range)
    return (float(range[0]), float(range[1])) if fits else None
