"""How the palette is divided: what comes first, what stands under which heading."""

from collections import Counter
from dataclasses import replace

from editor.palette.folds import KEY, Folds
from editor.palette.headings import FEW, headings
from editor.palette.usual import USUAL
from runtime.places import read_settings, write_setting
from runtime.spec.catalogue import catalogue, placeable
from runtime.spec.node import Spec


def many(groups: dict[str, int], usual: tuple[str, ...] = ()) -> list[Spec]:
    """Layers for a test: so many in each group, and some that are usual in the first one."""
    linear = catalogue()["nn.Linear"]
    made = [replace(linear, type=name, group=next(iter(groups))) for name in usual]
    return made + [
        replace(linear, type=f"nn.{group}{at}", group=group) for group, count in groups.items() for at in range(count)
    ]


def test_that_a_small_family_has_no_groups() -> None:
    (family,) = headings(many({"norm": FEW - 2, "pool": 1}))
    assert (family.key, len(family.specs), family.groups) == ("layer", FEW - 1, ())


def test_that_a_large_family_shows_what_is_usual_and_then_its_groups() -> None:
    (family,) = headings(many({"norm": 5, "pool": FEW}, usual=("nn.Conv2d", "nn.Linear")))
    assert [spec.type for spec in family.specs] == ["nn.Linear", "nn.Conv2d"]
    assert [(group.key, group.count) for group in family.groups] == [("layer/norm", 7), ("layer/pool", FEW)]
    assert family.count == FEW + 7


def test_that_a_family_of_one_group_needs_no_heading_for_it() -> None:
    (family,) = headings(many({"norm": 3 * FEW}, usual=("nn.Linear",)))
    assert (family.groups, family.specs[0].type, family.count) == ((), "nn.Linear", 3 * FEW + 1)


def test_that_every_node_type_stands_under_one_heading_beside_what_is_usual() -> None:
    found: Counter[str] = Counter()
    for family in headings(placeable()):
        below = [spec.type for group in family.groups for spec in group.specs]
        found.update(below)
        found.update(spec.type for spec in family.specs if spec.type not in below)
    assert found == Counter(spec.type for spec in placeable())


def test_that_a_group_of_one_is_the_node_type_itself() -> None:
    (family,) = headings(many({"norm": FEW, "pool": 1}, usual=("nn.Linear",)))
    assert [spec.type for spec in family.specs] == ["nn.Linear", "nn.pool0"]
    assert [group.title for group in family.groups] == ["Norm"]
    assert all(group.count > 1 for family in headings(placeable()) for group in family.groups)


def test_that_what_stands_above_needs_no_heading_of_its_own() -> None:
    specs = [*many({"pool": FEW}), *many({"norm": 0}, usual=("nn.Linear", "nn.Conv2d"))]
    (family,) = headings(specs)
    assert [spec.type for spec in family.specs] == ["nn.Linear", "nn.Conv2d"]
    assert [group.title for group in family.groups] == ["Pool"]


def test_that_datasets_come_as_people_look_for_them() -> None:
    datasets = next(family for family in headings(placeable()) if family.key == "dataset")
    assert [spec.title for spec in datasets.specs][:6] == ["Table", "Pictures", "Texts", "Lines", "Arrays", "Idx"]
    assert [group.title for group in datasets.groups] == ["Combined", "From scikit-learn"]


def test_that_types_stand_where_torch_has_them() -> None:
    found = {
        (family.title, group.title): [spec.type for spec in group.specs]
        for family in headings(placeable())
        for group in family.groups
    }
    assert {"nn.ReLU", "nn.Sigmoid", "nn.Hardtanh", "nn.Softmax", "nn.GLU"} <= {*found["Layers", "Activation"]}
    assert {"nn.MaxPool2d", "nn.AdaptiveAvgPool2d"} <= {*found["Layers", "Pooling"]}
    assert {"nn.Conv2d", "nn.Unfold"} <= {*found["Layers", "Convolution"]}
    assert found["Layers", "Convolution"][0] == "nn.Conv1d"
    assert found["Metrics", "Classification"][0] == "metric.Accuracy"


def test_that_what_is_usual_is_known_and_named_once() -> None:
    assert len(set(USUAL)) == len(USUAL)
    assert set(USUAL) - set(catalogue()) == set()


def test_that_families_start_open_and_groups_closed() -> None:
    assert (Folds().open("layer"), Folds().open("layer/pooling")) == (True, False)


def test_that_only_what_was_turned_is_kept() -> None:
    folds = Folds()
    folds.turn("loss", False)
    folds.turn("layer/pooling", True)
    folds.turn("layer/norm", True)
    folds.turn("layer/norm", False)
    assert read_settings()[KEY] == {"loss": False, "layer/pooling": True}
    assert (Folds().open("loss"), Folds().open("layer/pooling")) == (False, True)


def test_that_settings_that_hold_something_else_are_no_folds() -> None:
    for kept in (3, [True], {"loss": "shut", "layer": None}):
        write_setting(KEY, kept)
        assert Folds().open("loss") and Folds().open("layer")
