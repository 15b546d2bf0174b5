"""Embeddings: a learned vector for every whole number."""

from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import MOST, Int
from runtime.spec.tensor import Dim, Tensor


@node("nn.Embedding", "layer", weights=True, words="lookup vocabulary tokens words text categories")
class Embedding:
    """Look up a learned vector for every whole number."""

    input = Input("index[...]", "Whole numbers below num_embeddings.")
    output = Output("One vector a number: a last dimension more.")
    num_embeddings = Int("How many different numbers there are.", 1000, least=1)
    embedding_dim = Int("Size of a vector.", 32, least=1)
    padding_idx = Int("This number's vector stays zero.", least=-MOST)

    def rule(self, input: Tensor) -> Tensor | Misfit:
        padding = self.padding_idx
        if padding is not None and not -self.num_embeddings <= padding < self.num_embeddings:
            repair = (("Use no padding_idx", (("unset", "{node}", "padding_idx"),)),)
            return Misfit(f"has padding_idx {padding}, but numbers lie below {self.num_embeddings}", None, repair)
        return Tensor("float32", (*input.shape, self.embedding_dim))

    def below(self, input: Tensor) -> dict[str, Dim]:
        return {"input": self.num_embeddings}

    def doubts(self, input: Tensor) -> list[Misfit]:
        if input.classes is None or input.classes <= self.num_embeddings:
            return []
        repair = ((f"Set num_embeddings to {input.classes}", (("set", "{node}", "num_embeddings", input.classes),)),)
        why = f"gets numbers up to {input.classes - 1}, but knows only those below {self.num_embeddings}"
        return [Misfit(why, "input", repair)]

    def matrices(self) -> bool:
        return True

    def summary(self) -> str:
        return f"{self.num_embeddings:,} × {self.embedding_dim}"
