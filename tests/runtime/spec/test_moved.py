"""Data paths when a graph moves to another folder."""

from pathlib import Path

from editor.document.recent import forget, recent_files, remember
from runtime.graph.edit import applied
from runtime.graph.model import Graph
from runtime.spec.moved import path_edits, relative

TABLE = applied(Graph(), [("add", "table", "data.Table", {"path": "data/flowers.csv"}, (0, 0))])


def test_that_a_relative_path_still_points_to_the_same_file(tmp_path: Path) -> None:
    edits = path_edits(TABLE, tmp_path / "old", tmp_path / "new" / "deep")
    assert edits == [("set", "table", "path", "../../old/data/flowers.csv")]


def test_that_files_of_rows_that_are_held_out_move_too(tmp_path: Path) -> None:
    graph = applied(TABLE, [("set", "table", f"{side}_path", f"{side}.csv") for side in ("validation", "test")])
    moved = applied(graph, path_edits(graph, tmp_path / "old", tmp_path / "new")).nodes["table"].parameters
    assert (moved["validation_path"], moved["test_path"]) == ("../old/validation.csv", "../old/test.csv")


def test_that_files_of_weights_still_are_the_same_files(tmp_path: Path) -> None:
    source = {"path": "net.pt", "prefix": "a"}
    graph = applied(
        Graph(), [("add", "layer", "nn.Linear", {}), ("weights", "layer", source), ("weights", None, source)]
    )
    moved = applied(graph, path_edits(graph, tmp_path / "old", tmp_path / "new"))
    assert moved.nodes["layer"].extra["weights"] == {"path": "../old/net.pt", "prefix": "a"} == moved.extra["weights"]
    graph = applied(graph, [("weights", "layer", {"path": "/net.pt"}), ("weights", None, {"path": 7})])
    assert path_edits(graph, tmp_path / "old", tmp_path / "new") == []


def test_that_an_absolute_path_and_an_empty_one_stay(tmp_path: Path) -> None:
    for path in ("/data/flowers.csv", ""):
        graph = applied(TABLE, [("set", "table", "path", path)])
        assert path_edits(graph, tmp_path / "old", tmp_path / "new") == []


def test_that_within_a_folder_nothing_is_rewritten(tmp_path: Path) -> None:
    assert path_edits(TABLE, tmp_path, tmp_path) == []


def test_that_a_file_beside_the_graph_is_named_by_its_name(tmp_path: Path) -> None:
    assert relative(tmp_path / "flowers.csv", tmp_path) == "flowers.csv"


def test_that_recent_files_are_newest_first_and_each_once(tmp_path: Path) -> None:
    for name in ("a", "b", "a"):
        remember(tmp_path / name)
    assert recent_files() == [tmp_path / "a", tmp_path / "b"]
    forget(tmp_path / "a")
    assert recent_files() == [tmp_path / "b"]


def test_that_what_lies_in_the_folder_by_a_link_is_named_by_the_link(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "graphs").mkdir()
    (tmp_path / "graphs" / "data").symlink_to(tmp_path / "far", target_is_directory=True)
    assert relative(tmp_path / "graphs" / "data" / "wine.csv", tmp_path / "graphs") == "data/wine.csv"
