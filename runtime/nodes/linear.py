"""Linear layers: torch.nn. Layers with weights become modules of the model, the others plain function calls."""

from runtime.spec.node import Input, Output, node
from runtime.spec.parameter import Bool, Inferred, Int
from runtime.spec.tensor import Tensor


@node("nn.Linear", "layer", weights=True, words="dense fully connected affine perceptron")
class Linear:
    """Multiply the last dimension by learned weights and add a learned bias."""

    input = Input("float32[..., in_features]", "Any shape; the last dimension is mapped.")
    output = Output("The same shape but for the last dimension.")
    in_features = Inferred("Size of the last dimension.")
    out_features = Int("Size of the output's last dimension.", 64, least=1)
    bias = Bool("Add a learned bias.")

    def rule(self, input: Tensor) -> Tensor:
        return input.with_shape(*input.shape[:-1], self.out_features)

    def matrices(self) -> bool:
        return not self.bias

    def summary(self) -> str:
        return f"{self.in_features or '?'} → {self.out_features}"
