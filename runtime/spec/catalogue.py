"""The catalogue: every node type that is known, found by walking `runtime.nodes`."""

import importlib
import pkgutil
from functools import cache

import runtime.nodes
from runtime.spec.node import CATALOGUE, FAMILIES, Spec


@cache
def catalogue() -> dict[str, Spec]:
    """Node type name to Spec, in the order of the palette: by family, then as declared."""
    for found in pkgutil.iter_modules(runtime.nodes.__path__):
        importlib.import_module(f"runtime.nodes.{found.name}")
    return dict(sorted(CATALOGUE.items(), key=lambda item: FAMILIES.index(item[1].family)))
