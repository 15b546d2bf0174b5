"""The share that a model has right, which needs no package to be measured."""

from runtime.check.rules.metric import best
from runtime.check.rules.repairs import insert
from runtime.check.rules.windows import empty
from runtime.spec.code import Code, call, code
from runtime.spec.node import Input, Misfit, node
from runtime.spec.parameter import Float, Int
from runtime.spec.tensor import FLOATS, Tensor


@node("metric.Accuracy", "metric", words="correct share classification score")
class Accuracy:
    """The share of rows whose class the model gets right."""

    input = Input("number[B, ...]", "One score a class, or one score for yes or no.")
    target = Input("tensor[B, ...]", "The class, or 1 or 0.", target=True)
    threshold = Float("With one score a row, scores above this mean yes: 0 for logits, 0.5 for probabilities.", 0.0)
    top_k = Int("A row counts as right where its class is among this many highest scores.", 1, least=1)

    higher = True  # is better
    asks_types = True  # `forward` is other code for one score a row
    types: dict[str, Tensor]

    def rule(self, input: Tensor, target: Tensor) -> Misfit | None:
        if wrong := empty(input):
            return wrong
        if input.rank >= 2 and (input.shape[0], *input.shape[2:]) == target.shape:
            return best(self, input.shape[1])
        if input.shape == target.shape:
            return best(self, 1)
        shown = Tensor("int64", (input.shape[0], *input.shape[2:]))
        squeeze = insert("torch.squeeze", "Insert torch.squeeze before the input", "input", dim=-1)
        wide = insert("torch.unsqueeze", "Insert torch.unsqueeze before the target", "target", dim=target.rank)
        return Misfit(f"needs {shown} for scores {input}, got {target}", "target", (squeeze, wide))

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        if input.rank == target.rank + 1 and input.shape[1] == 1 and target.dtype not in FLOATS:
            squeeze = insert("torch.squeeze", "Insert torch.squeeze before the input", "input", dim=-1)
            return [Misfit("has one score a row, so that the first is always the largest", "input", (squeeze,))]
        return []

    def forward(self, input: Code, target: Code) -> Code:
        if self.top_k > 1:
            return call("among_best", input, target, self.top_k)
        if self.types["input"].shape == self.types["target"].shape:  # one score for yes or no
            return code("({} > {}) == ({} > 0.5)", input, self.threshold, target)
        return code("{}.argmax(1) == {}", input, target)
