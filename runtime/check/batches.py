"""Batches too small for a node: a norm has nothing to compare in one row, a window over rows no room; torch raises."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runtime.check.counted import Counted
from runtime.check.datasets import ZIP, giving, joins_in
from runtime.check.finish import frozen
from runtime.check.problem import ERROR, OPEN
from runtime.check.rules.repairs import Candidate
from runtime.check.rules.split import GROUP, SIDES, Split, split_of
from runtime.check.use import DEEP
from runtime.graph.edit import Edit
from runtime.graph.model import Graph
from runtime.spec.node import Misfit

if TYPE_CHECKING:
    from runtime.check.walk import Walk

NEAR = 8  # sizes of a batch are tried one after another; then every fourth as much again


def examine(walk: "Walk") -> None:
    """Note it where a node refuses a batch that comes: each of them, or the last of an epoch, which may be smaller."""
    walk.stage, specs = "batches", walk.specs
    loaders = walk.of("collate")
    if len(loaders) != 1 or walk.has(ERROR, OPEN):
        return
    values = specs[loaders[0]].values(walk.graph.nodes[loaders[0]].parameters)
    _look(walk, loaders[0], parted(walk, loaders[0], values))


def refusal(graph: Graph, rows: Mapping[str, int]) -> tuple[str, str] | None:
    """The same of a sound graph whose data was read, so that its rows are counted part by part: node and sentence."""
    from runtime.check.check import walked

    walk = walked(graph, None)
    walk.stage, walk.told["batches"] = "batches", {}
    for loader in walk.of("collate")[:1]:
        values = walk.specs[loader].values(graph.nodes[loader].parameters)
        plan = _plan(walk, loader, values)
        partings = [(rows["training"], rows.get(side, 0)) for side in SIDES]
        if plan and plan.folds and plan.kind != GROUP and not _joined(walk, loader):
            partings += _folded(sum(partings[0]), plan.folds)
        _look(walk, loader, partings)
    told = [each for group in walk.told["batches"].values() for each in group]
    return next(((problem.node, f"{problem.message}. {repairs[0][0]}.") for problem, repairs in told), None)


def _look(walk: "Walk", loader: str, partings: list[tuple[int, int]]) -> None:
    specs, values = walk.specs, walk.specs[loader].values(walk.graph.nodes[loader].parameters)
    behind = {target for id in walk.turned if id in walk.made for target in walk.graph.targets[id]}
    behind = {id for id in behind if not hasattr(specs[id].declared, "least_rows")}  # these count an epoch together
    sizes = [(rows, each) for rows in partings for each in _sizes(rows, values.batch_size, values.drop_last)]
    for rows, (count, training) in sizes:
        norms = {id for id in specs if _compares(walk, id)} if training and count == 1 else set()
        counted = Counted(walk, count)
        asked = sorted(norms | behind | counted.refused, key=walk.place.__getitem__)
        if (node := next(filter(counted.refuses, asked), None)) is not None:
            _tell(walk, loader, node, count, rows)
            return


def _tell(walk: "Walk", loader: str, node: str, count: int, rows: tuple[int, int]) -> None:
    values = walk.specs[loader].values(walk.graph.nodes[loader].parameters)
    size, compares = values.batch_size, _compares(walk, node)
    if size == 1:
        default = walk.specs[loader].defaults["batch_size"]
        larger: tuple[Edit, ...] = (("unset", loader, "batch_size"),)
        why = f"needs more than one row a batch, and {loader} makes batches of one"
        walk.tell(node, ERROR, Misfit(why, "input", ((f"Set batch_size to {default}", larger),)))
        return
    drop: Edit = ("set", loader, "drop_last", True)
    repairs: list[Candidate] = [("Set drop_last", (drop,))] if count < size else []
    if not compares and not DEEP.get():  # while a repair is tried, nobody reads those of this
        fits = next((n for n in _larger(size) if _fits(walk, node, rows, n)), 4 * size)
        repairs.append((f"Set batch_size to {fits}", (("set", loader, "batch_size", fits),)))
    made = f"a last batch of {'one row' if count == 1 else f'{count} rows'}" if count < size else f"batches of {size}"
    what = "has nothing to compare" if compares else "has too few rows"
    walk.tell(loader, ERROR, Misfit(f"makes {made}, for which {node} {what}: torch refuses that", None, tuple(repairs)))


def _sizes(rows: tuple[int, int], size: int, drop_last: bool) -> list[tuple[int, bool]]:
    """How many rows batches have, and whether they are trained on; all are full where nobody knows the rows."""
    training, held = rows
    found = [(size, True)] if not training or training >= size else []
    found += [(training % size, True)] if training % size and not drop_last else []
    return found + [(min(size, held), False)] * bool(held) + [(held % size, False)] * bool(held % size)


def _larger(size: int) -> Iterator[int]:
    """Sizes of a batch to be tried, up to several times as many."""
    last = size + NEAR
    yield from range(size + 1, last)
    while last < 8 * size + 64:
        yield last
        last += last // 4


def _fits(walk: "Walk", node: str, rows: tuple[int, int], size: int) -> bool:
    return not any(Counted(walk, count).refuses(node) for count, _ in _sizes(rows, size, False))


def _compares(walk: "Walk", id: str) -> bool:
    """Whether a node compares the rows of a batch; a frozen norm goes by its running averages."""
    declared = walk.specs[id].declared
    if not getattr(declared, "needs_rows", False) or id not in walk.graph.nodes:
        return False
    return not (getattr(declared, "over_batch", False) and frozen(walk.graph.nodes[id]))


def training_rows(walk: "Walk", loader: str, values: Any) -> int:
    """How many rows there are to train on; 0 where the dataset does not declare its rows."""
    return min(rows for rows, _ in parted(walk, loader, values))


def parted(walk: "Walk", loader: str, values: Any) -> list[tuple[int, int]]:
    """How many rows there are to train on, and how many are held out: once, or for the larger and the smaller folds."""
    plan = _plan(walk, loader, values)
    together = plan is not None and (plan.kind == GROUP or _joined(walk, loader))
    if plan is None or plan.told or (together and (plan.folds or any(plan.shares))):  # as only data tells
        return [(0, 0)]
    rows = rows_at(walk, giving(walk.graph, walk.of("dataset"), loader)[0])
    held, test = (round(rows * share) for share in plan.shares)
    rest = rows - test
    return _folded(rest, plan.folds) if plan.folds else [(rest - held, held)]


def _folded(rows: int, folds: int) -> list[tuple[int, int]]:
    """The larger and the smaller folds of so many rows."""
    return [(rows - held, held) for held in dict.fromkeys((-(-rows // folds), rows // folds))]


def _plan(walk: "Walk", loader: str, values: Any) -> Split | None:
    """How rows are split, where one dataset gives them."""
    found = giving(walk.graph, walk.of("dataset"), loader)
    return split_of(values, walk.graph.nodes[found[0]].parameters) if len(found) == 1 else None


def _joined(walk: "Walk", loader: str) -> bool:
    """Whether rows that share the key of a join stay together."""
    return any(joins_in(walk.graph, id) for id in giving(walk.graph, walk.of("dataset"), loader))


def rows_at(walk: "Walk", dataset: str) -> int:
    """How many rows a dataset is known to have; datasets side by side have as many as each other."""
    graph, datasets, found = walk.graph, {*walk.of("dataset")}, 0
    waiting, seen = [dataset], {dataset}
    while waiting:
        id = waiting.pop()
        if graph.nodes[id].type == ZIP:
            beside = {each for each in graph.sources[id] if each in datasets} - seen  # a file may draw a cycle of them
            waiting += beside
            seen |= beside
        else:
            found = max(found, rows_of(walk.specs[id].values(graph.nodes[id].parameters)))
    return found


def rows_of(dataset: Any) -> int:
    """How many rows a dataset declares to have, for the values of its parameters; 0 where only its file knows."""
    found = getattr(dataset, getattr(dataset, "rows_from", "rows"), 0)
    return found if isinstance(found, int) else 0
