"""Datasets: what gives samples, one row at a time."""

from itertools import islice
from typing import Any

from runtime.check.rules.repairs import Candidate
from runtime.graph.names import MOST_FIELDS
from runtime.spec.code import Code, call
from runtime.spec.node import Example, Input, Misfit, Output, node
from runtime.spec.parameter import Fields, Int, Path
from runtime.spec.tensor import Tensor, Type, parse_type


@node("data.Digits", "dataset", "sample", words="mnist handwritten numbers pictures images scikit-learn sample example")
class Digits:
    """1,797 scanned handwritten digits, 8 x 8 pixels from 0 to 16, with the digit as label."""

    image = Output("Pixels from 0 to 16, one channel.")
    label = Output("The digit, 0 to 9.")
    rows = 1797

    def rule(self) -> dict[str, Type]:
        return {"image": Tensor("float32", (1, 8, 8), None, (0.0, 16.0)), "label": Tensor("int64", (), 10)}

    def read(self) -> Code:
        return call("read_digits")

    def summary(self) -> str:
        return "1,797 samples"


@node("data.Wine", "dataset", "sample", words="table tabular chemistry scikit-learn sample example")
class Wine:
    """178 Italian wines: thirteen chemical measurements and which of three growers made it."""

    features = Output("Thirteen measurements, not normalised.")
    label = Output("The grower, 0 to 2.")
    rows = 178

    def rule(self) -> dict[str, Type]:
        return {"features": Tensor("float32", (13,)), "label": Tensor("int64", (), 3)}

    def read(self) -> Code:
        return call("read_wine")

    def summary(self) -> str:
        return "178 samples"


@node(
    "data.BreastCancer",
    "dataset",
    "sample",
    words="table tabular medicine scikit-learn sample example",
    called="cancer",
)
class BreastCancer:
    """569 biopsies: thirty measurements of cell nuclei and whether the tumour was malignant (0) or benign (1)."""

    features = Output("Thirty measurements, not normalised.")
    label = Output("0 malignant, 1 benign.")
    rows = 569

    def rule(self) -> dict[str, Type]:
        return {"features": Tensor("float32", (30,)), "label": Tensor("int64", (), 2)}

    def read(self) -> Code:
        return call("read_breast_cancer")

    def summary(self) -> str:
        return "569 samples"


class FromFields:
    """Outputs and their types as the `fields` parameter tells them; a look at the file proposes it."""

    fields: dict[str, Any]

    def ports(self) -> tuple[tuple[Input, ...], tuple[Output, ...]]:
        """One output a field."""
        return (), tuple(Output(name=name) for name in islice(self.fields, MOST_FIELDS))

    def rule(self) -> dict[str, Type] | Misfit:
        """The declared type of each field."""
        return declared_types(self.fields)


def declared_types(fields: dict[str, Any]) -> dict[str, Type]:
    """The declared type of each field."""
    return {name: _declared(about) for name, about in fields.items()}


def _declared(about: Any) -> Type:
    found = parse_type(about["type"] if isinstance(about, dict) else about)
    if found is None:  # the parameter's own check has named it already
        raise ValueError(f"not a type: {about!r}")
    classes = about.get("classes") if isinstance(about, dict) else None
    return Tensor(found.dtype, found.shape, len(classes)) if classes and isinstance(found, Tensor) else found


@node("data.Table", "dataset", "sample", words="csv tsv tabs spreadsheet tabular columns file dataframe")
class Table(FromFields):
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

    def summary(self) -> str:
        return self.path.rpartition("/")[2] or "no file yet"


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


@node("data.Arrays", "dataset", "sample", words="npz numpy arrays pictures images text file")
class Arrays(FromFields):
    """Arrays of an npz file, one row a sample: numbers, pictures or text."""

    path = Path("The npz file, relative to the graph.")
    fields = Fields("Name of each array and the type of one sample of it.", {})
    example = Example(
        path="pictures.npz",
        fields={"picture": "float32[3, 16, 16]", "label": {"type": "int64[]", "classes": ["cat", "dog"]}},
    )

    def read(self) -> Code:
        names = {name: about["type"] if isinstance(about, dict) else about for name, about in self.fields.items()}
        return call("read_arrays", Code("path"), names)

    def summary(self) -> str:
        return self.path.rpartition("/")[2] or "no file yet"


@node("data.Idx", "dataset", "sample", words="mnist fashion kmnist emnist ubyte gz digits pictures images file")
class Idx(FromFields):
    """Pictures of an idx file, in which MNIST and its kin come, and the labels of the file beside it."""

    path = Path("The file of the pictures, packed by gzip or not, relative to the graph; its labels lie beside it.")
    fields = Fields("Name of the pictures and their type, name of the labels and their classes.", {})
    example = Example(
        path="t10k-images-idx3-ubyte.gz",
        fields={
            "image": "uint8[1, 28, 28]",
            "label": {"type": "int64[]", "classes": [str(digit) for digit in range(10)]},
        },
    )

    def rule(self) -> dict[str, Type] | Misfit:
        found = declared_types(self.fields)
        strange = next((name for name, type in found.items() if not isinstance(type, Tensor)), None)
        if strange is None:
            return found
        rest = {name: about for name, about in self.fields.items() if name != strange}
        leave = (f"Leave out {strange}", (("set", "{node}", "fields", rest),))
        return Misfit(f"holds numbers, so that {strange} cannot be {found[strange]}", None, (leave,))

    def read(self) -> Code:
        names = {name: about["type"] if isinstance(about, dict) else about for name, about in self.fields.items()}
        return call("read_idx", Code("path"), names)

    def summary(self) -> str:
        return self.path.rpartition("/")[2] or "no file yet"


@node("data.Noise", "dataset", "sample", words="random fake dummy synthetic")
class Noise(FromFields):
    """Random samples of any type, for trying a graph before its data exists."""

    fields = Fields(
        "Name and type of each field, such as float32[3, 32, 32] or int64[].",
        {"input": "float32[10]", "target": "int64[]"},
    )
    length = Int("How many samples there are.", 256, least=1)
    classes = Int("Whole numbers are drawn from 0 to one less than this.", 10, least=1)
    rows_from = "length"

    def rule(self) -> dict[str, Type]:
        found = declared_types(self.fields)
        return {name: _counted(type, self.classes) for name, type in found.items()}

    def read(self) -> Code:
        names = {name: about["type"] if isinstance(about, dict) else about for name, about in self.fields.items()}
        return call("make_noise", names, self.length, self.classes, Code("options.seed"))

    def summary(self) -> str:
        return f"{self.length:,} samples"


def _counted(type: Type, classes: int) -> Type:
    whole = isinstance(type, Tensor) and type.dtype.startswith(("int", "uint"))
    return Tensor(type.dtype, type.shape, classes) if whole and isinstance(type, Tensor) else type
