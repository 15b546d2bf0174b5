"""Nodes that grow a field for each wire that is dropped on their +."""

import pytest

from editor.canvas.intents import Intent, connection
from editor.canvas.pin import Pin
from editor.canvas.rewire import insertion
from runtime.check.problem import Report
from runtime.graph.edit import applied
from runtime.graph.model import Edge, Graph, end

DRAWN = applied(
    Graph(),
    [
        ("add", "wine", "data.Wine", {}, (0, 0)),
        ("add", "zipped", "data.Zip", {}, (200, 0)),
        ("add", "matched", "data.Join", {}, (200, 200)),
        ("add", "batches", "Collate", {"fields": ["label"]}, (400, 0)),
        ("connect", "wine.label", "batches.label"),
    ],
)


@pytest.mark.parametrize("id", ["zipped", "matched"])
def test_that_a_wire_on_the_plus_of_datasets_put_together_is_a_field_called_as_it_comes(id: str) -> None:
    found = connection(DRAWN, Pin("wine", "label", True), Pin(id, "+", False))
    assert isinstance(found, Intent)
    made = applied(DRAWN, found.edits)
    assert made.nodes[id].parameters["fields"] == ["label"]
    assert Edge(end("wine.label"), end(f"{id}.label")) in made.edges


def test_that_a_second_field_of_that_name_gets_a_number() -> None:
    once = applied(DRAWN, [("set", "zipped", "fields", ["label"]), ("connect", "wine.label", "zipped.label")])
    found = connection(once, Pin("wine", "label", True), Pin("zipped", "+", False))
    assert isinstance(found, Intent)
    assert applied(once, found.edits).nodes["zipped"].parameters["fields"] == ["label", "label_2"]


def test_that_none_of_them_is_put_in_the_middle_of_a_wire() -> None:
    assert insertion(DRAWN, Report(), "data.Zip", Edge(end("wine.label"), end("batches.label"))) is None
