"""The values at the wires of a graph, as training would see them: programs of its parts, run for one batch."""

import argparse
import linecache
import os
import sys
import traceback
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.abc import InspectLoader
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import torch

from runtime.check.check import check
from runtime.generate.alone import data_program
from runtime.generate.drawn import Drawn
from runtime.generate.lasting import lasting
from runtime.generate.part import Part
from runtime.generate.program import Program, generate
from runtime.generate.rows import paths
from runtime.generate.weights import files
from runtime.graph.model import End, Graph
from runtime.places import cache_folder
from runtime.spec.own import own_sources
from runtime.train.about import name_of
from runtime.train.cache import trim
from runtime.train.failure import in_words
from runtime.train.read_once import KEPT, Columns
from runtime.train.worker import sentence
from runtime.train.written import PACKAGES, import_from

BATCHES = 2  # of a program whose values are kept
NUMBERS = count()  # several programs of one folder are at work, each with a file name of its own
Values = dict[End, Any]


class Text(InspectLoader):
    """Imports a program from its text, under the name of a file beside the graph."""

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file

    def get_source(self, fullname: str) -> str:
        """The text."""
        return self.text

    def get_code(self, fullname: str) -> CodeType:
        """The compiled text."""
        return self.source_to_code(self.text, self.file)


@dataclass
class Running:
    """The program of a part: its data, and its model if it has one."""

    part: Part
    drawn: Drawn
    program: Program
    module: ModuleType
    options: argparse.Namespace
    whole: bool  # whether it holds all that training runs
    parts: dict[str, Any] = field(default_factory=dict)  # the batches to train on, and those that are held out
    batches: Any = None
    model: Any = None
    weights: dict[str, Any] = field(default_factory=dict)  # as they are before the first step
    random: Any = None  # the state of torch's generator then
    seen: OrderedDict[Any, Values] = field(default_factory=OrderedDict)
    last: Values = field(default_factory=dict)  # those that were asked for last
    facts: OrderedDict[Any, Any] = field(default_factory=OrderedDict)  # what was told of some
    pairs: list[Any] = field(default_factory=list)  # byte pairs that were learnt
    weights_from: tuple[str, str] = ("", "")  # what they are of, and the same in words

    def values(self, number: int, augment: bool) -> tuple[Values, int, int]:
        """The values of a batch of the first epoch by their ends, its number and how many there are."""
        if self.batches is None:
            return self._in_order(number)
        order = self.batches.order(1)
        count = len(order)
        if not count:
            raise ValueError("there is no batch: the rows are fewer than one of its size")
        number %= count
        key = (number, augment)
        if key not in self.seen:
            self.seen[key] = self._batch(number, order[number].tolist(), augment)
            while len(self.seen) > BATCHES:
                self.seen.popitem(last=False)
        return self.seen[key], number, count

    def keep_pairs(self, learn: Callable[..., Any], *what: Any) -> Any:
        """Learn byte pairs, which are shown beside the numbers that they give."""
        self.pairs.append(learn(*what))
        return self.pairs[-1]

    def _in_order(self, number: int) -> tuple[Values, int, int]:
        """Rows of a data set that leads to nothing yet, as they stand in its file."""
        columns = self.module.read_columns(self.options)
        size = self.drawn.values(self.drawn.collate).batch_size
        total = len(next(iter(columns.values())))
        count = max(1, -(-total // size))
        rows = range(number % count * size, min(total, (number % count + 1) * size))
        return self._columns(columns, rows), number % count, count

    def _columns(self, columns: Any, rows: Sequence[int]) -> Values:
        dataset = self.drawn.dataset
        return {End(dataset, name): [column[row] for row in rows] for name, column in columns.items()}

    def _batch(self, number: int, rows: Sequence[int], augment: bool) -> Values:
        samples = self.batches.loader.dataset
        if hasattr(samples, "training"):
            samples.training = augment
        batch = next(iter(self.batches.epoch(1, number)))
        found: Values = {end: batch[name] for end, name in self.part.seen.items() if name in batch}
        found |= {End(self.drawn.collate, name): batch[name] for name in self.drawn.fields if name in batch}
        if hasattr(self.module, "read_columns"):
            found |= self._columns(self.module.read_columns(self.options), rows)
        return found if self.model is None else found | self._forward(batch)

    @torch.no_grad()
    def _forward(self, batch: Any) -> Values:
        """One batch through the model as in training; its weights and statistics are as before afterwards."""
        self.model.load_state_dict(self.weights)
        self.model.train()
        torch.set_rng_state(self.random)
        result = self.model(*(batch[name] for name in self.drawn.inputs))
        ends = self.drawn.results
        given = result if len(ends) > 1 else {next(iter(ends)): result}
        found = {end: given[name] for name, end in ends.items()}
        if self.drawn.losses:
            told = self.module.losses(result, batch)
            found |= {End(id, "output"): told[self.drawn.key(id)] for id in self.drawn.losses}
        return found


def data_running(part: Part, folder: Path, seed: int, columns: Columns, kind: type[Drawn] = Drawn) -> Running:
    """A part left of the batches, or up to them; `kind` says how it is written."""
    part = _alone(part)
    drawn = kind(part.graph, check(part.graph))
    return _running(part, drawn, data_program(drawn), folder, seed, columns, False)


def model_running(part: Part, folder: Path, seed: int, columns: Columns, whole: bool) -> Running:
    """A part with a model; `whole` says that nothing of the graph was left out of it."""
    part = _alone(part)
    report = replace(check(part.graph), problems=())  # that it is unfinished is known
    program = generate(part.graph, report, "a preview", apart=True)
    return _running(part, Drawn(part.graph, report), program, folder, seed, columns, whole)


def _alone(part: Part) -> Part:
    """The part for one process, which has all rows."""
    return replace(part, graph=part.graph.with_(run={**part.graph.run, "processes": 1}))


def _running(
    part: Part, drawn: Drawn, program: Program, folder: Path, seed: int, columns: Columns, whole: bool
) -> Running:
    options = argparse.Namespace(seed=seed, device="cpu", threads=torch.get_num_threads(), resume=None, fold=1)
    options.cache = cache_folder() if lasting(drawn) else None
    for name, path in paths(drawn).items():
        setattr(options, f"{name.replace('-', '_')}_path", folder / path)
    for name, source in files(drawn).items():
        setattr(options, f"{name}_weights", folder / source.path)
    module = imported(program.text, folder, drawn.graph)
    read = [id for id in drawn.datasets if not drawn.ports(id)[0]]  # what puts data sets together is quick
    columns.most = max(KEPT, len({*read, *paths(drawn)}))
    for reader in {str(drawn.values(id).read()).partition("(")[0] for id in read}:
        if function := getattr(module, reader, None):
            setattr(module, reader, partial(columns.read, function))
    made = Running(part, drawn, program, module, options, whole)
    if learn := getattr(module, "byte_pairs_of", None):
        setattr(module, learn.__name__, partial(made.keep_pairs, learn))
    torch.manual_seed(module.seed_of(options) if drawn.split.folds else seed)  # as each fold begins
    with located(made):
        if hasattr(module, "make_batches"):
            with columns.doing("preparing data"):
                made.parts = module.make_batches(options)
                made.batches = made.parts["training"]
            if options.cache:
                trim()
        if hasattr(module, "Model"):
            _with_model(made)
    return made


def _with_model(made: Running) -> None:
    """The model as it is before its first step."""
    made.model = made.module.Model()
    if files(made.drawn):
        made.module.load_weights(made.model, made.options)
    made.weights = {name: value.clone() for name, value in made.model.state_dict().items()}
    made.random = torch.get_rng_state()


def imported(text: str, folder: Path, graph: Graph) -> ModuleType:
    """A program as a module, with the user's files as they are now."""
    roots = {str(own.python.root(folder)) for own in own_sources(graph) if own.python.path}
    for name, module in list(sys.modules.items()) if roots else ():
        file = Path(getattr(module, "__file__", None) or os.sep)
        if PACKAGES not in file.parts and any(file.is_relative_to(root) for root in roots):
            del sys.modules[name]
    import_from(sorted(roots - set(sys.path)))
    place = str(folder / f"program_{next(NUMBERS)}.py")
    linecache.cache[place] = (len(text), None, text.splitlines(True), place)  # what is cached is told by its source
    spec = spec_from_file_location("program", place, loader=Text(text, place))
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    weakref.finalize(module, linecache.cache.pop, place, None)
    spec.loader.exec_module(module)
    return module


class Failed(Exception):
    """A program failed; `node` is the one on whose line it did."""

    def __init__(self, node: str | None, sentence: str) -> None:
        super().__init__(sentence)
        self.node = node


@contextmanager
def located(running: Running) -> Iterator[None]:
    """Raises Failed, with the node and a sentence, in place of what a program raises."""
    try:
        yield
    except (Exception, SystemExit) as error:
        numbers = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == running.module.__file__]
        lines = running.program.lines
        nodes = (next((id for id, own in lines.items() if number in own), None) for number in reversed(numbers))
        node = next((id for id in nodes if id), None)
        found = running.drawn.graph.nodes.get(node or "")
        about = {"type": found.type, "parameters": found.parameters} if found else None
        raise Failed(node, in_words(error, node, about) or sentence(error)) from error


def trained(running: Running, file: Path | None) -> str:
    """Let the model have the weights that a run kept in a file, where they fit; which weights it has, in words."""
    from safetensors.torch import load_file

    if running.model is None:
        return ""
    afresh = "untrained" if running.whole else "untrained, of this part alone"
    if file is None or not file.is_file():
        return afresh
    found = load_file(file)
    needed = running.weights
    if not needed or any(name not in found or found[name].shape != value.shape for name, value in needed.items()):
        return afresh + ": the last run had other layers" if needed else "no weights"
    if any(not torch.equal(found[name], value) for name, value in needed.items()):
        running.weights = {name: found[name].to(value.dtype) for name, value in needed.items()}
        running.seen.clear()
        running.facts.clear()
    best = ", of its best epoch" if file.name.startswith("best") else ""
    return f'trained in the run "{name_of(file.parent)}"{best}'
