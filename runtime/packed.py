"""A folder that runs elsewhere: the program of a graph with copies of its data, weights and own modules beside it.

``python -m runtime.packed`` does what a line of JSON on standard input tells, as `order` writes it. While it copies it
prints ``{"done", "of"}``, at the end ``{"packed": path}`` or ``{"problem": sentence}``.
"""

import json
import os
import shutil
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from runtime.check.problem import Report
from runtime.generate.notebook import notebook
from runtime.generate.program import generate
from runtime.graph.carried import in_script
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from runtime.graph.save import write_whole
from runtime.graph.weights import sources
from runtime.spec.catalogue import catalogue
from runtime.spec.imports import needed_files
from runtime.spec.named import MODEL, named
from runtime.spec.paths import is_idx
from runtime.spec.tensor import Picture, parse_type
from runtime.train.pieces.files_in import files_in

TABLE, NOTEBOOK = "data.Table", ".ipynb"
EVERY = 0.1  # seconds between two words of how far it is


class NotPacked(Exception):
    """Why it cannot be done, in one sentence."""


@dataclass(frozen=True)
class Copy:
    """A file or a folder, where it goes, relative to the program, and of a table how its pictures are read."""

    source: str
    target: str
    pictures: list[str] = field(default_factory=list)  # the titles of the columns that name them
    reader: str = ""
    told: dict[str, Any] = field(default_factory=dict)
    skips: bool = False  # whether rows without a picture are left out


def order(graph: Graph, report: Report, origin: Path, output: Path, name: str) -> str:
    """What is to be done, as one line of JSON; paths in the graph, which is sound, are relative to `origin`."""
    moves = [*modules(graph, origin), *_data(graph, origin), *_weights(graph, origin)]
    text = text_of(applied(graph, [edit for _, edit in moves]), report, name, output)
    return json.dumps({"output": str(output), "text": text, "copies": [asdict(copy) for copy, _ in moves]})


def text_of(graph: Graph, report: Report, name: str, output: Path) -> str:
    """The program of a sound graph with that graph, as a notebook where the file ends so."""
    if output.suffix.lower() == NOTEBOOK:
        return notebook(graph, report, name)
    return in_script(generate(graph, report, name).text, graph)


def _data(graph: Graph, origin: Path) -> Iterator[tuple[Copy, Edit]]:
    """What datasets read, each dataset in a folder of its own, with the edit that makes the program read it there."""
    for id, node in graph.nodes.items():
        spec = catalogue().get(node.type)
        for parameter in spec.parameters if spec and spec.family == "dataset" else ():
            path = node.parameters.get(parameter.name)
            if parameter.kind == "path" and isinstance(path, str) and path:
                apart = "" if parameter.name == "path" else f"{parameter.name.removesuffix('_path')}/"
                target = f"data/{id}/{apart}{Path(path).name}"
                copy, fields = Copy(str(origin / path), target), node.parameters.get("fields", {})
                if spec and node.type == TABLE and (titles := [*_pictures(fields)]):
                    skips = "skip" in (node.parameters.get("bad_rows"), node.parameters.get("bad_files"))
                    reader, told = spec.values(node.parameters).reader()
                    copy = Copy(copy.source, target, titles, reader, told, skips)
                yield copy, ("set", id, parameter.name, target)


def _pictures(fields: dict[str, Any]) -> Iterator[str]:
    """The titles of the columns of a table that name pictures."""
    for name, about in fields.items():
        told = about if isinstance(about, dict) else {"type": about}
        if isinstance(parse_type(told["type"]), Picture):
            yield told.get("column", name)


def _weights(graph: Graph, origin: Path) -> Iterator[tuple[Copy, Edit]]:
    """The files of weights, with the edits that make the program read them beside it."""
    for id, source in sources(graph).items():
        target = f"weights/{id or 'model'}{Path(source.path).suffix}"
        yield Copy(str(origin / source.path), target), ("weights", id or None, replace(source, path=target).written)


def modules(graph: Graph, origin: Path) -> Iterator[tuple[Copy, Edit]]:
    """The files of the user's own models and what these import, where Python finds them beside the program."""
    for id, node in graph.nodes.items():
        own = named(id, node.parameters) if node.type == MODEL else None
        if own is None or not own.python.path:
            continue
        root, file = own.python.root(origin), own.python.file(origin)
        edit = ("set", id, "path", file.relative_to(root).as_posix())
        for each in needed_files(file, root):
            if root in each.parents:
                yield Copy(str(each), each.relative_to(root).as_posix()), edit


def carry_out(asked: dict[str, Any], tell: Callable[[int, int], None] = lambda done, of: None) -> None:
    """Copy and write; files that are there already under such a name are written over, nothing else is touched.

    Raises NotPacked and OSError.
    """
    output = Path(asked["output"])
    files = dict.fromkeys(pair for copy in asked["copies"] for pair in _files(Copy(**copy), output.parent))
    for done, (source, target) in enumerate(files):
        tell(done, len(files))
        if source.resolve() != target.resolve():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    write_whole(output, asked["text"].encode())


def _files(copy: Copy, folder: Path) -> Iterator[tuple[Path, Path]]:
    """Each file of a copy with its place: all of a folder but what is hidden, and what comes with a file of data."""
    source, target = Path(copy.source), folder / copy.target
    if source.is_dir():
        yield from ((file, target / file.relative_to(source)) for file in files_in(source, ("",)))
    else:
        yield source, target
    for beside in _named_by(source, copy):
        place, own = (Path(os.path.normpath(each.absolute())) for each in (beside, source.parent))
        if own not in place.parents:
            raise NotPacked(f"{source.name} names {beside}, which lies outside its folder: move it in there first.")
        yield beside, target.parent / place.relative_to(own)


def _named_by(file: Path, copy: Copy) -> Iterator[Path]:
    """The other files that come with one: the labels of idx pictures, the pictures that a table names."""
    if is_idx(file):
        labels = file.with_name(file.name.replace("images", "labels").replace("idx3", "idx1"))
        yield from [labels] if labels.is_file() else []
    if copy.pictures:
        from runtime.train.pieces import table_csv, table_json, table_parquet
        from runtime.train.pieces.table_bad_rows import BadRows
        from runtime.train.pieces.table_cells import as_picture

        readers = (table_csv.read_csv, table_json.read_json_lines, table_parquet.read_parquet)
        read: Any = next(each for each in readers if each.__name__ == copy.reader)
        fields, bad = {title: (title, as_picture) for title in copy.pictures}, BadRows() if copy.skips else None
        try:
            with warnings.catch_warnings(action="ignore"):  # the program says itself what it leaves out
                columns = read(file, fields, **copy.told, bad_rows=bad)
        except ValueError as error:
            raise NotPacked(str(error)) from None
        yield from (each for column in columns.values() for each in column if isinstance(each, Path))


def main() -> int:
    """Do what is told on standard input."""
    asked, told = json.loads(sys.stdin.readline()), 0.0

    def tell(done: int, of: int) -> None:
        nonlocal told
        if time.monotonic() - told > EVERY:
            told = time.monotonic()
            print(json.dumps({"done": done, "of": of}), flush=True)

    answer = {"packed": asked["output"]}
    try:
        carry_out(asked, tell)
    except NotPacked as error:
        answer = {"problem": str(error)}
    except OSError as error:
        answer = {"problem": f"{error.filename or asked['output']} cannot be copied: {error.strerror or error}."}
    with suppress(BrokenPipeError):
        print(json.dumps(answer), flush=True)
    return int("problem" in answer)


if __name__ == "__main__":
    sys.exit(main())
