"""Arrays of a file."""

from runtime.nodes.declared import FromFile
from runtime.spec.code import Code, call
from runtime.spec.node import Example, node
from runtime.spec.parameter import Fields, Path


@node("data.Arrays", "dataset", "sample", words="npz numpy arrays pictures images text file")
class Arrays(FromFile):
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
