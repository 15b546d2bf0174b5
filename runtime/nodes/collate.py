"""Collate: the border between samples and batches, and in the program the loader."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from runtime.check.rules.collating import beside, joined
from runtime.check.rules.split import KINDS, SPLIT_BY, misfit
from runtime.graph.names import FURTHER, MOST_FIELDS, pads
from runtime.spec.listed import listed
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Choice, Field, Float, Int, Joining, Names, Source
from runtime.spec.tensor import FLOATS, Tensor, Text, Type, batched, parse_type

SHUFFLE, BALANCED, WEIGHTED = "shuffle", "balanced", "weighted"
LENGTH = Output("How long each sample is without what fills it up.")
MASK = Output("True where a sample is filled up: what key_padding_mask of attention takes.")
BY = Input("any", "What rows are split by, as it was read.", name=SPLIT_BY, raw=True)
BY_CLASS = Input("any", "The class of each row, as it was read.", name="sample_by", raw=True)
BY_WEIGHT = Input("any", "How likely each row is beside the others, as it was read.", name="sample_by", raw=True)


@node(
    "Collate",
    "collate",
    "border",
    words="dataloader loader batch batches shuffle workers split padding sampler imbalanced oversampling bucketing "
    "folds kfold cross-validation",
    called="batches",
)
class Collate:
    """Put samples together into batches: the DataLoader with its batch size, order, workers and split."""

    fields = Names("The fields of a batch; each is an input and an output.", entries=MOST_FIELDS)
    batch_size = Int("How many samples make one batch.", 32, least=1, unit="samples")
    shuffle = Bool("Draw the training rows in a new order every epoch.", True)
    sampling = Choice(
        "Each training row once, or as many drawn anew: all classes as likely, or as likely as a column says.",
        (SHUFFLE, BALANCED, WEIGHTED),
        SHUFFLE,
    )
    bucket_by = Field(
        "Batches of samples of nearly one length in this field, mixed anew each epoch; lengths are counted once."
    )
    drop_last = Bool("Leave out the last batch of an epoch where it is smaller.", False)
    num_workers = Int("Processes that read samples; 0 reads in the training process.", 0, most=64)
    prefetch_factor = Int("How many batches each worker makes ahead.", 2, least=1, most=1024, unit="batches")
    persistent_workers = Bool("Keep the workers from one epoch to the next.", True)
    timeout = Float("How long a batch of a worker is waited for; 0 waits for ever.", 0.0, least=0.0, unit="seconds")
    multiprocessing_context = Choice(
        "How workers are started; spawn and forkserver import the program anew.", ("fork", "spawn", "forkserver"), None
    )
    in_order = Bool("Give batches in their order, also where a later one is ready first.", True)
    pin_memory = Bool("Keep batches in page-locked memory, for faster copies to a GPU.", False)
    validation = Float("Share of the rows that is held out and measured after every epoch.", 0.2, least=0.0, most=0.9)
    test = Float("Share of the rows that is kept for one measurement at the very end.", 0.0, least=0.0, most=0.9)
    folds = Int(
        "Part the rows into so many folds and train anew for each, which is held out instead of a share; 0 is off.",
        0,
        most=50,
    )
    split = Choice(
        "How rows are held out: any, as many of each class, whole groups, or as a column says.", KINDS, "random"
    )
    split_seed = Int("Which rows are held out depends on this number alone.", 0)
    collate = Joining("How the samples of a field become a batch: stack, pad, list, or a function of your own.")
    collate_fn = Source("A function of your own that takes the list of whole samples and gives the batch.")

    def ports(self) -> tuple[tuple[Input, ...], tuple[Output, ...]]:
        fields = self.fields[:MOST_FIELDS]
        inputs = [Input("any", name=name) for name in fields]
        outputs = [Output(name=name) for name in fields]
        if self.split in KINDS[1:]:
            inputs.append(BY)
        if self.sampling in (BALANCED, WEIGHTED):
            inputs.append(BY_CLASS if self.sampling == BALANCED else BY_WEIGHT)
        padded = [name for name in fields if not self.collate_fn and pads(self.collate.get(name))]
        for name in padded:
            outputs += [
                replace(port, name=f"{name}_{what}") for port, what in zip((LENGTH, MASK), FURTHER, strict=True)
            ]
        return tuple(inputs), tuple(outputs)

    def rule(self, /, **samples: Type) -> dict[str, Type] | Misfit:
        if wrong := misfit(self, samples.pop(SPLIT_BY, None)):
            return wrong
        by = samples.pop("sample_by", None) if self.sampling != SHUFFLE else None
        missing = [name for name in samples if self.collate_fn and self._own(name) is None]
        if missing:
            why = "needs the type that its function for whole samples gives for"
            as_stacked = (self._outputs() or {}) | {name: str(samples[name]) for name in missing}
            said = ("set", "{node}", "collate_fn", {**self.collate_fn, "outputs": as_stacked})
            repair = ("Say that it gives what stacking gives", (said,))
            return Misfit(f"{why} {listed(missing[:4])}, such as int64[10]", None, (repair,))
        found: dict[str, Type] = {}
        for name, type in samples.items():
            way = self.collate.get(name, "stack")
            made = self._own(name) or joined(name, type, way)
            if isinstance(made, Misfit):
                if made.repairs:
                    return made
                rest = {other: way for other, way in self.collate.items() if other != name}
                label, ways = ("Stack them", rest) if name in self.collate else ("Pad them", {**rest, name: "pad"})
                return replace(made, repairs=(*made.repairs, (label, (("set", "{node}", "collate", ways),))))
            found[name] = made
            if pads(way) and not self.collate_fn:
                found |= {f"{name}_{what}": type for what, type in zip(FURTHER, beside(name), strict=True)}
        return self._unlike(by) or self._without_lengths(samples) or found

    def _unlike(self, by: Type | None) -> Misfit | None:
        """What keeps a column from saying how rows are drawn."""
        if by is None:
            return None
        dtype = by.dtype if isinstance(by, Tensor) and not by.shape else None
        if self.sampling == BALANCED and not isinstance(by, Text) and dtype in (None, *FLOATS):
            return Misfit(f"needs a class for each row, such as int64[] or text, got {by}", "sample_by")
        if self.sampling == WEIGHTED and dtype in (None, "bool"):
            return Misfit(f"needs a number for each row, such as float32[], got {by}", "sample_by")
        return None

    def _without_lengths(self, samples: dict[str, Type]) -> Misfit | None:
        """What keeps samples from being put together by their length."""
        if not self.bucket_by:
            return None
        off = ("Forget bucket_by", (("unset", "{node}", "bucket_by"),))
        name, type = self.bucket_by, samples.get(self.bucket_by)
        if type is None:
            return Misfit(f"has no field {name[:60]} for bucket_by", None, (off,))
        if not isinstance(type, Text) and not (isinstance(type, Tensor) and type.shape):
            return Misfit(f"cannot go by the length of {type} in bucket_by", name, (off,))
        if isinstance(type, Tensor) and not self.collate_fn and self.collate.get(name, "stack") == "stack":
            pad = ("Pad them", (("set", "{node}", "collate", {**self.collate, name: "pad"}),))
            return Misfit("is stacked, so that all its samples are of one length for bucket_by", name, (off, pad))
        return None

    def doubts(self, /, **samples: Type) -> Iterator[Misfit]:
        """Settings that mean nothing beside others."""
        if self.folds and self.validation != 0.2:
            share = ("Forget validation", (("unset", "{node}", "validation"),))
            yield Misfit(f"holds out each of {self.folds} folds, not the share of validation", None, (share,))
        if self.sampling != SHUFFLE and not self.shuffle:
            on = ("Set shuffle", (("unset", "{node}", "shuffle"),))
            yield Misfit(f"draws its rows at random, {self.sampling}, although shuffle is off", None, (on,))
        of_workers = {"prefetch_factor": 2, "persistent_workers": True, "timeout": 0, "multiprocessing_context": None}
        idle = [name for name, usual in {**of_workers, "in_order": True}.items() if getattr(self, name) != usual]
        if idle and not self.num_workers:
            start = ("Set num_workers to 2", (("set", "{node}", "num_workers", 2),))
            forget = (f"Forget {listed(idle)}", tuple(("unset", "{node}", name) for name in idle))
            verb = "does" if len(idle) == 1 else "do"
            yield Misfit(f"has no workers, without which {listed(idle)} {verb} nothing", None, (start, forget))
        elif not self.in_order and self.num_workers > 1:
            keep = ("Set in_order", (("unset", "{node}", "in_order"),))
            why = "gives batches as they are ready, so that no run can be repeated or gone on with exactly"
            yield Misfit(f"{why}: in_order is off", None, (keep,))

    def _outputs(self) -> dict[str, Any] | None:
        outputs = (self.collate_fn or {}).get("outputs")
        return outputs if isinstance(outputs, dict) else None

    def _own(self, name: str) -> Type | None:
        """What the function for whole samples gives for a field, as the user says."""
        told = (self._outputs() or {}).get(name)
        found = parse_type(told) if isinstance(told, str) else None
        return batched(found) if found else None

    def summary(self) -> str:
        drawn = f", {self.sampling}" if self.sampling != SHUFFLE else ""
        by = {"stratified": " of each class", "group": " in groups"}.get(self.split, "")
        held = f", {self.validation:.0%} held out{by}" if self.validation else ""
        held = f", {self.folds} folds{by}" if self.folds else held
        test = f", {self.test:.0%} for a test" if self.test else ""
        split = ", split by a column" if self.split == "column" else held + test
        return f"DataLoader, batch {self.batch_size}{drawn}{split}"
