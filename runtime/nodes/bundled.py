"""Data sets that come along with scikit-learn."""

from typing import ClassVar

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
    class_names: ClassVar = {"label": ["malignant", "benign"]}

    def rule(self) -> dict[str, Type]:
        return {"features": Tensor("float32", (30,)), "label": Tensor("int64", (), 2)}

    def read(self) -> Code:
        return call("read_breast_cancer")

    def summary(self) -> str:
        return "569 samples"


@node("data.Iris", "dataset", "sample", words="table tabular flowers setosa scikit-learn sample example")
class Iris:
    """150 irises: length and width of sepals and petals, and which of three species each is."""

    features = Output("Four lengths in centimetres, not normalised.")
    label = Output("0 setosa, 1 versicolor, 2 virginica.")
    rows = 150
    class_names: ClassVar = {"label": ["setosa", "versicolor", "virginica"]}

    def rule(self) -> dict[str, Type]:
        return {"features": Tensor("float32", (4,)), "label": Tensor("int64", (), 3)}

    def read(self) -> Code:
        return call("read_iris")

    def summary(self) -> str:
        return "150 samples"


@node("data.Diabetes", "dataset", "sample", words="table tabular medicine regression scikit-learn sample example")
class Diabetes:
    """442 patients: ten measurements and how far their diabetes had gone a year later, a number to predict."""

    features = Output("Age, sex, body mass, blood pressure and six blood values, each centred and scaled.")
    target = Output("From 25 to 346.")
    rows = 442

    def rule(self) -> dict[str, Type]:
        return {"features": Tensor("float32", (10,)), "target": Tensor("float32", ())}

    def read(self) -> Code:
        return call("read_diabetes")

    def summary(self) -> str:
        return "442 samples"


@node(
    "data.Linnerud",
    "dataset",
    "sample",
    words="table tabular fitness regression multioutput scikit-learn sample example",
)
class Linnerud:
    """20 men in a fitness club: three exercises, and three measures of the body to predict from them at once."""

    features = Output("Chin-ups, sit-ups and jumps that were done, not normalised.")
    targets = Output("Weight in pounds, waist in inches, and pulse.")
    rows = 20

    def rule(self) -> dict[str, Type]:
        return {"features": Tensor("float32", (3,)), "targets": Tensor("float32", (3,))}

    def read(self) -> Code:
        return call("read_linnerud")

    def summary(self) -> str:
        return "20 samples"
