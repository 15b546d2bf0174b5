"""Files that are dropped together: which is to train on, which are held out, and which of them can be."""

import json
import subprocess
import sys
from pathlib import Path

from runtime.graph.model import Graph
from runtime.propose.columns import columns_of
from runtime.propose.propose import dataset_only
from runtime.train.look import look
from runtime.train.look_parts import with_parts
from runtime.train.parts import together

HERE = Path("data")
ROWS = "x,y,kind\n" + "".join(f"{at}.5,{at % 7},{'ab'[at % 2]}\n" for at in range(30))


def files(*names: str) -> list[Path]:
    """Files of one folder."""
    return [HERE / name for name in names]


def test_that_files_to_test_with_belong_to_those_to_train_on() -> None:
    train, valid, test, other = files("birds_train.csv", "birds_val.csv", "birds_test.csv", "fish.csv")
    found = together([test, other, train, valid])
    assert found == {train: {"validation_path": valid, "test_path": test}, other: {}}


def test_that_pictures_of_mnist_belong_together() -> None:
    train, test = files("train-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte.gz")
    assert together([train, test]) == {train: {"test_path": test}}


def test_that_files_of_other_names_kinds_or_folders_stay_apart() -> None:
    apart = [*files("a_train.csv", "b_test.csv", "test.parquet", "contest.csv"), Path("elsewhere/a_test.csv")]
    assert together(apart) == {file: {} for file in apart}
    assert together(files("test.csv")) == {HERE / "test.csv": {}}


def test_that_a_file_with_all_columns_is_kept_for_a_test(tmp_path: Path) -> None:
    train, test = tmp_path / "train.csv", tmp_path / "test.csv"
    train.write_text(ROWS)
    test.write_text(ROWS)
    told = [sys.executable, "-m", "runtime.train.look", str(train), "test_path", str(test)]
    found = json.loads(subprocess.run(told, capture_output=True, text=True, check=True).stdout)
    assert found["parameters"]["test_path"] == str(test)
    assert found["notes"] == ["test.csv is kept for a test"]


def test_that_a_file_that_lacks_what_is_predicted_is_left_out_and_told(tmp_path: Path) -> None:
    train, test = tmp_path / "train.csv", tmp_path / "test.csv"
    train.write_text(ROWS)
    test.write_text(ROWS.replace("kind", "sort"))
    found = with_parts(look(train), {"test_path": test}, {"test_path": look(test)})
    assert "test_path" not in found["parameters"]
    assert found["notes"] == ["test.csv has no kind and is left out"]


def test_that_what_cannot_be_read_of_a_file_to_test_with_is_told_too(tmp_path: Path) -> None:
    train, test = tmp_path / "train.csv", tmp_path / "test.csv"
    train.write_text(ROWS)
    test.write_text(ROWS.replace("\n3.5", "\nfew") + "1,2\n")
    found = with_parts(look(train), {"test_path": test}, {"test_path": look(test)})
    assert found["parameters"]["bad_rows"] == "skip"
    proposal = dataset_only(Graph(), found, columns_of(found), "birds", (0, 0))
    assert proposal.notes == (
        "test.csv: line 32 has 2 cells where 3 are titled; it will be left out",
        "test.csv: x has a cell that is no number (few, line 5); its row will be left out",
    )
    assert proposal.edits[0][3]["bad_rows"] == "skip"


def test_that_a_file_that_cannot_be_read_is_left_out_and_told(tmp_path: Path) -> None:
    train, test = tmp_path / "train.csv", tmp_path / "valid.csv"
    train.write_text(ROWS)
    test.write_text("")
    found = with_parts(look(train), {"validation_path": test}, {"validation_path": look(test)})
    assert found["notes"] == ["valid.csv cannot be read and is left out"]
