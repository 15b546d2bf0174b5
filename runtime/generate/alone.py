"""The data side of a program alone: what reads, prepares and joins samples, without model and loop."""

from collections.abc import Iterator

from runtime.generate import data, rows
from runtime.generate.drawn import Drawn, Line
from runtime.generate.program import Program, files, flags, folds, numbered, packages, paths
from runtime.generate.template import import_lines, needed


def data_program(drawn: Drawn) -> Program:
    """The functions ``read_columns(options)`` and ``make_batches(options)`` of a graph that may have no model yet."""
    graph = drawn.graph
    drawing = [*_drawing(drawn)]
    text = "\n".join(line.text for line in drawing)
    pieces = needed(text, flags(drawn))
    own = [line for each in drawn.owned if not each.python.path for line in each.imports]
    imports = import_lines([text, *pieces.values()], [*own, *packages(graph, text), *paths(drawn)])
    parts = [line for piece in pieces.values() for line in ("", "", *piece.splitlines())]
    return numbered([*map(Line, [*imports, *files(drawn), *folds(drawn), *parts, "", ""]), *drawing])


def _drawing(drawn: Drawn) -> Iterator[Line]:
    yield from data.own_code(drawn)
    yield Line("def read_columns(options: argparse.Namespace) -> dict[str, Any]:")
    yield from rows.read(drawn)
    yield Line("    return columns")
    if drawn.fields:
        yield from (Line(""), Line(""))
        yield from data.data(drawn)
