"""What torch itself says to a case: the code that the generator emits, run with real tensors on the CPU."""

import ast
import importlib.util
import operator
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from runtime.check.infer import Typed
from runtime.check.problem import Report
from runtime.generate.comparison import compared, measuring
from runtime.generate.drawn import Drawn, fitted
from runtime.generate.model import built
from runtime.generate.optimizers import parts
from runtime.graph.model import Edge, End, Graph, Node
from runtime.spec.code import Code
from runtime.spec.emission import made
from runtime.spec.node import Spec
from runtime.spec.templates import DRAWN, FOLDER
from runtime.spec.tensor import FLOATS, Dim, Tensor
from runtime.train.pieces.rates import advance
from tests.runtime.check.cases import Case

PIECES = sorted(file.stem for file in FOLDER.glob("[!_]*.py") if file.name != DRAWN)
HEADER = '''"""Cases as code."""
from collections.abc import Mapping
from typing import Any
import torch
from torch import nn
from torch.nn import functional as F
import torchmetrics
''' + "".join(f"from runtime.train.pieces.{name} import *\n" for name in PIECES)
SYMBOLS = ({"B": 2, "words.T": 41}, {"B": 7, "words.T": 38})
EXTREMES = ({"B": 1, "words.T": 1}, {"B": 97, "words.T": 97})  # a last batch of one row; what divides by nothing
# Whether a layer is in training, and whether gradients are kept: frozen layers evaluate with them, validation goes
# without, for which torch has ways of its own.
MODES = ((True, True), (False, True), (False, False))
Result = tuple[str, tuple[int, ...]]


@dataclass(frozen=True)
class Said:
    """What came out at each batch size in each mode, or what torch raised first."""

    results: tuple[tuple[Result, ...], ...] = ()
    raised: str | None = None


def number(dim: Dim, symbols: Mapping[str, int]) -> int:
    """A dimension once its symbols are known."""
    return dim if isinstance(dim, int) else int(_worked_out(ast.parse(str(dim), mode="eval").body, symbols))


def _worked_out(step: ast.expr, symbols: Mapping[str, int]) -> Any:
    if isinstance(step, ast.BinOp):
        ways: dict[type, Callable[[Any, Any], Any]] = {
            ast.Add: operator.add,
            ast.Sub: operator.sub,
            ast.Mult: operator.mul,
            ast.FloorDiv: operator.floordiv,
        }
        return ways[type(step.op)](_worked_out(step.left, symbols), _worked_out(step.right, symbols))
    if isinstance(step, ast.Call):
        called: dict[str, Callable[..., Any]] = {"min": min, "int": int}
        return called[ast.unparse(step.func)](*(_worked_out(argument, symbols) for argument in step.args))
    if isinstance(step, ast.UnaryOp):
        return -_worked_out(step.operand, symbols)
    return step.value if isinstance(step, ast.Constant) else symbols[ast.unparse(step)]


def shape_of(type: Tensor, symbols: Mapping[str, int]) -> tuple[int, ...]:
    """The shape of a tensor once its symbols are known."""
    return tuple(number(dim, symbols) for dim in type.shape)


def modules(cases: Iterable[tuple[Case, Typed]], folder: Path, name: str) -> ModuleType:
    """A Python file with one class a case, imported: the way in which programs are run."""
    text = HEADER + "".join(written(case, typed, at) for at, (case, typed) in enumerate(cases))
    return imported(text, folder, name)


def imported(text: str, folder: Path, name: str) -> ModuleType:
    """A text as a Python module."""
    file = folder / f"{name}.py"
    file.write_text(text, encoding="utf-8")
    # Another text of the same length within the same second would be taken for the one that was compiled before.
    Path(importlib.util.cache_from_source(str(file))).unlink(missing_ok=True)
    found = importlib.util.spec_from_file_location(name, file)
    assert found and found.loader
    made = importlib.util.module_from_spec(found)
    found.loader.exec_module(made)
    return made


def written(case: Case, typed: Typed, at: int) -> str:
    """The case as a module, its expressions those that a program would hold."""
    spec, edges, variables = case.spec, [], {}
    for port, types in case.given:
        for place in range(len(types)):
            end = End(f"{port}_{place}", "output")
            edges.append(Edge(end, End("node", port)))
            variables[end] = Code(end.node)
    inferred = {
        p.name: case.parameters.get(p.name) or typed.inferred.get(p.name) or guessed(case, p.name)
        for p in spec.inferred
    }
    graph = Graph({"node": Node("node", spec.type, case.parameters)}, tuple(edges))
    told = case.given if getattr(spec.declared, "asks_types", False) else ()
    ends: Any = {End(f"{port}_{place}", "output"): type for port, each in told for place, type in enumerate(each)}
    about: Any = {"types": ends} if ends else {}
    node = Drawn(graph, Report(inferred={"node": inferred}, order=("node",), **about))
    if node.fits("node"):  # as if the sample itself were the row to train on
        variables[fitted("node")] = node.values("node").fit(Code(f"[{edges[0].source.node}.detach()[None]]"))
    forward = str(compared(node, "node", variables))
    if getattr(spec.declared, "random", False):
        forward = f"{forward} if self.training else {node.steady('node', variables)}"
    layer = f"\n        self.node = {built(node, 'node')}" if spec.weights else ""
    if spec.over_epoch:
        layer = f"\n        self.node = {measuring(node, 'node')}"
        forward = f'(self.node.{forward}, figures_of({{"node": self.node}}))'
    outputs = [f"out_{at}" for at in range(len(spec.ports(case.parameters)[1]))]
    body = (
        f"return {forward}"
        if len(outputs) < 2
        else f"{_unpacked(node, outputs)} = {forward}\n        return {', '.join(outputs)}"
    )
    return f"""

class Case{at}(nn.Module):
    def __init__(self):
        super().__init__(){layer}

    def forward(self, {", ".join(edge.source.node for edge in edges)}):
        {body}
"""


def _unpacked(node: Drawn, names: list[str]) -> str:
    """What stands left of the ``=`` in a program, which takes as many values as there are outputs."""
    ports = [port.name for port in node.ports("node")[1]]
    made = getattr(node.specs["node"].declared, "unpacked", None)
    return str(made(node.values("node"), **dict(zip(ports, names, strict=True)))) if made else ", ".join(names)


def guessed(case: Case, parameter: str) -> int | list[int] | None:
    """A size for a layer whose input does not fit its port: the dimension that the name has in the declaration.

    A list of them where another parameter says how many; None where no dimension tells it.
    """
    ports = [p for p in case.spec.inputs if any(parameter in (dims or ()) for _, _, dims in p.pattern.options)]
    if not ports:
        return None
    port = ports[0]
    dims = next(dims for _, _, dims in port.pattern.options if dims and parameter in dims)
    shape = shape_of(dict(case.given)[port.name][0], SYMBOLS[0])  # type: ignore[arg-type]
    if last := case.spec.parameter[parameter].last:
        count = case.parameters.get(last, 1)
        return ([3] * count + list(shape))[-count:]
    at = dims.index(parameter) - (len(dims) if "..." in dims[: dims.index(parameter)] else 0)
    return shape[at] if -len(shape) <= at < len(shape) else 3


def said(case: Case, module: type[torch.nn.Module], sizes: tuple[dict[str, int], ...] = SYMBOLS) -> Said:
    """Run forward and, where gradient flows, backward, at two batch sizes, in every mode."""
    results: list[tuple[Result, ...]] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            layer = module()
            for symbols in sizes:
                for training, gradients in MODES:
                    layer.train(training)
                    with torch.set_grad_enabled(gradients):
                        results.append(ran(case, layer, symbols))
    except Exception as error:  # whatever torch raises is its verdict
        return Said(raised=f"{type(error).__name__}: {error}"[:160])
    return Said(tuple(results))


def ran(case: Case, module: torch.nn.Module, symbols: Mapping[str, int]) -> tuple[Result, ...]:
    """Dtype and shape of each result, none where a node gives no tensor."""
    values = drawn_values(case, symbols)
    if values and (corrupts(case, values[0]) or reads_beyond(case, values)):
        raise ArithmeticError("torch would write or read beyond memory")
    made = module(*values)
    results = list(tensors(made)) if case.spec.outputs else []
    if case.spec.type.startswith("nn.MaxPool") and bool((results[0] <= 0).any()):
        raise ArithmeticError("a window without a number; backward would write beyond memory")
    differentiable = [each.sum() for each in results if each.requires_grad]
    if differentiable and torch.is_grad_enabled():  # what only passes an input on asks for gradients at all times
        torch.stack(differentiable).sum().backward()  # type: ignore[no-untyped-call]
    return tuple(described(case.spec, each) for each in results)


def drawn_values(case: Case, symbols: Mapping[str, int]) -> list[torch.Tensor]:
    """A random tensor for every wire."""
    ports = {port.name: port for port in case.spec.ports(case.parameters)[0]}
    bounds, known = below(case, symbols), case.spec.parameter
    values = []
    for port, types in case.given:
        for each in types:
            assert isinstance(each, Tensor)
            values.append(some_count(case, tensor(each, symbols, bounds.get(port, 4), int("task" not in known))))
            if each.dtype == "bool" and case.spec.type == "torch.div":  # no means 0, of which the rule warns
                values[-1].fill_(True)
            if each.dtype in FLOATS and not ports[port].target:
                values[-1].requires_grad_()
    return values


def some_count(case: Case, value: torch.Tensor) -> torch.Tensor:
    """A metric needs targets that are not ignored, in every column of an epoch: those of the first row."""
    ignored = case.parameters.get("ignore_index")
    if case.spec.over_epoch and isinstance(ignored, int) and not value.is_floating_point():
        value[:1] = value[:1].masked_fill(value[:1] == ignored, 1 if ignored == 0 else 0)
    return value


def tensors(result: Any) -> Iterator[torch.Tensor]:
    """The tensors of a result, however they are nested, in order."""
    if isinstance(result, torch.Tensor):
        yield result
    elif isinstance(result, tuple | list):
        for each in result:
            yield from tensors(each)


def described(spec: Spec, result: torch.Tensor) -> Result:
    """Dtype and shape; what a loss gives is a loss."""
    loss = spec.family == "loss" and result.is_floating_point()
    return "loss" if loss else str(result.dtype).removeprefix("torch."), tuple(result.shape)


def corrupts(case: Case, picture: torch.Tensor) -> bool:
    """Whether torch 2.13 writes beyond memory, or stops at an assertion: one pixel of three channels of bytes."""
    if picture.dtype != torch.uint8 or picture.dim() < 3 or picture.shape[-3] != 3:
        return False
    if case.spec.type in ("transform.Resize", "transform.RandomResizedCrop"):
        return case.parameters["size"] in (1, [1, 1]) and picture.shape[-2:] != (1, 1)
    return case.parameters.get("mode") in ("bilinear", "bicubic")


def reads_beyond(case: Case, values: list[torch.Tensor]) -> bool:
    """Whether torch 2.13 reads steps behind the end of key: with heads it goes by the steps of value alone."""
    if case.spec.type != "F.scaled_dot_product_attention" or min(each.dim() for each in values[1:3]) < 2:
        return False
    return values[1].shape[-2] < values[2].shape[-2]


def below(case: Case, symbols: Mapping[str, int]) -> dict[str, int]:
    """Whole numbers at a port are drawn below this: the domain that the type declares."""
    values = case.spec.values(case.parameters)
    types = {port: list(found) if len(found) > 1 else found[0] for port, found in case.given}
    try:
        found = values.below(**types) if hasattr(values, "below") else {}
    except (IndexError, AttributeError):  # of types that do not fit
        return {}
    return {port: number(bound, symbols) for port, bound in found.items()}


def tensor(type: Tensor, symbols: Mapping[str, int], below: int, least: int = 1) -> Any:
    """Random numbers of a type, from `least` where they can be; floats lie below 1, which every loss takes."""
    shape, dtype = shape_of(type, symbols), getattr(torch, type.dtype)
    if type.dtype in FLOATS:
        return (torch.rand(shape) * 0.9 + 0.1).to(dtype)
    if type.dtype == "bool":
        return torch.rand(shape) < 0.5
    return torch.randint(min(least, below - 1), below, shape).to(dtype)


def expected(case: Case, typed: Typed, symbols: Mapping[str, int]) -> tuple[Result, ...]:
    """What the rule says that the results will be."""
    made = [typed.outputs[port.name] for port in case.spec.ports(case.parameters)[1]]
    return tuple((each.dtype, shape_of(each, symbols)) if isinstance(each, Tensor) else ("loss", ()) for each in made)


def computing_other_than_torch(cases: list[tuple[Case, Typed]], folder: Path) -> Iterator[Case]:
    """Those in which the function that a program calls gives other numbers than torch's own module."""
    functions = modules(cases, folder, "functions")
    given = [made(case.spec, case.spec.values({**case.parameters, **typed.inferred})) for case, typed in cases]
    text = HEADER + "".join(f"\n\ndef module{at}():\n    return {each}\n" for at, each in enumerate(given))
    theirs = imported(text, folder, "modules")
    for at, (case, _) in enumerate(cases):
        if not _same(case, getattr(functions, f"Case{at}")().eval(), getattr(theirs, f"module{at}")().eval()):
            yield case


def _same(case: Case, by_function: torch.nn.Module, by_module: torch.nn.Module) -> bool:
    values = drawn_values(case, SYMBOLS[0])
    by_module.to(next((each.dtype for each in values if each.is_floating_point()), None))
    results = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for each in (by_function, by_module):
            torch.manual_seed(0)
            results.append(list(tensors(each(*values))))
    pairs = zip(*results, strict=True)
    return all(torch.equal(one.nan_to_num(), other.nan_to_num()) for one, other in pairs)


def alike_on_both_sides(case: Case, typed: Typed, code: type[torch.nn.Module]) -> bool:
    """Whether samples through the emitted code, then stacked, are the batch through the same code.

    To the byte where the type says so; torch rounds others by the length of what it computes at once.
    """
    module = code().eval()
    type = case.given[0][1][0]
    assert isinstance(type, Tensor)
    told = replace(case, parameters={**case.parameters, **typed.inferred})
    batch = tensor(type.with_shape(3, *type.shape), {}, below(told, {}).get(case.given[0][0], 100))
    stacked, whole = torch.stack([module(sample) for sample in batch]), module(batch)
    if getattr(case.spec.declared, "exact", False):
        return torch.equal(stacked, whole)
    close = torch.allclose(stacked.double(), whole.double(), rtol=0.02, atol=1e-6, equal_nan=True)
    return close and stacked.dtype == whole.dtype


STEPS = 12  # of an optimizer: longer than the schedules that are drawn


def optimizers_raise(type_name: str, settings: list[dict[str, Any]], folder: Path) -> list[str | None]:
    """What torch raises, when a program makes an optimizer with these parameters and steps it and its schedule."""
    bias = type_name != "optim.Muon"
    text = HEADER + "".join(_optimizer(type_name, each, bias, at) for at, each in enumerate(settings))
    module = imported(text, folder, type_name.replace(".", "_"))
    return [_stepped(getattr(module, f"Case{at}"), bias) for at in range(len(settings))]


def _optimizer(type_name: str, parameters: dict[str, Any], bias: bool, at: int) -> str:
    """A class that holds what a program says of an optimizer of one layer."""
    nodes = (Node("linear", "nn.Linear", {"in_features": 3, "bias": bias}), Node("adam", type_name, parameters))
    graph = Graph({node.id: node for node in nodes}, (Edge(End("linear", "output"), End("adam", "loss")),))
    drawn = Drawn(graph, Report(order=("linear", "adam"), sides={"linear": "batch"}))
    lines = [f"    {line.text}\n" for part in parts(drawn) for line in part]
    functions = "".join(f"    @staticmethod\n{line}" if line.startswith("    def ") else line for line in lines)
    return f"\n\nclass Case{at}:\n{functions}".replace("model: Model", "model: nn.Module")


def _stepped(made: Any, bias: bool) -> str | None:
    model = torch.nn.Module()
    model.linear = torch.nn.Linear(3, 1, bias=bias)
    try:
        optimizers = made.make_optimizers(model)
        schedules = _schedules(made, optimizers)
        for _ in range(STEPS):
            optimizers["adam"].zero_grad()
            model.linear(torch.rand(2, 3)).sum().backward()
            if hasattr(made, "clip_gradients"):
                made.clip_gradients(model)
            optimizers["adam"].step()
            for schedule in schedules:
                if isinstance(schedule, torch.optim.lr_scheduler.ReduceLROnPlateau):
                    schedule.step(1.0)
                else:
                    advance(schedule)
    except Exception as error:  # whatever torch raises is its verdict
        return f"{type(error).__name__}: {error}"
    return None


def _schedules(made: Any, optimizers: dict[str, torch.optim.Optimizer]) -> list[Any]:
    """The schedule that a program makes, in a list; an empty one where there is none."""
    if not hasattr(made, "make_schedules"):
        return []
    counted = [STEPS] if made.make_schedules.__code__.co_argcount == 2 else []
    return list(made.make_schedules(optimizers, *counted).values())
