"""Python of the user's own as a node: a function, or a module with weights. It is run only after it was trusted."""

from collections.abc import Mapping
from typing import Any

from runtime.graph.names import NAME
from runtime.spec.code import Code, call, name
from runtime.spec.named import MODEL, named
from runtime.spec.node import Example, Input, Misfit, Output, node
from runtime.spec.observed import ANSWERS, Question, answer, what_it_takes
from runtime.spec.own import FUNCTION, MODULE, read
from runtime.spec.parameter import Arguments, Called, Looked, Path, Source, Types
from runtime.spec.python import Own
from runtime.spec.tensor import Tensor, Type, batched, parse_type

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


def begun(text: str) -> dict[str, Any]:
    """The source of a fresh node."""
    return {"function": text.split("\n")}


def told(text: str, output: str) -> dict[str, Any]:
    """The source of a node whose type the user says."""
    return {**begun(text), "outputs": {"output": output}}


class Tried:
    """What all of them have in common: inputs by their arguments, and types that are seen when they are tried."""

    module: Code  # the layer in the program
    is_module = False

    @property
    def own(self) -> Own | None:
        """What is called, and what its text tells of it; None where there is nothing yet."""
        raise NotImplementedError

    def ports(self) -> tuple[tuple[Input, ...], tuple[Output, ...]]:
        own = self.own
        if own is None:
            return (), ()
        inputs = (Input("any", optional=each in own.optional, name=each) for each in own.takes)
        return tuple(inputs), tuple(Output(name=each) for each in self.outputs_of(own))

    def told(self) -> dict[str, Any]:
        """The types that the user says it gives, by output; nothing where they are to be seen."""
        return {}

    def outputs_of(self, own: Own) -> tuple[str, ...]:
        """Their names: those that are told may be others than the text has."""
        told = self.told()
        return own.gives if told.keys() <= set(own.gives) else tuple(told)

    def as_told(self, own: Own, told: Mapping[str, Any]) -> Mapping[str, Type] | Misfit:
        """The types that the user says it gives."""
        if odd := _odd(*own.takes, *told):
            return odd
        found = {output: parse_type(str(told.get(output, ""))) for output in self.outputs_of(own)}
        missing = [output for output, type in found.items() if type is None]
        if missing:
            return Misfit(f"needs the type that it gives as {missing[0]}, without B, such as float32[10]")
        return {output: batched(type) for output, type in found.items() if type is not None}

    def observed(self, own: Own, given: Mapping[str, Type]) -> Mapping[str, Type] | Misfit:
        """What it gave when it was tried with tensors like these."""
        if odd := _odd(*own.takes, *own.gives):
            return odd
        strange = next((name for name, type in given.items() if not isinstance(type, Tensor)), None)
        if strange is not None:
            return Misfit(f"cannot be tried with {given[strange]}", strange)
        found = answer(self.question(own, given))
        if found is None:
            return Misfit("gives what nobody knows yet: it is tried once you trust it", open=True)
        return found.types if found.types is not None else Misfit(found.wrong)

    def question(self, own: Own, given: Mapping[str, Type]) -> Question:
        """What is asked of whoever tries it."""
        takes = [(name, Tensor(type.dtype, type.shape)) for name, type in given.items() if isinstance(type, Tensor)]
        return Question(own.python, self.is_module, tuple(takes), own.gives)

    def learned(self, /, **given: Type) -> int | None:
        """How many numbers it was seen to learn when it was tried with tensors like these; None where it was not."""
        found = ANSWERS.get(self.question(self.own, given)) if self.own and self.is_module else None
        return found.weights if found else None if self.is_module else 0

    def forward(self, /, **given: Code) -> Code:
        assert self.own is not None
        return call(self.module if self.is_module else name(self.own.function), *_in_order(self.own, given))


class Written(Tried):
    """A text in the graph."""

    source: Any

    @property
    def own(self) -> Own:
        return read("\n".join(self.source["function"]), self.is_module)

    def told(self) -> dict[str, Any]:
        told = self.source.get("outputs")
        return told if isinstance(told, dict) else {}

    def rule(self, /, **given: Type) -> Mapping[str, Type] | Misfit:
        if self.source is None:
            return Misfit("has no text yet: write one", open=True)
        said = self.told()
        if not said:
            return self.observed(self.own, given)
        return self.as_told(self.own, said)

    def summary(self) -> str:
        return f"{self.own.function}({', '.join(self.own.takes)})"[:40]


@node(FUNCTION, "transform", words="python custom code lambda script own", called="function")
class Function(Written):
    """A Python function of your own on whole batches; its arguments are the inputs."""

    source = Source(
        "The text; the last function in it is called; what it gives is tried once you trust it.",
        start=begun(A_FUNCTION),
    )

    example = Example(source=told(A_FUNCTION, "float32[10]"), input="float32[10]")


@node(MODULE, "layer", weights=True, words="python custom nn.Module class own model", called="module")
class Module(Written):
    """An nn.Module of your own, with weights; the arguments of its forward are the inputs."""

    source = Source(
        "The text; the last class in it is the module; what it gives is tried once you trust it.",
        start=begun(A_MODULE),
    )
    is_module = True
    example = Example(source=told(A_MODULE, "float32[10]"), input="float32[10]")

    def matrices(self) -> None:
        """Nobody knows."""

    def build(self) -> Code:
        return call(name(self.own.function))


@node(
    MODEL,
    "layer",
    weights=True,
    words="python file nn.Module class own pretrained backbone torchvision timm resnet",
    called="model",
)
class Model(Tried):
    """An nn.Module of a Python file of yours, or one that a function of an installed package makes."""

    path = Path("The .py file, relative to the graph; none for what an installed package offers.")
    called = Called("The class; of an installed package what makes it, such as torchvision.models.resnet18.")
    arguments = Arguments("What it is made with.")
    outputs = Types(
        "The types that it gives, without B, where it cannot be tried; nobody needs to tell them otherwise."
    )
    signature = Looked("Its inputs, outputs and arguments, as a look at it told.")
    is_module = True
    example = Example(
        called="torch.nn.Identity",
        signature={"takes": ["input"], "gives": ["output"]},
        outputs={"output": "float32[10]"},
        input="float32[10]",
    )

    @property
    def own(self) -> Own | None:
        return named("", {name: getattr(self, name) for name in ("path", "called", "arguments", "signature")})

    def matrices(self) -> None:
        """Nobody knows."""

    def rule(self, /, **given: Type) -> Mapping[str, Type] | Misfit:
        own = self.own
        if own is None:
            return Misfit("names no model yet: choose a .py file and a class in it", open=True)
        if own.wrong:
            return Misfit(own.wrong)
        missing = [each for each in self.signature.get("needed", []) if self.arguments.get(each) is None]
        if missing:
            return Misfit(f"needs a value for {missing[0]} in arguments")
        if self.path and "takes" not in self.signature:
            return Misfit("has inputs that nobody knows yet: its file has not been looked at", open=True)
        if not self.path and not self.signature.get("takes"):
            looked = answer(what_it_takes(own.python))
            if looked is not None and looked.wrong:
                return Misfit(looked.wrong)
            return Misfit("has inputs that nobody knows yet: it is looked at once you trust it", open=True)
        told = self.told()
        return self.as_told(own, told) if told else self.observed(own, given)

    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = self.outputs
        return told

    def build(self) -> Code:
        assert self.own is not None
        return call(name(self.own.function), **self.arguments)

    def summary(self) -> str:
        return str(self.called).rpartition(".")[2][:40]


def _odd(*ports: str) -> Misfit | None:
    odd = next((each for each in ports if not NAME.fullmatch(each)), None)
    return Misfit(f"has a port called {odd[:60]}; use small letters, digits and _") if odd is not None else None


def _in_order(own: Own, given: dict[str, Code]) -> list[Code]:
    """The arguments as they are called: by position, by name behind one that is left out."""
    found, gap = [], False
    for each in own.takes:
        gap = gap or each not in given
        if each in given:
            found.append(Code(f"{each}={given[each]}") if gap else given[each])
    return found
