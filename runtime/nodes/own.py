"""Python of the user's own as a node: a function, or a module with weights. It is run only after it was trusted."""

from typing import Any

from runtime.graph.names import NAME
from runtime.spec.code import Code, call, name
from runtime.spec.node import Example, Input, Misfit, Output, node
from runtime.spec.own import FUNCTION, MODULE, Own, read
from runtime.spec.parameter import Source
from runtime.spec.tensor import Type, batched, parse_type

A_FUNCTION = """import torch


def doubled(input: torch.Tensor) -> torch.Tensor:
    return 2 * input"""

A_MODULE = """import torch
from torch import nn


class Scaled(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return self.scale * input"""


def begun(text: str, output: str) -> dict[str, Any]:
    """The source of a fresh node."""
    return {"function": text.split("\n"), "outputs": {"output": output}}


class Written:
    """What a function and a module have in common: inputs by their arguments, outputs with the types that are told."""

    source: Any
    module: Code  # the layer in the program
    is_module = False
    example = Example(input="float32[10]")  # as the text of a fresh node says

    @property
    def own(self) -> Own:
        """The text as it is read."""
        return read("\n".join(self.source["function"]), self.is_module)

    def ports(self) -> tuple[tuple[Input, ...], tuple[Output, ...]]:
        inputs = (Input("any", optional=each in self.own.optional, name=each) for each in self.own.takes)
        return tuple(inputs), tuple(Output(name=each) for each in self._told())

    def _told(self) -> dict[str, Any]:
        told = self.source.get("outputs")
        return told if isinstance(told, dict) and told else {"output": ""}

    def rule(self, /, **given: Type) -> dict[str, Type] | Misfit:
        if self.source is None:
            return Misfit("has no text yet: write one", open=True)
        odd = next((each for each in (*self.own.takes, *self._told()) if not NAME.fullmatch(each)), None)
        if odd is not None:
            return Misfit(f"has a port called {odd[:60]}; use small letters, digits and _")
        found = {output: parse_type(str(type)) for output, type in self._told().items()}
        missing = [output for output, type in found.items() if type is None]
        if missing:
            return Misfit(f"needs the type that it gives as {missing[0]}, without B, such as float32[10]")
        return {output: batched(type) for output, type in found.items() if type is not None}

    def summary(self) -> str:
        return f"{self.own.function}({', '.join(self.own.takes)})"[:40]


@node(FUNCTION, "transform", words="python custom code lambda script own", called="function")
class Function(Written):
    """A Python function of your own on whole batches; its arguments are the inputs."""

    source = Source(
        "The text; the last function in it is called, and gives tensors of the types named below.",
        start=begun(A_FUNCTION, "float32[10]"),
    )

    def forward(self, /, **given: Code) -> Code:
        return call(name(self.own.function), *_in_order(self.own, given))


@node(MODULE, "layer", weights=True, words="python custom nn.Module class own model", called="module")
class Module(Written):
    """An nn.Module of your own, with weights; the arguments of its forward are the inputs."""

    source = Source(
        "The text; the last class in it is the module, and gives tensors of the types named below.",
        start=begun(A_MODULE, "float32[10]"),
    )
    is_module = True

    def matrices(self) -> None:
        """Nobody knows."""

    def build(self) -> Code:
        return call(name(self.own.function))

    def forward(self, /, **given: Code) -> Code:
        return call(self.module, *_in_order(self.own, given))


def _in_order(own: Own, given: dict[str, Code]) -> list[Code]:
    """The arguments as they are called: by position, by name behind one that is left out."""
    found, gap = [], False
    for each in own.takes:
        gap = gap or each not in given
        if each in given:
            found.append(Code(f"{each}={given[each]}") if gap else given[each])
    return found
