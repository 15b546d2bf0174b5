"""A graph that is saved in another folder: its history goes with it, and the paths of every step follow."""

from pathlib import Path

from editor.window.window import Window
from runtime.graph.file import dump, load
from runtime.spec.moved import moved
from tests.editor.document.test_files import SMALL, edit, graph_file


def test_that_the_history_stays_and_its_paths_follow(window: Window, tmp_path: Path) -> None:
    nodes = {"table": {"type": "data.Table", "parameters": {"path": "flowers.csv"}}}
    content = {**SMALL, "nodes": nodes, "edges": [], "weights": {"path": "net.pt"}, "mine": 1}
    (tmp_path / "deep").mkdir()
    window.files.open(graph_file(tmp_path, content=content))
    document, history = window.document, window.document.history
    document.do([("set", "table", "skip", 1)], "skip")
    document.become(document.graph.with_(extra={"weights": {"path": "other.pt"}, "mine": 1}), "load")
    document.do([("remove", "table")], "delete")
    document.do([("add", "two", "data.Table", {"path": "../a.csv"})], "add")
    document.do([("set", "two", "skip", 2)], "skip", "slider")
    before, saved = document.steps(), tmp_path / "deep" / "copy.json"
    history.undo()
    window.files.write(saved)
    file = saved.read_text()
    assert history.isClean()
    assert load(file.encode()).nodes["two"].parameters == {"path": "../../a.csv"}
    assert (history.index(), history.count()) == (4, 5)
    assert [dump(graph) for _, graph in document.steps()] == [
        dump(moved(graph, tmp_path, saved.parent)) for _, graph in before
    ]
    history.setIndex(0)
    assert not history.isClean()
    assert document.graph.nodes["table"].parameters == {"path": "../flowers.csv"}
    assert document.graph.extra["weights"] == {"path": "../net.pt"}
    history.setIndex(4)
    assert dump(document.graph) == file
    assert history.isClean()
    document.do([("set", "two", "skip", 3)], "skip", "slider")
    assert not history.isClean()


def test_that_steps_of_a_graph_that_names_no_file_any_more_follow_too(window: Window, tmp_path: Path) -> None:
    content = {**SMALL, "nodes": {"table": {"type": "data.Table", "parameters": {"path": "flowers.csv"}}}, "edges": []}
    (tmp_path / "deep").mkdir()
    window.files.open(graph_file(tmp_path, content=content))
    window.document.do([("remove", "table")], "delete")
    window.files.write(tmp_path / "deep" / "copy.json")
    window.document.history.undo()
    assert window.document.graph.nodes["table"].parameters == {"path": "../flowers.csv"}


def test_that_the_history_of_a_graph_without_data_stays(window: Window, tmp_path: Path) -> None:
    window.files.open(graph_file(tmp_path))
    edit(window)
    (tmp_path / "deep").mkdir()
    window.files.write(tmp_path / "deep" / "copy.json")
    window.document.history.undo()
    assert window.document.graph.nodes["layer"].parameters == {}
