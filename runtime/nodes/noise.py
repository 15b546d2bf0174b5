"""Random samples."""

from runtime.nodes.declared import FromFields, without_pictures
from runtime.spec.code import Code, call
from runtime.spec.node import Misfit, node
from runtime.spec.parameter import Fields, Int
from runtime.spec.tensor import Tensor, Type


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

    def rule(self) -> dict[str, Type] | Misfit:
        found = without_pictures(self.fields)
        if isinstance(found, Misfit):
            return found
        return {name: _counted(type, self.classes) for name, type in found.items()}

    def read(self) -> Code:
        names = {name: about["type"] if isinstance(about, dict) else about for name, about in self.fields.items()}
        return call("make_noise", names, self.length, self.classes, Code("options.seed"))

    def summary(self) -> str:
        return f"{self.length:,} samples"


def _counted(type: Type, classes: int) -> Type:
    whole = isinstance(type, Tensor) and type.dtype.startswith(("int", "uint"))
    return Tensor(type.dtype, type.shape, classes) if whole and isinstance(type, Tensor) else type
