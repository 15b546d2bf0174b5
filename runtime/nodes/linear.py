"""Linear layers: sums of numbers with learned weights, and the one that changes nothing."""

from runtime.check.rules.ranges import unnormalised
from runtime.check.rules.repairs import insert
from runtime.check.rules.work import numbers
from runtime.spec.code import Code
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Inferred, Int
from runtime.spec.tensor import ANY, Shapes, Tensor
from runtime.spec.value import counted


@node("nn.Linear", "layer", weights=True, words="dense fully connected affine perceptron")
class Linear:
    """Multiply the last dimension by learned weights and add a learned bias."""

    input = Input("float32[..., in_features]", "Any shape; the last dimension is mapped.")
    output = Output("The same shape but for the last dimension.")
    in_features = Inferred("Size of the last dimension.")
    out_features = Int("Size of the output's last dimension.", 64, least=1)
    bias = Bool("Add a learned bias.")

    bounds = ANY

    def rule(self, input: Tensor) -> Tensor:
        return input.with_shape(*input.shape[:-1], self.out_features)

    def doubts(self, input: Tensor) -> list[Misfit]:
        return unnormalised(input)

    def tensors(self) -> Shapes:
        return {"weight": (self.out_features, self.in_features)} | ({"bias": (self.out_features,)} if self.bias else {})

    def multiply_adds(self, made: Tensor, input: Tensor) -> int:
        return numbers(made) * int(self.in_features)

    def matrices(self) -> bool:
        return not self.bias

    def summary(self) -> str:
        return f"{counted(self.in_features)} → {counted(self.out_features)}"


@node("nn.Bilinear", "layer", weights=True, words="interaction pair two inputs fusion tensor product")
class Bilinear:
    """Multiply every number of one vector with every number of another, and add them up with learned weights."""

    input1 = Input("float32[..., in1_features]", "Vectors in the last dimension.")
    input2 = Input("float32[..., in2_features]", "As many vectors, of any length.")
    output = Output("One vector a pair.")
    in1_features = Inferred("Size of the last dimension of input1.")
    in2_features = Inferred("Size of the last dimension of input2.")
    out_features = Int("Size of the output's last dimension.", 64, least=1)
    bias = Bool("Add a learned bias.")

    bounds = ANY

    def rule(self, input1: Tensor, input2: Tensor) -> Tensor | Misfit:
        if input1.shape[:-1] == input2.shape[:-1]:
            return input1.with_shape(*input1.shape[:-1], self.out_features)
        flat = [insert("nn.Flatten", f"Insert nn.Flatten before {port}", port) for port in ("input1", "input2")]
        both = ("Insert nn.Flatten before both", (*flat[0][1], *flat[1][1]))
        why = f"needs the same sizes but for the last in input1 and input2, got {input1} and {input2}"
        return Misfit(why, "input2", (*flat, both))

    def tensors(self) -> Shapes:
        bias: Shapes = {"bias": (self.out_features,)} if self.bias else {}
        return {"weight": (self.out_features, self.in1_features, self.in2_features)} | bias

    def multiply_adds(self, made: Tensor, input1: Tensor, input2: Tensor) -> int:
        return numbers(made) * int(self.in1_features) * int(self.in2_features)

    def summary(self) -> str:
        return f"{counted(self.in1_features)} × {counted(self.in2_features)} → {counted(self.out_features)}"


@node("nn.Identity", "layer", "either", words="nothing skip pass placeholder")
class Identity:
    """Hand on what comes in, as a place for a layer to come."""

    input = Input("tensor[...]", "Any tensor.")
    output = Output("The same tensor.")

    exact = True  # the same bytes for one sample as for many
    same_numbers = True

    def rule(self, input: Tensor) -> Tensor:
        return input

    def forward(self, input: Code) -> Code:
        return input
