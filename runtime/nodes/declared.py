"""Datasets whose outputs and types their `fields` tell, as a look at the file proposed them."""

from itertools import islice
from typing import Any

from runtime.graph.names import MOST_FIELDS
from runtime.spec.node import Input, Misfit, Output
from runtime.spec.tensor import Picture, Tensor, Type, parse_type


class FromFields:
    """Outputs and their types as the `fields` parameter tells them; a look at the file proposes it."""

    fields: dict[str, Any]

    def ports(self) -> tuple[tuple[Input, ...], tuple[Output, ...]]:
        """One output a field."""
        return (), tuple(Output(name=name) for name in islice(self.fields, MOST_FIELDS))

    def rule(self) -> dict[str, Type] | Misfit:
        """The declared type of each field."""
        found = declared_types(self.fields)
        picture = next((name for name, type in found.items() if isinstance(type, Picture)), None)
        if picture is None:
            return found
        rest = {name: about for name, about in self.fields.items() if name != picture}
        leave = (f"Leave out {picture}", (("set", "{node}", "fields", rest),))
        return Misfit(f"has no pictures for {picture}; data.Pictures reads them", None, (leave,))


def declared_types(fields: dict[str, Any]) -> dict[str, Type]:
    """The declared type of each field."""
    return {name: _declared(about) for name, about in fields.items()}


def _declared(about: Any) -> Type:
    found = parse_type(about["type"] if isinstance(about, dict) else about)
    if found is None:  # the parameter's own check has named it already
        raise ValueError(f"not a type: {about!r}")
    classes = about.get("classes") if isinstance(about, dict) else None
    return Tensor(found.dtype, found.shape, len(classes)) if classes and isinstance(found, Tensor) else found
