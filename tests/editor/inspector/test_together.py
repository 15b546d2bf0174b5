"""Several nodes at once: what they have in common is set at all of them in one undo step."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox

from editor.looks.pieces import Line
from tests.editor.inspector.conftest import Desk
from tests.editor.inspector.test_inspector import line


def test_that_several_nodes_of_one_type_are_set_in_one_undo_step(desk: Desk) -> None:
    desk.show("model_a", "model_b")
    assert line(desk.field("out_features")).placeholderText() == "mixed"
    desk.type("out_features", "32")
    assert desk.parameters("model_a") == desk.parameters("model_b") == {"out_features": 32}
    assert desk.document.history.count() == 1
    desk.document.history.undo()
    assert desk.parameters("model_b") == {"out_features": 7}


def test_that_nodes_of_different_types_are_set_together_by_what_all_of_them_have(desk: Desk) -> None:
    desk.document.do([("add", "conv_3d", "nn.Conv3d", {}), ("add", "gru", "nn.GRU", {"dropout": 0.5})], "more")
    desk.show("model_a", "conv", "gru")
    assert list(desk.inspector.page.rows) == ["bias"]  # type: ignore[union-attr]  # a form is shown
    box = desk.field("bias")
    assert isinstance(box, QCheckBox)
    box.setFocus()
    desk.key(box, Qt.Key.Key_Space)
    assert [desk.parameters(id).get("bias") for id in ("model_a", "conv", "gru")] == [False] * 3
    assert desk.document.history.count() == 2
    desk.show("conv", "conv_3d")
    rows = desk.inspector.page.rows  # type: ignore[union-attr]  # a form is shown
    assert {"out_channels", "groups", "padding_mode"} <= rows.keys()
    assert not {"kernel_size", "in_channels"} & rows.keys()  # one number a dimension; what the wire tells
    desk.settle(lambda: rows["bias"].entry.seen.mixed)
    assert box is not desk.field("bias")
    desk.type("out_channels", "0")
    assert desk.row("out_channels").wrong.isVisible()
    desk.type("out_channels", "24")
    assert [desk.parameters(id).get("out_channels") for id in ("conv", "conv_3d")] == [24, 24]
    desk.document.history.undo()
    assert [desk.parameters(id).get("out_channels") for id in ("conv", "conv_3d")] == [None, None]
    desk.document.history.undo()
    assert [desk.parameters(id).get("bias") for id in ("model_a", "conv", "gru")] == [None] * 3


def test_that_a_reset_of_several_nodes_gives_each_the_default_of_its_type(desk: Desk) -> None:
    encoder = ("add", "encoder", "nn.TransformerEncoderLayer", {"dropout": 0.3})
    desk.document.do([encoder, ("add", "gru", "nn.GRU", {"dropout": 0.3})], "more")
    desk.show("encoder", "gru")
    desk.settle(desk.row("dropout").back.isVisible)
    desk.click(desk.row("dropout").back)
    assert [desk.parameters(id) for id in ("encoder", "gru")] == [{}, {}]
    desk.settle(lambda: desk.row("dropout").entry.seen.mixed)  # 0.1 and 0.0
    assert line(desk.field("dropout")).placeholderText() == "mixed"


def test_that_nodes_that_have_no_parameter_alike_say_so(desk: Desk) -> None:
    desk.show("digits", "flat")
    assert desk.inspector.page.rows == {}  # type: ignore[union-attr]  # a form is shown
    assert any("no parameter in common" in each.text() for each in desk.inspector.findChildren(Line))
