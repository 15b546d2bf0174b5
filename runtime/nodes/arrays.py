"""Arrays of a file."""

from pathlib import PurePosixPath
from typing import Any

from runtime.nodes.declared import FromFile, declared_types, without_pictures
from runtime.spec.code import Code, call
from runtime.spec.node import Example, Misfit, node
from runtime.spec.parameter import Fields, Path
from runtime.spec.tensor import Type

READERS = {
    ".npy": "read_npy",
    ".safetensors": "read_safetensors",
    ".pt": "read_tensors",
    ".pth": "read_tensors",
}


@node(
    "data.Arrays",
    "dataset",
    "sample",
    words="npz npy numpy memmap safetensors pt pth torch.save tensors TensorDataset arrays pictures images text file",
)
class Arrays(FromFile):
    """Arrays of a .npz, .npy, .safetensors or .pt file, one row a sample: numbers, pictures or text."""

    apart = True  # an array that nobody uses is not read
    path = Path("The .npz, .npy, .safetensors, .pt or .pth file, relative to the graph.")
    fields = Fields("Name of each array and the type of one sample of it, and how it is called in the file.", {})
    example = Example(
        path="pictures.npz",
        fields={"picture": "float32[3, 16, 16]", "label": {"type": "int64[]", "classes": ["cat", "dog"]}},
    )

    def rule(self) -> dict[str, Type] | Misfit:
        return without_pictures(self.fields)

    def read(self) -> Code:
        reader = READERS.get(PurePosixPath(self.path).suffix.lower(), "read_arrays")
        types = {name: str(type) for name, type in declared_types(self.fields).items()}
        named = {name: _column(name, about) for name, about in self.fields.items()}
        called = {name: column for name, column in named.items() if column != name}
        if not called or reader == "read_npy":  # there is one array alone, which needs no name
            return call(reader, Code("path"), types)
        return call({"read_arrays": "read_called_arrays"}.get(reader, reader), Code("path"), types, called)


def _column(name: str, about: Any) -> str:
    """How an array is called in the file."""
    return str(about.get("column", name)) if isinstance(about, dict) else name
