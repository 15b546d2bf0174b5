"""Rows of a table."""

from typing import Any

from runtime.check.rules.repairs import Candidate
from runtime.nodes.declared import FromFile, declared_types
from runtime.spec.code import Code, call
from runtime.spec.node import Example, Misfit, node
from runtime.spec.parameter import Fields, Path
from runtime.spec.tensor import Tensor, Type, parse_type


@node("data.Table", "dataset", "sample", words="csv tsv tabs spreadsheet tabular columns file dataframe")
class Table(FromFile):
    """Rows of a CSV or TSV file: number columns together as one field, categories as class numbers."""

    path = Path("The file, with commas (.csv) or tabs (.tsv) between the cells, relative to the graph.")
    fields = Fields("Name of each field, its type, the column or columns it comes from, and its classes.", {})
    example = Example(
        path="flowers.csv",
        fields={
            "petal": {"type": "float32[2]", "columns": ["petal length", "petal width"]},
            "kind": {"type": "int64[]", "column": "kind", "classes": ["iris", "rose", "tulip"]},
        },
    )

    def rule(self) -> dict[str, Type] | Misfit:
        for name, about in self.fields.items():
            if why := _unread(name, about):
                return Misfit(why, None, self._mended(name, about))
        return declared_types(self.fields)

    def _mended(self, name: str, about: Any) -> tuple[Candidate, ...]:
        """As many numbers as there are columns, or the table without that field."""
        columns = about.get("columns") if isinstance(about, dict) else None
        rest = {other: known for other, known in self.fields.items() if other != name}
        without = (f"Leave out {name}", (("set", "{node}", "fields", rest),))
        if not isinstance(columns, list) or not columns:
            return (without,)
        type = f"float32[{len(columns)}]"
        as_many = {other: {**known, "type": type} if other == name else known for other, known in self.fields.items()}
        return ((f"Make {name} {type}", (("set", "{node}", "fields", as_many),)), without)

    def read(self) -> Code:
        fields = {name: about if isinstance(about, dict) else {"type": about} for name, about in self.fields.items()}
        return call("read_table", Code("path"), fields)


def _unread(name: str, about: Any) -> str | None:
    """Why a field of a table cannot be read from its columns, or None."""
    given = about if isinstance(about, dict) else {"type": about}
    type, columns, column = parse_type(given["type"]), given.get("columns"), given.get("column", name)
    if not isinstance(column, str):
        return f"needs the title of one column for {name}, got {column!r:.60}"
    if columns is not None:
        if not isinstance(columns, list) or not columns or not all(isinstance(each, str) for each in columns):
            return f"needs a list of titles of columns for {name}, got {columns!r:.60}"
        if not isinstance(type, Tensor) or type.shape != (len(columns),) or "classes" in given:
            return f"makes {len(columns)} numbers a row of the columns of {name}, which is {type}"
    elif isinstance(type, Tensor) and type.shape:
        return f"makes one number a row of the column of {name}, which is {type}; list its columns for more"
    if "classes" in given and not (given["classes"] and type == Tensor("int64", ())):
        return f"makes an int64[] of the classes of {name}, at least one, but it is {type}"
    return None
