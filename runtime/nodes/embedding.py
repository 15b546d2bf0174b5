"""Embeddings: a learned vector for every whole number."""

from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Choice, Int
from runtime.spec.tensor import Dim, Shapes, Tensor
from runtime.spec.value import MOST, counted


class Table:
    """A learned vector for each of so many numbers."""

    num_embeddings = Int("How many different numbers there are.", 1000, least=1)
    embedding_dim = Int("Size of a vector.", 32, least=1)

    def padded(self, padding: int | None) -> Misfit | None:
        """What is wrong with a padding_idx."""
        if padding is None or -self.num_embeddings <= padding < self.num_embeddings:
            return None
        repair = (("Use no padding_idx", (("unset", "{node}", "padding_idx"),)),)
        return Misfit(f"has padding_idx {padding}, but numbers lie below {self.num_embeddings}", None, repair)

    def doubts(self, input: Tensor, per_sample_weights: Tensor | None = None) -> list[Misfit]:
        if input.classes is None or input.classes <= self.num_embeddings:
            return []
        repair = ((f"Set num_embeddings to {input.classes}", (("set", "{node}", "num_embeddings", input.classes),)),)
        why = f"gets numbers up to {input.classes - 1}, but knows only those below {self.num_embeddings}"
        return [Misfit(why, "input", repair)]

    def tensors(self) -> Shapes:
        return {"weight": (self.num_embeddings, self.embedding_dim)}

    def matrices(self) -> bool:
        return True

    def summary(self) -> str:
        return f"{counted(self.num_embeddings)} × {counted(self.embedding_dim)}"


@node("nn.Embedding", "layer", weights=True, words="lookup vocabulary tokens words text categories")
class Embedding(Table):
    """Look up a learned vector for every whole number."""

    input = Input("index[...]", "Whole numbers below num_embeddings.")
    output = Output("One vector a number: a last dimension more.")
    padding_idx = Int("This number's vector stays zero.", least=-MOST)

    def rule(self, input: Tensor) -> Tensor | Misfit:
        return self.padded(self.padding_idx) or Tensor("float32", (*input.shape, self.embedding_dim))

    def below(self, input: Tensor) -> dict[str, Dim]:
        return {"input": self.num_embeddings}


@node("nn.EmbeddingBag", "layer", weights=True, words="lookup vocabulary tokens words text average bag sum")
class EmbeddingBag(Table):
    """Look up a learned vector for every whole number of a row, and average or add them up."""

    input = Input("index[B, N]", "Rows of whole numbers below num_embeddings.")
    per_sample_weights = Input("float32[B, N]", "How much each number counts in a sum.", optional=True)
    output = Output("One vector a row.")
    mode = Choice("Average the vectors of a row, add them up, or keep the largest numbers.", ("mean", "sum", "max"))
    padding_idx = Int("This number does not count.", least=-MOST)

    def rule(self, input: Tensor, per_sample_weights: Tensor | None = None) -> Tensor | Misfit:
        if per_sample_weights is not None and self.mode != "sum":
            add = (("Set mode to sum", (("set", "{node}", "mode", "sum"),)),)
            return Misfit(f"needs the mode sum for weights, got {self.mode}", "per_sample_weights", add)
        if per_sample_weights is not None and per_sample_weights.shape != input.shape:
            why = f"needs one weight for each number of {input}, got {per_sample_weights}"
            return Misfit(why, "per_sample_weights")
        return self.padded(self.padding_idx) or Tensor("float32", (input.shape[0], self.embedding_dim))

    def below(self, input: Tensor, per_sample_weights: Tensor | None = None) -> dict[str, Dim]:
        return {"input": self.num_embeddings}
