"""Texts as numbers that an embedding looks up."""

from runtime.spec.code import Code, call
from runtime.spec.node import Example, Input, Output, node
from runtime.spec.parameter import Bool, Choice, Int
from runtime.spec.tensor import Size, Tensor, Text

PAIRS = "byte pairs"


@node("transform.Tokenize", "transform", "sample", words="tokenizer text words characters bpe vocabulary nlp split fit")
class Tokenize:
    """Number the words of a text; those frequent in the rows to train on have numbers of their own, others are 1."""

    input = Input("text", "A text.")
    output = Output("A number for each token, below the size of the vocabulary.")
    by = Choice("What is numbered.", ("words", "characters", PAIRS), "words")
    lower = Bool("Take capital letters for small ones.", True)
    vocabulary = Int("How many numbers there are.", 10_000, least=3, unit="tokens")
    length = Int("Cut off or fill up each text to so many tokens; with 0 Collate is to pad them.", 0, unit="tokens")
    example = Example(length=20)

    exact = True  # the same numbers for one text as for many
    kept = True  # they take longer to make than to keep

    @property
    def lasting(self) -> bool:
        """Those of any length are made anew each time, and what they learn in the same time; pairs are no tensor."""
        return bool(self.by != PAIRS and self.length)

    def rule(self, input: Text) -> Tensor:
        return Tensor("int64", (self.length or Size("T"),), self.vocabulary)

    def fit(self, input: Code) -> Code:
        if self.by == PAIRS:
            return call("byte_pairs_of", input, self.vocabulary, self.lower)
        return call("vocabulary_of", input, self.vocabulary, self.by, self.lower)

    def forward(self, input: Code, fitted: Code) -> Code:
        if self.by == PAIRS:
            return call("tokenize_pairs", input, fitted, self.lower, self.length)
        return call("tokenize_text", input, fitted, self.by, self.lower, self.length)

    def summary(self) -> str:
        return f"{self.by}, {self.vocabulary:,}" + (f", length {self.length}" if self.length else "")
