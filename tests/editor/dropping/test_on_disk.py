"""The sheet of a file that is too large to be kept in memory."""

from typing import Any

from editor.window.window import Window
from tests.editor.dropping.test_sheet import click, shown
from tests.runtime.propose.looks import PENGUINS


def test_that_a_file_whose_rows_stay_on_disk_says_so_with_the_reason(window: Window) -> None:
    small = shown(window, PENGUINS)
    assert small.kept.isHidden()
    small.reject()
    parameters: dict[str, Any] = {**PENGUINS["parameters"], "in_memory": False}
    large = shown(window, {**PENGUINS, "parameters": parameters})
    assert large.kept.isVisible()
    assert large.kept.text().startswith("The data is larger than 1 GiB, so its rows stay on disk")
    click(large.only)
    (node,) = window.document.graph.nodes.values()
    assert node.parameters["in_memory"] is False
