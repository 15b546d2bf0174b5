"""A checked graph as one readable Python program: what Export writes, and what the app trains."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from runtime.check.problem import Report
from runtime.check.rules.sampling import SHUFFLE
from runtime.check.settings import setting
from runtime.generate import comparison, data, model, optimizers, rows, run, weights
from runtime.generate.drawn import Drawn, Line
from runtime.generate.inlined import Writes, inlined, spelt
from runtime.generate.lasting import lasting
from runtime.generate.layout import laid
from runtime.generate.prose import prose, safe
from runtime.generate.template import import_lines, needed
from runtime.graph.bypass import passed
from runtime.graph.model import End, Graph
from runtime.spec.code import code, comment, literal
from runtime.spec.installed import installed
from runtime.spec.templates import templates
from runtime.spec.tensor import Tensor

EPOCHS: int = setting({}, "epochs")


@dataclass(frozen=True)
class Program:
    """The text, and for each node the numbers of the lines (from 1) that are about it."""

    text: str
    lines: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def generate(graph: Graph, report: Report, name: str, apart: bool = False) -> Program:
    """The program of a sound graph; `name` is that of its file; `apart` asks for losses as a function.

    Raises ValueError for a graph that is not sound, which is our mistake: callers look at the report first.
    """
    if not report.sound:
        raise ValueError("only a sound graph has a program")
    graph = passed(graph)
    drawn = Drawn(graph, report)
    drawing = [*_drawing(drawn, apart)]
    writes = {} if apart else inlined(drawn)
    inside = [line.text for each in writes.values() for line in each("x = ")]
    text = "\n".join([*(line.text for line in drawing), templates().ending, *inside])
    pieces = needed(text, flags(drawn))
    before, after = (
        [text for name, text in pieces.items() if (name in templates().after) == on] for on in (False, True)
    )
    texts = [own for own in drawn.owned if not own.python.path]
    own = [*(line for own in texts for line in own.imports), *packages(graph, text), *paths(drawn)]
    imports = import_lines([text, *pieces.values()], own)
    whole = [
        *map(Line, [*_header(graph, name), *imports, *files(drawn)]),
        *map(Line, ["", *told] if (told := [*_told(drawn)]) else []),
        *_parts(before, {}, {}),
        *drawing,
        *_parts(after, writes, _constants(drawn)),
        *map(Line, ["", "", *templates().ending.splitlines()]),
    ]
    return numbered(whole)


def made_from(file: Path | None) -> str:
    """What a program is said to be made from: the graph's file by its name, where there is one."""
    return file.name if file else "a graph without a file"


def packages(graph: Graph, text: str) -> Iterator[str]:
    """The imports of installed packages whose node types a graph has."""
    nodes = (node for each in (graph, *graph.definitions.values()) for node in each.nodes.values())
    types = {node.type for node in nodes if node.type in installed().specs}
    modules = {type.rpartition(".")[0] for type in types}
    yield from (f"import {module}" for module in modules if f"{module}." in text)


def paths(drawn: Drawn) -> Iterator[str]:
    """What `files` needs to say where files are."""
    if any(own.python.beside for own in drawn.owned):
        yield from ("import sys", "from pathlib import Path")


def files(drawn: Drawn) -> Iterator[str]:
    """The imports from files of the user's, which Python finds beside the program; of others it is told where."""
    files = [own for own in drawn.owned if own.python.path]
    if files:
        yield ""
    for root in dict.fromkeys(own.python.beside for own in files if own.python.beside):
        yield f"sys.path.append(str(Path(__file__).parent / {literal(root)}))"
    yield from import_lines([], [own.text for own in files])


def flags(drawn: Drawn) -> dict[str, bool]:
    """Which blocks of the templates a graph uses."""
    values = drawn.values(drawn.collate)
    outgoing = drawn.graph.outgoing
    tables = [drawn.values(id) for id in drawn.datasets]
    plain = all(isinstance(drawn.type(End(drawn.collate, field)), Tensor) for field in values.fields)
    return {
        "VALIDATION": drawn.split.has("validation"),
        "TEST": drawn.split.has("test"),
        "EVALUATED": drawn.split.has("validation") or drawn.split.has("test"),
        "TOLD": drawn.split.told,
        "METRICS": bool(drawn.counted),
        "ALONE": comparison.alone(drawn) is not None,
        "SINGLE": optimizers.single(drawn) is not None,
        "MEASURED": bool(drawn.measured),
        "COMPARED": bool(rows.least_rows(drawn)),
        "OWN": not drawn.together,
        "FED": drawn.fed,
        "COLLATED": drawn.collated,
        "DROP_LAST": bool(values.drop_last),
        "SAMPLED": values.sampling != SHUFFLE,
        "BUCKETED": bool(values.bucket_by),
        "GATHERED": drawn.loaded_because is None,
        "LISTS": not plain or any(own.parameter == "collate_fn" for own in drawn.owned) or drawn.several,
        "LISTED": any(not isinstance(drawn.type(end), Tensor) for id in drawn.datasets for end in drawn.ends(id)),
        "TEXTS": any(
            not isinstance(drawn.type(end), Tensor)
            for id in drawn.datasets
            for end in drawn.ends(id)
            if end in outgoing
        ),
        "SEVERAL": any(len(rows.read_ends(drawn, id)) > 1 for id in drawn.datasets),
        "ONE_FILE": len(rows.paths(drawn)) == 1,
        "FILES": bool(rows.paths(drawn)),
        "CACHED": bool(lasting(drawn)),
        "IN_FILE": drawn.in_file,
        "BAD": any("skip" in (getattr(each, "bad_rows", ""), getattr(each, "bad_files", "")) for each in tables),
        "NESTED": any(getattr(each, "nested", False) for each in tables),
        "OWNED": drawn.stoppable,
        "LEARNT": any(drawn.fits(id) for id in lasting(drawn)),
        "OPENED": any(map(drawn.opens, drawn.samples)),
        "LOADED": bool(weights.files(drawn)),
        "FOLDED": drawn.split.folds > 0,
        "KEPT": drawn.split.folds > 0 or bool(run.watched(drawn)),
        **run.flags(drawn),
        **optimizers.flags(drawn),
    }


def _header(graph: Graph, name: str) -> Iterator[str]:
    """The docstring: the graph's note, and where the program comes from."""
    note = graph.extra.get("note")
    first = prose(note if isinstance(note, str) else "", "A training program.")
    yield f'"""{first[0]}'
    yield from first[1:]
    yield ""
    yield f"Made with Torchweave from {safe(comment(name))}."
    yield '"""'
    yield ""


def _constants(drawn: Drawn) -> dict[str, str]:
    """What the loop asks about the graph in one place alone, and the expressions that are written there."""
    values = drawn.values(drawn.collate)
    counted = "samples" if drawn.several else drawn.fields[0]  # of a shared batch a process has some rows only
    told = {**run.constants(drawn), "BATCH_SIZE": values.batch_size, "FIELD": counted}
    inputs = ", ".join(code("batch[{}]", field) for field in drawn.inputs)
    if one := optimizers.single(drawn):
        told["OPTIMIZER"] = one
    if metric := comparison.alone(drawn):
        told["METRIC"] = metric[0]
    if files := rows.paths(drawn):
        told["OPTION"] = f"--{next(iter(files))}-path"
    precision = {"PRECISION": f"torch.{setting(drawn.graph.run, 'precision')}"}
    called = {"self.model(*[batch[k] for k in INPUTS])": f"self.ddp({inputs})"} if drawn.several else {}
    asked = {**called, "*[batch[k] for k in INPUTS]": inputs}
    return {**asked, **{name: literal(value) for name, value in told.items()}, **precision}


def _told(drawn: Drawn) -> Iterator[str]:
    """What it asks in several places, or of several nodes."""
    yield from folds(drawn)
    if data_files := rows.paths(drawn):
        places = {name: _beside(path) for name, path in data_files.items()}
        listed = ", ".join(f"{literal(name)}: {path}" for name, path in places.items())
        yield from (
            laid("PATH = ", next(iter(places.values()))) if len(places) == 1 else laid("PATHS = ", f"{{{listed}}}")
        )
    if files := weights.files(drawn):
        paths = ", ".join(f"{literal(name)}: {_beside(source.path)}" for name, source in files.items())
        yield from laid("WEIGHTS = ", f"{{{paths}}}")
    if not drawn.together:
        minimised = {id: tuple(map(drawn.key, drawn.losses_of(id))) for id in drawn.family("optimizer")}
        yield from laid("MINIMISES = ", literal(minimised))
    if mingled := run.mingled(drawn):
        yield from laid("ADDED_UP = ", literal(tuple(map(drawn.key, mingled))), "  # the others average")
    if least := rows.least_rows(drawn):
        yield from laid("LEAST_ROWS = ", literal(least), "  # of fewer there is no figure")
    yield from optimizers.stepping(drawn)


def folds(drawn: Drawn) -> Iterator[str]:
    """The constant that says how many folds there are."""
    if drawn.split.folds:
        yield f"FOLDS = {drawn.split.folds}  # each is held out once"


def _beside(path: str) -> str:
    """The expression for a path relative to the program."""
    return f"Path(__file__).parent / {literal(path)}"


def _drawing(drawn: Drawn, apart: bool) -> Iterator[Line]:
    """The parts that are written for this graph."""
    yield Line("")
    yield Line("")
    yield from data.own_code(drawn)
    parts = (
        data.data(drawn),
        model.model(drawn, called(drawn.graph)),
        *([weights.loading(drawn)] if weights.files(drawn) else []),
        *comparison.comparisons(drawn, apart),
        *islice(optimizers.parts(drawn), 1 if optimizers.single(drawn) and not apart else 0, None),
    )
    for at, part in enumerate(parts):
        if at:
            yield from (Line(""), Line(""))
        yield from part


def called(graph: Graph) -> str:
    """The docstring of the model: the name of the graph."""
    name = graph.extra.get("name")
    sentence = safe(comment(name))[:76].rstrip() if isinstance(name, str) else ""
    return (
        f"{sentence}."
        if sentence and sentence[-1].isalnum()
        else sentence or "What lies between the batch and the losses."
    )


def _parts(definitions: Iterable[str], writes: Mapping[str, Writes], constants: Mapping[str, str]) -> Iterator[Line]:
    for text in definitions:
        yield from (Line(""), Line(""))
        yield from spelt(text, writes, constants)


def numbered(whole: list[Line]) -> Program:
    lines: dict[str, list[int]] = {}
    for number, line in enumerate(whole, start=1):
        for node in (line.node, *line.also):
            if node is not None:
                lines.setdefault(node, []).append(number)
    text = "\n".join(line.text for line in whole) + "\n"
    return Program(text, {id: tuple(numbers) for id, numbers in lines.items()})
