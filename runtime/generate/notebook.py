"""A program as a notebook: its text in cells that run from top to bottom, then the curve and some predictions."""

import ast
import json
from collections.abc import Iterator
from typing import Any

from runtime.check.problem import Report
from runtime.generate.classes import compared_fields, named_classes
from runtime.generate.drawn import Drawn
from runtime.generate.layout import laid
from runtime.generate.program import generate
from runtime.generate.template import loaded
from runtime.graph.bypass import passed
from runtime.graph.carried import NOTEBOOK
from runtime.graph.edit import applied
from runtime.graph.file import dump
from runtime.graph.model import End, Graph
from runtime.spec.code import code, literal
from runtime.spec.templates import first_line
from runtime.spec.tensor import Tensor

SHOWN = 8  # predictions, or numbers of one
BESIDE = "Path(__file__).parent / "  # a notebook has no file; it runs where it lies
PLOTS = "import matplotlib.pyplot as plt"
RUN = """options = options_from([])  # or options_from(["--epochs", "2"])
run = prepare(options)
curve = []
for event in run:
    if event["event"] == "step":
        curve.append(event["loss"])
    elif event["event"] == "epoch":
        print(line(event))"""
CURVE = """plt.plot(torch.stack(curve).tolist())
plt.xlabel("step")
plt.ylabel("loss")
plt.show()"""


def notebook(graph: Graph, report: Report, name: str) -> str:
    """The text of an .ipynb file for a sound graph; `name` is that of the graph's file, which it carries."""
    drawn = Drawn(passed(graph), report)
    alone = applied(graph, [("set", drawn.collate, "num_workers", 0), ("run", "processes", 1)])  # others know no cells
    text = generate(alone, report, name).text.replace(BESIDE, "Path.cwd() / ")
    title, imports, data, model, loop = _parts(text)
    last = {"run": RUN, "curve": CURVE, "predictions": "\n".join(_predictions(drawn))}
    loop = _reached(loop, [data, model, *last.values()])
    imports = _with_plots(_used(imports, [data, model, loop, *last.values()]))
    cells = [
        _words("title", f"# {_called(graph, name)}\n\n{title}"),
        _words("data_title", "## Data\n\nWhat is read, and what is done to it before it is a batch."),
        _code("imports", imports),
        _code("data", data),
        _words("model_title", "## Model"),
        _code("model", model),
        _words("loop_title", "## Training loop"),
        _code("loop", loop),
        _words("run_title", "## Run"),
        _code("run", last["run"]),
        _code("curve", last["curve"]),
        _words(
            "predictions_title",
            "## Predictions\n\nThe first row of each batch, of rows that were not trained on where some are held out.",
        ),
        _code("predictions", last["predictions"]),
    ]
    about = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        NOTEBOOK: json.loads(dump(graph)),
    }
    return json.dumps({"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def _called(graph: Graph, name: str) -> str:
    said = graph.extra.get("name")
    return said if isinstance(said, str) and said.strip() else name.removesuffix(".json")


def _parts(text: str) -> tuple[str, str, str, str, str]:
    """A program's docstring, imports, data, model and loop, without `main` and what starts that."""
    lines, tree = text.splitlines(), ast.parse(text)
    body = tree.body[1:]  # behind the docstring
    imports = next(at for at, step in enumerate(body) if not isinstance(step, ast.Import | ast.ImportFrom))
    model = next(at for at, step in enumerate(body) if isinstance(step, ast.ClassDef) and step.name == "Model")
    begin = model
    while _is_module(body[begin - 1]):
        begin -= 1
    main = next(at for at, step in enumerate(body) if isinstance(step, ast.FunctionDef) and step.name == "main")

    def between(first: int, last: int) -> str:
        """From behind the statement before the first one, so that comments above it are there."""
        start = (body[first - 1] if first else tree.body[0]).end_lineno or 0
        return "\n".join(lines[start : first_line(body[last]) - 1]).strip("\n")

    title = ast.get_docstring(tree) or ""
    return (
        title,
        between(0, imports),
        between(imports, begin),
        between(begin, model + 1),
        between(model + 1, main),
    )


def _is_module(step: ast.stmt) -> bool:
    return isinstance(step, ast.ClassDef) and "nn.Module" in map(ast.unparse, step.bases)


def _reached(loop: str, others: list[str]) -> str:
    """The definitions of the loop that the other cells use, directly or through each other."""
    lines = loop.splitlines()
    steps = [(step, "\n".join(lines[first_line(step) - 1 : step.end_lineno])) for step in ast.parse(loop).body]
    names = frozenset[str]().union(*map(loaded, others))
    while True:
        kept = [text for step, text in steps if getattr(step, "name", "") in names]
        more = names.union(*map(loaded, kept))
        if more == names:
            return "\n\n\n".join(kept)
        names = more


def _used(imports: str, texts: list[str]) -> str:
    """The imports without what no cell needs."""
    names = frozenset[str]().union(*map(loaded, texts))
    found = []
    for line in imports.splitlines():
        step = ast.parse(line).body[0] if line.strip() else None
        if isinstance(step, ast.Import | ast.ImportFrom):
            bound = {alias: (alias.asname or alias.name).partition(".")[0] for alias in step.names}
            step.names = [alias for alias, called in bound.items() if called in names]
            if not step.names:
                continue
            line = ast.unparse(step)
        found.append(line)
    return "\n".join(found).strip("\n")


def _with_plots(imports: str) -> str:
    """The imports with what draws the curve, in its place beside torch."""
    lines = imports.splitlines()
    gaps = (at for at, line in enumerate(lines[: lines.index("import torch")]) if not line)
    first = max(gaps, default=-1) + 1
    later = (at for at, line in enumerate(lines[first:], first) if line.startswith("from ") or line > PLOTS)
    lines.insert(next(later), PLOTS)
    return "\n".join(lines)


def _predictions(drawn: Drawn) -> Iterator[str]:
    """What the model says of the first row of some batches, with the right answer beside it where that is a class."""
    fields, several = compared_fields(drawn), len(drawn.results) > 1
    result, field = next(iter(fields.items()), ("", ""))
    classes = named_classes(drawn).get(result)
    if classes:
        yield from laid("classes = ", literal(classes))
    part = "validation" if drawn.split.has("validation") and not drawn.split.told else "training"
    yield "run.model.eval()"
    yield f"for _, batch in zip(range({SHOWN}), run.feed({literal(part)}, 0)):"
    yield "    with torch.no_grad():"
    given = []
    for name in drawn.inputs:
        on_device = ".to(run.device)" if isinstance(drawn.report.types[End(drawn.collate, name)], Tensor) else ""
        given.append(code(f"batch[{{}}]{on_device}", name))
    yield from laid("        result = ", f"run.model({', '.join(given)})")
    if not fields:
        results = "result" if several else f"{{{literal(next(iter(drawn.results)))}: result}}"
        yield f"    for name, values in {results}.items():"
        yield f"        print(name, [*values.shape], values.flatten()[:{SHOWN}].tolist())"
        return
    best = f"{code('result[{}]', result) if several else 'result'}[0].argmax()"
    right = code("batch[{}][0]", field)
    told = [f"classes[{best}]", f"classes[{right}]"] if classes else [f"int({best})", f"int({right})"]
    yield from laid("    ", f'print({told[0]}, "where it is", {told[1]})')


def _words(id: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": id, "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(id: str, text: str) -> dict[str, Any]:
    empty: dict[str, Any] = {"execution_count": None, "outputs": []}
    return {"cell_type": "code", "id": id, "metadata": {}, "source": text.splitlines(keepends=True), **empty}
