"""Which rows come in which batches: drawn by class or weight, together by length, the same whoever loads them."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import Tensor

from runtime.check.check import check
from runtime.generate.feeding import feeding
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from runtime.train.pieces.feed import Batches
from runtime.train.pieces.order import chances_by, chances_of_classes
from runtime.train.pieces.padding import lengths_of, padding_mask
from tests.runtime.generate.cases import NAMES, graph_of, imported, program_of
from tests.runtime.generate.fed import batches_of, loading

ROWS = torch.arange(3, 203)
LENGTHS = torch.randint(1, 60, (203,), generator=torch.Generator().manual_seed(0))
WEIGHTED: list[Edit] = [("set", "batches", "sampling", "weighted"), ("set", "batches", "drop_last", False)]
FLIPPED: list[Edit] = [
    ("set", "batches", "sampling", "balanced"),
    ("connect", "digits.label", "batches.sample_by"),
    ("rename", "left", "flip"),
]
Kept = dict[str, Any]


def bucketed(**more: Any) -> Batches:
    """Batches of 16 of near lengths."""
    return Batches({}, ROWS, 16, shuffle=True, lengths=LENGTHS, **more)


def filled(batches: tuple[Tensor, ...]) -> int:
    """How many places padding fills up."""
    return sum(int((LENGTHS[rows].max() - LENGTHS[rows]).sum()) for rows in batches)


def test_that_buckets_hold_every_row_once_and_little_padding() -> None:
    order, plain = bucketed().order(1), Batches({}, ROWS, 16, shuffle=True).order(1)
    assert sorted(torch.cat(order).tolist()) == ROWS.tolist()
    assert [len(rows) for rows in order] == [len(rows) for rows in plain] == [16] * 12 + [8]
    assert 4 * filled(order[:-1]) < filled(plain[:-1])
    assert len(bucketed(drop_last=True).order(1)) == 12


def test_that_the_order_of_buckets_depends_on_seed_and_epoch_alone() -> None:
    def order(seed: int, epoch: int) -> list[int]:
        return torch.cat(bucketed(seed=seed).order(epoch)).tolist()

    assert order(1, 2) == order(1, 2)
    assert len({tuple(order(*key)) for key in ((1, 2), (1, 3), (2, 2))}) == 3
    longest = [int(LENGTHS[rows].max()) for rows in bucketed().order(1)[:-1]]
    assert longest != sorted(longest)


def test_that_few_rows_can_be_put_into_buckets() -> None:
    few = Batches({}, ROWS[:5], 16, shuffle=True, lengths=LENGTHS)
    assert sorted(torch.cat(few.order(1)).tolist()) == ROWS[:5].tolist()


@pytest.mark.parametrize("column", [torch.tensor([0] * 190 + [1] * 13), ["often"] * 190 + ["rare"] * 13])
def test_that_balanced_classes_come_equally_often(column: Any) -> None:
    batches = Batches({}, ROWS, 16, chances=chances_of_classes(column, ROWS))
    drawn = [row for epoch in range(20) for rows in batches.order(epoch) for row in rows.tolist()]
    assert set(drawn) <= set(ROWS.tolist()) and len(drawn) == 20 * len(ROWS)
    counts = Counter(row < 190 for row in drawn)
    assert 0.47 < counts[True] / len(drawn) < 0.53
    assert [rows.tolist() for rows in batches.order(3)] == [rows.tolist() for rows in batches.order(3)]
    assert torch.cat(batches.order(3)).tolist() != torch.cat(batches.order(4)).tolist()


def test_that_rows_come_as_often_as_their_weights_say() -> None:
    weights = torch.tensor([0.0] * 103 + [1.0] * 50 + [3.0] * 50)
    batches = Batches({}, ROWS, 16, chances=chances_by(weights, ROWS))
    drawn = Counter(float(weights[row]) for epoch in range(20) for rows in batches.order(epoch) for row in rows)
    assert drawn.keys() == {1.0, 3.0}
    assert 2.7 < drawn[3.0] / drawn[1.0] < 3.3


@pytest.mark.parametrize(
    ("weight", "told"),
    [(-1.0, r"row 7 .* has the weight -1.0: give it 0 or more"), (float("nan"), "row 7 .* has the weight nan")],
)
def test_that_a_weight_that_is_none_is_told_with_its_row(weight: float, told: str) -> None:
    weights = torch.ones(203)
    weights[7] = weight
    with pytest.raises(ValueError, match=told):
        chances_by(weights, ROWS)
    assert chances_by(weights, ROWS[10:]).tolist() == [1.0] * 190  # a row that is held out may have any
    with pytest.raises(ValueError, match="all rows to train on have the weight 0 in sample_by: give some more"):
        chances_by(torch.zeros(203), ROWS)


def test_that_a_mask_says_what_attention_ignores() -> None:
    samples = [torch.ones(3, 2), torch.ones(1, 2), torch.ones(4, 2)]
    mask = padding_mask(samples)
    assert lengths_of(samples).tolist() == [3, 1, 4]
    assert mask.tolist() == [[False] * 3 + [True], [False] + [True] * 3, [False] * 4]
    attention = torch.nn.MultiheadAttention(2, 1, batch_first=True)
    padded = torch.nn.utils.rnn.pad_sequence(samples, batch_first=True, padding_value=9.0)
    looked = attention(padded, padded, padded, key_padding_mask=mask)[1]
    assert bool((looked.masked_select(mask[:, None].expand_as(looked)) == 0).all())


def ragged(program: ModuleType) -> ModuleType:
    """A program whose words are of many lengths."""
    noise: Callable[..., Kept] = program.make_noise

    def cut(*arguments: Any) -> Kept:
        columns = noise(*arguments)
        return columns | {"words": [row[: 1 + at * 7 % 9] for at, row in enumerate(columns["words"])]}

    program.__dict__["make_noise"] = cut
    return program


def cases() -> dict[str, Graph]:
    """Graphs that draw, sort, pad and change their samples at random."""
    weighted: list[Edit] = [
        ("set", "noise", "fields", {"words": "int64[9]", "label": "int64[]", "w": "uint8[]"}),
        *WEIGHTED,
        ("connect", "noise.w", "batches.sample_by"),
    ]
    return {
        "flips": applied(graph_of("flips"), FLIPPED),
        "masked": graph_of("masked"),
        "weighted": applied(graph_of("masked"), weighted),
        "sampled": graph_of("sampled"),
    }


def fed(graph: Graph, workers: int, file: Path) -> list[Any]:
    """Every batch that so many workers give."""
    program = imported(loading(graph, workers), file)
    return batches_of(ragged(program) if "make_noise" in vars(program) else program)


@pytest.mark.parametrize("name", ["masked", "sampled"])
def test_that_drawn_and_padded_batches_are_the_same_bytes_for_any_number_of_workers(tmp_path: Path, name: str) -> None:
    graph = cases()[name]
    alone = fed(graph, 0, tmp_path / "alone.py")
    assert fed(graph, 2, tmp_path / "two.py") == alone
    found = feeding(graph, check(graph))
    if found is not None and found.way == "gathered":
        assert batches_of(imported(program_of(graph).text, tmp_path / "gathered.py")) == alone


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore:This DataLoader will create 4 worker processes")  # on a machine of fewer cores
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["flips", "masked", "weighted", "sampled"])
def test_that_all_ways_to_load_give_the_same_bytes(tmp_path: Path, name: str, seed: int) -> None:
    graph = applied(cases()[name], [("set", "batches", "split_seed", seed), ("set", "batches", "batch_size", 7 + seed)])
    alone = fed(graph, 0, tmp_path / "alone.py")
    for workers in (1, 2, 4):
        assert fed(graph, workers, tmp_path / f"with_{workers}.py") == alone


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore::UserWarning")  # rows are left out, and 4 workers are many
# The Collate of odd_names is no `batches`; of shared_rows each process has a part of a batch.
@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("odd_names", "shared_rows")])
def test_that_every_graph_gives_the_same_bytes_whichever_way_it_is_fed(tmp_path: Path, name: str) -> None:
    graph = graph_of(name)
    found = batches_of(imported(program_of(graph).text, tmp_path / "as_it_is.py"))
    assert found[0]
    for workers in (0, 1, 2, 4):
        assert batches_of(imported(loading(graph, workers), tmp_path / f"with_{workers}.py")) == found


@pytest.mark.parametrize("name", ["masked", "sampled"])
def test_that_an_epoch_goes_on_at_any_batch(tmp_path: Path, name: str) -> None:
    program = imported(loading(cases()[name], 0), tmp_path / "program.py")
    run = program.prepare(program.options_from(["--device=cpu"]))
    whole = [batch["label"].tolist() for batch in run.feed("training", 2)]
    assert [batch["label"].tolist() for batch in run.feed("training", 2, 3)] == whole[3:]


def test_that_an_in_memory_graph_says_why_it_is_gathered_and_others_why_not() -> None:
    def told(name: str, *edits: Edit) -> str | None:
        graph = applied(graph_of(name), edits)
        found = feeding(graph, check(graph))
        return found.told if found else None

    assert told("sampled") == "Gathered from memory, a whole batch at a time: nothing needs its samples one by one."
    loaded = "Loaded sample by sample: batches has workers."
    assert told("text", ("set", "batches", "num_workers", 2)) == loaded
    assert told("text", ("set", "batches", "num_workers", 2), ("remove", "loss")) == loaded
    assert told("text", ("remove", "noise")) is None
    assert told("text", ("remove", "batches")) is None
