"""A piece of programs: processes that share the rows of each batch, and one model."""

import atexit
import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import torch
import torchmetrics
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from runtime.train.pieces.parting import wait_for_threads
from runtime.train.pieces.parts import parts_of

OWN = True  # an optimizer has losses or layers of its own
MEASURED = True  # the graph has metrics of torchmetrics
PARTLY = True  # a batch may leave out some of the weights


def meet_others(device: str) -> str:
    """Join the processes that torchrun has started; returns the device of this one."""
    kind, place = torch.device(device).type, int(os.environ.get("LOCAL_RANK", "0"))
    if kind == "mps":
        told = "Processes cannot share a model on mps"
        raise SystemExit(f"{told}: use --device cpu, or set processes to 1.")
    if kind != "cpu":
        there = torch.accelerator.device_count()
        if place >= there:
            told = f"{there} {kind} device{'s are' if there > 1 else ' is'} here"
            raise SystemExit(f"Each process needs a device, but only {told}.")
        torch.accelerator.set_device_index(place)
        device = f"{kind}:{place}"
    if not distributed.is_initialized():
        atexit.register(wait_for_threads)  # also where an error ends this process
        if "RANK" in os.environ:
            long = timedelta(days=20)  # the others wait for one that stands still
            distributed.init_process_group(timeout=long)
        else:  # not started by torchrun
            alone = "tcp://localhost:0"
            distributed.init_process_group(init_method=alone, rank=0, world_size=1)
    return device


def rows_for_us(rows: Any) -> Any:
    """The rows of a batch for this process: two or more; of a small batch all."""
    world = distributed.get_world_size()
    return rows[distributed.get_rank() :: world] if len(rows) >= 2 * world else rows


def counts_here(rows: int) -> bool:
    """Whether this process counts what it has of a batch of so many rows.

    Of a small batch all have everything, and the first one counts it.
    """
    small = rows < 2 * distributed.get_world_size()
    return not small or distributed.get_rank() == 0


def shares_of(losses: Mapping[str, Tensor], rows: int) -> dict[str, Tensor]:
    """Losses of our part of a batch of so many rows, whose mean is that of the batch.

    So the mean of the gradients of all processes is that of the batch too.
    """
    times = distributed.get_world_size() * float(counts_here(rows))
    found = parts_of(losses, len(rows_for_us(range(rows))) / rows)
    return {name: loss * times for name, loss in found.items()}


def mean_of_all(loss: Tensor) -> Tensor:
    """The mean of what all processes have."""
    found = loss.clone()
    distributed.all_reduce(found)
    return found / distributed.get_world_size()


def with_others(run: Any) -> Iterator[dict[str, Any]]:
    """The events of a run, to the first process; the others do as that one says."""
    for event in run:
        if event["event"] == "step":
            event["loss"] = mean_of_all(event["loss"])
        if distributed.get_rank() == 0:
            yield event
            say_to_all("stop" if run.stopped else "go")
        else:
            while (word := say_to_all()) == "state":
                run.state()
            run.stopped = word == "stop"


def say_to_all(word: str = "go") -> str:
    """A word of the first process to all, between two steps."""
    words = ("go", "stop", "state")
    told = torch.tensor(words.index(word))
    distributed.broadcast(told, src=0)
    return words[int(told)]


def data_parallel(
    model: nn.Module, optimizers: Mapping[str, torch.optim.Optimizer]
) -> DistributedDataParallel:
    """The model as all processes have it: gradients become the mean of theirs."""
    if OWN:  # for what nobody changes, no process waits
        groups = [group for each in optimizers.values() for group in each.param_groups]
        changed = {weight for group in groups for weight in group["params"]}
        for weight in model.parameters():
            weight.requires_grad_(weight in changed)
    if PARTLY:  # noqa: SIM108 - a program holds one of the two
        found = DistributedDataParallel(model, find_unused_parameters=True)
    else:
        found = DistributedDataParallel(model)
    if rank := distributed.get_rank():  # what is drawn from here on differs
        torch.manual_seed(torch.initial_seed() + rank)
    return found


def of_all(sums: Mapping[str, tuple[float, int]]) -> dict[str, tuple[float, int]]:
    """What all processes have added up, put together."""
    each: list[Any] = [None] * distributed.get_world_size()
    distributed.all_gather_object(each, sums)
    zero = 0.0, 0
    return {
        name: (
            sum(found.get(name, zero)[0] for found in each),
            sum(found.get(name, zero)[1] for found in each),
        )
        for name in each[0]
    }


def state_of_all(
    state: Mapping[str, Any], metrics: Mapping[str, Any]
) -> dict[str, Any]:
    """What is another in the state of each process, put together."""
    if distributed.get_rank() == 0:
        say_to_all("state")
    each: list[Any] = [None] * distributed.get_world_size()
    own = {k: state[k] for k in ("random", "metrics", "sums") if k in state}
    distributed.all_gather_object(each, own)
    found = {"sums": of_all(state["sums"]), "of_each": each}
    if MEASURED:
        found["metrics"] = {k: metric_of_all(metric) for k, metric in metrics.items()}
    return found


def tensors_of_all(tensor: Tensor, group: Any = None) -> list[Tensor]:
    """What the processes have that were shown any of it, as torchmetrics asks for it.

    One that was shown nothing has an empty tensor of floats, whatever the others have.
    """
    each: list[Any] = [None] * distributed.get_world_size()
    distributed.all_gather_object(each, tensor.cpu(), group)
    return [one.to(tensor.device) for one in each if one.numel()] or [tensor]


def metric_of_all(metric: torchmetrics.Metric) -> dict[str, Any]:
    """What a metric was shown by all processes."""
    with metric.sync_context(dist_sync_fn=tensors_of_all):
        state: dict[str, Any] = metric.metric_state
        lists = {k for k, each in metric._defaults.items() if isinstance(each, list)}
        for name in lists:
            if isinstance(state[name], Tensor):
                state[name] = [state[name]]
        return state


def ours_of(state: Mapping[str, Any]) -> dict[str, Any]:
    """The state that this process goes on from; of what is common the first has all."""
    rank, each = distributed.get_rank(), state.get("of_each", ())
    found = {**state}
    if rank:
        found |= {"sums": {}, "metrics": {}, "random": []}
    if len(each) == distributed.get_world_size():
        found |= each[rank]
    return found
