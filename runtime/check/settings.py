"""The settings of a run, declared like those of a node, so that check and form follow from one place."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runtime.check.problem import ERROR, WARNING
from runtime.graph.edit import Edit
from runtime.spec.node import Misfit
from runtime.spec.parameter import Bool, Choice, Int, Parameter, Text

if TYPE_CHECKING:
    from runtime.check.walk import Walk

RUN: tuple[Parameter, ...] = (
    Int("How often training goes through all its rows.", 5, least=1, most=100_000).named("epochs"),
    Int("Which random numbers a run draws; the same seed gives the same figures.", 0, most=2**63 - 1).named("seed"),
    Choice("Where to train; auto takes the fastest that works.", ("auto", "cpu", "cuda", "mps", "xpu"), "auto").named(
        "device"
    ),
    Int("How many processes share the rows of each batch, each on a device of its own.", 1, least=1, most=4096).named(
        "processes"
    ),
    Choice(
        "What layers compute with; weights, losses and metrics stay float32.",
        ("float32", "bfloat16", "float16"),
        "float32",
    ).named("precision"),
    Int("How many batches make one update of the weights.", 1, least=1, most=100_000).named("accumulate"),
    Text("The figure by which the best epoch is known and kept: the name of a loss or a metric.", "").named("best"),
    Int("End after so many epochs without a better one; 0 trains all.", 0, most=100_000).named("patience"),
    Bool("The same numbers again on a GPU too, where torch can; slower.", False).named("deterministic"),
    Bool("Let torch.compile make the model faster; the first steps take long.", False).named("compile"),
)


def examine(walk: "Walk") -> None:
    """Note what cannot be; settings that are not known here are kept and do nothing."""
    walk.stage = "run"
    for parameter in RUN:
        wrong = parameter.problem(walk.graph.run.get(parameter.name, parameter.default))
        if wrong:
            what, came, given = wrong.partition(", got")
            default: tuple[Edit, ...] = (("run", parameter.name, parameter.default),)
            why = f"The run {what} for {parameter.name}{came}{given}"
            walk.tell("", ERROR, Misfit(why, None, ((f"Set {parameter.name} to {parameter.default}", default),)))
    _best(walk)
    _shared(walk)


def setting(run: Mapping[str, Any], name: str) -> Any:
    """What a graph's `run` says for one of its settings, or the default."""
    return run.get(name, next(each.default for each in RUN if each.name == name))


def _best(walk: "Walk") -> None:
    """The figure that tells which epoch is best must be one that is counted."""
    best, optimizers = setting(walk.graph.run, "best"), {*walk.of("optimizer")}
    losses = [id for id in walk.of("loss") if optimizers.intersection(walk.graph.targets[id])]
    figures = [*losses, *walk.of("metric")]
    if not best or not isinstance(best, str) or best in figures or (best == "loss" and losses):
        return
    repairs = [(f"Take {id}", (("run", "best", id),)) for id in figures]
    why = f"The run is to keep the epoch of the best {best[:40]}, but there is no such loss or metric"
    walk.tell("", ERROR, Misfit(why, None, (*repairs, ("Keep none", (("run", "best", ""),)))))


def _shared(walk: "Walk") -> None:
    """Of a batch that is shared by processes each gets two rows or more, which a norm needs."""
    processes = setting(walk.graph.run, "processes")
    for loader in walk.of("collate") if isinstance(processes, int) else ():
        size = walk.specs[loader].values(walk.graph.nodes[loader].parameters).batch_size
        if isinstance(size, int) and size < 2 * processes and processes > 1:
            repairs = (
                (f"Set batch_size to {2 * processes}", (("set", loader, "batch_size", 2 * processes),)),
                ("Set processes to 1", (("run", "processes", 1),)),
            )
            why = f"makes batches of {size} rows, too few for {processes} processes: each computes them all"
            walk.tell(loader, WARNING, Misfit(why, None, repairs))
