"""Pictures and labels as MNIST comes."""

from runtime.nodes.declared import FromFile, declared_types
from runtime.spec.code import Code, call
from runtime.spec.node import Example, Misfit, node
from runtime.spec.parameter import Fields, Path
from runtime.spec.tensor import Tensor, Type


@node("data.Idx", "dataset", "sample", words="mnist fashion kmnist emnist ubyte gz digits pictures images file")
class Idx(FromFile):
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
