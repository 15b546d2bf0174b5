"""The document as an object among others: how it goes."""

import gc
from itertools import permutations

import pytest
from PySide6.QtWidgets import QApplication

from editor.document.document import Document
from runtime.graph.edit import applied
from runtime.graph.model import Graph


def test_that_a_document_and_its_steps_are_collected_in_any_order(qapp: QApplication) -> None:
    """Qt's stack points at steps that Python frees; an order in which it still does ends this process."""
    gone: list[object] = []
    for order in permutations(range(4)):
        document = Document()
        for name in ("first", "second"):
            document.do([("add", name, "nn.ReLU", {}, (0, 0))], "add")
        document.destroyed.connect(lambda: gone.append(None))
        history = document.history
        parts = [document, history, history.command(0), history.command(1)]
        held = [parts[at] for at in order]  # the collector goes through them as it found them here
        del document, history, parts
        gc.collect()
        held.clear()
        gc.collect()
    assert len(gone) == 24


@pytest.mark.parametrize(("index", "unsaved"), [(0, False), (1, True), (2, False)])
def test_that_what_is_restored_is_saved_where_it_is_what_the_file_holds_though_an_earlier_step_was_too(
    qapp: QApplication, index: int, unsaved: bool
) -> None:
    empty, document = Graph(), Document()
    steps = [("", empty), ("add", applied(empty, [("add", "relu", "nn.ReLU", {}, (0, 0))])), ("remove", empty)]
    document.restore(steps, index, None, None, saved=empty)
    assert document.unsaved is unsaved
