"""The training loop: plain torch, told to whoever iterates over it. A program holds the blocks that its graph uses."""

import argparse
import time
from collections.abc import Iterator, Mapping
from itertools import islice
from math import inf
from typing import Any

import torch
from torch import Tensor

from runtime.train.pieces.averages import Sums, figures_of, go_on
from runtime.train.pieces.device import in_float32, on_device
from runtime.train.pieces.drawn import (
    ACCUMULATE,
    BATCH_SIZE,
    EACH_BATCH,
    EACH_EPOCH,
    FIELD,
    INPUTS,
    METRIC,
    MINIMISES,
    ON_LOSS,
    OPTIMIZER,
    PATIENCE,
    PRECISION,
    WATCHED,
    Model,
    clip_gradients,
    collate_rows,
    load_weights,
    losses,
    make_batches,
    make_metrics,
    make_optimizers,
    make_samples,
    make_schedules,
    measure,
    metrics,
)
from runtime.train.pieces.parts import parts_of
from runtime.train.pieces.rates import advance, rates_of
from runtime.train.pieces.scaled import step_scaled
from runtime.train.pieces.seeded import seeded
from runtime.train.pieces.shared import (
    counts_here,
    data_parallel,
    shares_of,
    state_of_all,
)

VALIDATION = True  # some rows are held out
TEST = True  # some rows are measured once at the end
EVALUATED = True  # there are some of either
TOLD = True  # a column says which, so that there may be none
SINGLE = False  # there is one optimizer, whose rate stays
ALONE = True  # the graph has one metric that is counted
METRICS = True  # the graph has metrics that are counted here
MEASURED = True  # the graph has metrics of torchmetrics
OWN = True  # an optimizer has losses or layers of its own
FED = True  # batches come from workers, or in an order of their own
DROP_LAST = True  # a small last batch is left out
COLLATED = True  # samples are more than stacked
LISTS = True  # batches may hold more than tensors
LOADED = True  # weights are read from files
STEADY = False  # no learning rate changes
SCHEDULES = True  # some do
BY_BATCH = True  # some with every batch
BY_EPOCH = True  # some with every epoch
BY_LOSS = True  # some with the loss of an epoch
ONE_CYCLE = True  # some must know how many steps there will be
CLIPPING = True  # gradients are kept small
MIXED = True  # layers compute in half precision
SCALED = True  # whose gradients would vanish if they were not scaled
ACCUMULATED = True  # several batches make one update
BEST = True  # a figure tells which epoch is best
HIGHER = True  # more of it is better
PATIENT = True  # training ends where it gets no better
COMPILED = False  # the model is compiled
DISTRIBUTED = False  # processes share the rows of each batch


class Run:
    """Training as an iterator of events; between two of them `state()` is exact."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options, self.device = options, torch.device(options.device)
        if FED:
            self.batches = make_batches(options)
            self.rows = {name: each.rows for name, each in self.batches.items()}
        else:
            self.samples, self.rows = make_samples(options)
        self.model = Model().to(self.device)
        if LOADED:  # noqa: SIM102 - a program holds the inner one alone
            if not options.resume:
                load_weights(self.model, options)
        if COMPILED:
            self.model.compile()
        self.weights = [*self.model.parameters()]
        if SINGLE:
            self.optimizer = make_optimizers(self.model)[OPTIMIZER]
        else:
            self.optimizers = make_optimizers(self.model)
        if DISTRIBUTED:
            self.ddp = data_parallel(self.model, (self.optimizers if OWN else {}))
        if SCHEDULES:
            if ONE_CYCLE:
                steps = options.epochs * self.started()["steps_per_epoch"]
                self.schedules = make_schedules(self.optimizers, steps)
            else:
                self.schedules = make_schedules(self.optimizers)
        device = torch.get_device_module(self.device)  # has random numbers of its own
        self.generators = [torch] if self.device.type == "cpu" else [torch, device]
        self.epoch, self.batch, self.step = 1, 0, 0
        self.sums, self.stopped = Sums({}), False
        if MEASURED:
            self.metrics = {k: v.to(self.device) for k, v in make_metrics().items()}
        if SCALED:
            self.scaler = torch.amp.GradScaler(self.device.type)
        if BEST:
            self.best = (-inf if HIGHER else inf), 0  # the figure, and its epoch

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Train, and tell every step and every epoch."""
        begin, figures = time.perf_counter(), dict[str, Any]()
        yield self.started()
        while self.epoch <= self.options.epochs and not self.stopped:
            if PATIENT:  # noqa: SIM102 - a program holds the inner one alone
                if self.epoch - self.best[1] > PATIENCE:
                    break
            self.model.train()
            if ACCUMULATED:
                self.coming = self.feed("training", self.epoch, self.batch)
            for batch in (
                self.coming
                if ACCUMULATED
                else self.feed("training", self.epoch, self.batch)
            ):
                yield {**self.train_step(batch), "seconds": time.perf_counter() - begin}
                if self.stopped:
                    if ACCUMULATED:
                        self.coming.close()  # its workers end now
                    break
            else:
                figures = {"epoch": self.epoch, "train": self.sums.averages()}
                if MEASURED:
                    figures["train"] |= figures_of(self.metrics)
                if VALIDATION:
                    if TOLD:
                        if "validation" in self.rows:
                            figures["validation"] = self.evaluate("validation")
                    else:
                        figures["validation"] = self.evaluate("validation")
                if BEST:
                    figures["best"] = self.best_after(figures)
                if SCHEDULES:
                    figures["lr"] = rates_of(self.optimizers, self.schedules)
                if BY_EPOCH:
                    for name in EACH_EPOCH:
                        self.schedules[name].step()
                if BY_LOSS:
                    for name in ON_LOSS:
                        self.schedules[name].step(self.watched(name, figures))
                self.epoch, self.batch, self.sums = self.epoch + 1, 0, Sums({})
                yield {"event": "epoch", **figures}
        if TEST:  # noqa: SIM102 - a program holds the inner one alone
            if "test" in self.rows and not self.stopped:
                figures["test"] = self.evaluate("test")
        seconds, stopped = time.perf_counter() - begin, self.stopped
        yield {"event": "finished", **figures, "stopped": stopped, "seconds": seconds}

    def started(self) -> dict[str, Any]:
        """What is about to be trained, on what and how long."""
        found = {
            "event": "started",
            "device": str(self.device),
            "epochs": self.options.epochs,
            "steps_per_epoch": (
                len(self.rows["training"]) // BATCH_SIZE
                if DROP_LAST
                else len(torch.split(self.rows["training"], BATCH_SIZE))
            ),
            "rows": {name: len(rows) for name, rows in self.rows.items()},
            "weights": sum(each.numel() for each in self.model.parameters()),
            "threads": torch.get_num_threads(),
            "seed": self.options.seed,
        }
        if ACCUMULATED:
            found["steps_per_epoch"] = -(-found["steps_per_epoch"] // ACCUMULATE)
        return found

    def feed(self, part: str, epoch: int, start: int = 0) -> Iterator[dict[str, Any]]:
        """The batches of an epoch from number `start`; epoch 0 keeps the order."""
        if FED:
            if DISTRIBUTED:
                yield from self.batches[part].shared(epoch, start)
            else:
                yield from self.batches[part].epoch(epoch, start)
        else:
            rows = self.rows[part]
            if epoch:
                generator = seeded("order", self.options.seed, epoch)
                rows = rows[torch.randperm(len(rows), generator=generator)]
                if DROP_LAST:
                    rows = rows[: len(rows) // BATCH_SIZE * BATCH_SIZE]
            for some in torch.split(rows, BATCH_SIZE)[start:]:
                if COLLATED:
                    yield collate_rows(self.samples, some)
                else:
                    yield {k: v.index_select(0, some) for k, v in self.samples.items()}

    def train_step(self, batch: dict[str, Any]) -> dict[str, Any]:
        """One update of the weights; returns what to tell of it."""
        for weight in self.weights:
            weight.grad = None  # as zero_grad does, at a fraction of its cost
        if ACCUMULATED:
            batches = [batch, *islice(self.coming, ACCUMULATE - 1)]
            rows, total = sum(len(each[FIELD]) for each in batches), torch.zeros(())
        for part in batches if ACCUMULATED else [batch]:
            if ACCUMULATED:  # noqa: SIM102 - a program holds the inner one alone
                if DISTRIBUTED:
                    self.ddp.require_backward_grad_sync = part is batches[-1]
            found = self.compare(part, self.sums)
            if ACCUMULATED:
                found = parts_of(found, len(part[FIELD]) / rows)
                total = total + found["loss"].detach()
            if OWN:
                for name, optimizer in self.optimizers.items():
                    groups = optimizer.param_groups
                    own = [w for group in groups for w in group["params"]]
                    loss = torch.stack([found[each] for each in MINIMISES[name]]).sum()
                    if SCALED:
                        loss = self.scaler.scale(loss)
                    loss.backward(inputs=own, retain_graph=True)
            else:
                (
                    self.scaler.scale(found["loss"]) if SCALED else found["loss"]
                ).backward()
        if SCALED:
            optimizers = [self.optimizer] if SINGLE else [*self.optimizers.values()]
            step_scaled(self.scaler, optimizers, self.model)
        else:
            if CLIPPING:
                clip_gradients(self.model)
            if SINGLE:
                self.optimizer.step()
            else:
                for optimizer in self.optimizers.values():
                    optimizer.step()
        if ACCUMULATED:
            self.step, self.batch = self.step + 1, self.batch + len(batches)
        else:
            self.step, self.batch = self.step + 1, self.batch + 1
        now = {"event": "step", "step": self.step, "epoch": self.epoch}
        if BY_BATCH:
            now["lr"] = self.change_rates()
        if ACCUMULATED:
            return now | {"loss": total, "samples": rows}
        else:  # noqa: RET505 - a program holds one of the two
            return now | {"loss": found["loss"].detach(), "samples": len(batch[FIELD])}

    if BY_BATCH:

        def change_rates(self) -> dict[str, Any]:
            """Change learning rates after an update; returns those that it had."""
            rates = rates_of(self.optimizers, EACH_BATCH)
            for name in EACH_BATCH:
                if ONE_CYCLE:
                    advance(self.schedules[name])
                else:
                    self.schedules[name].step()
            return rates

    def compare(self, batch: dict[str, Any], sums: Sums) -> dict[str, Tensor]:
        """The losses of a batch; they and the metrics are added to `sums`."""
        if LISTS:
            batch = {k: on_device(each, self.device) for k, each in batch.items()}
        else:
            batch = {k: v.to(self.device, non_blocking=True) for k, v in batch.items()}
        if MIXED:
            with torch.autocast(self.device.type, PRECISION):
                result = self.model(*[batch[k] for k in INPUTS])
            result, rows = in_float32(result), len(batch[FIELD])
        else:
            result, rows = self.model(*[batch[k] for k in INPUTS]), len(batch[FIELD])
        found = losses(result, batch)
        if DISTRIBUTED:
            found = shares_of(found, rows)
        for name, loss in found.items():
            sums.add(name, loss, rows, times=rows)
        if DISTRIBUTED:  # noqa: SIM102 - a program holds the inner one alone
            if not counts_here(rows):
                return found
        if METRICS:  # counts are floats as losses are: what is of one dtype stacks fast
            if ALONE:
                right = metrics(result, batch)[METRIC]
                sums.add(METRIC, right.sum(dtype=torch.float32), right.numel())
            else:
                for name, right in metrics(result, batch).items():
                    sums.add(name, right.sum(dtype=torch.float32), right.numel())
        if MEASURED:
            measure(self.metrics, result, batch)
        return found

    if EVALUATED:

        @torch.no_grad()
        def evaluate(self, part: str) -> dict[str, float]:
            """Losses and metrics on rows that are not trained on."""
            self.model.eval()
            sums = Sums({})
            for batch in self.feed(part, 0):
                self.compare(batch, sums)
            if MEASURED:
                return sums.averages() | figures_of(self.metrics)
            else:  # noqa: RET505 - a program holds one of the two
                return sums.averages()

    if BEST:

        def best_after(self, figures: Mapping[str, Any]) -> int:
            """The best epoch so far, after one with these figures."""
            now = figures.get("validation", figures["train"])[WATCHED]
            if (now > self.best[0]) if HIGHER else (now < self.best[0]):
                self.best = now, self.epoch
            return self.best[1]

    if BY_LOSS:

        def watched(self, name: str, figures: Mapping[str, Any]) -> float:
            """The loss of an epoch that the schedule of an optimizer looks at."""
            found: dict[str, float] = figures.get("validation", figures["train"])
            if OWN:
                return sum(found[each] for each in MINIMISES[name])
            else:  # noqa: RET505 - a program holds one of the two
                return found["loss"]

    def state(self) -> dict[str, Any]:
        """Everything that `restore` needs to go on from here."""
        found = {
            "place": (self.epoch, self.batch, self.step),
            "sums": self.sums.fetch(),
            "model": self.model.state_dict(),
            "optimizers": (
                {OPTIMIZER: self.optimizer.state_dict()}
                if SINGLE
                else {k: each.state_dict() for k, each in self.optimizers.items()}
            ),
            "random": [each.get_rng_state() for each in self.generators],
        }
        if SCHEDULES:
            found["schedules"] = {k: s.state_dict() for k, s in self.schedules.items()}
        if MEASURED:
            found["metrics"] = {k: v.metric_state for k, v in self.metrics.items()}
        if SCALED:
            found["scaler"] = self.scaler.state_dict()
        if BEST:
            found["best"] = (WATCHED, *self.best)
        if DISTRIBUTED:
            found |= state_of_all(found, (self.metrics if MEASURED else {}))
        return found

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken."""
        self.epoch, self.batch, self.step = state["place"]
        self.sums = Sums(state["sums"])
        self.model.load_state_dict(state["model"])
        if SINGLE:
            self.optimizer.load_state_dict(state["optimizers"][OPTIMIZER])
            # Not the rate of the checkpoint: that of now.
            self.optimizer.param_groups[0].update(lr=self.optimizer.defaults["lr"])
        else:
            for name, optimizer in self.optimizers.items():
                optimizer.load_state_dict(state["optimizers"][name])
                if STEADY:
                    # Not the rate of the checkpoint: that of now.
                    optimizer.param_groups[0].update(lr=optimizer.defaults["lr"])
        if SCHEDULES:
            for name, schedule in self.schedules.items():
                schedule.load_state_dict(state["schedules"][name])
        if BY_EPOCH:
            for name in EACH_EPOCH:  # which step after their optimizers, torch says
                self.optimizers[name].step()  # nothing moves without gradients
        if MEASURED:
            begun = state.get("metrics", {}) if self.batch else {}
            for name in begun.keys() & self.metrics.keys():
                go_on(self.metrics[name], begun[name])
        if SCALED:
            self.scaler.load_state_dict(state.get("scaler", self.scaler.state_dict()))
        if BEST:
            watched, *best = state.get("best", ("", 0.0, 0))
            if watched != WATCHED:  # what comes now is the best so far
                best = [self.best[0], self.epoch - 1]
            self.best = best[0], best[1]
        for each, numbers in zip(self.generators, state["random"], strict=False):
            each.set_rng_state(numbers)  # a device's only where there was one
