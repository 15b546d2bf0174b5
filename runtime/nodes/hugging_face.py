"""Datasets of Hugging Face, from their folder."""

from typing import Any

from runtime.nodes.declared import FromFields
from runtime.spec.code import Code, call
from runtime.spec.node import Example, node
from runtime.spec.parameter import Fields, Path, Text


@node(
    "data.HuggingFace", "dataset", "sample", words="datasets save_to_disk load_from_disk hub arrow folder", called="hub"
)
class HuggingFace(FromFields):
    """A dataset that `save_to_disk` of Hugging Face's datasets wrote; it is read without that package."""

    path = Path("The folder that save_to_disk wrote, relative to the graph.", folder=True)
    part = Text("Which part, where the folder holds several.", "train")
    fields = Fields("Name of each field, its type, the column that it comes from, and its classes.", {})
    example = Example(
        path="saved",
        fields={"vector": "float32[16]", "label": {"type": "int64[]", "classes": ["neg", "pos"]}},
    )

    def read(self) -> Code:
        types = {name: about["type"] if isinstance(about, dict) else about for name, about in self.fields.items()}
        named = {name: _column(name, about) for name, about in self.fields.items()}
        called = {name: column for name, column in named.items() if column != name}
        part = {} if self.part == "train" else {"part": self.part}
        return call("read_hugging_face", Code("path"), types, *([called] if called else []), **part)

    def summary(self) -> str:
        return self.path.rstrip("/").rpartition("/")[2] or "no folder yet"


def _column(name: str, about: Any) -> str:
    """How a field is called in the folder."""
    return str(about.get("column", name)) if isinstance(about, dict) else name
