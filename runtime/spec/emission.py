"""The code of a node as a person would write it: torch's class or function with what differs from its defaults."""

from collections.abc import Mapping
from typing import Any, Protocol

from runtime.spec.code import Code, call, code
from runtime.spec.node import Spec
from runtime.spec.parameter import Parameter, listed
from runtime.spec.signature import REQUIRED, Signature, signature, unasked

Given = Mapping[str, Code | list[Code]]
"""Per connected port its variable, or a list of them where the port takes many."""


class Made(Protocol):
    """What torch makes of a name and parameters: a layer, an optimizer, a schedule."""

    @property
    def type(self) -> str:
        """Its name in torch."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What it takes."""

    @property
    def parameter(self) -> Mapping[str, Parameter]:
        """Parameter name to declaration."""

    @property
    def stand_ins(self) -> frozenset[str]:
        """The parameters in whose place an input can stand."""


def made(spec: Made, values: Any, called: str = "", *first: Code, **given: Code) -> Code:
    """The expression that makes a layer, an optimizer or a schedule: ``nn.Linear(64, 10)``.

    `first` stands before the parameters; `given` are arguments that no parameter tells.
    """
    if hasattr(values, "build"):
        return values.build()  # type: ignore[no-any-return]
    takes = signature(spec.type, holding=_names(spec)) or _declared(spec)
    return _call(called or spec.type, spec, values, dict(zip(takes, first, strict=False)) | given, takes)


def computed(spec: Spec, values: Any, given: Given) -> Code:
    """The expression that computes a node's outputs from its inputs."""
    if hasattr(values, "forward"):
        return values.forward(**given)  # type: ignore[no-any-return]
    if spec.family == "definition":
        return call(values.module, *given.values())
    if spec.weights:
        takes = signature(f"{spec.type}.forward", holding=given) or dict.fromkeys(given, REQUIRED)
        return _call(values.module, spec, None, given, takes)
    if sides := _sides(spec, values, given):
        return code(f"{{}} {spec.declared.operator} {{}}", *sides)
    function, held = spec.function, given
    if function.startswith("Tensor."):  # a method of what comes into the first port
        first = spec.inputs[0].name
        function = f"{given[first]}{function.removeprefix('Tensor')}"
        held = {name: value for name, value in given.items() if name != first}
    takes = unasked(spec.function, [*held, *_names(spec)])
    takes = takes or {**dict.fromkeys(held, REQUIRED), **_declared(spec)}
    return _call(function, spec, values, held, takes)


def _sides(spec: Spec, values: Any, given: Given) -> list[Any]:
    """What stands beside a type's operator; empty where it has none, or where something is left to say."""
    names = [port.name for port in spec.inputs]
    more = [each for each in spec.parameters if each.name not in names]
    if not hasattr(spec.declared, "operator") or any(getattr(values, each.name) != each.default for each in more):
        return []
    sides = [given[name] if name in given else getattr(values, name) for name in names]
    return [] if any(isinstance(side, int | float) and side < 0 for side in sides) else sides


def settings(values: Any, like: str, *known: str) -> dict[str, Any]:
    """What differs from the defaults of another class of torch, by name; `known` are written by position already."""
    takes = signature(like)
    given = {name: getattr(values, name) for name in takes if name not in known and hasattr(values, name)}
    return {name: value for name, value in given.items() if value != takes[name]}


def _declared(spec: Made) -> Signature:
    """The parameters as they are declared, for what is not torch's: those without a default come by position."""
    return {each.name: REQUIRED if each.positional else each.default for each in spec.parameters if not each.ours}


def _names(spec: Made) -> list[str]:
    return [parameter.name for parameter in spec.parameters if not parameter.ours]


def _call(function: str, spec: Made, values: Any, given: Mapping[str, Any], takes: Signature) -> Code:
    """Arguments in torch's order: by position until one is left out or has a default, from there on by name."""
    plain: list[Any] = []
    named: dict[str, Any] = {}
    unsaid: dict[str, Any] = {}  # torch wants these once anything behind them is said
    gap = False
    for name, theirs in takes.items():
        default = spec.parameter[name].default if theirs is ... and name in spec.parameter else theirs
        value = given.get(name, default)
        if name == "training":
            value = Code("self.training")
        elif name not in given and name in spec.parameter:
            value = getattr(values, name, default)
        wanted = default is REQUIRED and not _optional(spec, name)
        if name not in given and (value == default or (value is None and theirs is REQUIRED and not wanted)):
            gap = True
            unsaid |= {name: None} if theirs is REQUIRED else {}
            continue
        if name not in given and name in spec.parameter:
            value = listed(spec.parameter[name], value)
        gap = gap or not (name in given or wanted)
        written = value if name in given else _written(spec, name, value, given)
        if gap:
            named |= {**unsaid, name: written}
            unsaid = {}
        else:
            plain.append(written)
    return call(function, *plain, **named)


def _optional(spec: Made, name: str) -> bool:
    """Whether a parameter may be left out, although the way to call torch that has it wants it."""
    parameter = spec.parameter.get(name)
    return parameter is not None and parameter.default is None and not parameter.inferred and name not in spec.stand_ins


def _written(spec: Made, name: str, value: Any, given: Mapping[str, Any]) -> Any:
    """The value of a parameter: a list of numbers as a tuple, or as a tensor where torch takes one."""
    if not isinstance(value, list):
        return value
    if name in spec.parameter and (port := spec.parameter[name].tensor_like):
        return code("{}.new_tensor({})", given[port], value) if port in given else call("torch.tensor", value)
    return tuple(value)
