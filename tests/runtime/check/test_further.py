"""Wires whose types do not fit where one node alone does not mend it: after the first repair nothing is left to say."""

from itertools import count

import pytest

from runtime.check.check import check
from runtime.check.problem import Problem
from runtime.check.repair import Trial
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from tests.runtime.generate.cases import graph_of

FIELDS = {"image": "uint8[3, 8, 8]", "label": "int64[]", "age": "float32[]"}
SOUND: list[Edit] = [
    ("add", "noise", "data.Noise", {"fields": FIELDS, "classes": 10}),
    ("add", "batches", "Collate", {"fields": ["image", "label", "age"]}),
    ("add", "scaled", "transform.Scale", {}),
    ("add", "flat", "nn.Flatten", {}),
    ("add", "dense", "nn.Linear", {"out_features": 10}),
    ("add", "loss", "nn.CrossEntropyLoss", {}),
    ("add", "accuracy", "metric.Accuracy", {}),
    ("add", "adam", "optim.AdamW", {}),
    *(("connect", f"noise.{field}", f"batches.{field}") for field in FIELDS),
    ("connect", "batches.image", "scaled.input"),
    ("connect", "scaled.output", "flat.input"),
    ("connect", "flat.output", "dense.input"),
    ("connect", "dense.output", "loss.input"),
    ("connect", "batches.label", "loss.target"),
    ("connect", "dense.output", "accuracy.input"),
    ("connect", "batches.label", "accuracy.target"),
    ("connect", "loss.output", "adam.loss"),
]
BARE: list[Edit] = [("remove", "scaled"), ("remove", "flat")]
OWN = ["def same(input):", "    return input"]
BEFORE_DENSE = ("batches.image", "dense.input", "input", "output")
THROUGH = ("input", "output")
SPREAD = {"mean": [0.1, 0.1, 0.1], "std": [0.005, 0.005, 0.005]}


@pytest.mark.parametrize(
    ("edits", "label"),
    [
        ([("connect", "dense.output", "adam.loss"), ("disconnect", "loss.output", "adam.loss")], "Take loss.output"),
        ([("replace", "flat.output", "accuracy.target")], "Take batches.label"),
        ([("replace", "batches.image", "accuracy.input")], "Take dense.output as input"),
        (
            [*BARE, ("connect", "batches.image", "dense.input")],
            "Insert transform.Scale and nn.Flatten",
        ),
        (
            [*BARE, ("connect", "noise.image", "dense.input")],
            "Insert Collate, transform.Scale and nn.Flatten",
        ),
        (
            [*BARE, ("connect", "noise.age", "dense.input")],
            "Insert Collate and torch.unsqueeze",
        ),
        ([*BARE, ("connect", "batches.age", "dense.input")], "Insert torch.unsqueeze"),
        (
            [
                ("insert", "conv", "nn.Conv2d", {}, "scaled.output", "flat.input", *THROUGH),
                ("replace", "batches.label", "conv.input"),
            ],
            "Take scaled.output",
        ),
    ],
)
def test_that_a_wrong_wire_is_offered_what_makes_the_graph_sound(edits: list[Edit], label: str) -> None:
    wrong = applied(applied(Graph(), SOUND), edits)
    problem = check(wrong).of("error")[0]
    assert problem.repairs[0].label == label, [repair.label for repair in problem.repairs]
    assert check(applied(wrong, problem.repairs[0].edits)).of("error") == ()
    assert check(applied(wrong, problem.repairs[0].edits)).sound


def test_that_pixels_that_two_layers_get_are_one_doubt_that_is_mended_where_they_come_from() -> None:
    twice: list[Edit] = [
        *BARE,
        ("add", "digits", "data.Digits", {}),
        ("add", "flat", "nn.Flatten", {}),
        ("replace", "digits.image", "batches.image"),
        ("connect", "batches.image", "flat.input"),
        ("connect", "flat.output", "dense.input"),
        ("add", "second", "nn.Linear", {"out_features": 10}),
        ("add", "added", "torch.add", {}),
        ("connect", "flat.output", "second.input"),
        ("replace", "dense.output", "added.input"),
        ("replace", "second.output", "added.other"),
        ("replace", "added.output", "loss.input"),
        ("replace", "added.output", "accuracy.input"),
    ]
    graph = applied(applied(Graph(), SOUND), [*twice, ("replace", "digits.label", "batches.label")])
    graph = applied(graph, [("remove", "noise"), ("set", "batches", "fields", ["image", "label"])])
    (doubt,) = check(graph).problems
    assert [edge.target.node for edge in doubt.edges] == ["dense", "second"]
    assert doubt.message.endswith("up to 1. So it is with second.input. Insert transform.Scale.")
    (scale,) = doubt.repairs[0].edits
    assert scale[4:6] == ("digits.image", "batches.image") and scale[3] == {"maximum": 16.0}
    assert check(applied(graph, doubt.repairs[0].edits)).problems == ()


@pytest.mark.parametrize(
    "edits",
    [
        [
            ("add", "own", "own.Function", {"source": {"function": OWN, "outputs": {"output": "float32[3, 8, 8]"}}}),
            ("add", "cut", "torch.clamp", {"min": 0.0, "max": 20.0}),
            ("replace", "batches.image", "own.input"),
            ("connect", "own.output", "cut.input"),
            ("replace", "cut.output", "flat.input"),
            ("remove", "scaled"),
        ],
        [("insert", "spread", "transform.Normalize", SPREAD, "scaled.output", "flat.input", "input", "output")],
    ],
)
def test_that_numbers_that_are_others_than_the_data_are_scaled_where_they_are_too_large(edits: list[Edit]) -> None:
    graph = applied(applied(Graph(), SOUND), edits)
    (doubt,) = check(graph).problems
    (scale,) = doubt.repairs[0].edits
    assert scale[4:6] == ("flat.output", "dense.input")
    assert check(applied(graph, doubt.repairs[0].edits)).problems == ()


@pytest.mark.parametrize(
    ("measured", "maximum"), [([0, 254.999], 255.0), ([0, 15.9], 16.0), ([0, 87.3412], 87.4), ([-300.5, 2], 301.0)]
)
def test_that_a_measured_range_is_scaled_by_what_it_plainly_means(measured: list[float], maximum: float) -> None:
    fields = {**FIELDS, "image": {"type": "float32[3, 8, 8]", "range": measured}}
    wrong: list[Edit] = [("remove", "noise"), ("remove", "scaled"), ("add", "noise", "data.Arrays", {"path": "a.npz"})]
    wrong += [("set", "noise", "fields", fields), *(("connect", f"noise.{each}", f"batches.{each}") for each in FIELDS)]
    graph = applied(applied(Graph(), SOUND), [*wrong, ("connect", "batches.image", "flat.input")])
    doubt = next(problem for problem in check(graph).problems if problem.node == "dense")
    assert doubt.repairs[0].edits[0][3] == {"maximum": maximum}


@pytest.mark.parametrize(
    ("type_name", "limits"),
    [("nn.Hardtanh", {"min_val": 0.0, "max_val": 20.0}), ("torch.clamp", {"min": 0.0, "max": 20.0})],
)
@pytest.mark.parametrize("source", ["flat.output", "first.output"])
def test_that_a_limit_says_nothing_of_how_large_numbers_below_it_are(
    type_name: str, limits: dict[str, float], source: str
) -> None:
    cut: list[Edit] = [("add", "first", "nn.Linear", {}), ("connect", "flat.output", "first.input")]
    cut += [
        ("add", "cut", type_name, limits),
        ("connect", source, "cut.input"),
        ("replace", "cut.output", "dense.input"),
    ]
    found = check(applied(applied(Graph(), SOUND), cut if source == "first.output" else cut[2:])).problems
    assert found == ()


@pytest.mark.parametrize(
    ("edits", "repairs"),
    [
        ([("set", "dense", "out_features", 160)], ["Set out_features of dense to 10"]),
        (
            [
                *(("add", name, "nn.Linear", {"out_features": 80}) for name in ("one", "two")),
                *(("connect", "flat.output", f"{name}.input") for name in ("one", "two")),
                ("add", "joined", "torch.cat", {"dim": 1}),
                *(("connect", f"{name}.output", "joined.tensors") for name in ("one", "two")),
                *(("replace", "joined.output", f"{name}.input") for name in ("loss", "accuracy")),
                ("remove", "dense"),
            ],
            ["Insert nn.Linear with 10 outputs"],
        ),
        (
            [
                ("insert", "hidden", "nn.Linear", {"out_features": 160}, "flat.output", "dense.input", *THROUGH),
                ("insert", "relu", "nn.ReLU", {}, "hidden.output", "dense.input", *THROUGH),
                ("replace", "relu.output", "accuracy.input"),
            ],
            ["Take dense.output"],
        ),
    ],
)
def test_that_far_more_scores_than_classes_raise_one_doubt_that_names_both(
    edits: list[Edit], repairs: list[str]
) -> None:
    graph = applied(applied(Graph(), SOUND), edits)
    (doubt,) = check(graph).problems
    assert "has scores for 160 classes, but labels go up to 9" in doubt.message
    assert [repair.label for repair in doubt.repairs] == repairs
    assert check(applied(graph, doubt.repairs[0].edits)).problems == ()


def test_that_a_layer_that_only_a_metric_sees_is_led_to_the_loss_that_takes_others_for_scores() -> None:
    edits: list[Edit] = [
        ("insert", "hidden", "nn.Linear", {"out_features": 160}, "flat.output", "dense.input", *THROUGH),
        ("insert", "tanh", "torch.tanh", {}, "hidden.output", "dense.input", *THROUGH),
        ("replace", "hidden.output", "loss.input"),
    ]
    graph = applied(applied(Graph(), SOUND), edits)
    (doubt,) = check(graph).problems
    assert doubt.message.endswith("so it is measured and never learns. Lead dense.output to loss.")
    assert check(applied(graph, doubt.repairs[0].edits)).problems == ()


@pytest.mark.parametrize(
    "edits",
    [
        [("set", "dense", "out_features", 12)],
        [("set", "dense", "out_features", 1000), ("unset", "noise", "classes")],
        [("set", "dense", "out_features", 1000), ("weights", "dense", {"path": "known.pt"})],
    ],
)
def test_that_room_for_classes_to_come_stand_ins_for_data_and_layers_that_have_learned_are_left_alone(
    edits: list[Edit],
) -> None:
    found = check(applied(applied(Graph(), SOUND), edits)).problems
    assert [problem for problem in found if "classes" in problem.message] == []


JOINED: list[Edit] = [
    ("set", "dense", "out_features", 5),
    ("add", "other", "nn.Linear", {"out_features": 7}),
    ("add", "joined", "torch.cat", {"dim": 1}),
    ("add", "final", "nn.Linear", {"out_features": 10}),
    ("connect", "dense.output", "joined.tensors"),
    ("connect", "other.output", "joined.tensors"),
    ("connect", "joined.output", "final.input"),
    *(("replace", "final.output", f"{name}.input") for name in ("loss", "accuracy")),
]


@pytest.mark.parametrize(
    ("edits", "label", "read"),
    [
        ([("replace", "scaled.output", "dense.input"), ("remove", "flat")], "Insert nn.Flatten", ["dense"]),
        (
            [*JOINED, ("connect", "flat.output", "other.input"), ("replace", "scaled.output", "dense.input")],
            "Take flat.output",
            ["dense"],
        ),
        (
            [*JOINED, *(("replace", "scaled.output", f"{name}.input") for name in ("dense", "other"))],
            "Take flat.output",
            ["dense", "other"],
        ),
    ],
)
def test_that_a_picture_that_a_linear_layer_gets_is_told_of_at_the_layer(
    edits: list[Edit], label: str, read: list[str]
) -> None:
    graph = applied(applied(Graph(), SOUND), edits)
    problem = check(graph).problems[0]
    assert (problem.node, problem.severity) == ("dense", "error")
    assert "dense.input gets pictures, float32[B, 3, 8, 8], and works on the last dimension alone" in problem.message
    assert [edge.target.node for edge in problem.edges] == read
    assert problem.repairs[0].label == label
    assert check(applied(graph, problem.repairs[0].edits)).of("error") == ()


def test_that_rows_of_pictures_that_are_meant_hide_no_error_behind_them() -> None:
    wide: Edit = ("insert", "wide", "nn.Linear", {"out_features": 14}, "conv.output", "relu.input", "input", "output")
    report = check(applied(graph_of("two_models"), [wide, ("set", "final", "in_features", 77)]))
    assert [problem.node for problem in report.of("error")] == ["final"]
    assert report.problems[0].repairs[0].label == "Take in_features from the wire"


@pytest.mark.parametrize(
    ("type", "between"),
    [
        ("float32[12, 16]", []),  # of a text, a vector for each of its words
        ("float32[3, 8, 8]", [("insert", "last", "torch.permute", {"dims": [0, 2, 3, 1]}, *BEFORE_DENSE)]),
        ("float32[6, 8, 8]", []),
    ],
)
def test_that_what_is_no_picture_is_not_told_of_at_a_linear_layer(type: str, between: list[Edit]) -> None:
    edits: list[Edit] = [("set", "noise", "fields", {**FIELDS, "image": type}), ("remove", "scaled")]
    edits += [("replace", "batches.image", "dense.input"), ("remove", "flat"), *between]
    problems = check(applied(applied(Graph(), SOUND), edits)).problems
    assert problems[0].severity == "error" and "dense" not in {problem.node for problem in problems}


def test_that_a_linear_layer_over_the_rows_of_a_picture_is_left_alone_where_all_fits() -> None:
    edits: list[Edit] = [("replace", "scaled.output", "dense.input"), ("replace", "dense.output", "flat.input")]
    edits += [("insert", "last", "nn.Linear", {"out_features": 10}, "flat.output", "loss.input", *THROUGH)]
    edits += [("disconnect", "dense.output", "loss.input"), ("connect", "flat.output", "last.input")]
    edits += [("replace", "last.output", f"{name}.input") for name in ("loss", "accuracy")]
    assert check(applied(applied(Graph(), SOUND), edits)).problems == ()


def test_that_what_is_compared_with_itself_raises_a_doubt_and_another_answer_is_offered() -> None:
    graph = applied(applied(Graph(), SOUND), [("replace", "batches.label", "accuracy.input")])
    doubt = next(problem for problem in check(graph).problems if problem.node == "accuracy")
    assert doubt.message.startswith("accuracy.input compares batches.label with itself.")
    assert check(applied(graph, doubt.repairs[0].edits)).problems == check(applied(Graph(), SOUND)).problems


def test_that_a_loss_of_labels_alone_takes_what_the_metric_takes_and_an_embedding_of_them_is_doubted() -> None:
    graph = applied(applied(Graph(), SOUND), [("replace", "batches.label", "loss.input")])
    error = check(graph).of("error")[0]
    assert error.repairs[0].label == "Take dense.output"
    assert check(applied(graph, error.repairs[0].edits)).problems == check(applied(Graph(), SOUND)).problems
    embedded = next(repair for repair in error.repairs if repair.label.startswith("Insert nn.Embedding"))
    (doubt,) = [problem for problem in check(applied(graph, embedded.edits)).problems if problem.node == "dense"]
    assert "dense leads to accuracy and to no loss, so it is measured and never learns" in doubt.message
    assert doubt.repairs[0].label == "Freeze dense"


def test_that_of_many_fields_few_are_tried_for_a_label_that_a_layer_cannot_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each try checks the graph, in the time in which the window draws a frame."""
    many = {f"field{number}": "float32[4]" for number in range(200)} | {"label": "int64[]"}
    edits: list[Edit] = [
        ("add", "noise", "data.Noise", {"fields": many, "classes": 10}),
        ("add", "batches", "Collate", {"fields": [*many]}),
        ("add", "dense", "nn.Linear", {"out_features": 10}),
        *(("connect", f"noise.{field}", f"batches.{field}") for field in many),
        ("connect", "batches.label", "dense.input"),
    ]
    tries, after = count(), Trial.after

    def counted(trial: Trial, edits: tuple[Edit, ...]) -> list[Problem]:
        next(tries)
        return after(trial, edits)

    monkeypatch.setattr(Trial, "after", counted)
    wrong = next(each for each in check(applied(Graph(), edits)).problems if each.node == "dense")
    assert wrong.repairs[0].label == "Take batches.field0"
    assert next(tries) < 30


def test_that_the_last_open_input_takes_what_leads_nowhere_and_fits() -> None:
    loose: list[Edit] = [("disconnect", "dense.output", "loss.input"), ("disconnect", "dense.output", "accuracy.input")]
    graph = applied(Graph(), [*SOUND, *loose])
    problem = next(each for each in check(graph).problems if each.node == "loss")
    assert [repair.label for repair in problem.repairs] == ["Take dense.output"]
    assert not [each for each in check(applied(graph, problem.repairs[0].edits)).problems if each.node == "loss"]
    both = applied(graph, [("disconnect", "batches.label", "loss.target")])
    assert [each.repairs for each in check(both).problems if each.node == "loss"] == [(), ()]


def test_that_a_target_takes_a_field_and_not_what_a_model_gives() -> None:
    loose: list[Edit] = [("disconnect", "batches.label", f"{id}.target") for id in ("loss", "accuracy")]
    problem = next(each for each in check(applied(Graph(), [*SOUND, *loose])).problems if each.node == "loss")
    assert [repair.label for repair in problem.repairs] == ["Take batches.label"]
