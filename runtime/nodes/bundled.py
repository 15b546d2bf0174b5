"""Data sets that come along with scikit-learn."""

from runtime.spec.code import Code, call
from runtime.spec.node import Output, node
from runtime.spec.tensor import Tensor, Type


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
