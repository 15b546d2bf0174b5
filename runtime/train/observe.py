"""Runs Python of the user's to see what it gives, each time in a process that can hang, be greedy or crash.

``python -m runtime.train.observe`` reads an order a line (`runtime.spec.observed.Question.order`, with an ``id``) and
answers each with a line of JSON: ``{"id", "tries"}``, of modules with ``"weights"``, or ``{"id", "wrong"}``. Where its
input ends, nobody waits.
"""

import inspect
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from importlib.abc import InspectLoader
from importlib.util import find_spec, module_from_spec, spec_from_loader
from types import ModuleType
from typing import Any

from runtime.spec.models import plain
from runtime.train.copied import Alone, copied
from runtime.train.written import import_from, line_of

IMPORT = 60.0  # seconds that torch may take to be there, where every order needs a process of its own
MANY = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
GREEDY = "needs more memory than it can have to be tried"


def tried(order: dict[str, Any]) -> dict[str, Any]:
    """Run the text and call what it defines once for each try. The text can do whatever Python can."""
    import torch

    try:
        made = _imported(order)
        if order["look"]:
            return {"signature": looked(made, order["arguments"])}
        function = made(**order["arguments"]).eval() if order["module"] else made
        count = max((len(each["shapes"]) for each in order["takes"].values()), default=1)
        with torch.no_grad():
            tries = [_outputs(given(function, order["takes"], at)) for at in range(count)]
        return {"tries": tries} | ({"weights": _weights(function)} if order["module"] else {})
    except MemoryError:
        return {"wrong": GREEDY}
    except Unusable as error:
        return {"wrong": str(error)}
    except ModuleNotFoundError as error:
        return {"wrong": f"needs the module {error.name}, which is not installed"}
    except BaseException as error:
        lines = str(error).strip().splitlines()
        if "can't allocate memory" in str(error):
            return {"wrong": GREEDY}
        takes = " and ".join(f"{name} {_shown(each)}" for name, each in order["takes"].items())
        told = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
        where = line_of(error, [order["root"]] if "root" in order else [])
        return {"wrong": f"fails{' for ' if takes else ''}{takes}: {where}{told[:200]}"}


class Unusable(Exception):
    """What is called cannot be had, or gives no tensors; the rest of a sentence says so."""


def _imported(order: dict[str, Any]) -> Any:
    """What is called, from the text or from the file that it imports. Raises Unusable."""
    if "root" in order:
        import_from([order["root"]])
        module = order["text"].split()[1]
        found = find_spec(module)
        if found is not None and os.path.realpath(found.origin or "") != os.path.realpath(order["file"]):
            raise Unusable(f"is in {module}, but another module is called so: call the file otherwise")
    try:
        return getattr(module_of(order["text"]), order["called"])
    except ModuleNotFoundError:
        raise
    except Exception as error:
        first = (str(error).splitlines() or [""])[0]
        where = line_of(error, [order["root"]] if "root" in order else [])
        raise Unusable(f"cannot be imported: {where}{type(error).__name__}: {first[:200]}") from error


def looked(made: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    """What a function that makes a module takes, and what the module takes, as far as it can be made."""
    takes = [each for each in inspect.signature(made).parameters.values() if each.kind not in MANY]
    needed = [each.name for each in takes if each.default is each.empty]
    known = {each.name: each.default for each in takes if plain(each.default)}
    found = {"arguments": dict.fromkeys(needed) | known, "needed": needed}
    if any(arguments.get(name) is None for name in needed):
        return found
    module = made(**arguments)
    if not hasattr(module, "forward"):
        raise Unusable(f"makes {type(module).__name__}, not an nn.Module")
    forward = inspect.signature(module.forward)
    inputs = [each for each in forward.parameters.values() if each.kind not in MANY]
    optional = [each.name for each in inputs if each.default is not each.empty]
    return {**found, "takes": [each.name for each in inputs], "optional": optional, "gives": ["output"]}


class Text(InspectLoader):
    """Imports a module from its text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_source(self, fullname: str) -> str:
        """The text."""
        return self.text


def module_of(text: str) -> ModuleType:
    """The text as a module; it runs, so the user has trusted it."""
    spec = spec_from_loader("own", Text(text))
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def given(function: Any, takes: dict[str, Any], at: int) -> Any:
    """What a function gives in a try; `takes` holds the dtype of each argument and its shape in every try."""
    import torch

    torch.manual_seed(0)
    values = {name: numbers(each["dtype"], each["shapes"][at]) for name, each in takes.items()}
    about = inspect.signature(getattr(function, "forward", function)).parameters
    nameless = [name for name in values if name in about and about[name].kind is inspect.Parameter.POSITIONAL_ONLY]
    return function(*[values.pop(name) for name in nameless], **values)


def numbers(dtype: str, shape: list[int]) -> Any:
    """Numbers between 0 and 1, or zeros where they are whole: those that nearly everything takes."""
    import torch

    kind = getattr(torch, dtype)
    return torch.rand(shape).to(kind) if kind.is_floating_point else torch.zeros(shape, dtype=kind)


def _outputs(made: Any) -> list[Any]:
    import torch

    found = list(made) if isinstance(made, tuple | list) else [made]
    others = [each for each in found if not isinstance(each, torch.Tensor)]
    if not found or any(each is None for each in others):
        raise Unusable("gives nothing: end it with return and a tensor")
    if others:
        raise Unusable(f"gives {type(others[0]).__name__}, not a tensor")
    return [[str(each.dtype).removeprefix("torch."), list(each.shape)] for each in found]


def _weights(module: Any) -> int:
    """How many numbers a module learns, once it has run: some are made only then."""
    return sum(each.numel() for each in module.parameters())


def _shown(each: dict[str, Any]) -> str:
    return f"{each['dtype']}{each['shapes'][0]}"


def observed(order: dict[str, Any], asker: int | None = None) -> dict[str, Any]:
    """The answer to an order, within the deadline whatever the text does. Raises Alone (`runtime.train.copied`)."""
    if not hasattr(os, "fork"):
        return _spawned(order)
    data, code = copied(lambda: json.dumps(tried(order)).encode(), order["seconds"], asker)
    return _late(order) if code is None else _read(data, code)


def _spawned(order: dict[str, Any]) -> dict[str, Any]:
    """In a new process, on systems that cannot copy one."""
    line = [sys.executable, "-P", "-m", "runtime.train.observe", "--once"]
    seconds = IMPORT + order["seconds"]
    try:
        done = subprocess.run(line, input=json.dumps(order).encode(), capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return _late(order)
    return _read(done.stdout.strip().splitlines()[-1] if done.stdout.strip() else b"", done.returncode)


def _late(order: dict[str, Any]) -> dict[str, Any]:
    return {"wrong": f"gives no answer within {order['seconds']:g} seconds"}


def _read(data: bytes, code: int) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return {"wrong": f"ends its process with {name}"}
    return found if isinstance(found, dict) else {"wrong": "gives no answer"}


def main() -> None:
    """Answer until nobody asks any more."""
    import torch

    torch.set_num_threads(1)  # a copy of a process has none of its threads
    if "--once" in sys.argv:
        print(json.dumps(tried(json.loads(sys.stdin.readline()))), flush=True)
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with whoever asks, and ends first what it tries
    print(json.dumps({"id": None}), flush=True)  # torch is there
    with suppress(Alone):
        for line in sys.stdin:
            order = json.loads(line)
            print(json.dumps({"id": order["id"], **observed(order, sys.stdin.fileno())}), flush=True)


if __name__ == "__main__":
    main()
