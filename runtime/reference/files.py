"""The reference as files: a Markdown page for each node type, its example beside it, and an index."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from runtime.graph.file import dump
from runtime.graph.save import write_whole
from runtime.reference.example import ExampleGraph, example
from runtime.reference.example_rows import data_files
from runtime.reference.page import INDEX, index, page
from runtime.spec.node import Spec


def write_reference(folder: Path, specs: Iterable[Spec]) -> Iterator[str]:
    """Write all pages into a folder that is there, and give the name of each type whose page is written.

    Raises OSError where one cannot be. Pictures are drawn from the graphs by the editor: ``NAME.png`` beside each.
    """
    known = list(specs)
    for spec in known:
        found = example(spec)
        for name, data in files(spec, found).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            write_whole(folder / name, data)
        yield spec.type
    write_whole(folder / INDEX, index(known).encode())


def files(spec: Spec, found: ExampleGraph) -> dict[str, bytes]:
    """The files of one node type: its page, the graph of its example, and the data that this reads."""
    shown = {f"{spec.type}.md": page(spec, found).encode(), f"{spec.type}.json": dump(found.graph).encode()}
    return shown | data_files(found.graph)
