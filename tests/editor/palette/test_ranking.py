"""Which node types typed letters find, in which order."""

import pytest

from editor.palette.fit import gives, takes
from editor.palette.ranking import ranked
from editor.palette.usual import USUAL
from runtime.spec.catalogue import catalogue
from runtime.spec.schedule import SCHEDULES
from runtime.spec.tensor import BATCH, Loss, Tensor


def found(query: str) -> list[str]:
    """The types that a query finds, best first."""
    return [spec.type for spec in ranked(query, catalogue().values())]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("linear", "nn.Linear"),
        ("nn.Lin", "nn.Linear"),
        ("dense", "nn.Linear"),
        ("fully connected", "nn.Linear"),
        ("concatenate", "torch.cat"),
        ("dataloader", "Collate"),
        ("mnist", "data.Idx"),
        ("cel", "nn.CrossEntropyLoss"),
        ("flat", "nn.Flatten"),
        ("ADAM", "optim.Adam"),
    ],
)
def test_that_a_name_or_the_words_people_use_find_a_type(query: str, best: str) -> None:
    assert found(query)[0] == best


@pytest.mark.parametrize(
    "query",
    [
        *("StepLR", "scheduler", "lr_scheduler", "lr schedule", "CosineAnnealingLR", "warmup", "onecycle", "lr"),
        *("Learning rate", "weight decay", "gradient clipping", "clip_grad_norm", "clip_grad_norm_"),
    ],
)
def test_that_what_an_optimizer_holds_as_a_parameter_finds_optimizers(query: str) -> None:
    best = found(query)[:5]
    assert {catalogue()[name].family for name in best} == {"optimizer"}
    assert set(best) & {"optim.AdamW", "optim.Adam", "optim.SGD"}


def test_that_every_schedule_is_found_by_its_name() -> None:
    assert {name: catalogue()[found(name)[0]].family for name in SCHEDULES} == dict.fromkeys(SCHEDULES, "optimizer")


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("attention", ["nn.MultiheadAttention", "F.scaled_dot_product_attention", "nn.Transformer"]),
        ("cross entropy", ["nn.CrossEntropyLoss"]),
        ("pooling", ["nn.MaxPool2d", "nn.AdaptiveAvgPool2d"]),
        ("skip connection", ["torch.add"]),
        ("residual", ["torch.add"]),
        ("one hot", ["F.one_hot"]),
        ("upsample", ["nn.Upsample", "F.interpolate"]),
        ("csv", ["data.Table"]),
        ("pretrained", ["own.Model"]),
        ("num_workers", ["Collate"]),
        ("average", ["torch.mean"]),
        ("drop", ["nn.Dropout"]),
    ],
)
def test_that_what_is_looked_for_comes_before_what_has_to_do_with_it(query: str, best: list[str]) -> None:
    assert found(query)[: len(best)] == best


@pytest.mark.parametrize("query", ["normalisation", "normalization"])
def test_that_both_spellings_find_the_layers(query: str) -> None:
    assert set(found(query)[:3]) == {"nn.BatchNorm2d", "nn.LayerNorm", "nn.RMSNorm"}


def test_that_nothing_typed_shows_what_is_usual_and_then_the_rest_in_the_order_of_the_catalogue() -> None:
    usual = [name for name in USUAL if name in catalogue()]
    assert found("  ") == usual + [name for name in catalogue() if name not in usual]


def test_that_among_equals_the_usual_come_first() -> None:
    best = [found(query)[0] for query in ("conv", "max", "batch")]
    assert best == ["nn.Conv2d", "nn.MaxPool2d", "nn.BatchNorm2d"]


def test_that_a_slip_of_the_finger_still_finds_the_type() -> None:
    assert found("linaer")[0] == "nn.Linear"


def test_that_letters_that_mean_nothing_find_nothing() -> None:
    assert found("xqzzk") == []


def test_that_letters_scattered_over_a_name_find_it_only_as_beginnings_of_its_words() -> None:
    assert found("cancer") == ["data.BreastCancer"]
    assert found("one hot") == ["F.one_hot"]
    assert found("lstm") == ["nn.LSTM", "nn.LSTMCell"]
    assert set(found("trenc")) == {"nn.TransformerEncoder", "nn.TransformerEncoderLayer"}
    assert found("bn2d")[0] == "nn.BatchNorm2d"


def test_that_every_type_is_found_first_by_its_own_name() -> None:
    assert {name: found(name)[0] for name in catalogue()} == {name: name for name in catalogue()}


def test_that_types_which_take_a_dragged_wire_come_before_all_others() -> None:
    labels = Tensor("int64", (BATCH,), 10)
    fits = takes(labels)
    order = [fits(spec) for spec in ranked("", catalogue().values(), fits)]
    assert order == sorted(order, reverse=True)
    assert fits(catalogue()["nn.Embedding"])
    assert not fits(catalogue()["nn.Linear"])


def test_that_a_loss_is_offered_to_a_port_that_wants_a_loss() -> None:
    (wants,) = [port for port in catalogue()["optim.Adam"].inputs if port.name == "loss"]
    fits = gives(wants)
    assert {spec.family for spec in catalogue().values() if fits(spec)} == {"loss"}
    assert takes(Loss())(catalogue()["optim.Adam"])


@pytest.mark.parametrize("query", ["sigmoid", "sigm", "softmax", "tanh"])
@pytest.mark.parametrize("swapped", ["nn.Linear", "nn.ReLU", "torch.add"])
def test_that_of_types_with_one_name_a_layer_is_first_swapped_for_a_layer(query: str, swapped: str) -> None:
    first, second, *_ = ranked(query, catalogue().values(), near=catalogue()[swapped])
    assert first.title.lower() == second.title.lower()
    assert first.type.startswith(swapped.partition(".")[0])
    assert ranked(query, catalogue().values())[0].type.startswith("torch."), "as where no node is swapped"
