"""What a node shows, made from graph and report without a screen."""

import pytest

from editor.canvas.face import MORE, Face, Scenery, chip, kind
from runtime.check.check import check
from runtime.check.problem import Report
from runtime.graph.edit import Edit, applied
from runtime.spec.tensor import BATCH, Loss, Picture, Several, Tensor, Text, Type
from tests.editor.canvas.hand import two_models


def face_of(id: str, *edits: Edit) -> Face:
    """The face of a node of the two models after some edits."""
    graph = applied(two_models(), edits)
    return Scenery(graph, check(graph)).faces([id])[id]


@pytest.mark.parametrize(
    ("type", "word"),
    [
        (Tensor("float16"), "float"),
        (Tensor("uint8"), "int"),
        (Tensor("bool"), "bool"),
        (Several(Tensor("int64")), "int"),
        (Text(), "text"),
        (Picture(True), "picture"),
        (Loss(), "loss"),
        (None, "unknown"),
    ],
)
def test_that_a_wire_has_the_colour_of_what_it_carries(type: Type | None, word: str) -> None:
    assert kind(type) == word


@pytest.mark.parametrize(
    ("type", "text"),
    [
        (Tensor("float32", (BATCH, 10)), "[B, 10]"),
        (Tensor("int64", (BATCH,)), "int64[B]"),
        (Tensor("float32", (BATCH, 1000, 1000, 10000, 10)), "[B, …, 10]"),
        (None, ""),
    ],
)
def test_that_a_chip_is_short(type: Type | None, text: str) -> None:
    assert chip(type) == text


def test_that_inferred_values_are_in_the_summary() -> None:
    assert face_of("model_a").summary == "64 → 5"
    assert face_of("model_a", ("disconnect", "flat.output", "model_a.input")).summary == "? → 5"


def test_that_large_numbers_have_separators() -> None:
    edits: tuple[Edit, ...] = (
        ("replace", "noise.picture", "batches.image"),
        ("set", "model_a", "out_features", 4096),
        ("set", "batches", "batch_size", 1024),
    )
    noise: Edit = ("add", "noise", "data.Noise", {"fields": {"picture": "float32[3, 224, 224]"}})
    assert face_of("model_a", noise, *edits).summary == "150,528 → 4,096"
    assert face_of("batches", noise, *edits).summary.startswith("DataLoader, batch 1,024")


def test_that_lone_ports_have_no_label_and_several_have() -> None:
    assert [inlet.label for inlet in face_of("final").inlets] == [""]
    assert [inlet.label for inlet in face_of("loss").inlets] == ["input", "target"]
    assert [outlet.label for outlet in face_of("digits").outlets] == ["image", "label"]


def test_that_collate_has_a_port_for_more() -> None:
    assert [inlet.name for inlet in face_of("batches").inlets] == ["image", "label", MORE]


def test_that_a_node_with_nothing_to_say_is_a_pill() -> None:
    assert face_of("flat").pill
    assert not face_of("final").pill
    assert not face_of("loss").pill


def test_that_what_is_left_to_do_is_no_error() -> None:
    face = face_of("final", ("disconnect", "joined.output", "final.input"))
    assert face.inlets[0].severity == "open"
    assert face.problem is not None
    assert face.problem.severity == "open"


def test_that_ports_which_only_edges_know_are_shown() -> None:
    face = face_of("final", ("connect", "flat.output", "final.extra"))
    assert [(inlet.name, inlet.stray) for inlet in face.inlets] == [("input", False), ("extra", True)]


def test_that_parameters_of_the_wrong_kind_do_no_harm() -> None:
    face = face_of("batches", ("set", "batches", "fields", 7))
    assert {inlet.name for inlet in face.inlets} >= {"image", "label"}
    assert Scenery(two_models(), Report()).faces()["batches"].outlets[0].chip == ""


def test_that_a_node_says_what_is_special_about_its_weights() -> None:
    edits: tuple[Edit, ...] = (("set", "model_b", "out_features", 5), ("share", "model_b", "model_a"))
    assert face_of("model_b", *edits).summary == "64 → 5, weights of model_a"
    frozen: Edit = ("freeze", "model_a", True)
    assert [face_of(id, *edits, frozen).frozen for id in ("model_a", "model_b", "final")] == [True, True, False]
    assert face_of("model_a", ("weights", "model_a", {"path": "a/net.pt"})).summary == "64 → 5, from net.pt"
