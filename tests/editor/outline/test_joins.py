"""The wires that could be drawn by name: those that fit come first, those that cannot be are not among them."""

from editor.canvas.face import MORE
from editor.canvas.pin import Pin
from editor.outline.joins import joins
from runtime.check.check import check
from runtime.graph.edit import applied
from tests.editor.canvas.hand import two_models

GRAPH = applied(two_models(), [("disconnect", "final.output", "loss.input")])
REPORT = check(GRAPH)


def test_that_what_fits_and_is_free_comes_first() -> None:
    first = joins(GRAPH, REPORT, ["final"])[0]
    assert first.text == "final.output → loss.input"
    assert (first.fits, first.replaces, first.type) == (True, False, "[B, 10]")


def test_that_no_wire_is_offered_twice_or_in_a_circle() -> None:
    texts = {join.text for join in joins(GRAPH, REPORT, ["joined"])}
    assert "joined.output → final.input" not in texts
    assert "joined.output → model_a.input" not in texts
    assert "flat.output → joined.tensors" in texts


def test_that_a_wire_in_another_s_place_and_one_that_does_not_fit_say_so() -> None:
    told = {join.text: join.remark for join in joins(GRAPH, REPORT, ["final"])}
    assert told["flat.output → final.input"] == "replaces a wire"
    assert told["final.output → adam.loss"] == "does not fit"


def test_that_several_nodes_are_joined_among_themselves_and_a_port_by_itself() -> None:
    assert {join.target.node for join in joins(GRAPH, REPORT, ["flat", "final"])} == {"final"}
    of_port = joins(GRAPH, REPORT, ["loss"], Pin("loss", "input", False))
    assert of_port[0].text == "final.output → loss.input"
    assert {join.target for join in of_port} == {Pin("loss", "input", False)}


def test_that_a_new_field_can_be_made() -> None:
    found = [join for join in joins(GRAPH, REPORT, ["batches"]) if join.target.port == MORE]
    assert [join.text for join in found] == [
        "digits.image → batches, a new field",
        "digits.label → batches, a new field",
    ]
