"""The catalogue: every node type that is known: those of `runtime.nodes`, and those of installed packages."""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import runtime.nodes
from runtime.spec.installed import installed
from runtime.spec.node import CATALOGUE, FAMILIES, Spec
from runtime.spec.parameter import in_torch_order
from runtime.spec.signature import signature


@cache
def catalogue() -> dict[str, Spec]:
    """Node type name to Spec, in the order of the palette: by family, then as declared."""
    found = {name: _with_defaults(spec) for name, spec in declared().items()} | dict(installed().specs)
    return dict(sorted(found.items(), key=lambda item: FAMILIES.index(item[1].family)))


def placeable() -> list[Spec]:
    """The node types that can be put into a graph; what stands inside of definitions alone is left out."""
    return [spec for spec in catalogue().values() if spec.family != "definition"]


def declared() -> Mapping[str, Spec]:
    """The node types as their classes declare them, without what torch says of their parameters."""
    for found in pkgutil.iter_modules(runtime.nodes.__path__):
        importlib.import_module(f"runtime.nodes.{found.name}")
    return CATALOGUE


def _with_defaults(spec: Spec) -> Spec:
    """The parameters in torch's order with torch's defaults, which torch's own classes and functions have."""
    names = [p.name for p in spec.parameters if not p.ours]
    takes = {**signature(getattr(spec.declared, "like", "")), **signature(spec.type, holding=names)}
    try:
        return replace(spec, parameters=in_torch_order([each.of_torch(takes) for each in spec.parameters], takes))
    except ValueError as error:
        raise ValueError(f"{spec.type}: {error}; run `make signatures` where torch takes it") from None
