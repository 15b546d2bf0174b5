"""What the generator asks of the left of Collate: which rows are read, what is made of them, how they are fed."""

from functools import cached_property
from math import prod

from runtime.check.datasets import giving, joins_in
from runtime.check.rules.split import Split, split_of
from runtime.check.settings import setting
from runtime.generate.wired import Wired
from runtime.graph.model import End
from runtime.graph.names import further_of, padded_of
from runtime.spec.code import Code
from runtime.spec.installed import installed
from runtime.spec.tensor import Tensor

ONE_BY_ONE = "one_by_one"  # in the settings of a run that has no file: each sample is made from its row alone
LARGE = 64 * 1024  # bytes of a prepared sample from which they are not all kept in memory


class Sampled(Wired):
    """The way of the rows into batches."""

    @cached_property
    def collate(self) -> str:
        """The graph's Collate."""
        return self.family("collate")[0]

    @cached_property
    def fields(self) -> list[str]:
        """What the batches hold: the fields, and what padding adds to them where somebody uses it."""
        node = self.graph.nodes[self.collate]
        used = [name for name in further_of(node) if End(self.collate, name) in self.graph.outgoing]
        return [*self.values(self.collate).fields, *used]

    @cached_property
    def dataset(self) -> str:
        """The dataset that feeds Collate, not through another one."""
        return giving(self.graph, self.datasets, self.collate)[0]

    @cached_property
    def datasets(self) -> list[str]:
        """All datasets whose rows reach Collate, in computing order: a Zip after what it puts together."""
        upstream = self.graph.upstream([self.collate])
        return [id for id in self.report.order if id in upstream and self.specs[id].family == "dataset"]

    @cached_property
    def files(self) -> dict[str, str]:
        """The paths of the datasets that are read from files."""
        return {id: self.values(id).path for id in self.datasets if "path" in self.specs[id].parameter}

    @cached_property
    def samples(self) -> list[str]:
        """The nodes left of collate that it needs, datasets aside, in computing order."""
        upstream = self.graph.upstream([self.collate])
        return [
            id
            for id in self.report.order
            if id in upstream and self.report.sides[id] == "sample" and id not in self.datasets
        ]

    @cached_property
    def prepared(self) -> list[str]:
        """The nodes left of collate that make all samples once, even where others make them one by one."""
        if self.graph.run.get(ONE_BY_ONE):
            return []
        wanted = [id for id in self.samples if getattr(self.values(id), "kept", False)]
        return [id for id in wanted if all(end.node in self.datasets for end in self.taken(id))]

    @cached_property
    def in_file(self) -> bool:
        """Whether rows lie in a file, since all may be larger than memory."""
        return not all(getattr(self.values(id), "in_memory", True) for id in self.datasets)

    def in_rows(self, id: str) -> bool:
        """Whether what a node makes of all rows lies in a file, as they do, and is made of some at a time."""
        exact = getattr(self.specs[id].declared, "exact", False)
        return self.in_file and bool(exact and self.taken(id)) and len(self.ends(id)) == 1

    def opens(self, id: str) -> bool:
        """Whether a node takes one sample at a time, as what opens a picture does."""
        return bool(getattr(self.specs[id].declared, "one_by_one", False))

    @cached_property
    def split(self) -> Split:
        """How the rows of the dataset are split."""
        return split_of(self.values(self.collate), self.graph.nodes[self.dataset].parameters)

    @cached_property
    def joins(self) -> list[str]:
        """The joins whose rows are split, so that those which share a key stay together."""
        plan = self.split
        return joins_in(self.graph, self.dataset) if plan.told or plan.folds or any(plan.shares) else []

    @cached_property
    def fitted(self) -> list[str]:
        """The nodes left of collate that learn from the rows to train on, in computing order."""
        return [id for id in self.samples if self.fits(id)]

    def fits(self, id: str) -> bool:
        """Whether a node learns from the rows to train on."""
        return hasattr(self.specs[id].declared, "fit") and self.values(id).fit(Code("x")) is not None

    @cached_property
    def loaded_because(self) -> str | None:
        """Why samples are loaded one by one, or None where they are prepared at once and gathered by index."""
        if any(own.node == self.collate and own.parameter == "collate_fn" for own in self.owned):
            return f"{self.collate} has a function of its own"
        if random := next((id for id in self.samples if self.random(id)), None):
            return f"{random} acts at random"
        anew = [id for id in self.samples if id not in self.prepared]
        single = (id for id in anew if self.opens(id))
        if opened := next(single, None):
            return f"{opened} takes one sample at a time"
        # torch rounds by the length of a row, unless a node type says that one sample gives the same bytes as many
        inexact = (id for id in anew if not getattr(self.specs[id].declared, "exact", False))
        if rounded := next(inexact, None):
            return f"torch rounds {rounded} differently for one sample and for many"
        if self.values(self.collate).num_workers:
            return f"{self.collate} has workers"
        if self.values(self.collate).pin_memory:
            return f"{self.collate} keeps batches in page-locked memory"
        large = next((id for id in anew if self._bytes(id) > LARGE), None)
        return f"{large} makes samples too large to keep them all" if large else None

    @cached_property
    def stoppable(self) -> bool:
        """Whether code that is not ours makes samples and batches, which may raise StopIteration."""
        foreign = {own.node for own in self.owned} | {
            id for id in self.samples if self.specs[id].type in installed().specs
        }
        return bool(foreign & {*self.samples, self.collate})

    @cached_property
    def fed(self) -> bool:
        """Whether batches come from workers or in an order of their own, not just mixed and gathered."""
        values = self.values(self.collate)
        own = values.sampling != "shuffle" or values.bucket_by or not values.shuffle
        parted = self.split.told or self.split.folds > 0
        return self.loaded_because is not None or bool(own) or parted or self.several

    @cached_property
    def several(self) -> bool:
        """Whether processes share the rows of each batch."""
        processes: int = setting(self.graph.run, "processes")
        return processes > 1

    @cached_property
    def collated(self) -> bool:
        """Whether gathered samples are more than stacked."""
        own, padded = any(own.node == self.collate for own in self.owned), padded_of(self.graph.nodes[self.collate])
        values = self.values(self.collate)
        types = [self.type(self.sources(self.collate, field)[0]) for field in values.fields]
        listed = "list" in values.collate.values() or not all(isinstance(type, Tensor) for type in types)
        return self.loaded_because is None and bool(own or padded or listed)

    def _bytes(self, id: str) -> int:
        """The size of a node's outputs for one sample."""
        found = [type for end in self.ends(id) if isinstance(type := self.type(end), Tensor)]
        widths = [int("".join(filter(str.isdigit, type.dtype)) or 8) // 8 for type in found]
        sizes = [prod(size for size in type.shape if isinstance(size, int)) for type in found]
        return sum(width * size for width, size in zip(widths, sizes, strict=True))
