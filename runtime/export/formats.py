"""A model as an ONNX file, or as a file of torch.export, both with a batch of any size."""

import logging
import re
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import torch
from torch.fx.experimental import _config as tracing  # whose `patch` is made when it is imported

from runtime.export.taken import NotExported, Taken
from runtime.graph.file import dump
from runtime.spec.tensor import Size, Tensor, Type
from runtime.train.worker import sentence

Call = Callable[..., dict[str, Any]]
DYNAMIC, AUTO = torch.export.Dim.DYNAMIC, torch.export.Dim.AUTO  # must be free, and is where it can be
CARRIED = "torchweave.json"  # under which a file carries its graph
INPUTS = "torchweave.inputs.json"  # what is done to samples before its model
OUTPUTS = "torchweave.outputs.json"  # and what its results mean
ONNX_PACKAGES = "An ONNX file needs packages more: pip install 'torchweave[onnx]'."


def dynamic(types: dict[str, Type]) -> tuple[dict[int, Any], ...]:
    """For each argument of the model its dimensions that are not fixed, the batch among them, as torch.export wants."""
    known: dict[str, Any] = {}
    return tuple(
        {
            at: _dimension(size, known)
            for at, size in enumerate(type.shape if isinstance(type, Tensor) else ())
            if isinstance(size, Size)
        }
        for type in types.values()
    )


def _dimension(size: Size, known: dict[str, Any]) -> Any:
    name = "batch" if size.symbol == "B" else size.symbol.replace(".", "_")
    if size.factor != 1 or size.offset or not name.isidentifier():
        return AUTO
    return known.setdefault(name, torch.export.Dim(name))


def write_export(found: Taken, arguments: tuple[Any, ...], file: Path) -> None:
    """Write the model as torch.export keeps it. Raises NotExported and OSError."""
    with _told(found, "torch.export"):
        program = _exported(found, arguments)
    torch.export.save(program, file, extra_files=_carried(found))


def _exported(found: Taken, arguments: tuple[Any, ...]) -> Any:
    """The program of torch.export, with names for its dimensions where it takes them, otherwise as free as can be."""
    shapes = dynamic(found.types)
    free, loose = (tuple(dict.fromkeys(own, how) for own in shapes) for how in (DYNAMIC, AUTO))
    for dimensions, oblivious in ((shapes, True), (free, False)):  # attention makes a case of a batch of one sample
        with suppress(Exception), tracing.patch(backed_size_oblivious=oblivious):  # type: ignore[attr-defined]
            return torch.export.export(found.model, arguments, dynamic_shapes=dimensions)
    return torch.export.export(found.model, arguments, dynamic_shapes=loose)  # or tells why not


def read_export(found: Taken, file: Path) -> Call:
    """What a file of torch.export gives, by the names of the results."""
    module = torch.export.load(file).module()

    def results(*arguments: Any) -> dict[str, Any]:
        return by_name(found, module(*arguments))

    return results


def write_onnx(found: Taken, arguments: tuple[Any, ...], file: Path) -> None:
    """Write the model as ONNX. Raises NotExported and OSError."""
    try:
        import onnxruntime  # type: ignore[import-untyped]  # noqa: F401 - which reads it again
        import onnxscript  # noqa: F401 - with which torch writes it
    except ImportError:
        raise NotExported(ONNX_PACKAGES) from None
    with _told(found, "ONNX"):
        made = torch.onnx.export(
            found.model,
            arguments,
            dynamo=True,
            dynamic_shapes=dynamic(found.types),
            input_names=[*found.types],
            output_names=[*found.drawn.results],
            verbose=False,
        )
    assert made is not None
    made.model.metadata_props.update(_carried(found))
    made.save(str(file), external_data=False)


def read_onnx(found: Taken, file: Path) -> Call:
    """What an ONNX file gives, by the names of the results."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]  # without those that the model does not look at

    def results(*arguments: Any) -> dict[str, Any]:
        given = {name: value.numpy() for name, value in zip(found.types, arguments, strict=True) if name in names}
        return dict(zip(found.drawn.results, map(torch.from_numpy, session.run(None, given)), strict=True))

    return results


def _carried(found: Taken) -> dict[str, str]:
    """What a file says of itself, by its names there."""
    told = {INPUTS: found.before, OUTPUTS: found.after}
    return {CARRIED: dump(found.graph), **{name: text for name, text in told.items() if text}}


def by_name(found: Taken, result: Any) -> dict[str, Any]:
    """What the model gives, by the names of its results."""
    return dict(result) if isinstance(result, dict) else dict.fromkeys(found.drawn.results, result)


FORMATS = {".onnx": (write_onnx, read_onnx), ".pt2": (write_export, read_export)}


def written(found: Taken, arguments: tuple[Any, ...], suffix: str) -> tuple[bytes, Call]:
    """The bytes of a file that ends so, and what it gives when it is read again. Raises NotExported and OSError."""
    write, read = FORMATS[suffix]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"model{suffix}"
        with torch.no_grad():
            write(found, arguments, file)
        return file.read_bytes(), read(found, file)


@contextmanager
def _told(found: Taken, what: str) -> Iterator[None]:
    """Raises NotExported, with the node where that can be known, in place of what torch raises; without its words."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    except Exception as error:
        node, why = _node(found, error), _why(error)
        raise NotExported(f"{what} cannot express {node or 'this graph'}: {why}") from error
    finally:
        logging.disable(before)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and those that it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _node(found: Taken, error: Exception) -> str | None:
    """The node on whose line of the program torch gave up."""
    lines, file = found.running.program.lines, found.running.module.__file__ or ""
    named = re.compile(rf'{re.escape(Path(file).name)}", line (\d+)')
    for each in _causes(error):
        frames = traceback.extract_tb(each.__traceback__)
        numbers = [int(number) for number in named.findall(str(each))]
        numbers += [frame.lineno for frame in frames if frame.filename == file and frame.lineno]
        for number in reversed(numbers):
            if node := next((id for id, own in lines.items() if number in own), None):
                return node
    return None


def _why(error: Exception) -> str:
    """Why torch gave up, in a few words."""
    whole = "\n".join(map(str, _causes(error)))
    if missing := re.search(r"No (?:ONNX function|decompositions registered|ONNX).*?(aten[.:\w]+)", whole):
        return f"there is no operator of ONNX for {missing[1]}."
    if re.search(r"data-dependent|data dependent|\.item\(\)", whole):
        return "what it does depends on the numbers that come in, not on their shape alone."
    return f"{sentence(error)[:300].rstrip('.')}."
