"""Rows of several datasets put together: side by side by their number, or by a key."""

from dataclasses import replace

from runtime.graph.names import MOST_FIELDS
from runtime.spec.code import Code, call
from runtime.spec.column import Columns
from runtime.spec.node import Input, Output, node
from runtime.spec.parameter import Names
from runtime.spec.tensor import Type


@node(
    "data.Zip",
    "dataset",
    "sample",
    words="combine merge pair side by side several two datasets rows zip stack columns",
    called="zipped",
)
class Zip:
    """Rows of two or more datasets of the same length side by side: row 0 with row 0, row 1 with row 1."""

    fields = Names("The fields of a row; each is an input and an output.", entries=MOST_FIELDS)

    def ports(self) -> tuple[tuple[Input, ...], tuple[Output, ...]]:
        return _inputs(self.fields), _outputs(self.fields)

    def rule(self, /, **columns: Type) -> dict[str, Type]:
        return columns

    def read(self, columns: Columns) -> Code:
        return call("zip_rows", {name: column.code for name, (column, *_) in columns.items()})

    def summary(self) -> str:
        return "row by row"


@node(
    "data.Join",
    "dataset",
    "sample",
    words="combine merge match lookup sql vlookup key id index several two datasets tables rows",
    called="matched",
)
class Join:
    """Rows of two datasets that have the same key; a row is repeated for each partner, and left out without one."""

    key = Input("any", "The column of each dataset that tells which rows belong together.", many=True)
    fields = Names("The fields of a row; each is an input and an output.", entries=MOST_FIELDS)

    def ports(self) -> tuple[tuple[Input, ...], tuple[Output, ...]]:
        return (replace(Join.key, name="key"), *_inputs(self.fields)), _outputs(self.fields)

    def rule(self, /, key: list[Type], **columns: Type) -> dict[str, Type]:
        return columns

    def read(self, columns: Columns) -> Code:
        first = columns["key"][0].dataset
        keys = {column.dataset: column.code for column in columns["key"]}
        sides: tuple[dict[str, Code], ...] = ({}, {})
        for name, (column, *_) in columns.items():
            if name != "key":
                sides[column.dataset != first][name] = column.code
        return call("join_rows", keys, *sides)

    def summary(self) -> str:
        return "by key"


def _inputs(fields: list[str]) -> tuple[Input, ...]:
    return tuple(Input("any", name=name) for name in fields[:MOST_FIELDS])


def _outputs(fields: list[str]) -> tuple[Output, ...]:
    return tuple(Output(name=name) for name in fields[:MOST_FIELDS])
