"""The module of an exported package that is written for a graph: its model, and what is done to a sample before it."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from runtime.check.datasets import classes_of, columns_of
from runtime.check.problem import Report
from runtime.generate import data, model
from runtime.generate.classes import named_classes, probabilities, standardized
from runtime.generate.collated import collate_samples
from runtime.generate.drawn import Drawn, Line, fitted
from runtime.generate.layout import laid
from runtime.generate.program import called, files, flags, numbered, packages, paths
from runtime.generate.prose import safe
from runtime.generate.template import import_lines, needed
from runtime.graph.bypass import passed
from runtime.graph.model import End, Graph
from runtime.graph.names import further_names
from runtime.spec.code import Code, code, comment, literal
from runtime.spec.own import own_sources
from runtime.spec.python import Own


class OneByOne(Drawn):
    """A sound graph whose samples are made one by one, each from its row alone and from what nodes learnt."""

    @cached_property
    def prepared(self) -> list[str]:
        """Nothing is made of all rows before."""
        return []


class Served(OneByOne):
    """A sound graph as it serves for predictions: only what the model takes is made."""

    @cached_property
    def taken_fields(self) -> list[str]:
        """The fields of a batch that the model takes; a function of the user's for whole samples may want all."""
        fields: list[str] = self.values(self.collate).fields
        if any(own.parameter == "collate_fn" for own in own_sources(self.graph)):
            return fields
        return [field for field in fields if {field, *further_names(field)} & {*self.inputs}]

    @cached_property
    def taken_samples(self) -> list[str]:
        """The nodes left of Collate that make these fields, in computing order."""
        upstream = self.graph.upstream(end.node for end in self._into())
        return [id for id in self.samples if id in upstream]

    @cached_property
    def raw(self) -> list[End]:
        """What a sample must have: the outputs of the dataset that these are made of."""
        ends = [*self._into(), *(end for id in self.taken_samples for end in Drawn.taken(self, id))]
        return [end for end in self.ends(self.dataset) if end in ends]

    def _into(self) -> Iterable[End]:
        return (end for field in self.taken_fields for end in self.sources(self.collate, field))

    @cached_property
    def owned(self) -> list[Own]:
        """Python of the user's that is needed for a prediction."""
        kept = {self.collate, *self.in_model, *self.taken_samples}
        fields = (None, *self.taken_fields)
        return [own for own in own_sources(self.graph) if own.node in kept and own.field in fields]


def packaged(graph: Graph, report: Report, name: str, *, whole: bool = True) -> str:
    """The text of the module; what nodes learnt is given to its function `prepare`.

    Without the `whole` it has only what is done to samples before the model.
    """
    drawn = Served(passed(graph), report)
    drawing = [*_drawing(drawn, whole)]
    text = "\n".join(line.text for line in drawing)
    pieces = needed(text, flags(drawn))
    own = [line for each in drawn.owned if not each.python.path for line in each.imports]
    imports = import_lines([text, *pieces.values()], [*own, *packages(drawn.graph, text), *paths(drawn)])
    parts = [line for piece in pieces.values() for line in ("", "", *piece.splitlines())]
    of, told = safe(comment(name)), "done to a sample before it. Made with Torchweave."
    top = [
        f'"""The model of {of}, and what is {told}"""' if whole else f'"""For the model of {of}, what is {told}"""',
        "",
    ]
    lines = [*top, *imports, *files(drawn), "", *_told(drawn, whole), *parts, "", ""]
    return numbered([*map(Line, lines), *drawing]).text


def _told(drawn: Served, whole: bool) -> Iterator[str]:
    """The constants: what a sample has, what the model takes and what it gives."""
    fields, columns = {}, {}
    for end in drawn.raw:
        fields[end.port] = (str(drawn.type(end)), [*map(str, classes_of(drawn.graph, end) or ())])
        if (titles := columns_of(drawn.graph, end)) not in (None, end.port):
            columns[end.port] = titles
    classes = named_classes(drawn)
    results = {key: [*map(str, classes.get(key, ()))] for key in drawn.results}
    units = {key: (each.called, each.node) for key, each in standardized(drawn).items()}
    yield "# The fields of a sample: the type of each, and the names of its classes."
    yield from laid("FIELDS: dict[str, tuple[str, list[str]]] = ", literal(fields))
    yield "# The columns of a table of which a field is made."
    yield from laid("COLUMNS: dict[str, str | list[str]] = ", literal(columns))
    yield "# What the model takes, in this order."
    yield from laid("INPUTS = ", literal(drawn.inputs))
    if not whole:
        return
    yield "# What it gives: of scores the names of the classes, and what makes probabilities of them;"
    yield "# of a standardized number its name in units of the data, and what learnt mean and deviation."
    yield from laid("RESULTS: dict[str, list[str]] = ", literal(results))
    yield from laid("PROBABILITIES: dict[str, str] = ", literal(probabilities(drawn)))
    yield from laid("UNITS: dict[str, tuple[str, str]] = ", literal(units))


def _drawing(drawn: Served, whole: bool) -> Iterator[Line]:
    yield from data.own_code(drawn)
    if whole:
        yield from model.model(drawn, called(drawn.graph))
        yield from (Line(""), Line(""))
    yield from _prepare(drawn)
    yield from (Line(""), Line(""))
    yield from collate_samples(drawn, drawn.taken_fields)


def _prepare(drawn: Served) -> Iterator[Line]:
    """The function that makes what Collate takes of one sample, as in evaluation."""
    given = "(columns: Mapping[str, Any], fitted: Mapping[str, Any])"
    yield from (Line(line) for line in laid("def prepare", given, " -> dict[str, Any]:"))
    yield Line('    """What is put into batches of one sample, made as for the rows that were held out."""')
    variables: dict[End, Code] = {end: code("columns[{}]", end.port) for end in drawn.raw}
    variables |= {fitted(id): code("fitted[{}]", id) for id in drawn.fitted}
    yield from data.sampled(drawn, variables, "    ", drawn.taken_samples, evaluated=True)
    pairs = [(field, variables[drawn.sources(drawn.collate, field)[0]], drawn.collate) for field in drawn.taken_fields]
    yield from model.mapping("    return ", pairs)
