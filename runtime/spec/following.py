"""What is set for a field of a node follows its name: how it is joined, the type that is declared for it. Pure."""

from collections.abc import Mapping
from typing import Any

from runtime.spec.node import Spec


def renamed_settings(spec: Spec, parameters: Mapping[str, Any], renames: Mapping[str, str]) -> dict[str, Any]:
    """The parameters that hold something for a field, or name one, as they are under its new name."""
    found: dict[str, Any] = {}
    for parameter in spec.parameters:
        value = parameters.get(parameter.name)
        if parameter.kind == "field":
            found[parameter.name] = renames.get(value, value) if isinstance(value, str) else value
        elif parameter.kind == "joining":
            found[parameter.name] = _renamed(value, renames)
        elif parameter.kind == "source" and isinstance(value, dict) and "outputs" in value:
            found[parameter.name] = {**value, "outputs": _renamed(value["outputs"], renames)}
    return {name: value for name, value in found.items() if value != parameters.get(name)}


def _renamed(value: Any, renames: Mapping[str, str]) -> Any:
    return {renames.get(key, key): each for key, each in value.items()} if isinstance(value, dict) else value
