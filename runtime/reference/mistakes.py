"""What a node type says when something does not fit, and what mends it: its example with one thing changed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from runtime.check.check import Checker
from runtime.check.problem import OPEN, REMOVE, Problem
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from runtime.reference.example import ExampleGraph
from runtime.spec.node import Spec
from runtime.spec.parameter import Parameter
from runtime.spec.tensor import Tensor, parse_type

MOST = 10  # more than these nobody reads
DTYPES = ("float32", "int64", "uint8", "float64")
WHOLE = (0, 1, 2, 3, 7, 64, 1000, -1)
NUMBERS = (0.0, 0.5, 1.0, 2.0)


@dataclass(frozen=True)
class Mistake:
    """What is said, and the labels of the repairs that were tried and work."""

    said: str
    warning: bool
    repairs: tuple[str, ...]


def mistakes(spec: Spec, found: ExampleGraph) -> list[Mistake]:
    """The different ones that a node of this type knows a repair for."""
    known: dict[str, Mistake] = {}
    checker = Checker()
    checker.check(found.graph)
    for edit in _changes(spec, found):
        for problem in checker.check(applied(found.graph, [edit])).problems:
            labels = tuple(repair.label for repair in problem.repairs if repair.label != REMOVE)
            if problem.node == found.node and problem.severity != OPEN and labels:
                known.setdefault(_kind(problem, labels[0]), _told(problem, labels))
        if len(known) == MOST:
            break
    return list(known.values())


def _told(problem: Problem, labels: tuple[str, ...]) -> Mistake:
    said = problem.finding.removeprefix(problem.node).removeprefix(".").strip()
    return Mistake(said, problem.severity == "warning", labels)


def _kind(problem: Problem, label: str) -> str:
    """What stays the same when numbers and shapes differ."""
    alike = re.sub(r"\w*\[[^\]]*\]|-?\d[\d.]*", "", problem.message)
    return f"{problem.port} {alike.partition(',')[0]} {re.sub('[0-9.]+', '', label)}"


def _changes(spec: Spec, found: ExampleGraph) -> Iterator[Edit]:
    """One thing at a time: what comes in along each wire, then each parameter."""
    yield from _fields(found.graph)
    for parameter in spec.parameters:
        for value in _values(parameter):
            if parameter.problem(value) is None and value != parameter.default:
                yield ("set", found.node, parameter.name, value)


def _fields(graph: Graph) -> Iterator[Edit]:
    """Other types for each field of noise: another dtype, a dimension less or more, another size."""
    fields = graph.nodes["noise"].parameters.get("fields", {}) if "noise" in graph.nodes else {}
    for name, about in fields.items():
        type = parse_type(about) if isinstance(about, str) else None  # labels beside pictures tell their classes too
        if isinstance(type, Tensor):
            others = [type.with_dtype(dtype) for dtype in DTYPES if dtype != type.dtype]
            shapes = [type.shape[:-1], (*type.shape, 1), (1, *type.shape), (*type.shape[:-1], 5), (2,) * type.rank]
            for other in (*others, *(replace(type, shape=shape) for shape in shapes if shape != type.shape)):
                yield ("set", "noise", "fields", {**fields, name: str(other)})


def _values(parameter: Parameter) -> Iterator[Any]:
    """Values that are likely to be too much, too little, or odd together with others."""
    if parameter.kind == "bool":
        yield not parameter.default
    elif parameter.kind == "number":
        yield from (*NUMBERS, *WHOLE, *parameter.choices)
    elif parameter.choices:
        yield from parameter.choices
    elif parameter.kind in ("int", "sizes"):
        yield from WHOLE
        yield from [[2] * length for length in (1, 2, 3) if parameter.kind == "sizes"]
    elif parameter.kind == "float":
        yield from NUMBERS
    elif parameter.kind == "numbers":
        yield from ([0.5], [0.5, 0.5], [0.5, 0.5, 0.5], [0.0], [1.0, 1.0])
