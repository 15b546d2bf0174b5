"""Cases of recurrent layers and attention whose wires go together, which by chance they seldom do."""

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

from runtime.spec.tensor import BATCH, Dim, Tensor

if TYPE_CHECKING:
    from tests.runtime.check.cases import Case


def with_states(case: "Case", random: Random) -> "Case":
    """States of the shape that the parameters ask for."""
    values = case.spec.values(case.parameters)
    given = dict(case.given)
    source = given["input"][0]
    if not isinstance(source, Tensor) or source.rank != (3 if hasattr(values, "batch_first") else 2):
        return case
    for name in given:
        if name != "input":
            given[name] = (Tensor("float32", _state(values, name, source)),)
    return replace(case, given=tuple(given.items()))


def _state(values: Any, name: str, source: Tensor) -> tuple[Dim, ...]:
    if not hasattr(values, "batch_first"):
        return (source.shape[0], values.hidden_size)
    shape: tuple[Dim, ...] = values.state(name, source.shape[0 if values.batch_first else 1])
    return shape


def attending(case: "Case", random: Random) -> "Case":
    """Sequences that go together: one batch, features that the heads can share, masks of the right shape."""
    heads = next((case.parameters[name] for name in ("num_heads", "nhead") if name in case.parameters), None)
    count = heads if isinstance(heads, int) and heads <= 4 else random.choice([1, 2, 4])
    named = "num_heads" if "num_heads" in case.spec.parameter else "nhead"
    parameters = {**case.parameters, named: count}
    for name in ("num_layers", "num_encoder_layers", "num_decoder_layers", "dim_feedforward"):
        if name in case.spec.parameter:
            parameters[name] = random.choice([1, 2])
    for inferred in ("embed_dim", "kdim", "vdim", "d_model"):
        parameters.pop(inferred, None)
    long, short, width = random.randint(1, 5), random.randint(1, 5), count * random.randint(1, 3)
    first = bool(parameters.get("batch_first", False))
    steps = {"query": long, "tgt": long, "key": short, "value": short, "memory": short}
    source = short if case.spec.type == "nn.Transformer" else long
    given: list[tuple[str, tuple[Tensor, ...]]] = []
    for name, _ in case.given:
        if "mask" in name:
            shape = _mask(name, long, short, source)
            given.append((name, (Tensor(random.choice(["bool", "float32"]), shape),)))
            continue
        length = steps.get(name, source)
        features = random.choice([width, 3]) if name in ("key", "value") else width
        pair: tuple[Dim, ...] = (BATCH, length) if first else (length, BATCH)
        given.append((name, (Tensor("float32", (*pair, features)),)))
    return replace(case, parameters=parameters, given=tuple(given))


def _mask(name: str, long: int, short: int, source: int) -> tuple[Dim, ...]:
    """What a mask of that name is about: (batch, steps) of padding, or steps that look and steps that are looked at."""
    looked = short if name in ("key_padding_mask", "memory_key_padding_mask", "memory_mask", "attn_mask") else long
    if name.startswith("src") or name == "mask":
        looked = source
    rows = source if name.startswith("src") or name == "mask" else long
    return (BATCH, looked) if "padding" in name else (rows, looked)


def with_heads(case: "Case", random: Random) -> "Case":
    """Query, key and value whose steps and features go together, and a mask that can be stretched to their scores."""
    sizes: list[Dim] = [BATCH, 1, 2, 3]
    before = [random.choice(sizes) for _ in range(random.choice([0, 1, 1, 2, 2]))]
    long, short, width = random.randint(1, 5), random.randint(1, 5), random.randint(1, 4)
    last = {"query": (long, width), "key": (short, width), "value": (short, random.choice([width, 3]))}
    dtype = random.choice(["float32", "float32", "float16", "float64"])
    given: list[tuple[str, tuple[Tensor, ...]]] = []
    for name, _ in case.given:
        around: list[Dim] = [size if random.random() < 0.9 else 1 for size in before][random.choice([0, 0, 0, 1]) :]
        if name == "attn_mask":
            rows, columns = (size if random.random() < 0.8 else 1 for size in (long, short))
            mask = random.choice(["bool", dtype, "float32"])
            given.append((name, (Tensor(mask, (*around, rows, columns)),)))
        else:
            if len(around) > 1 and name == "query" and random.random() < 0.5:
                around[-1] = 2 * around[-1]
            given.append((name, (Tensor(dtype, (*around, *last[name])),)))
    return replace(case, given=tuple(given))
