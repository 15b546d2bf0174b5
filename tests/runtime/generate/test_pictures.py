"""A graph from a folder of pictures to a loss: what it makes of batches, and its program in the shell."""

import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from PIL import Image

from runtime.check.beside import missing
from runtime.check.check import check
from runtime.generate.drawn import Drawn
from runtime.generate.feeding import feeding
from runtime.generate.part import batches_part, samples_part, seen_part
from runtime.graph.edit import Edit, applied
from runtime.graph.model import End, Graph
from tests.runtime.generate.cases import FOLDER, graph_of, imported, program_of
from tests.runtime.generate.fed import bytes_of

CHANGED = [
    ("transform.RandomVerticalFlip", {}),
    ("transform.RandomRotation", {}),
    ("transform.RandomAffine", {"translate": [0.1, 0.2], "scale": [0.8, 1.2], "shear": 10.0}),
    ("transform.ColorJitter", {"hue": 0.1}),
    ("transform.GaussianBlur", {}),
    ("transform.RandomGrayscale", {"p": 0.5}),
    ("transform.RandomResizedCrop", {"size": 16}),
]


def of_all_transforms(workers: int) -> Graph:
    """The case with every random transform left of collate."""
    graph = applied(graph_of("pictures"), [("set", "batches", "num_workers", workers)])
    for at, (type_name, parameters) in enumerate(CHANGED):
        source = f"more_{at - 1}.output" if at else "crop.output"
        insert = ("insert", f"more_{at}", type_name, parameters, source, "scale.input", "input", "output")
        graph = applied(graph, [insert])
    erasing: Edit = (
        "insert",
        "erased",
        "transform.RandomErasing",
        {},
        "scale.output",
        "batches.picture",
        "input",
        "output",
    )
    return applied(graph, [erasing])


def batches_of(program: ModuleType, epoch: int = 0) -> list[dict[str, Any]]:
    """What a program trains on in an epoch, then what it is validated on."""
    run = program.prepare(program.options_from(["--seed=3", "--device=cpu", f"--shapes-path={FOLDER}/data/shapes"]))
    return [*run.feed("training", epoch), *run.feed("validation", 0)]


@pytest.mark.filterwarnings("ignore:This DataLoader will create 4 worker processes")  # on a machine of fewer cores
@pytest.mark.parametrize(
    "workers", [pytest.param(1, marks=pytest.mark.soak), 2, pytest.param(4, marks=pytest.mark.soak)]
)
def test_that_pictures_are_the_same_for_any_number_of_workers(tmp_path: Path, workers: int) -> None:
    one, other = (imported(program_of(of_all_transforms(n)).text, tmp_path / f"of_{n}.py") for n in (0, workers))
    first = batches_of(one)
    assert bytes_of(batches_of(other)) == bytes_of(first)
    assert sum(len(batch["label"]) for batch in first) == 16
    assert first[0]["picture"].shape == (4, 3, 16, 16)


def test_that_what_is_validated_on_does_not_change_with_the_epoch(tmp_path: Path) -> None:
    program = imported(program_of(of_all_transforms(0)).text, tmp_path / "pictures.py")
    one, other = batches_of(program, 0), batches_of(program, 1)
    assert torch.equal(one[-1]["picture"], other[-1]["picture"])
    assert not torch.equal(one[0]["picture"], other[0]["picture"])


def test_that_decoding_is_why_samples_are_loaded() -> None:
    steady = [("remove", "flip"), ("remove", "crop"), ("connect", "decoded.output", "scale.input")]
    graph = applied(graph_of("pictures"), steady)
    assert Drawn(graph, check(graph)).loaded_because == "decoded takes one sample at a time"


KEPT: Edit = ("set", "decoded", "keep", True)


def test_that_kept_pictures_are_gathered_or_made_from_columns_and_give_the_same_bytes(tmp_path: Path) -> None:
    steady: list[Edit] = [("remove", "flip"), ("remove", "crop"), ("connect", "decoded.output", "scale.input")]
    opened = applied(graph_of("pictures"), steady)
    gathered = applied(opened, [KEPT])
    loaded = applied(gathered, [("set", "batches", "num_workers", 2)])
    found = [feeding(each, check(each)) for each in (gathered, loaded)]
    assert [each.told for each in found if each] == [
        "Gathered from memory, a whole batch at a time: nothing needs its samples one by one.",
        "Loaded sample by sample: batches has workers; what decoded gives is made once and kept in memory.",
    ]
    batches = []
    for at, graph in enumerate((opened, gathered, loaded)):
        program = imported(program_of(graph).text, tmp_path / f"p{at}.py")
        batches.append(bytes_of(batches_of(program, 1)))
    assert batches[0] == batches[1] == batches[2]


def test_that_random_transforms_see_kept_pictures_as_they_see_decoded_ones(tmp_path: Path) -> None:
    graphs = [of_all_transforms(0), applied(of_all_transforms(0), [KEPT]), applied(of_all_transforms(2), [KEPT])]
    programs = [imported(program_of(graph).text, tmp_path / f"p{at}.py") for at, graph in enumerate(graphs)]
    found = [bytes_of(batches_of(program)) for program in programs]
    assert found[0] == found[1] == found[2]


def test_that_a_kept_picture_that_is_none_is_told_with_its_file_and_row(tmp_path: Path) -> None:
    shapes = shutil.copytree(FOLDER / "data" / "shapes", tmp_path / "shapes")
    (shapes / "cross" / "3.png").write_text("no picture")
    program = imported(program_of(applied(graph_of("pictures"), [KEPT])).text, tmp_path / "p.py")
    with pytest.raises(ValueError, match=r"cross/3\.png is not a picture that Pillow knows") as refused:
        program.make_batches(program.options_from([f"--shapes-path={shapes}"]))
    row = program.read_pictures(shapes, "picture", "label", ["circle", "cross"])["picture"].index(
        shapes / "cross/3.png"
    )
    assert refused.value.__notes__ == [f"(row {row} of the data, counted from 0)"]


def test_that_a_preview_decodes_no_more_pictures_than_it_shows() -> None:
    graph = applied(graph_of("pictures"), [KEPT])
    report = check(graph)
    samples = samples_part(graph, report, End("decoded", "output"), [])
    for part in (
        samples,
        batches_part(graph, report, "batches", []),
        seen_part(graph, [End("conv", "output")], report),
    ):
        assert "keep" not in part.graph.nodes["decoded"].parameters


def test_that_pictures_of_several_sizes_cannot_be_kept() -> None:
    graph = applied(graph_of("pictures"), [KEPT, ("unset", "decoded", "size")])
    problem = next(each for each in check(graph).problems if each.node == "decoded")
    assert "keeps pictures of one size alone" in problem.message
    for repair in problem.repairs:
        assert not [each for each in check(applied(graph, repair.edits)).problems if each.node == "decoded"]


def test_that_an_exported_program_trains_on_another_folder_from_the_shell(tmp_path: Path) -> None:
    for name in ("circle", "cross"):
        (tmp_path / "mine" / name).mkdir(parents=True)
        for at in range(4):
            Image.new("RGB", (20 + at, 30), (60 * at, 90, 10)).save(tmp_path / "mine" / name / f"{at}.jpg")
    file = tmp_path / "pictures.py"
    file.write_text(program_of(graph_of("pictures")).text, encoding="utf-8")
    line = [sys.executable, str(file), "--epochs", "1", "--shapes-path", str(tmp_path / "mine")]
    assert subprocess.run(line, capture_output=True, text=True, check=True).stdout.startswith("epoch 1 | train loss ")
    (tmp_path / "mine" / "square").mkdir()
    Image.new("L", (9, 9)).save(tmp_path / "mine" / "square" / "a.png")
    told = "mine has pictures of 'square': add it to the classes of label, or move the folder away"
    program = imported(file.read_text(encoding="utf-8"), tmp_path / "again.py")
    with pytest.raises(ValueError, match=f"^{told}$"):
        program.make_batches(program.options_from(line[4:]))


@pytest.mark.parametrize(("path", "what"), [("nowhere", "is not there"), ("pictures.json", "is a file")])
def test_that_a_folder_that_is_none_is_a_problem(path: str, what: str) -> None:
    graph = applied(graph_of("pictures"), [("set", "shapes", "path", path)])
    assert [each.message for each in missing(graph, FOLDER)] == [f"shapes has no folder: {FOLDER / path} {what}."]
    assert [*missing(graph_of("pictures"), FOLDER)] == []


FIELDS = [
    ({"photo": "picture", "other": "picture"}, "so that other cannot be picture"),
    ({"photo": "picture", "size": "float32[2]"}, "so that size cannot be float32[2]"),
    ({"photo": "picture", "label": "int64[]"}, "so that label cannot be int64[]"),
    ({"label": {"type": "int64[]", "classes": ["a"]}}, "has no field of type picture"),
]


@pytest.mark.parametrize(("fields", "sentence"), FIELDS)
def test_that_a_folder_gives_pictures_and_their_labels_alone(fields: dict[str, Any], sentence: str) -> None:
    graph = Graph()
    graph = applied(graph, [("add", "photos", "data.Pictures", {"path": "photos", "fields": fields}, (0, 0))])
    problem = next(each for each in check(graph).problems if each.severity == "error")
    assert sentence in problem.message
    assert not any(each.severity == "error" for each in check(applied(graph, problem.repairs[0].edits)).problems)


def test_that_noise_has_no_pictures() -> None:
    graph = applied(Graph(), [("add", "noise", "data.Noise", {"fields": {"x": "picture"}}, (0, 0))])
    told = [each.message for each in check(graph).problems]
    assert "noise has no pictures for x; data.Pictures reads them. Leave out x." in told


def test_that_pictures_that_keep_their_sizes_are_called_by_their_node() -> None:
    graph = applied(graph_of("pictures"), [("unset", "decoded", "size"), ("rename", "decoded", "opened")])
    report = check(graph)
    assert [str(type) for end, type in report.types.items() if str(end) == "opened.output"] == [
        "uint8[3, opened.H, opened.W]"
    ]
    assert report.sound  # what is cut out has one size
