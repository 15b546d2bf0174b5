"""The level that is shown, without a screen."""

from PySide6.QtWidgets import QApplication

from editor.document.document import Document
from editor.document.level import Level
from runtime.check.check import check
from runtime.graph.model import Graph, Node


def test_that_a_way_through_definitions_that_use_themselves_is_gone_step_by_step(qapp: QApplication) -> None:
    del qapp
    inner = Graph({"again": Node("again", "definition.inner")})
    outer = Graph({"within": Node("within", "definition.inner")})
    document = Document()
    document.open(Graph({"use": Node("use", "definition.outer")}, definitions={"outer": outer, "inner": inner}), None)
    level = Level(document)
    level.see(check(document.graph))
    for id, name in (("use", "outer"), ("within", "inner"), ("again", "inner")):
        assert level.enter(id)
        assert level.name == name
