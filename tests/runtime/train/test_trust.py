"""Python in a graph is inert until its text is trusted, to the letter."""

import json
from pathlib import Path

import pytest

from runtime.cli import main
from runtime.graph.edit import applied
from runtime.graph.file import dump, load
from runtime.graph.model import Graph
from runtime.nodes.own import A_FUNCTION, A_MODULE
from runtime.places import EXAMPLES, read_settings, settings_file, write_setting
from runtime.spec.own import own_sources
from runtime.train.folder import Untrusted, prepare_run
from runtime.train.trust import SHIPPED, fingerprint, trust, untrusted

LINES = ["import torch", "", "", "def mine(titles):", "    return torch.zeros(len(titles), 10, dtype=torch.int64)"]
EXAMPLE = EXAMPLES / "text_and_image.json"


def graph_of(lines: list[str]) -> Graph:
    """The third example with a function of somebody else's."""
    own = {"text": {"function": lines, "output": "int64[10]"}}
    return applied(load(EXAMPLE.read_bytes()), [("set", "batches", "collate", own)])


def test_that_a_text_is_not_trusted_until_it_is() -> None:
    graph = graph_of(LINES)
    assert untrusted(graph) == (("batches", "\n".join(LINES)),)
    trust(text for _, text in untrusted(graph))
    assert untrusted(graph) == ()


@pytest.mark.parametrize("at", [0, 20, -1])
def test_that_one_changed_letter_is_not_trusted(at: int) -> None:
    text = "\n".join(LINES)
    trust([text])
    changed = text[:at] + "x" + (text[at:][1:] if at != -1 else "")
    assert untrusted(graph_of(changed.split("\n"))) == (("batches", changed),)


@pytest.mark.parametrize("more", ["", " ", "#", "\u200b"])
def test_that_a_letter_more_is_not_trusted(more: str) -> None:
    trust(["\n".join(LINES)])
    assert bool(untrusted(graph_of([*LINES, more])))
    assert bool(untrusted(graph_of([*LINES[:-1], LINES[-1] + more]))) == bool(more)


def test_that_a_trusted_text_is_trusted_wherever_it_stands() -> None:
    trust(["\n".join(LINES)])
    whole = {"function": LINES, "outputs": {}}
    graph = applied(graph_of(LINES), [("set", "batches", "collate_fn", whole), ("rename", "batches", "loader")])
    assert untrusted(graph) == ()


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_that_what_we_ship_is_trusted(example: Path) -> None:
    assert untrusted(load(example.read_bytes())) == ()
    assert not settings_file().exists()


def test_that_the_fingerprints_that_we_ship_are_those_of_our_examples_and_of_fresh_nodes() -> None:
    graphs = [load(file.read_bytes()) for file in EXAMPLES.glob("*.json")]
    texts = {own.text for graph in graphs for own in own_sources(graph)} | {A_FUNCTION, A_MODULE}
    assert set(map(fingerprint, texts)) == set(SHIPPED)
    assert len(set(SHIPPED)) == len(SHIPPED)


def test_that_trust_is_kept_once_beside_the_other_settings() -> None:
    write_setting("theme", "light")
    trust(["a", "b", "a"])
    trust(["b", "c"])
    assert read_settings() == {"theme": "light", "trusted": [fingerprint(text) for text in "abc"]}


@pytest.mark.parametrize("kept", [None, "all", 7, {"a": 1}, [None, 7, ["x"]], True])
def test_that_settings_of_wrong_kinds_trust_nothing(kept: object) -> None:
    write_setting("trusted", kept)
    assert untrusted(graph_of(LINES))
    trust(["\n".join(LINES)])
    assert untrusted(graph_of(LINES)) == ()


def test_that_broken_settings_trust_nothing_and_are_kept() -> None:
    trust(["\n".join(LINES)])
    settings_file().write_bytes(settings_file().read_bytes()[:-3])
    assert untrusted(graph_of(LINES))
    assert settings_file().with_suffix(".bad").exists()
    trust(["\n".join(LINES)])
    assert untrusted(graph_of(LINES)) == ()


def test_that_half_a_character_is_a_text_like_any_other() -> None:
    assert untrusted(graph_of([*LINES, "# \ud800"]))


def test_that_no_run_is_made_of_what_is_not_trusted(tmp_path: Path) -> None:
    with pytest.raises(Untrusted):
        prepare_run(graph_of(LINES), EXAMPLE, {}, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_that_trusting_for_one_run_trusts_for_one_run(tmp_path: Path) -> None:
    folder = prepare_run(graph_of(LINES), EXAMPLE, {}, tmp_path / "run", trusting=True)
    assert "def mine(titles):" in (folder / "program.py").read_text(encoding="utf-8")
    assert untrusted(graph_of(LINES))


def test_that_a_trusted_text_may_be_run(tmp_path: Path) -> None:
    trust(["\n".join(LINES)])
    assert (prepare_run(graph_of(LINES), EXAMPLE, {}, tmp_path / "run") / "program.py").is_file()


def beside_its_data(folder: Path) -> Path:
    """The graph in a file whose data is found."""
    (folder / "data").symlink_to(EXAMPLE.parent / "data")
    (folder / "graph.json").write_text(dump(graph_of(LINES)), encoding="utf-8")
    return folder / "graph.json"


def test_that_the_command_line_asks_for_trust_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = beside_its_data(tmp_path)
    assert main(["train", str(file), "--run-dir", str(tmp_path / "run")]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"torchweave: {file} holds Python of its own; read it, then add --trust to run it.\n"
    assert not (tmp_path / "run").exists()


def test_that_checking_and_exporting_need_no_trust(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = beside_its_data(tmp_path)
    assert main(["check", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"]
    assert main(["export", str(file), "-o", str(tmp_path / "program.py")]) == 0
    assert untrusted(graph_of(LINES))
