"""Random nodes with random types at their inputs, drawn from what a node type declares, fitting or not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from random import Random
from typing import Any

from runtime.check.infer import Given
from runtime.spec.node import Input, Spec
from runtime.spec.parameter import Parameter
from runtime.spec.tensor import BATCH, DTYPES, Dim, Size, Tensor, linear
from tests.runtime.check.functions import (
    EQUATIONS,
    with_classes,
    with_columns_to_match,
    with_every_dim,
    with_letters,
    with_open_size,
    with_positions,
    with_sections,
)
from tests.runtime.check.reasons import DECIDED, SCORED
from tests.runtime.check.sequences import attending, with_heads, with_states

LENGTH = Size("words.T")  # a length that is known only when data arrives


@dataclass(frozen=True)
class Case:
    """A node of one type: its parameters, and what comes along its wires."""

    spec: Spec
    parameters: dict[str, Any]
    given: Given

    def __str__(self) -> str:
        wires = ", ".join(f"{port}={' '.join(map(str, types))}" for port, types in self.given)
        return f"{self.spec.type} {self.parameters} with {wires}"


def drawn(spec: Spec, random: Random) -> Case:
    """A node that often fits what comes in, and often does not."""
    parameters = {}
    for parameter in spec.parameters:
        large = parameter.default == [224, 224]  # such pictures are slow
        often, value = 0.1 if parameter.inferred else 1.0 if large else 0.5, setting(parameter, random)
        if random.random() < often and parameter.problem(value) is None:
            parameters[parameter.name] = value
    given: list[tuple[str, tuple[Tensor, ...]]] = []
    for port in spec.ports(parameters)[0]:
        if port.optional and random.random() < 0.6:
            continue
        first = given[0][1][0] if given else None
        types = [wired(port, first, random)]
        while port.many and random.random() < 0.6:
            types.append(wired(port, types[0], random))
        given.append((port.name, tuple(types)))
    case = Case(spec, parameters, tuple(given))
    return FITTED[spec.type](case, random) if spec.type in FITTED and random.random() < 0.6 else case


def setting(parameter: Parameter, random: Random) -> Any:
    """A value that the parameter itself accepts."""
    least, most = parameter.least, parameter.most
    if parameter.kind == "bool":
        return random.random() < 0.5
    if parameter.kind == "choice":
        return random.choice(parameter.choices if parameter.default is not None else (None, *parameter.choices))
    if parameter.kind == "int":
        return random.randint(int(max(least or 0, -4)), int(min(most or 0, max(least or 0, 0) + 5)))
    if parameter.kind == "float":
        ends = [0.0 if least is None else least, 1.0 if most is None else most]
        return random.choice([*ends, round(random.uniform(*ends), 2), parameter.default])
    if parameter.kind == "number":
        return random.choice([0, 1, 1, 2, 3, -1, 300, 0.5, 1.0, -1.5, 2.0, 7e4, "inf", "-inf"])
    if parameter.name == "equation":
        return random.choice(EQUATIONS)
    if parameter.kind == "numbers":
        count = parameter.length if isinstance(parameter.length, int) else random.choice([1, 1, 2, 3])
        return [random.choice([0.5, 0.25, 0.9, 1.0]) for _ in range(count)]
    if parameter.kind == "wholes":
        return [random.randint(int(least or 0), 5) for _ in range(random.randint(0, 3))]
    if parameter.kind == "schedule":
        return scheduled(parameter, random, setting)
    if parameter.kind == "sizes":
        low = int(max(least or 0, -4))
        count = parameter.length if isinstance(parameter.length, int) else random.randint(1, 3)
        several = [random.randint(low, low + 4 if low >= 0 else 4) for _ in range(count)]
        return random.choice([several, several[0], *parameter.choices])
    if parameter.kind == "factors":
        ends = [max(least or 0, 0.1), min(most or 3.0, 3.0)]
        count = parameter.length if isinstance(parameter.length, int) else random.randint(1, 3)
        ratios = [random.choice([ends[0], 1.0, 2, round(random.uniform(*ends), 2)]) for _ in range(count)]
        return random.choice([ratios, ratios[0]])
    return parameter.default


def odd(parameter: Parameter, random: Random) -> Any:
    """A value of the parameter's kind, inside or outside of its limits."""
    numbers = [-1.0, -0.5, 0, 0.0, 0.5, 1, 1.0, 1.5, 2.0, 3.0]
    if parameter.kind == "float":
        return random.choice(numbers)
    if parameter.kind == "int":
        return random.choice([-1, 0, 1, 2, 5, 100])
    if parameter.kind == "numbers":
        usual = parameter.length if isinstance(parameter.length, int) else 2
        count = random.choice([usual, usual, usual, 1, 3])
        blank = [None] if parameter.gaps else []
        return [random.choice([0, 0.1, 0.5, 0.9, 1, 1.0, 1.5, -0.5, *blank]) for _ in range(count)]
    if parameter.kind == "choice":
        return random.choice([*parameter.choices, "odd"])
    return scheduled(parameter, random, odd) if parameter.kind == "schedule" else setting(parameter, random)


def scheduled(parameter: Parameter, random: Random, draws: Callable[[Parameter, Random], Any]) -> Any:
    """A schedule of any type, or none, with settings as `draws` draws them; short ones, so that they end."""
    option = random.choice([None, *parameter.options])
    if option is None:
        return None
    drawn = {each.name: (draws if random.random() < 0.5 else setting)(each, random) for each in option.parameters}
    return {"type": option.name, **{name: value for name, value in drawn.items() if random.random() < 0.6}}


def wired(port: Input, first: Tensor | None, random: Random) -> Tensor:
    """What comes along a wire: what the port declares, or akin to the first wire, and at times something else."""
    found = declared(port, random) if first is None or random.random() < 0.15 else akin(first, port, random)
    return disturbed(found, random) if random.random() < 0.25 else found


def declared(port: Input, random: Random) -> Tensor:
    """A type that the port accepts."""
    _, dtypes, dims = random.choice(port.pattern.options)
    shape: list[Dim] = []
    for name in dims or ("...",):
        if name == "...":
            shape += [size(random) for _ in range(random.randint(0, 3))]
        else:
            shape.append(int(name) if name.isdigit() else size(random))
    if shape and random.random() < 0.8:
        shape[0] = random.choice([BATCH, BATCH, BATCH, linear("B", 2, 0)])
    return Tensor(dtype(dtypes, random), tuple(shape))


def akin(first: Tensor, port: Input, random: Random) -> Tensor:
    """A type that often goes together with `first`: the same, a dimension less, a one more, stretched ones."""
    shape = list(first.shape)
    way = random.randrange(8)
    if way in (0, 1) and len(shape) > 1:
        del shape[1]
    elif way == 2 and shape:
        del shape[random.choice([0, -1])]
    elif way == 3:
        shape.insert(random.randint(0, len(shape)), 1)
    elif way == 4 and shape:
        shape[random.randrange(len(shape))] = random.choice([1, size(random)])
    dtypes = port.pattern.options[0][1]
    return Tensor(first.dtype if random.random() < 0.4 else dtype(dtypes, random), tuple(shape))


def disturbed(type: Tensor, random: Random) -> Tensor:
    """The same with another dtype, rank or size."""
    shape = list(type.shape)
    way = random.randrange(5)
    if way == 0:
        return type.with_dtype(random.choice(DTYPES))
    if way == 1 and shape:
        del shape[random.randrange(len(shape))]
    elif way == 2:
        shape.insert(random.randint(0, len(shape)), size(random))
    elif way == 3 and shape:
        shape[random.randrange(len(shape))] = LENGTH if random.random() < 0.3 else size(random)
    elif way == 4:
        shape = []
    return type.with_shape(*shape)


def size(random: Random) -> int:
    """A small dimension, ones more often than others."""
    return random.choice([1, 1, 2, 3, 4, 5, 6, 8, 9, 12])


def dtype(dtypes: tuple[str, ...], random: Random) -> str:
    """One of the dtypes, float32 and int64 more often than others."""
    usual = [name for name in ("float32", "int64") if name in dtypes]
    return random.choice(usual) if usual and random.random() < 0.6 else random.choice(dtypes)


def with_indices(case: Case, random: Random) -> Case:
    """An index for every number that comes in."""
    (name, (first, *_)), *_ = case.given
    assert isinstance(first, Tensor)
    return replace(case, given=((name, (first,)), ("indices", (first.with_dtype("int64"),))))


def with_columns(case: Case, random: Random) -> Case:
    """As many columns as windows fit, each with the numbers of one."""
    values = case.spec.values(case.parameters)
    names = ("output_size", "kernel_size", "stride", "padding", "dilation")
    each = [value if isinstance(value, list) else [value] * 2 for value in (getattr(values, name) for name in names)]
    counts = [(size + 2 * p - d * (k - 1) - 1) // s + 1 for size, k, s, p, d in zip(*each, strict=True)]
    columns = Tensor("float32", (BATCH, prod(each[1]) * random.randint(1, 3), max(1, prod(counts))))
    return replace(case, given=(("input", (columns,)),))


def with_room(case: Case, random: Random) -> Case:
    """Larger pictures, and one way to say what becomes of them."""
    (name, (first, *_)), *_ = case.given
    assert isinstance(first, Tensor)
    larger = first.with_shape(*first.shape[:2], *(random.randint(6, 14) for _ in first.shape[2:]))
    one = random.choice(["output_size", "output_ratio"])
    parameters = {name: value for name, value in case.parameters.items() if name != one}
    return replace(case, parameters=parameters, given=((name, (larger,)),))


def with_one_size(case: Case, random: Random) -> Case:
    """One way to say the size, as many numbers as there are dimensions, and a mode for the rank."""
    (_, (first, *_)), *_ = case.given
    assert isinstance(first, Tensor)
    one, other = random.sample(["size", "scale_factor"], 2)
    parameters = {name: value for name, value in case.parameters.items() if name not in (one, "align_corners")}
    value = parameters.setdefault(other, setting(case.spec.parameter[other], random))
    if isinstance(value, list):
        length = case.spec.parameter[other].length
        parameters[other] = (value * 3)[: length if isinstance(length, int) else max(1, first.rank - 2)]
    between = {3: ["linear"], 4: ["bilinear", "bicubic"], 5: ["trilinear"]}.get(first.rank, [])
    if "mode" in parameters:
        parameters["mode"] = random.choice(["nearest", "nearest-exact", "area", *between, *between])
    return replace(case, parameters=parameters)


def with_squares(case: Case, random: Random) -> Case:
    """Channels, or height and width, that make up squares of pixels."""
    (name, (first, *_)), *_ = case.given
    if not isinstance(first, Tensor) or first.rank < 3:
        return case
    *before, channels, height, width = first.shape
    more, less = (case.parameters.get(f"{way}scale_factor", 2) for way in ("up", "down"))
    if case.spec.type == "nn.PixelShuffle":
        shape = (*before, channels * more**2, height, width)
    else:
        shape = (*before, channels, height * less, width * less)
    return replace(case, given=((name, (first.with_shape(*shape),)),))


def with_places(case: Case, random: Random) -> Case:
    """As many places as there are rows, in the dtype of the pictures."""
    (name, (first, *_)), *_ = case.given
    assert isinstance(first, Tensor)
    rank = max(first.rank - 2, 2)
    places = first.with_shape(*first.shape[:1], *(size(random) for _ in range(rank)), rank)
    return replace(case, given=((name, (first,)), ("grid", (places,))))


def with_sharp_pictures(case: Case, random: Random) -> Case:
    """Pictures that are larger than what blurs them."""
    (name, (first, *_)), *_ = case.given
    if not isinstance(first, Tensor) or first.rank < 3:
        return case
    larger = first.with_shape(*first.shape[:-2], random.randint(4, 9), random.randint(4, 9))
    kernels = [1, 3, [3, 5], 5]
    return replace(
        case, parameters={**case.parameters, "kernel_size": random.choice(kernels)}, given=((name, (larger,)),)
    )


def to_mix(case: Case, random: Random) -> Case:
    """A class for every sample, of as many as there are."""
    (name, (first, *_)), *_ = case.given
    if not isinstance(first, Tensor) or not first.shape:
        return case
    parameters = {**case.parameters, "num_classes": random.randint(1, 6)}
    return replace(
        case, parameters=parameters, given=((name, (first,)), ("target", (Tensor("int64", first.shape[:1]),)))
    )


def with_names(case: Case, random: Random) -> Case:
    """A name in the patterns of several ports stands for one size; as many weights as there are classes or answers."""
    sizes: dict[str, Dim] = {"B": BATCH}
    more = [size(random) for _ in range(random.choice([0, 0, 1, 2]))]
    given: list[tuple[str, tuple[Tensor, ...]]] = []
    for port in case.spec.ports(case.parameters)[0]:
        _, dtypes, dims = port.pattern.options[0]
        shape: list[Dim] = [BATCH, *more] if dims is None else []
        for name in dims or ():
            shape += more if name == "..." else [sizes.setdefault(name, size(random))]
        given.append((port.name, (Tensor(dtype(dtypes, random), tuple(shape)),)))
    first = given[0][1][0]
    classes = sizes.get("C", first.shape[-1] if first.shape else 1)
    weights = [p for p in case.spec.parameters if p.tensor_like and p.name in case.parameters]
    lengths = {p.name: (case.parameters[p.name] * 12)[:classes] for p in weights if isinstance(classes, int)}
    return replace(case, parameters={**case.parameters, **lengths}, given=tuple(given))


def with_answers(case: Case, random: Random) -> Case:
    """Scores for classes, for several answers or for one, or classes themselves, and targets that go with them."""
    more = [size(random) for _ in range(random.choice([0, 0, 0, 1]))]
    classes, way = random.randint(2, 6), random.randrange(4)
    scores: list[Dim] = [BATCH, *([classes] if way in (0, 2) else []), *more]
    target: list[Dim] = [BATCH, *more] if way == 0 else scores
    floats = Tensor(dtype(("float32", "float64", "float16"), random), tuple(scores))
    input = (
        Tensor("int64", tuple(scores)) if way == 3 and case.spec.inputs[0].pattern.accepts_dtype("int64") else floats
    )
    free = {name: value for name, value in case.parameters.items() if not case.spec.parameter[name].inferred}
    if way == 3:
        free |= {"num_classes": classes} | ({"task": "multiclass"} if random.random() < 0.8 else {})
    return replace(case, parameters=free, given=(("input", (input,)), ("target", (Tensor("int64", tuple(target)),))))


# What seldom fits by chance.
FITTED: dict[str, Callable[[Case, Random], Case]] = {
    **dict.fromkeys(["nn.RNN", "nn.GRU", "nn.LSTM", "nn.RNNCell", "nn.GRUCell", "nn.LSTMCell"], with_states),
    **{f"nn.Transformer{part}": attending for part in ("", "Encoder", "EncoderLayer", "Decoder", "DecoderLayer")},
    "nn.MultiheadAttention": attending,
    "F.scaled_dot_product_attention": with_heads,
    "torch.permute": with_every_dim,
    "torch.einsum": with_letters,
    "torch.matmul": with_columns_to_match,
    "torch.bmm": with_columns_to_match,
    "F.one_hot": with_classes,
    "torch.split": with_sections,
    "torch.reshape": with_open_size,
    **{f"torch.{name}": with_positions for name in ("gather", "index_select", "take_along_dim")},
    **{f"metric.{name}": with_answers for name in [*DECIDED, *SCORED]},
    **{f"metric.{name}CorrCoef": with_names for name in "Pearson Concordance Spearman KendallRank".split()},
    **{f"metric.{name}": with_names for name in "LogCoshError R2Score ExplainedVariance RelativeSquaredError".split()},
    **{f"nn.{name}Loss": with_names for name in "CTC CrossEntropy NLL MultiMargin MultiLabelSoftMargin".split()},
    **{f"nn.{name}Loss": with_names for name in "BCE BCEWithLogits GaussianNLL MultiLabelMargin".split()},
    **{f"nn.{name}Loss": with_names for name in "MarginRanking CosineEmbedding TripletMargin".split()},
    "nn.Fold": with_columns,
    "nn.Upsample": with_one_size,
    "F.interpolate": with_one_size,
    **{f"nn.Upsampling{way}2d": with_one_size for way in ("Nearest", "Bilinear")},
    "F.grid_sample": with_places,
    "transform.MixUp": to_mix,
    "transform.CutMix": to_mix,
    "transform.GaussianBlur": with_sharp_pictures,
    "nn.PixelShuffle": with_squares,
    "nn.PixelUnshuffle": with_squares,
    **{f"nn.MaxUnpool{rank}d": with_indices for rank in (1, 2, 3)},
    **{f"nn.FractionalMaxPool{rank}d": with_room for rank in (2, 3)},
}
