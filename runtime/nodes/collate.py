"""Collate: the border between samples and batches, and in the program the loader."""

from dataclasses import replace
from typing import Any

from runtime.check.rules.elementwise import reaching
from runtime.check.rules.repairs import insert
from runtime.graph.names import MOST_FIELDS
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Float, Int, Joining, Names, Source
from runtime.spec.tensor import BATCH, Picture, Several, Size, Tensor, Text, Type, batched, parse_type


@node(
    "Collate",
    "collate",
    "border",
    words="dataloader loader batch batches shuffle workers split padding",
    called="batches",
)
class Collate:
    """Put samples together into batches: the DataLoader with its batch size, order, workers and split."""

    fields = Names("The fields of a batch; each is an input and an output.", entries=MOST_FIELDS)
    batch_size = Int("How many samples make one batch.", 32, least=1, unit="samples")
    shuffle = Bool("Draw the training rows in a new order every epoch.", True)
    drop_last = Bool("Leave out the last batch of an epoch where it is smaller.", False)
    num_workers = Int("Processes that read samples; 0 reads in the training process.", 0, most=64)
    pin_memory = Bool("Keep batches in page-locked memory, for faster copies to a GPU.", False)
    validation = Float("Share of the rows that is held out and measured after every epoch.", 0.2, least=0.0, most=0.9)
    split_seed = Int("Which rows are held out depends on this number alone.", 0)
    collate = Joining("How the samples of a field become a batch: stack, pad, list, or a function of your own.")
    collate_fn = Source("A function of your own that takes the list of whole samples and gives the batch.")

    def ports(self) -> tuple[tuple[Input, ...], tuple[Output, ...]]:
        fields = self.fields[:MOST_FIELDS]
        return tuple(Input("any", name=name) for name in fields), tuple(Output(name=name) for name in fields)

    def rule(self, /, **samples: Type) -> dict[str, Type] | Misfit:
        missing = [name for name in samples if self.collate_fn and self._own(name) is None]
        if missing:
            why = "needs the type that its function for whole samples gives for"
            as_stacked = (self._outputs() or {}) | {name: str(samples[name]) for name in missing}
            said = ("set", "{node}", "collate_fn", {**self.collate_fn, "outputs": as_stacked})
            repair = ("Say that it gives what stacking gives", (said,))
            return Misfit(f"{why} {' and '.join(missing[:4])}, such as int64[10]", None, (repair,))
        found: dict[str, Type] = {}
        for name, type in samples.items():
            made = self._own(name) or joined(name, type, self.collate.get(name, "stack"))
            if isinstance(made, Misfit):
                if made.repairs:
                    return made
                rest = {other: way for other, way in self.collate.items() if other != name}
                return replace(made, repairs=(("Stack them", (("set", "{node}", "collate", rest),)),))
            found[name] = made
        return found

    def _outputs(self) -> dict[str, Any] | None:
        outputs = (self.collate_fn or {}).get("outputs")
        return outputs if isinstance(outputs, dict) else None

    def _own(self, name: str) -> Type | None:
        """What the function for whole samples gives for a field, as the user says."""
        told = (self._outputs() or {}).get(name)
        found = parse_type(told) if isinstance(told, str) else None
        return batched(found) if found else None

    def summary(self) -> str:
        held = f", {self.validation:.0%} held out" if self.validation else ""
        return f"DataLoader, batch {self.batch_size}{held}"


def joined(name: str, type: Type, way: Any) -> Type | Misfit:
    """The type of a batch of samples of `type` that are put together in this way."""
    if isinstance(way, dict):
        output = parse_type(str(way.get("output")))
        return batched(output) if output else Misfit(f"needs the output type of the function for {name}", name)
    if isinstance(type, Picture):
        label, steps = insert("transform.Decode", "Insert transform.Decode", name, size=[224, 224])
        scale = insert("transform.Scale", f"{label} and transform.Scale", name)
        scaled = (scale[0], (*steps, *scale[1]))
        return Misfit("cannot put pictures together that are not decoded", name, (scaled, (label, steps)))
    if not isinstance(type, Tensor):
        if way == "pad" or not isinstance(type, Text):
            return Misfit(f"cannot {way} samples of type {type}", name)
        return batched(type)
    if way == "list":
        return Several(type)
    if way == "pad":
        if not type.shape:
            return Misfit("cannot pad single numbers", name)
        filled = reaching(type, 0.0)  # zeros fill up
        return filled.rearranged(BATCH, Size(f"{name}.T"), *type.shape[1:])
    if any(isinstance(size, Size) and size != BATCH for size in type.shape):
        resize = insert("transform.Resize", "Insert transform.Resize", name)
        return Misfit(f"cannot stack samples of several sizes, {type}", name, (resize,))
    return batched(type)
