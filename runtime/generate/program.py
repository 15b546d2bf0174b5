"""A checked graph as one readable Python program: what Export writes, and what the app trains."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from runtime.check.problem import Report
from runtime.generate import data, model
from runtime.generate.drawn import Drawn, Line
from runtime.generate.template import import_lines, needed, pruned, templates
from runtime.graph.model import Graph
from runtime.spec.code import comment, literal
from runtime.spec.tensor import Tensor

EPOCHS = 5


@dataclass(frozen=True)
class Program:
    """The text, and for each node the numbers of the lines (from 1) that are about it."""

    text: str
    lines: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def generate(graph: Graph, report: Report, name: str) -> Program:
    """The program of a sound graph; `name` is that of its file.

    Raises ValueError for a graph that is not sound, which is our mistake: callers look at the report first.
    """
    if not report.sound:
        raise ValueError("only a sound graph has a program")
    drawn = Drawn(graph, report)
    flags = _flags(drawn)
    drawing = [*_drawing(drawn)]
    loop = [pruned(templates().definitions[each], flags) for each in templates().loop]
    text = "\n".join(line.text for line in drawing)
    pieces = [each for each in needed("\n".join([text, *loop])) if each not in templates().loop]
    reading = [templates().definitions[each] for each in pieces]
    imports = import_lines("\n\n\n".join([text, *loop, *reading]), [i for own in drawn.owned for i in own.imports])
    whole = [
        *map(Line, [*_header(graph, name), *imports, ""]),
        *map(Line, _constants(drawn)),
        *_parts(reading),
        *drawing,
    ]
    whole += [*_parts(loop), *map(Line, ["", "", *templates().ending.splitlines()])]
    return _numbered(whole)


def _flags(drawn: Drawn) -> dict[str, bool]:
    fields = drawn.values(drawn.collate).fields
    plain = all(isinstance(drawn.report.types.get((drawn.collate, f)), Tensor) for f in fields)  # type: ignore[call-overload]
    return {
        "VALIDATION": bool(drawn.values(drawn.collate).validation),
        "METRICS": bool(drawn.family("metric")),
        "SEVERAL": len(drawn.family("optimizer")) > 1,
        "LISTS": not plain or any(own.parameter == "collate_fn" for own in drawn.owned),
        "FILES": "path" in drawn.specs[drawn.dataset].parameter,
    }


def _header(graph: Graph, name: str) -> Iterator[str]:
    """The docstring: the graph's note, and where the program comes from."""
    note = graph.extra.get("note")
    first = _prose(note) if isinstance(note, str) and note.strip() else ["A training program."]
    yield f'"""{first[0]}'
    yield from first[1:]
    yield ""
    yield f"Made with Torchweave from {_safe(comment(name))}."
    yield '"""'
    yield ""


def _prose(text: str) -> list[str]:
    """A note as lines of a docstring: nothing that ends the docstring or escapes, paragraphs kept."""
    found: list[str] = []
    for paragraph in text.splitlines():
        words = _safe(comment(paragraph)).split()
        line = ""
        for word in words:
            if line and len(line) + len(word) > 84:
                found.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        found.append(line)
    while found and not found[-1]:
        found.pop()
    found = [line for at, line in enumerate(found) if line or found[at - 1]]
    return found or ["A training program."]


def _safe(text: str) -> str:
    return re.sub(r'["\\]', "'", text)


def _constants(drawn: Drawn) -> Iterator[str]:
    """What the loop asks about the graph."""
    epochs, seed = drawn.graph.run.get("epochs", EPOCHS), drawn.graph.run.get("seed", 0)
    inputs = ", ".join(map(literal, drawn.inputs))
    yield f"INPUTS = ({inputs}{',' if len(drawn.inputs) == 1 else ''})  # the fields of a batch that the model takes"
    yield f"EPOCHS, SEED = {literal(epochs)}, {literal(seed)}"
    if "path" in drawn.specs[drawn.dataset].parameter:
        path = drawn.values(drawn.dataset).path
        yield f"PATHS = {{{literal(drawn.dataset)}: {literal(path)}}}  # files, relative to this one"
    optimizers = drawn.family("optimizer")
    if len(optimizers) > 1:
        pairs = ", ".join(f"{literal(id)}: {literal(tuple(drawn.losses_of(id)))}" for id in optimizers)
        yield f"MINIMISES = {{{pairs}}}"


def _drawing(drawn: Drawn) -> Iterator[Line]:
    """The parts that are written for this graph."""
    yield Line("")
    yield Line("")
    yield from data.own_code(drawn)
    parts = (data.data(drawn), model.model(drawn), model.comparisons(drawn), model.optimizers(drawn))
    for at, part in enumerate(parts):
        if at:
            yield from (Line(""), Line(""))
        yield from part


def _parts(definitions: list[str]) -> Iterator[Line]:
    for text in definitions:
        yield from map(Line, ["", "", *text.splitlines()])


def _numbered(whole: list[Line]) -> Program:
    lines: dict[str, list[int]] = {}
    for number, line in enumerate(whole, start=1):
        if line.node is not None:
            lines.setdefault(line.node, []).append(number)
    text = "\n".join(line.text for line in whole) + "\n"
    return Program(text, {id: tuple(numbers) for id, numbers in lines.items()})
