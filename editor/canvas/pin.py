"""A port as gestures know it: an End together with its side."""

from runtime.graph.model import End


class Pin(End):
    """A port on the canvas: an End that knows whether it is an output."""

    output: bool

    def __new__(cls, node: str, port: str, output: bool) -> "Pin":
        """Make it; `output` is no part of the tuple, so that a Pin equals its End."""
        made = super().__new__(cls, node, port)
        made.output = output
        return made
