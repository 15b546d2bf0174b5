"""What is done to samples before the model, told so that it can be done by hand: columns, nodes, what these learnt."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import torch

from runtime.check.datasets import classes_of, column_of, columns_of
from runtime.check.problem import Report
from runtime.export.few import few
from runtime.export.package import learnt, written
from runtime.export.taken import NotExported, Taken
from runtime.generate.drawn import fitted
from runtime.generate.packaged import Served, packaged
from runtime.graph.model import End
from runtime.graph.names import further_names
from runtime.spec.code import Code, code, name
from runtime.spec.listed import listed

STANDARDIZE = "transform.Standardize"
NAMES = {STANDARDIZE: ("mean", "std"), "transform.Impute": ("value",), "transform.Tokenize": ("index",)}


@dataclass
class Before:
    """What leads to each input of an exported model; `gap` says why what nodes learnt is not known."""

    found: Taken
    served: Served
    learnt: dict[str, Any]
    python: str
    gap: str = ""

    @property
    def steps(self) -> list[str]:
        """The nodes between the data and the model, in computing order."""
        return [id for input in self.found.types for id in self._steps(input)]

    def sentence(self, file: Path) -> str:
        """In a line or two whether raw values go into the model, and where it is told what is done to them."""
        steps = [*dict.fromkeys(self.steps)]
        nodes = listed([f"{id} ({self.served.graph.nodes[id].type})" for id in steps])
        put = [input for input in self.found.types if self._is_put(input)]
        if not steps and not put:
            return f"It takes raw values, as they are read: {file.name}.txt says of which columns or fields."
        first = f"{nodes} come{'s' if len(steps) == 1 else ''} first" if steps else f"Collate makes {listed(put)}"
        return f"It takes no raw values: {first}, and {file.name}.txt says how to do the same by hand."

    @property
    def text(self) -> str:
        """For a report: each input, its columns, and what is done node by node."""
        return "\n".join(self._lines()) + "\n"

    @property
    def carried(self) -> str:
        """The same as JSON, with all that was learnt, and as Python: ``collate_samples([prepare(row, fitted)])``."""
        inputs = {
            input: {
                "made_of": {end.port: self._about(end) for end in self._raw(input)},
                "steps": [self._step(id) for id in self._steps(input)],
            }
            for input in self.found.types
        }
        kept = {node: written(each) for node, each in self.learnt.items()}
        told = {"inputs": inputs, "fitted": kept, "python": self.python, "not_known": self.gap}
        return json.dumps({key: each for key, each in told.items() if each or key != "not_known"}, indent=1)

    def _field(self, input: str) -> str:
        """The field of a batch of which an input is; that of a mask is what it masks."""
        fields = self.served.taken_fields
        return next((each for each in fields if input == each or input in further_names(each)), input)

    def _is_put(self, input: str) -> bool:
        """Whether Collate does more than to stack an input: it pads it, makes a mask, or calls the user's function."""
        ways, field = self.served.values(self.served.collate).collate, self._field(input)
        return field != input or field in ways or any(own.parameter == "collate_fn" for own in self.served.owned)

    def _source(self, input: str) -> list[End]:
        return self.served.sources(self.served.collate, self._field(input))

    def _steps(self, input: str) -> list[str]:
        upstream = self.served.graph.upstream(end.node for end in self._source(input))
        return [id for id in self.served.taken_samples if id in upstream]

    def _raw(self, input: str) -> list[End]:
        ends = [*self._source(input), *(end for id in self._steps(input) for end in self.served.taken(id))]
        return [end for end in self.served.raw if end in ends]

    def _about(self, end: End) -> dict[str, Any]:
        """What a field of the data is made of."""
        graph = self.served.graph
        dataset = column_of(graph, end).node
        about: dict[str, Any] = {"type": str(self.served.type(end)), "dataset": dataset}
        if titles := columns_of(graph, end):
            about["columns"] = [titles] if isinstance(titles, str) else titles
        if path := graph.nodes[dataset].parameters.get("path"):
            about["file"] = PurePath(str(path)).name
        if classes := classes_of(graph, end):
            about["index"] = {str(each): at for at, each in enumerate(classes)}
        given = graph.nodes[dataset].parameters.get("fields", {})
        field = given.get(column_of(graph, end).port) if isinstance(given, dict) else None
        more = field if isinstance(field, dict) else {}
        return about | {key: more[key] for key in ("missing", "odd", "date") if key in more}

    def _step(self, id: str) -> dict[str, Any]:
        """What a node does, as an expression of torch, and what it learnt."""
        node, served = self.served.graph.nodes[id], self.served
        names = dict(zip(NAMES.get(node.type, ()), self._values(id), strict=False))
        variables = {end: served.variable(end) if end not in served.raw else name(end.port) for end in served.taken(id)}
        if node.type == STANDARDIZE:
            does = code("({} - mean) / std", *variables.values())
        else:
            learnt = {fitted(id): Code(next(iter(names), "learnt"))} if served.fits(id) else {}
            given = {**variables, **learnt}
            does = served.steady(id, given) if served.random(id) else served.computed(id, given)
        step = {"node": id, "type": node.type, "does": f"{served.assigned(id)} = {does}"}
        return step | ({"learnt": names} if names else {})

    def _values(self, id: str) -> list[Any]:
        value = self.learnt.get(id)
        values = value if isinstance(value, tuple) else () if value is None else (value,)
        return [each.tolist() if isinstance(each, torch.Tensor) else each for each in values if _plain(each)]

    def _lines(self) -> Iterator[str]:
        yield "What each input is made of, and what is done before the model:"
        for input in self.found.types:
            yield ""
            yield f"{input}: {' and '.join(_made_of(end.port, self._about(end)) for end in self._raw(input))}"
            steps = [self._step(id) for id in self._steps(input)]
            if not steps and not self._is_put(input):
                number = any("index" in self._about(end) for end in self._raw(input))
                yield f"  nothing is done to it: {'the number of its class is' if number else 'raw values are'} taken"
            for step in steps:
                yield f"  {step['node']} ({step['type']}): {step['does']}"
                yield from (f"    {name} = {few(value)}" for name, value in step.get("learnt", {}).items())
                if self.gap and self.served.fits(step["node"]):
                    yield f"    what it learnt is not known here: {self.gap}"
            if self._is_put(input):
                yield "  put into a batch as the function collate_samples below does it"
        if self.steps or any(map(self._is_put, self.found.types)):
            yield from ("", "The same as Python, which the file carries with all numbers and words:", "", self.python)


def before(found: Taken, report: Report, origin: Path, name: str, doing: Any = nullcontext) -> Before:
    """What is done before an exported model; of nodes that learn the data is read once more."""
    served = Served(found.drawn.graph, report)
    python = packaged(found.graph, report, name, whole=False)
    try:
        return Before(found, served, learnt(found, served, origin, doing), python)
    except NotExported as error:
        return Before(found, served, {}, python, str(error))


def _plain(value: Any) -> bool:
    """Whether it is numbers or words that can be written down."""
    return isinstance(value, torch.Tensor | dict)


def _made_of(field: str, about: dict[str, Any]) -> str:
    """The columns of a field, in order, and the number of each class."""
    titles = about.get("columns")
    where = f" of {about['file']}" if "file" in about else ""
    if titles:
        several = len(titles) > 1
        of = f"the column{'s' if several else ''} {', '.join(titles)}{where}{', in this order' if several else ''}"
    else:
        of = f"the field {field} of {about['dataset']}"
    told = f"{about['type']} of {of}"
    if "date" in about:
        told += f", dates as {about['date']}, as days since 1970-01-01"
    if about.get("missing") == "keep" and "index" not in about:
        told += "; what is missing is NaN" if "float" in about["type"] else "; what is missing is kept"
    return f"{told}; {few(about['index'])}" if "index" in about else told
