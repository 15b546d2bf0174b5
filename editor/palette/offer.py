"""What the palette offers beside the catalogue: definitions of the file, and those of the user's library."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from runtime.check.use import known
from runtime.define.levels import TOP
from runtime.define.library import LIBRARY
from runtime.graph.model import Graph
from runtime.spec.catalogue import catalogue
from runtime.spec.definition import PREFIX
from runtime.spec.node import Spec

SHELF = "library"  # the family of what stands in the library

OF_THE_FILE = (("open", "Open"), ("keep", "Keep in your library"), ("remove", "Remove from this file"))
OF_THE_LIBRARY = (("forget", "Remove from your library"),)


def commands(type_name: str) -> tuple[tuple[str, str], ...]:
    """What can be done with a row: a command and its words; the last one takes it away."""
    return OF_THE_FILE if type_name.startswith(PREFIX) else OF_THE_LIBRARY if type_name.startswith(LIBRARY) else ()


def offered(graph: Graph, shown: str) -> Iterator[Spec]:
    """Node types of definitions of a file, and an Input inside of one."""
    types = known(graph)
    if shown != TOP:
        yield catalogue()["Input"]
    yield from (types[PREFIX + name] for name in graph.definitions if PREFIX + name in types)


def on_shelf(library: Mapping[str, Graph]) -> Iterator[Spec]:
    """Node types of the definitions of the library."""
    for name, kept in library.items():
        if (spec := known(kept).get(PREFIX + name)) is not None:
            yield replace(spec, type=LIBRARY + name, family=SHELF)
