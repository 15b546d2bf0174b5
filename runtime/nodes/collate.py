"""Collate: the border between samples and batches, and in the program the loader."""

from collections.abc import Iterator
from dataclasses import replace

from runtime.check.rules import bucketing, loading, sampling, split
from runtime.check.rules.collating import together
from runtime.check.rules.sampling import BALANCED, SAMPLE_BY, SAMPLINGS, SHUFFLE, WEIGHTED
from runtime.check.rules.split import KINDS, SPLIT_BY
from runtime.graph.names import FURTHER, MOST_FIELDS, pads
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Choice, Field, Float, Int, Joining, Names, Source
from runtime.spec.tensor import Type
from runtime.spec.value import counted

LENGTH = Output("How long each sample is without what fills it up.")
MASK = Output("True where a sample is filled up: what key_padding_mask of attention takes.")
BY = Input("any", "What rows are split by, as it was read.", name=SPLIT_BY, raw=True)
BY_CLASS = Input("any", "The class of each row, as it was read.", name=SAMPLE_BY, raw=True)
BY_WEIGHT = Input("any", "How likely each row is beside the others, as it was read.", name=SAMPLE_BY, raw=True)


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
        SAMPLINGS,
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
        "How workers are started; spawn and forkserver import the program anew and copy rows that lie in a file.",
        ("fork", "spawn", "forkserver"),
        None,
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
        by = samples.pop(SPLIT_BY, None)
        drawn_by = samples.pop(SAMPLE_BY, None) if self.sampling != SHUFFLE else None
        if wrong := split.misfit(self, by):
            return wrong
        found = together(self, samples)
        if isinstance(found, Misfit):
            return found
        return sampling.misfit(self, drawn_by) or bucketing.misfit(self, samples) or found

    def doubts(self, /, **samples: Type) -> Iterator[Misfit]:
        for idea in (split, sampling, loading):
            yield from idea.doubts(self, samples)

    def summary(self) -> str:
        drawn = f", {self.sampling}" if self.sampling != SHUFFLE else ""
        return f"DataLoader, batch {counted(self.batch_size)}{drawn}{split.told(self)}"
