"""Output: what the model gives to others."""

from runtime.spec.node import Input, node


@node("Output", "output", words="result return prediction predict export")
class Output:
    """Mark what the model returns: one gives the tensor itself, several a dict by their names."""

    input = Input("tensor[...]", "What the model returns.")

    def rule(self, input: object) -> None:
        return None
