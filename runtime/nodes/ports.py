"""Ports: what the model gives to others, and what a definition takes and gives."""

from runtime.spec.node import Input as Takes
from runtime.spec.node import Output as Gives
from runtime.spec.node import node


@node("Output", "output", words="result return prediction predict export")
class Output:
    """Mark what the model returns: one gives the tensor itself, several a dict by their names."""

    input = Takes("tensor[...]", "What the model or the definition returns.")

    def rule(self, input: object) -> None:
        return None


@node("Input", "definition", words="argument port parameter sub-graph function", called="x")
class Input:
    """Mark what a definition takes; it stands only inside of one."""

    output = Gives("What comes along the wire into a use of the definition.")
