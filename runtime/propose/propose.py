"""A graph that suits a data file: dataset, transforms, collate, a first model, its loss, metrics and optimizer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from runtime.graph.edit import Edit, free_name
from runtime.graph.model import Graph
from runtime.graph.names import RESERVED, cleaned
from runtime.propose import skipping
from runtime.propose.aim import Aim, aimed
from runtime.propose.columns import INPUT, TARGET, Column, Look, type_of
from runtime.propose.fields import fields_for, names
from runtime.propose.inputs import CLASSES, NUMBERS, PICTURES, TOKENS, Source, encoded, prepared, readable
from runtime.propose.sketch import Sketch
from runtime.spec.catalogue import catalogue
from runtime.spec.listed import listed
from runtime.spec.scanty import scanty
from runtime.spec.tensor import Tensor, Text

MOST_INPUTS = 16  # branches of a model; nobody reads more
STEPS, PICTURE_STEPS = 500, 400  # about as long as a first model learns
SHARES = (0.2, 0.3, 0.4, 0.5)  # that few rows may be held out by
MOST_EPOCHS, LEAST_EPOCHS = 30, 3


@dataclass(frozen=True)
class Proposal:
    """Edits that make one undo step, what they do in a sentence, and what the user should know of them."""

    edits: tuple[Edit, ...]
    dataset: str
    sentence: str
    notes: tuple[str, ...] = ()
    whole: bool = True  # whether it can be trained
    bad: bool = False  # whether something of the file cannot be read

    @property
    def added(self) -> list[str]:
        """The types of the new nodes."""
        return [edit[2] for edit in self.edits if edit[0] == "add"]

    @property
    def steps(self) -> list[str]:
        """The node types in their order, each once, and how long is trained."""
        return [*dict.fromkeys(self.added), *(f"{edit[2]} epochs" for edit in self.edits if edit[0] == "run")]


def dataset_only(
    graph: Graph, look: Look, columns: Sequence[Column], name: str, at: Any, skip: bool = True
) -> Proposal:
    """The dataset alone, which leaves out what cannot be read unless `skip` is false."""
    sketch, columns = Sketch(graph, at), skipping.filled(look, columns, skip)
    id = _dataset(sketch, look, columns, name, skip)
    notes, bad = skipping.told(look, columns, skip), skipping.bad(look, columns)
    return Proposal(tuple(sketch.edits), id, "", tuple(notes), False, bool(bad))


def proposed(graph: Graph, look: Look, columns: Sequence[Column], name: str, at: Any, skip: bool = True) -> Proposal:
    """The whole way from the file to an optimizer; without a target only as far as batches.

    What cannot be read is left out unless `skip` is false.
    """
    columns = skipping.filled(look, columns, skip)
    called = names(columns)
    sketch = Sketch(graph, at, called.values())
    dataset = _dataset(sketch, look, columns, name, skip)
    sources, notes = _sources(columns)
    target = next((each for each in columns if each.role == TARGET), None)
    aim = Aim(target, called[target.title], fields_for(columns)[called[target.title]]) if target else None
    rows = int(look.get("rows") or 0)
    batched = _collated(sketch, dataset, sources, aim, rows)
    whole = bool(aim and sources)
    if aim and sources:
        _modelled(sketch, sources, aim, batched)
        sketch.do(("run", "epochs", epochs_for(rows, any(each.way == PICTURES for each in sources))))
    elif not aim:
        notes.append("Choose what to predict for a model and a loss")
    notes += _of_few(aim, rows)
    notes += [*_doubts(aim), *skipping.told(look, columns, skip)]
    sentence = _sentence(sources, aim if whole else None)
    bad = bool(skipping.bad(look, columns))
    return Proposal(tuple(sketch.edits), dataset, sentence, tuple(notes), whole, bad)


def _dataset(sketch: Sketch, look: Look, columns: Sequence[Column], name: str, skip: bool) -> str:
    fields = {"fields": fields_for(columns)} if "fields" in look["parameters"] else {}
    if cleaned(name) in RESERVED | sketch.taken:
        name = f"{name}_data"  # a number would speak of another one
    return sketch.add(look["type"], name, {**skipping.parameters(look, columns, skip), **fields})


def _sources(columns: Sequence[Column]) -> tuple[list[Source], list[str]]:
    """The fields that the model gets, in their order, and what is said of those that it cannot get."""
    called, fields = names(columns), fields_for(columns)
    found: dict[str, list[Column]] = {}
    for each in columns:
        if each.role == INPUT:
            found.setdefault(called[each.title], []).append(each)
    sources = [
        Source(name, type, tuple(found[name]))
        for name, about in fields.items()
        if name in found and (type := type_of(about))
    ]
    left = [each.name for each in sources if not readable(each)]
    notes = [f"{listed(left)} cannot be read by a model yet"] if left else []
    sources = [each for each in sources if readable(each)]
    if len(sources) > MOST_INPUTS:
        notes.append(f"The model gets the first {MOST_INPUTS} of {len(sources)} inputs; connect more by hand")
    return sources[:MOST_INPUTS], notes


def _collated(sketch: Sketch, dataset: str, sources: Sequence[Source], aim: Aim | None, rows: int) -> dict[str, str]:
    """Collate with all that is batched; gives for each field of the dataset its output there, and the target's."""
    ends = {}
    for source in sources:
        ends[source.name] = prepared(sketch, source, f"{dataset}.{source.name}", rows)
        sketch.row += 1
    if aim:
        ends[aim.name] = aim.prepared(sketch, f"{dataset}.{aim.name}")
    sketch.row = 0
    fields: dict[str, str] = {}
    for name in ends:
        fields[name] = free_name(sketch.graph, name, {*ends, *fields.values()} - {name})
    sketch.taken |= set(fields.values())
    settings = {"fields": list(fields.values()), "batch_size": batch_for(rows), **_split(aim, rows)}
    wires = {fields[name]: end for name, end in ends.items()}
    if aim and "split" in settings:
        wires["split_by"] = f"{dataset}.{aim.name}"
    batches = sketch.add("Collate", "batches", settings, **wires)
    return {name: f"{batches}.{field}" for name, field in fields.items()}


def _split(aim: Aim | None, rows: int) -> dict[str, Any]:
    """Every class has its share among the rows that are held out; of few rows another share, or none is held out."""
    spec = catalogue()["Collate"]
    share: float = spec.defaults["validation"]
    settings: dict[str, Any] = {}
    if "split" in spec.parameter and aim and aim.of_classes and _of_each(aim.column.counts.values(), share):
        settings["split"] = "stratified"
    least = 1 if aim is None or aim.of_classes else 2  # of which R2 has a figure
    if rows and not least <= round(rows * share) <= rows - least:
        settings["validation"] = next((each for each in SHARES if least <= round(rows * each) <= rows - least), 0.0)
    return settings


def _of_few(aim: Aim | None, rows: int) -> list[str]:
    """What is to be said of a figure of so few rows."""
    share = {**catalogue()["Collate"].defaults, **_split(aim, rows)}["validation"]
    if share == 0:
        return [f"All of {rows:,} rows are trained on: too few to hold some out"]
    told = scanty(round(rows * share), rows)
    return [told] if told else []


def _of_each(counts: Collection[int], share: float) -> bool:
    """Whether that share of each class is any row at all; a class that is there once is trained on."""
    return not counts or round(share * sum(count for count in counts if count > 1)) > 0


def _modelled(sketch: Sketch, sources: Sequence[Source], aim: Aim, batched: Mapping[str, str]) -> None:
    """A branch for each input, joined, and layers up to what is predicted."""
    ends = []
    for source in sources:
        ends.append(encoded(sketch, source, batched[source.name]))
        sketch.row += 1
    sketch.row = 0
    end = ends[0]
    if len(ends) > 1:
        end = f"{sketch.add('torch.cat', 'joined', {'dim': 1}, tensors=ends)}.output"
    end = sketch.through(end, "nn.Linear", "hidden", out_features=64)
    end = sketch.through(end, "nn.ReLU", "relu")
    end = sketch.through(end, "nn.Dropout", "dropped", p=0.2)
    end = sketch.through(end, "nn.Linear", "scores" if aim.of_classes else "prediction", out_features=aim.width)
    loss = aimed(sketch, aim, end, batched[aim.name])
    sketch.row = 0
    sketch.add(
        "optim.AdamW", "adam", {"lr": 0.001 if any(each.way == PICTURES for each in sources) else 0.003}, loss=loss
    )


def batch_for(rows: int) -> int:
    """Rows of a batch: some thirty steps an epoch at least, where there are so many."""
    return next((size for size in (16, 32, 64, 128) if rows <= 32 * size), 256)


def epochs_for(rows: int, pictures: bool) -> int:
    """Few rows are gone through more often."""
    steps = max(1, rows // batch_for(rows)) if rows else 30
    return max(LEAST_EPOCHS, min(MOST_EPOCHS, (PICTURE_STEPS if pictures else STEPS) // steps))


def _doubts(aim: Aim | None) -> list[str]:
    """What the user should know of what is to be predicted."""
    found = []
    if aim and aim.of_classes and len(aim.column.classes) < 2:
        found.append(f"{aim.column.title} has only one class, so that there is nothing to learn")
    return found


def _sentence(sources: Sequence[Source], aim: Aim | None) -> str:
    """What is made, in the words of the sheet."""
    parts = []
    numbers = [each for each in sources if each.way == NUMBERS]
    classes = [each for each in sources if each.way == CLASSES]
    if numbers:
        fills = any(each.missing for each in numbers)
        steps = (("impute", "transform.Impute", fills), ("standardise", "transform.Standardize", True))
        does = " and ".join(word for word, type, needed in steps if needed and type in catalogue())
        parts.append(f"{does or 'take'} {_many(_count(sources), 'number')}")
    if classes:
        parts.append(f"embed {_many(len(classes), 'category', 'categories')}")
    texts = [each for each in sources if each.way == TOKENS]
    parts += [f"{'tokenize' if isinstance(each.type, Text) else 'embed'} {each.name}" for each in texts]
    parts += [f"convolve {each.name}" for each in sources if each.way == PICTURES]
    parts.append(aim.said if aim else "make batches")
    whole = ", ".join(parts)
    return f"{whole[:1].upper()}{whole[1:]}"


def _count(sources: Sequence[Source]) -> int:
    """Numbers of a row that is not made of classes, texts or pictures."""
    shapes = [each.type.shape for each in sources if each.way == NUMBERS and isinstance(each.type, Tensor)]
    return sum(prod(size for size in shape if isinstance(size, int)) for shape in shapes)


def _many(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
