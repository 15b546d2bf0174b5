"""Transforms that learn from the rows to train on: means and deviations, and what stands where numbers are missing."""

from runtime.check.rules.elementwise import elementwise
from runtime.spec.code import Code, call, code
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Choice, Float
from runtime.spec.tensor import Tensor


@node("transform.Standardize", "transform", "sample", words="standardise scaler z-score mean std normalize fit learn")
class Standardize:
    """Subtract the mean of the rows to train on, and divide by their standard deviation."""

    input = Input("float[...]", "Numbers of a table, a signal, or a picture [C, H, W].")
    output = Output("The same shape.")
    of = Choice(
        "What has a mean of its own: each number, each channel of [C, H, W], or all.",
        ("number", "channel", "all"),
        "number",
    )

    exact = True  # the same bytes for one sample as for many

    def rule(self, input: Tensor) -> Tensor | Misfit:
        if self.of == "channel" and input.rank < 3:
            numbers = (("Standardize each number", (("set", "{node}", "of", "number"),)),)
            return Misfit(f"needs pictures [C, H, W] for one mean a channel, got {input}", "input", numbers)
        return elementwise(self, input)

    def fit(self, input: Code) -> Code:
        return call("mean_and_deviation", input, self.of)

    def forward(self, input: Code, fitted: Code) -> Code:
        return call("standardize_numbers", input, fitted)

    def summary(self) -> str:
        return "learns mean and std" if self.of != "channel" else "learns mean and std a channel"


@node("transform.Impute", "transform", "sample", words="imputer missing nan fill empty gaps mean median fit learn")
class Impute:
    """Put a number where one is missing (NaN): one that the rows to train on tell, or always the same."""

    input = Input("float[...]", "Numbers, some of which may be missing.")
    output = Output("The same numbers, and none is missing.")
    strategy = Choice("What stands there.", ("mean", "median", "most_frequent", "constant"), "mean")
    fill_value = Float("The number, where that is a constant.", 0.0)

    exact = True  # the same bytes for one sample as for many

    def rule(self, input: Tensor) -> Tensor:
        return elementwise(self, input)  # of which nothing is missing

    def fit(self, input: Code) -> Code | None:
        return None if self.strategy == "constant" else call("fillings", input, self.strategy)

    def forward(self, input: Code, fitted: Code | None = None) -> Code:
        number = self.fill_value if fitted is None else fitted
        return code("torch.where({0}.isnan(), {1}, {0})", input, number)

    def summary(self) -> str:
        return f"missing: {self.fill_value:g}" if self.strategy == "constant" else f"missing: {self.strategy}"
