"""A trained model is tried on one sample: what is given, what is told, and what is said where it cannot be."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from runtime.graph.edit import Edit, applied
from runtime.graph.file import dump, load
from runtime.places import EXAMPLES
from runtime.spec.own import own_sources
from runtime.train.folder import arguments_of
from runtime.train.preview import Preview
from runtime.train.trust import trust
from runtime.train.worker import work
from tests.runtime.export.houses import IS_BONN, PRICED, by_hand, graph_text
from tests.runtime.train.runs import ready

Told = dict[str, Any]


class Asked:
    """One process for all questions, as a window has it."""

    def __init__(self) -> None:
        self.out = io.StringIO()
        self.preview = Preview(self.out)

    def __call__(self, name: str, *edits: Edit, run: Path | None = None, row: int = 0, **values: Any) -> Told:
        file = EXAMPLES / f"{name}.json"
        return self.of(dump(applied(load(file.read_bytes()), edits)), file.parent, run, row, **values)

    def of(self, graph: str, folder: Path, run: Path | None = None, row: int = 0, **values: Any) -> Told:
        """What is told of a graph whose data is in a folder."""
        about = {"id": 1, "graph": graph, "folder": str(folder), "run": str(run) if run else None, "end": ""}
        self.preview.answer({**about, "try": {"row": row, "values": values}})
        found: Told = json.loads(self.out.getvalue().splitlines()[-1])
        return found


@pytest.fixture(scope="module")
def asked() -> Asked:
    return Asked()


def shares(told: Told) -> dict[str, float]:
    """How sure the model is of each class, for its only output."""
    (output,) = told["outputs"]
    return dict(output["shares"])


def test_that_a_row_that_is_held_out_is_told_with_the_names_of_classes(asked: Asked) -> None:
    told = asked("titles", row=3)
    assert (told["part"], told["row"], told["rows"], told["weights"]) == ("validation", 3, 323, "untrained")
    assert told["fields"] == [{"name": "title", "kind": "text", "value": "eagle"}]
    assert told["truth"] == {"label": "animals"}
    assert len(shares(told)) == 10 and sum(shares(told).values()) == pytest.approx(1.0)
    best = [share for _, share in told["outputs"][0]["shares"]]
    assert best == sorted(best, reverse=True)


def test_that_the_text_of_a_row_gives_what_the_row_gives_and_another_text_does_not(asked: Asked) -> None:
    row = asked("titles", row=3)
    assert shares(asked("titles", row=5, title="eagle")) == pytest.approx(shares(row))
    other = asked("titles", row=3, title="an old castle")
    assert shares(other) != pytest.approx(shares(row)) and other["truth"] == {}


def test_that_numbers_and_classes_of_a_table_are_given_by_hand(asked: Asked) -> None:
    row = asked("penguins")
    kinds = {field["name"]: field["kind"] for field in row["fields"]}
    assert kinds == {"measures": "numbers", "island": "class", "sex": "class"}
    assert row["fields"][0]["names"][0] == "bill_length_mm" and row["fields"][1]["names"][0] == "Biscoe"
    assert asked("penguins", measures=["39,1", 1, 2, 3])["problem"] == "bill_length_mm needs a number, got '39,1'."
    missing = asked("penguins", measures=["", "18.7", "181", "3750"], island=1)
    assert missing["fields"][0]["value"][0] == "" and missing["fields"][1]["value"] == 1
    assert shares(missing) != pytest.approx(shares(row))


def test_that_a_picture_file_is_decoded_as_the_graph_says_and_never_augmented(asked: Asked, tmp_path: Path) -> None:
    Image.new("RGB", (70, 30), "red").save(tmp_path / "red.png")
    one, other = (asked("drawings", picture=str(tmp_path / "red.png")) for _ in range(2))
    assert one["fields"][0]["pictures"] and shares(one) == shares(other)
    (tmp_path / "no.png").write_text("no picture")
    assert "is not a picture that Pillow knows" in asked("drawings", picture=str(tmp_path / "no.png"))["problem"]


def test_that_a_picture_file_stands_for_a_tensor_of_the_same_channels(asked: Asked, tmp_path: Path) -> None:
    Image.new("L", (32, 32), 255).save(tmp_path / "white.png")
    told = asked("two_models", image=str(tmp_path / "white.png"))
    assert told["fields"][0]["kind"] == "picture" and len(shares(told)) == 10


def test_that_the_weights_are_those_of_the_run(asked: Asked, tmp_path: Path) -> None:
    graph = load((EXAMPLES / "two_models.json").read_bytes())
    folder = ready(tmp_path / "run", graph, epochs=1)
    assert work(folder, arguments_of(folder)) == 0 and load_file(folder / "weights.safetensors")
    told = asked("two_models", run=folder)
    assert told["weights"] == 'trained in the run "run"'
    right = sum(
        max(shares(each), key=shares(each).__getitem__) == each["truth"]["label"]
        for each in (asked("two_models", run=folder, row=row) for row in range(20))
    )
    assert right >= 14


def test_that_after_a_run_the_weights_are_those_of_its_best_epoch_where_that_is_watched(
    asked: Asked, tmp_path: Path
) -> None:
    told, graph = dict[Any, Told](), load((EXAMPLES / "two_models.json").read_bytes())
    for best in (None, "loss"):
        edits: list[Edit] = [("run", "best", best)] if best else []
        folder = ready(tmp_path / str(best), graph, *edits, epochs=1)
        assert work(folder, arguments_of(folder)) == 0
        weights = load_file(folder / "weights.safetensors")
        save_file({name: torch.zeros_like(value) for name, value in weights.items()}, folder / "weights.safetensors")
        told[best] = asked("two_models", *edits, run=folder)
    assert max(shares(told[None]).values()) == pytest.approx(0.1), "the last ones, which were overwritten"
    assert max(shares(told["loss"]).values()) > 0.2
    assert told["loss"]["weights"] == 'trained in the run "loss", of its best epoch'


def test_that_a_standardized_number_and_the_right_one_are_told_as_the_data_has_them(
    asked: Asked, tmp_path: Path
) -> None:
    told = asked.of(graph_text(tmp_path, PRICED), tmp_path)
    (output,) = told["outputs"]
    (called, price), (_, standardized) = output["numbers"]
    assert called == "price" and 50 < price < 170 and -5 < standardized < 5
    assert float(told["truth"]["price"]) in range(100, 120)


def test_that_a_dataset_that_comes_along_has_names_for_its_classes(asked: Asked) -> None:
    told = asked("model_after_model")
    assert shares(told).keys() == {"malignant", "benign"} and told["truth"]["label"] in shares(told)


def test_that_one_number_for_two_classes_is_told_with_the_names_of_both(asked: Asked, tmp_path: Path) -> None:
    told = asked.of(graph_text(tmp_path, IS_BONN), tmp_path)
    assert shares(told).keys() == {"Ulm", "Bonn"} and sum(shares(told).values()) == pytest.approx(1.0)
    assert told["truth"]["place"] in ("Ulm", "Bonn")


@pytest.mark.parametrize(
    ("edits", "way"),
    [
        (PRICED, by_hand("price", "torch.full((len(samples), 1), 7.5)", "float32[1]")),
        (IS_BONN, by_hand("place", "torch.full((len(samples),), 7.5)", "float32[]")),
    ],
)
def test_that_what_a_function_of_collate_makes_is_told_as_it_is(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edits: list[Edit], way: Edit
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    graph = graph_text(tmp_path, [*edits, way])
    trust([own.text for own in own_sources(load(graph.encode()))])
    told = asked.of(graph, tmp_path)
    (output,) = told["outputs"]
    assert {*told["truth"].values()} == {"7.5"}
    told_of = [name for name, _ in output.get("numbers") or output["shares"]]
    assert not {*told_of} & {"price", "Ulm", "Bonn"}


def test_that_classes_that_a_function_of_collate_turns_have_no_names(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    way = by_hand("label", "2 - torch.stack(samples)", "int64[]")
    trust(["\n".join(way[3]["label"]["function"])])
    told = asked("penguins", way)
    assert shares(told).keys() == {"0", "1", "2"} and told["truth"]["label"] in shares(told)


def test_that_pictures_that_a_model_makes_are_shown(asked: Asked) -> None:
    (output,) = asked("unet")["outputs"]
    assert output["kind"] == "pictures" and len(output["pictures"]) == 1


def test_that_a_graph_that_is_not_finished_says_so(asked: Asked) -> None:
    told = asked("two_models", ("remove", "loss"))
    assert told["problem"] == "Finish the graph first: there is no model yet that could be tried."
