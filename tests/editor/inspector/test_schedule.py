"""The row of a schedule: a type to choose, below it the settings of that type, each with its limits, each undone."""

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QWidget

from editor.inspector.choice import StillCombo
from editor.inspector.schedule import ScheduleEntry
from editor.looks.pieces import TextButton
from editor.window.tab_order import go_to, next_stop
from runtime.spec.schedule import SCHEDULES
from tests.editor.inspector.conftest import Desk


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """The desk with two optimizers on it, the first of them chosen."""
    desk.document.do([("add", "sgd", "optim.SGD", {}), ("add", "other", "optim.SGD", {"lr": 0.5})], "Add")
    desk.document.history.clear()
    desk.show("sgd")
    return desk


def entry(desk: Desk) -> ScheduleEntry:
    """The entry of the schedule."""
    found = desk.row("schedule").entry
    assert isinstance(found, ScheduleEntry)
    return found


def choose(desk: Desk, name: str) -> None:
    """Choose a type as keys do."""
    combo = entry(desk).combo
    combo.setCurrentIndex(combo.findText(name))
    combo.activated.emit(combo.currentIndex())
    desk.settle(lambda: entry(desk).shown == (name if name != "none" else ""))
    fields = [field(desk, each) for each in entry(desk).rows]
    desk.settle(lambda: all(15 < each.height() < 60 for each in fields))  # they are laid out


def field(desk: Desk, name: str) -> QWidget:
    """What has the focus when the row of a setting has it."""
    part = entry(desk).rows[name].entry.focusProxy()
    assert part is not None
    return part


def type_setting(desk: Desk, name: str, text: str) -> None:
    """Click into the field of a setting, replace its text, and press Enter."""
    part = field(desk, name)
    desk.write(part, text)
    desk.key(part, Qt.Key.Key_Return)


def schedule(desk: Desk, id: str = "sgd") -> Any:
    """What the graph holds."""
    return desk.parameters(id).get("schedule")


def test_that_none_and_every_type_can_be_chosen(desk: Desk) -> None:
    combo = entry(desk).combo
    assert [combo.itemText(at) for at in range(combo.count())] == ["none", *SCHEDULES]
    assert combo.currentText() == "none"
    assert not entry(desk).isVisible()
    combo.setFocus()
    desk.key(combo, Qt.Key.Key_Down)
    assert schedule(desk) == {"type": "StepLR"}
    desk.settle(lambda: list(entry(desk).rows) == ["step_size", "gamma", "warmup"])
    choose(desk, "none")
    assert "schedule" not in desk.parameters("sgd")
    desk.settle(lambda: not entry(desk).rows)


@pytest.mark.parametrize("name", SCHEDULES)
def test_that_a_type_shows_its_settings_with_their_defaults(desk: Desk, name: str) -> None:
    choose(desk, name)
    desk.settle(lambda: list(entry(desk).rows) == list(SCHEDULES[name].parameter))
    assert entry(desk).doc.text() == SCHEDULES[name].doc
    assert {each: row.entry.seen.value for each, row in entry(desk).rows.items()} == {
        each.name: each.default for each in SCHEDULES[name].parameters
    }


def test_that_a_setting_is_written_where_it_differs_from_the_default_and_undone_alone(desk: Desk) -> None:
    choose(desk, "StepLR")
    type_setting(desk, "step_size", "3")
    assert schedule(desk) == {"type": "StepLR", "step_size": 3}
    type_setting(desk, "gamma", "0.5")
    type_setting(desk, "step_size", "10")
    assert schedule(desk) == {"type": "StepLR", "gamma": 0.5}
    for before in ({"step_size": 3, "gamma": 0.5}, {"step_size": 3}, {}):
        desk.document.history.undo()
        assert schedule(desk) == {"type": "StepLR", **before}
    desk.document.history.undo()
    assert schedule(desk) is None
    desk.settle(lambda: entry(desk).combo.currentText() == "none" and not entry(desk).isVisible())


def test_that_a_setting_goes_back_to_its_default_by_its_button(desk: Desk) -> None:
    choose(desk, "StepLR")
    type_setting(desk, "step_size", "3")
    back = entry(desk).rows["step_size"].back
    desk.settle(back.isVisible)
    desk.click(back)
    assert schedule(desk) == {"type": "StepLR"}
    desk.settle(lambda: not back.isVisible())
    desk.click(desk.row("schedule").back)
    assert schedule(desk) is None


def test_that_another_type_keeps_the_settings_that_both_have(desk: Desk) -> None:
    choose(desk, "StepLR")
    type_setting(desk, "gamma", "0.5")
    type_setting(desk, "step_size", "3")
    choose(desk, "MultiStepLR")
    assert schedule(desk) == {"type": "MultiStepLR", "gamma": 0.5}
    choose(desk, "OneCycleLR")
    assert schedule(desk) == {"type": "OneCycleLR"}


@pytest.mark.parametrize(
    ("text", "sentence"), [("0", "Needs at least 1, got 0"), ("often", "Needs a whole number, got often")]
)
def test_that_what_is_no_value_is_refused_at_its_field(desk: Desk, text: str, sentence: str) -> None:
    choose(desk, "StepLR")
    type_setting(desk, "step_size", text)
    wrong = entry(desk).rows["step_size"].wrong
    assert wrong.isVisible() and wrong.text() == sentence
    assert schedule(desk) == {"type": "StepLR"}
    type_setting(desk, "step_size", "4")
    desk.settle(lambda: not wrong.isVisible())
    assert schedule(desk) == {"type": "StepLR", "step_size": 4}


def test_that_boxes_choices_and_lists_are_set_too(desk: Desk) -> None:
    choose(desk, "OneCycleLR")
    box, combo = field(desk, "cycle_momentum"), field(desk, "anneal_strategy")
    assert isinstance(box, QCheckBox) and isinstance(combo, QComboBox)
    desk.click(box)
    combo.setFocus()
    desk.key(combo, Qt.Key.Key_Down)
    assert schedule(desk) == {"type": "OneCycleLR", "cycle_momentum": False, "anneal_strategy": "linear"}
    choose(desk, "MultiStepLR")
    type_setting(desk, "milestones", "3, 6")
    assert schedule(desk) == {"type": "MultiStepLR", "milestones": [3, 6]}
    type_setting(desk, "milestones", "")
    assert schedule(desk) == {"type": "MultiStepLR", "milestones": []}


def test_that_arrow_keys_in_one_setting_become_one_undo_step_and_in_another_a_second(desk: Desk) -> None:
    choose(desk, "StepLR")
    for name in ("step_size", "warmup"):
        part = field(desk, name)
        part.setFocus()
        for _ in range(3):
            desk.key(part, Qt.Key.Key_Up)
    assert schedule(desk) == {"type": "StepLR", "step_size": 13, "warmup": 3}
    assert desk.document.history.count() == 3
    desk.document.history.undo()
    assert schedule(desk) == {"type": "StepLR", "step_size": 13}


def test_that_what_was_typed_is_set_before_another_node_is_shown(desk: Desk) -> None:
    choose(desk, "StepLR")
    desk.write(field(desk, "step_size"), "7")
    desk.show("other")
    assert schedule(desk) == {"type": "StepLR", "step_size": 7}


def test_that_a_wrong_setting_of_a_file_is_red_and_its_repair_leaves_it_out(desk: Desk) -> None:
    wrong = {"type": "StepLR", "step_size": 0, "gamma": 0.5, "size": 3}
    desk.document.do([("set", "sgd", "schedule", wrong)], "Set")
    desk.settle(lambda: bool(desk.row("schedule").shown))
    shown = entry(desk).rows["step_size"].entry
    assert getattr(shown, "wrong", False)
    type_setting(desk, "gamma", "0.25")  # what is right can be changed all the same
    assert schedule(desk) == {**wrong, "gamma": 0.25}
    right = {"type": "StepLR", "gamma": 0.25}
    desk.settle(lambda: desk.row("schedule").shown[0].repairs[0].edits == (("set", "sgd", "schedule", right),))
    buttons = {each.words: each for each in desk.row("schedule").findChildren(TextButton)}
    desk.click(buttons["Leave out step_size and size"])
    assert schedule(desk) == right


@pytest.mark.parametrize("value", ["StepLR", {"type": "Step"}, {"type": None}, [1], {}, 3])
def test_that_what_is_no_schedule_is_shown_by_its_name_and_can_be_replaced(desk: Desk, value: Any) -> None:
    desk.document.do([("set", "sgd", "schedule", value)], "Set")
    desk.settle(lambda: bool(desk.row("schedule").shown))
    combo = entry(desk).combo
    assert combo.currentIndex() == -1 and combo.placeholderText()
    assert not entry(desk).rows
    choose(desk, "StepLR")
    assert schedule(desk) == {"type": "StepLR"}
    desk.settle(lambda: not desk.row("schedule").shown)


def test_that_several_optimizers_are_given_a_schedule_together(desk: Desk) -> None:
    choose(desk, "StepLR")
    desk.show("sgd", "other")
    assert entry(desk).combo.placeholderText() == "mixed"
    assert not entry(desk).rows
    choose(desk, "ExponentialLR")
    type_setting(desk, "gamma", "0.5")
    assert schedule(desk) == schedule(desk, "other") == {"type": "ExponentialLR", "gamma": 0.5}


def test_that_a_setting_is_explained_where_the_pointer_or_the_focus_is(desk: Desk) -> None:
    choose(desk, "StepLR")
    field(desk, "step_size").setFocus()
    assert desk.inspector.help.text().startswith("Epochs from one change to the next.")


def test_that_tab_goes_from_the_type_through_its_settings_to_the_next_parameter(desk: Desk) -> None:
    choose(desk, "StepLR")
    entry(desk).combo.setFocus()
    visited = []
    for _ in range(8):
        focus = QApplication.focusWidget()
        assert focus is not None
        if isinstance(focus, QLineEdit | StillCombo):
            visited.append(focus.accessibleName())
        stop = next_stop([desk.inspector], focus, 1)  # what the window asks at Tab
        assert stop is not None
        go_to(stop)
    assert visited[:5] == ["schedule", "step_size", "gamma", "warmup", "clip_grad_norm"]


def test_that_whatever_takes_keys_has_a_name_and_none_is_a_window_of_its_own(desk: Desk, qapp: QApplication) -> None:
    windows: list[str] = []

    class Windows(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                windows.append(type(watched).__name__)
            return False

    watching = Windows()
    qapp.installEventFilter(watching)
    for name in SCHEDULES:
        choose(desk, name)
        parts = [part for kind in (QLineEdit, QComboBox, QCheckBox) for part in entry(desk).findChildren(kind)]
        assert [part for part in parts if not part.accessibleName()] == []
    qapp.removeEventFilter(watching)
    assert windows == []
