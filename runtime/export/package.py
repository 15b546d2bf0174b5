"""A package that predicts: the model of a graph with its weights, installed by pip, ready for samples of anyone."""

import json
import keyword
import re
from collections.abc import Iterator, Set
from contextlib import nullcontext
from functools import partial
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from runtime.check.datasets import classes_of, columns_of
from runtime.check.problem import Report
from runtime.export.taken import NotExported, Taken
from runtime.generate.classes import named_classes, probabilities, standardized
from runtime.generate.packaged import OneByOne, Served, packaged
from runtime.generate.part import batches_part
from runtime.generate.prose import safe
from runtime.graph.edit import Edit, applied
from runtime.graph.file import dump
from runtime.graph.model import End, Graph
from runtime.graph.names import NAME
from runtime.graph.save import write_whole
from runtime.packed import Copy, modules
from runtime.spec.code import comment
from runtime.spec.python import TAKEN
from runtime.spec.tensor import Tensor, Text
from runtime.train.pieces.package import predict
from runtime.train.previewed import Failed, data_running
from runtime.train.read_once import Columns

OWN = "own"  # where the user's own modules are in a package
ALWAYS = ("torch>=2.10", "numpy", "safetensors")  # what `predict` needs
IMPORTS = re.compile(r"^(?:from|import) (\w+)", re.MULTILINE)
PROJECT = """[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "{name}"
version = "0.1.0"
description = "{description}"
requires-python = ">=3.11"
dependencies = [{dependencies}]

[tool.setuptools]
packages = ["{name}"]

[tool.setuptools.package-data]
"{name}" = ["*.json", "*.safetensors", "{own}/**/*.py"]
"""
README = """# {name}

The model of {graph}, {weights}. Made with Torchweave.

    pip install .

{needs}    from {name} import predict
    predict([{sample}])

For each sample it returns a dictionary with {results}. `load` gives the model
itself: `predict(samples, load("cuda"))` predicts on another device.
{columns}"""
BY_COLUMNS = """
These fields are made of columns of the table that the model was trained on, and may be given by them instead; of
numbers also as text, or as `None` where one is missing:

{listed}

    predict([{sample}])
"""
FEW = 8  # numbers that are written out in an example


def package_name(folder: Path) -> str:
    """What a package in a folder is called: like the folder.

    Raises NotExported where no module can be called so, or other files are there.
    """
    name = folder.resolve().name.lower().replace("-", "_")
    if not NAME.fullmatch(name) or keyword.iskeyword(name) or name in TAKEN:
        raise NotExported(f"A package is called like its folder, and no package can be called {folder.name}.")
    ours = (folder / name / "predict.py").is_file() and (folder / name / "graph.json").is_file()
    if folder.exists() and not ours and any(folder.iterdir()):
        raise NotExported(f"{folder} holds other files: name a new folder.")
    return name


def write_package(
    found: Taken, report: Report, folder: Path, origin: Path, name: str, doing: Any = nullcontext
) -> None:
    """Write the folder of a package; files that are there already are written over, nothing else is touched.

    Raises NotExported and OSError.
    """
    called = package_name(folder)
    graph, copies = _with_own(found.graph, origin)
    served = Served(found.drawn.graph, report)
    fitted = learnt(found, served, origin, doing)
    module = packaged(graph, report, name)
    inner = folder / called
    inner.mkdir(parents=True, exist_ok=True)
    for copy in copies:
        target = inner / copy.target
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(Path(copy.source).read_bytes())
    texts = {
        folder / "pyproject.toml": _project(called, name, module),
        folder / "README.md": _readme(called, name, found, served),
        inner / "__init__.py": _opening(name),
        inner / "model.py": module,
        inner / "predict.py": Path(str(predict.__file__)).read_text(encoding="utf-8"),
        inner / "fitted.json": json.dumps({node: written(each) for node, each in fitted.items()}) + "\n",
        inner / "graph.json": dump(found.graph),
    }
    for file, text in texts.items():
        write_whole(file, text.encode())
    weights = {key: value.detach().contiguous().clone() for key, value in found.model.state_dict().items()}
    write_whole(inner / "weights.safetensors", save(weights))


def _with_own(graph: Graph, origin: Path) -> tuple[Graph, list[Copy]]:
    """The graph whose own modules are in a folder of the package, and what is copied there."""
    copies: list[Copy] = []
    edits: list[Edit] = []
    for copy, (verb, id, parameter, path) in modules(graph, origin):
        copies.append(Copy(copy.source, f"{OWN}/{copy.target}"))
        edits.append((verb, id, parameter, f"{OWN}/{path}"))
    return applied(graph, edits), copies


def learnt(found: Taken, served: Served, origin: Path, doing: Any) -> dict[str, Any]:
    """What nodes before Collate learnt from the rows to train on, of which the data is read once more.

    They are those on the way to the model, and those that put what its results are compared with on a scale. What
    these learnt is left out where the data cannot be read. Raises NotExported where the others learnt something.
    """
    nodes = [id for id in served.taken_samples if served.fits(id)]
    scales = {each.node for each in standardized(served).values()}
    if not nodes and not scales:
        return {}
    graph = found.drawn.graph
    fields = {*served.taken_fields, *filter(partial(_leads, served, scales), served.values(served.collate).fields)}
    part = batches_part(graph, found.drawn.report, served.collate, (), fields)
    try:
        running = data_running(part, origin, graph.run.get("seed", 0), Columns(doing=doing), OneByOne)
    except Failed as error:
        if not nodes:
            return {}
        raise NotExported(f"What {nodes[0]} learnt from the data cannot be found out: {error}") from error
    fitted: dict[str, Any] = running.batches.loader.dataset.fitted
    return {id: fitted[id] for id in (*nodes, *scales)}


def _leads(served: Served, nodes: Set[str], field: str) -> bool:
    """Whether one of the nodes makes something of a field of the batch."""
    ends = served.sources(served.collate, field)
    return not nodes.isdisjoint(served.graph.upstream(end.node for end in ends))


def written(value: Any) -> Any:
    """What a node learnt, as JSON; `predict` reads it."""
    if isinstance(value, torch.Tensor):
        return {"dtype": str(value.dtype).removeprefix("torch."), "numbers": value.tolist()}
    if isinstance(value, tuple):
        return [written(each) for each in value]
    if isinstance(value, dict):
        return {"vocabulary": value}
    return {"byte_pairs": value.serialized_model_proto().hex()}


def _opening(name: str) -> str:
    return (
        f'"""The model of {safe(comment(name))} and its predictions. Made with Torchweave."""\n\n'
        "from .model import Model\nfrom .predict import load, predict\n\n"
        '__all__ = ["Model", "load", "predict"]\n'
    )


def _project(called: str, name: str, module: str) -> str:
    """The pyproject.toml; what the module imports is what it depends on."""
    known = packages_distributions()
    imported = [known[each][0].lower() for each in IMPORTS.findall(module) if each in known]
    needed = [*ALWAYS, *sorted({*imported} - {"torch", "numpy"})]
    dependencies = ", ".join(f'"{each}"' for each in needed)
    description = f"The model of {json.dumps(name)[1:-1]}, made with Torchweave"
    return PROJECT.format(name=called, description=description, dependencies=dependencies, own=OWN)


def _readme(called: str, name: str, found: Taken, served: Served) -> str:
    sample = ", ".join(f'"{end.port}": {_example(served, end)}' for end in served.raw)
    results = ", ".join(f"`{key}`" for key in _keys(served))
    needs = "    import torch\n" if "torch." in sample else ""
    told = {"name": called, "graph": name, "weights": found.weights, "needs": needs, "columns": _by_columns(served)}
    return README.format(**told, sample=f"{{{sample}}}", results=results)


def _by_columns(served: Served) -> str:
    """Which numbers of a sample are which columns, and how a sample is written that has these."""
    made = {end: titles for end in served.raw if (titles := columns_of(served.graph, end)) not in (None, end.port)}
    listed = [f"- `{end.port}`: {_titled(titles)}" for end, titles in made.items()]
    whole = [
        f"{json.dumps(title)}: {json.dumps(0.0) if isinstance(titles, list) else _example(served, end)}"
        for end in served.raw
        for titles in [made.get(end, end.port)]
        for title in ([titles] if isinstance(titles, str) else titles)
    ]
    return BY_COLUMNS.format(listed="\n".join(listed), sample=f"{{{', '.join(whole)}}}") if made else ""


def _titled(titles: Any) -> str:
    """Titles of columns, in order."""
    return f"`{titles}`" if isinstance(titles, str) else ", ".join(f"`{each}`" for each in titles) + ", in this order"


def _keys(served: Served) -> Iterator[str]:
    """Under which names a prediction has what."""
    classes, shares, scaled = named_classes(served), probabilities(served), standardized(served)
    for result in served.results:
        yield result
        if result in classes:
            yield f"{result}_class"
        if result in classes and result in shares:
            yield f"{result}_probability"
        if result in scaled:
            yield scaled[result].called


def _example(served: Served, end: End) -> str:
    """What somebody could write for a field of a sample."""
    type, classes = served.type(end), classes_of(served.graph, end)
    if not isinstance(type, Tensor):
        return '"some words"' if isinstance(type, Text) else '"picture.png"'
    sizes = [each if isinstance(each, int) else FEW for each in type.shape]
    if not sizes:
        return json.dumps(str(classes[0])) if classes else "0"
    short = len(sizes) == 1 and sizes[0] <= FEW
    return repr([0.0] * sizes[0]) if short else f"torch.zeros({', '.join(map(str, sizes))})"
