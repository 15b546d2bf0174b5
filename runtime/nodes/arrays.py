"""Arrays of a file."""

from runtime.nodes.declared import FromFields, declared_types
from runtime.spec.code import Code, call
from runtime.spec.node import Example, node
from runtime.spec.parameter import Fields, Path


@node("data.Arrays", "dataset", "sample", words="npz numpy arrays pictures images text file")
class Arrays(FromFields):
    """Arrays of an npz file, one row a sample: numbers, pictures or text."""

    apart = True  # an array that nobody uses is not read
    path = Path("The npz file, relative to the graph.")
    fields = Fields("Name of each array and the type of one sample of it.", {})
    example = Example(
        path="pictures.npz",
        fields={"picture": "float32[3, 16, 16]", "label": {"type": "int64[]", "classes": ["cat", "dog"]}},
    )

    def read(self) -> Code:
        types = {name: str(type) for name, type in declared_types(self.fields).items()}
        return call("read_arrays", Code("path"), types)

    def summary(self) -> str:
        return self.path.rpartition("/")[2] or "no file yet"
