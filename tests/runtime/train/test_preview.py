"""What is on a wire, from the process that shows it: the same values as the exported program has in its first batch."""

import io
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image

from runtime.check.check import check
from runtime.generate.part import ends_of
from runtime.graph.edit import applied
from runtime.graph.file import dump, load
from runtime.graph.model import Edge, End, Graph, Node, end
from runtime.spec.tensor import Loss, Tensor, Text
from runtime.started import command, environment
from runtime.train.facts import facts
from runtime.train.pieces.bundled import read_wine
from runtime.train.preview import Preview
from runtime.train.trust import trust
from tests.editor.canvas.hand import two_models
from tests.runtime.generate.cases import FOLDER, imported, program_of

EXAMPLES = Path(__file__).parents[3] / "resources" / "examples"
NAMES = ("two_models", "model_after_model", "text_and_image")
Answer = dict[str, Any]


class Asked:
    """The process and a way to ask it."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command("runtime.train.preview"), stdin=pipe, stdout=pipe, env=environment(), text=True
        )
        self.stages: list[str] = []
        self.home, self.config, cache = (environment()[f"XDG_{name}_HOME"] for name in ("DATA", "CONFIG", "CACHE"))
        self.cache = Path(cache) / "torchweave" / "prepared"

    def __call__(self, graph: Graph, asked: str, folder: Path = EXAMPLES, **more: Any) -> Answer:
        assert self.process.stdin is not None and self.process.stdout is not None
        order = {"id": 7, "graph": dump(graph), "folder": str(folder), "end": asked, **more}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            told: Answer = json.loads(line)
            if "stage" in told:
                self.stages.append(told["stage"])
            elif told["id"] == 7:
                return told
        raise AssertionError("the process has ended")


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    yield (made := Asked())
    made.process.communicate()


def example(name: str) -> Graph:
    return load((EXAMPLES / f"{name}.json").read_bytes())


def first_batch(graph: Graph, folder: Path) -> tuple[ModuleType, Any, Any]:
    """The exported program, its run, and the first batch of it."""
    program = imported(program_of(graph).text, folder / "exported.py", EXAMPLES)
    run = program.prepare(program.options_from(["--device=cpu"]))
    return program, run, next(iter(run.feed("training", 1)))


def of_files(type: str, **parameters: Any) -> Graph:
    """A dataset and its batches, each class with its share of the rows that are held out."""
    nodes = {
        "dataset": Node("dataset", type, parameters),
        "batches": Node("batches", "Collate", {"fields": [*parameters["fields"]][1:], "split": "stratified"}),
    }
    label, ports = end("dataset.label"), ("batches.label", "batches.split_by")
    return Graph(nodes=nodes, edges=tuple(Edge(label, end(port)) for port in ports))


def test_that_pictures_are_shown_where_their_labels_say_how_rows_are_split(asked: Asked) -> None:
    classes = sorted(folder.name for folder in (EXAMPLES / "data" / "drawings").iterdir())
    fields = {"picture": "picture", "label": {"type": "int64[]", "classes": classes}}
    graph = of_files("data.Pictures", path="data/drawings", fields=fields)
    assert asked(graph, "dataset.picture")["kind"] == "pictures"
    assert asked(graph, "dataset.label")["rows"] == 32


def test_that_a_dataset_with_a_file_to_test_with_is_shown(asked: Asked) -> None:
    fashion, kinds = Path(__file__).parents[2] / "data" / "fashion", "{}-images-idx3-ubyte.gz"
    fields = {"image": "uint8[1, 28, 28]", "label": {"type": "int64[]", "classes": [*map(str, range(10))]}}
    graph = of_files("data.Idx", path=kinds.format("train"), test_path=kinds.format("t10k"), fields=fields)
    assert asked(graph, "dataset.image", fashion)["shape"] == [1, 28, 28]


def table(value: Any, rows: int = 8, columns: int = 12) -> list[list[float]]:
    flat = value.reshape(len(value), -1) if value.ndim else value.reshape(1, 1)
    found: list[list[float]] = flat[:rows, :columns].tolist()
    return found


@pytest.mark.parametrize("name", NAMES)
def test_that_every_port_of_an_example_has_the_shape_that_the_check_says(asked: Asked, name: str) -> None:
    graph = example(name)
    report = check(graph)
    ends = [each for id in graph.nodes for each in ends_of(graph, id)]
    assert ends
    for each in ends:
        type, told = report.types[each], asked(graph, str(each))
        assert told["end"] == str(each) and told["type"] == str(type)
        if isinstance(type, Tensor):
            sizes = [32 if str(size) == "B" else size for size in type.shape]
            assert (told["dtype"], told["shape"]) == (type.dtype, sizes), each
            assert told["rows"] == 32
        else:
            assert told["kind"] == ("loss" if isinstance(type, Loss) else "text")
            assert isinstance(type, Loss) or len(told["texts"]) == 8


@pytest.mark.parametrize("name", NAMES)
def test_that_the_values_are_those_of_the_first_batch_of_the_program(asked: Asked, name: str, tmp_path: Path) -> None:
    graph = example(name)
    _, run, batch = first_batch(graph, tmp_path)
    seen: dict[str, Any] = {}
    for id, layer in run.model.named_children():
        layer.register_forward_hook(lambda _, __, output, id=id: seen.__setitem__(id, output.detach()))
    loss = run.compare(batch, type(run.sums)({}))["loss"]
    assert seen
    for field, value in batch.items():
        assert asked(graph, f"batches.{field}")["table"] == table(value), field
    for id, value in seen.items():
        told = asked(graph, f"{id}.output")
        assert (told["table"], told["weights"]) == (table(value), "untrained"), id
    assert asked(graph, "loss.output")["table"] == [[loss.item()]]


def test_that_samples_left_of_collate_are_the_rows_of_the_batch(asked: Asked, tmp_path: Path) -> None:
    graph = example("two_models")
    _, _, batch = first_batch(graph, tmp_path)
    assert asked(graph, "scaled.output")["table"] == table(batch["image"])
    assert [row[0] for row in asked(graph, "digits.label")["table"]] == batch["label"][:8].tolist()
    raw = asked(graph, "digits.image")
    assert raw["range"] == [0.0, 16.0] and len(raw["pictures"]) == 16 and sum(raw["histogram"]["counts"]) == 32 * 64


def test_that_pictures_words_and_classes_are_told_as_what_they_are(asked: Asked) -> None:
    graph = example("text_and_image")
    label, title = asked(graph, "clipart.label"), asked(graph, "clipart.title")
    assert label["kind"] == "labels" and set(label["texts"]) <= {name for name, _ in label["stats"]["classes"]}
    assert all(isinstance(text, str) and text for text in title["texts"])
    assert asked(graph, "clipart.picture")["range"] == [0.0, 255.0]
    assert asked(graph, "batches.label")["texts"] == label["texts"]


def test_that_a_table_with_bad_rows_to_skip_is_read_once_for_all_batches(asked: Asked) -> None:
    graph = load((FOLDER / "table_of_pictures.json").read_bytes())
    first = asked(graph, "table.numbers", FOLDER)
    asked.stages.clear()
    assert asked(graph, "table.numbers", FOLDER, batch=1)["table"] != first["table"]
    assert asked(graph, "filled.output", FOLDER, batch=1)["columns"] == first["columns"]
    assert not [stage for stage in asked.stages if stage.startswith("reading")]


def test_that_two_datasets_of_one_kind_that_meet_are_read_once_each(asked: Asked) -> None:
    nodes = {
        **{id: Node(id, "data.Iris") for id in ("one", "other")},
        "both": Node("both", "data.Zip", {"fields": ["features", "label"]}),
        "batches": Node("batches", "Collate", {"fields": ["features", "label"]}),
    }
    wires = [("one.features", "both.features"), ("other.label", "both.label")]
    wires += [(f"both.{name}", f"batches.{name}") for name in ("features", "label")]
    graph = Graph(nodes=nodes, edges=tuple(Edge(end(one), end(other)) for one, other in wires))
    asked.stages.clear()
    assert asked(graph, "batches.features")["rows"] == asked(graph, "both.label", batch=1)["rows"] == 32
    assert [stage for stage in asked.stages if stage.startswith("reading")] == ["reading data"]


def test_that_data_is_read_once_for_many_questions(asked: Asked) -> None:
    graph = example("model_after_model")
    asked(graph, "cancer.features")
    asked.stages.clear()
    faster = graph.with_(nodes={**graph.nodes, "adam": Node("adam", "optim.Adam", {"lr": 0.5})})
    assert {asked(faster, each)["end"] for each in ("cancer.label", "batches.features", "norm.output")}
    assert not [stage for stage in asked.stages if stage.startswith("reading")]


def test_that_what_padding_adds_to_a_batch_is_shown_and_numbers_are_told_as_words(asked: Asked) -> None:
    graph = example("titles")
    words, mask, length, titles = (
        asked(graph, each) for each in ("batches.words", "batches.words_mask", "batches.words_length", "titles.title")
    )
    assert words["texts"][0].split(" · ") == titles["texts"][0].lower().replace("-", " - ").split()
    assert words["kind"] == "tokens" and words["tokens"] == {"all": 215, "unknown": 0}
    assert mask["kind"] == "mask" and mask["table"] == [[number == 0 for number in row] for row in words["table"]]
    assert [row[0] for row in length["table"]] == [sum(number != 0 for number in row) for row in words["table"]]


def test_that_what_a_preview_learns_of_rows_is_kept_for_runs(asked: Asked, tmp_path: Path) -> None:
    graph = load((FOLDER / "given_files.json").read_bytes())
    asked(graph, "tokens.output", FOLDER)
    kept = set(asked.cache.glob("*.pt"))
    assert any(file.name.startswith("vocabulary_of") for file in kept)
    program = imported(program_of(graph).text, tmp_path / "exported.py")
    program.prepare(program.options_from(["--device=cpu", f"--cache={asked.cache}"]))
    assert set(asked.cache.glob("*.pt")) == kept


def test_that_columns_keep_their_names_and_scores_have_those_of_classes(asked: Asked) -> None:
    graph = example("penguins")
    measures = asked(graph, "penguins.measures")["columns"]
    assert asked(graph, "standard.output")["columns"] == asked(graph, "batches.measures")["columns"] == measures
    assert asked(graph, "final.output")["columns"] == ["Adelie", "Chinstrap", "Gentoo"]
    assert "columns" not in asked(graph, "hidden.output")


def test_that_a_glance_reads_nothing(asked: Asked) -> None:
    nodes = {"patients": Node("patients", "data.Diabetes")}
    assert asked(Graph(nodes), "patients.target", glance=True)["problem"] == "Nothing is read for a glance."
    told = asked(Graph(nodes), "patients.target")
    assert asked(Graph(nodes), "patients.target", glance=True)["table"] == told["table"]


def test_that_what_takes_long_is_told_again_while_it_goes_on() -> None:
    said = io.StringIO()
    preview = Preview(said)
    with preview.doing("reading rows.csv"):
        preview.used = -1.0  # something was computed since
        preview.live()
        preview.used = 1e9  # nothing was
        preview.live()
    preview.used = -1.0
    preview.live()  # nothing is being done
    preview.stage, preview.until, preview.used = "computing", 1e9, -1.0
    preview.live()
    preview.until = preview.used = -1.0  # a batch that takes more than it may
    preview.live()
    told = [json.loads(line) for line in said.getvalue().splitlines()]
    assert [each["stage"] for each in told] == ["reading rows.csv", "reading rows.csv", "computing"]
    assert told[1]["seconds"] == 0


def test_that_a_picture_which_cannot_be_read_stands_beside_those_that_can(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("wide.png", "high.jpg", "broken.png")]
    Image.new("L", (300, 20)).save(files[0])
    Image.new("RGB", (30, 400), "red").save(files[1])
    files[2].write_bytes(b"no picture")
    told = facts([*files, Image.new("RGB", (8, 8))], True)
    assert told["stats"] == {"broken": 1, "sizes": "8 x 8 to 30 x 400", "modes": "L, RGB"}
    assert len(told["pictures"]) == 3 and told["rows"] == 4 and "broken.png" in told["texts"][2]


def test_that_a_later_batch_has_other_rows_and_the_numbers_go_round(asked: Asked) -> None:
    graph = example("model_after_model")
    first, second = (asked(graph, "batches.features", batch=number) for number in (0, 1))
    assert first["table"] != second["table"]
    assert asked(graph, "batches.features", batch=first["batches"])["table"] == first["table"]


def test_that_a_graph_that_is_wrong_behind_a_wire_still_shows_what_is_on_it(asked: Asked) -> None:
    graph = example("two_models")
    wrong = graph.nodes["final"]
    broken = graph.with_(nodes={**graph.nodes, "final": Node("final", wrong.type, {"out_features": 0})})
    assert not check(broken).sound
    for each in ("scaled.output", "batches.image", "joined.output"):
        assert asked(broken, each)["shape"] == asked(graph, each)["shape"]
    problem = asked(broken, "final.output")["problem"]
    assert problem == next(p.told for p in check(broken).problems if p.node == "final")


def test_that_what_comes_out_of_a_bypassed_node_is_what_goes_in(asked: Asked) -> None:
    graph = applied(two_models(), [("bypass", "model_a", "input")])
    assert asked(graph, "model_a.output")["table"] == asked(graph, "flat.output")["table"]


def test_that_a_dataset_alone_is_shown_in_the_order_of_its_rows(asked: Asked) -> None:
    told = asked(Graph({"wine": Node("wine", "data.Wine")}), "wine.features")
    assert told["table"][0] == pytest.approx(read_wine()["features"][0, :12].tolist()) and told["batches"] == 6


def test_that_what_is_drawn_at_random_can_be_seen_as_it_was_before(asked: Asked) -> None:
    graph = example("two_models")
    nodes = {"shaken": Node("shaken", "transform.RandomHorizontalFlip", {"p": 1.0})}
    edges = (Edge(end("scaled.output"), End("shaken", "input")),)
    more = graph.with_(nodes={**graph.nodes, **nodes}, edges=(*graph.edges, *edges))
    assert check(more).types.get(End("shaken", "output")) is not None
    shaken, still = (asked(more, "shaken.output", augment=augment) for augment in (True, False))
    assert shaken["augmented"] and not still["augmented"]
    assert still["table"] == asked(more, "scaled.output")["table"] != shaken["table"]


def test_that_weights_of_the_last_run_are_used_and_named(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safetensors.torch import save_file

    from runtime.places import runs_folder

    monkeypatch.setenv("XDG_DATA_HOME", asked.home)
    graph = example("model_after_model")
    origin = tmp_path / "graph.json"
    program, run, batch = first_batch(graph, tmp_path)
    folder = runs_folder(origin) / "20260101-000000-000"
    folder.mkdir(parents=True)
    (folder / "events.jsonl").write_text("{}\n")
    with program.torch.no_grad():
        run.model.second.bias += 1.0
    save_file(run.model.state_dict(), folder / "weights.safetensors")
    told = asked(graph, "second.output", runs=str(folder.parent))
    assert told["weights"] == 'trained in the run "20260101-000000-000"'
    assert told["table"] == table(run.model(batch["features"]).detach())


def with_own(mark: Path) -> tuple[Graph, str]:
    """A graph with a function of the user's on its batches that leaves a mark, and its text."""
    lines = ["def mine(x):", f"    open({str(mark)!r}, 'w')", "    return x * 2"]
    graph = example("two_models")
    own = Node("mine", "own.Function", {"source": {"function": lines}})
    edges = (*graph.edges, Edge(end("batches.image"), End("mine", "x")))
    return graph.with_(nodes={**graph.nodes, "mine": own}, edges=edges), "\n".join(lines)


def test_that_python_is_not_run_before_it_is_trusted(asked: Asked, tmp_path: Path) -> None:
    graph, _ = with_own(tmp_path / "ran")
    told = asked(graph, "mine.output")
    assert told["problem"].startswith("mine brings Python of its own") and told["untrusted"] == ["mine"]
    assert asked(graph, "batches.image")["rows"] == 32 and not (tmp_path / "ran").exists()


@pytest.mark.soak
def test_that_python_that_is_trusted_is_run(asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graph, text = with_own(tmp_path / "ran")
    monkeypatch.setenv("XDG_CONFIG_HOME", asked.config)
    trust([text])
    images = asked(graph, "batches.image")["table"]
    assert asked(graph, "mine.output")["table"] == [[2 * number for number in row] for row in images]
    assert (tmp_path / "ran").exists()


def joined_by_hand(mark: Path) -> tuple[Graph, str]:
    """The digits, put together by a function of the user's that leaves a mark; it gives another size than it says."""
    graph = example("two_models")
    lines = ["def joined(samples):", f"    open({str(mark)!r}, 'w')"]
    lines += ["    return torch.stack([each.sum((1, 2)) for each in samples])"]
    way = {"function": lines, "output": "float32[4]"}
    batches = graph.nodes["batches"]
    parameters = {**batches.parameters, "collate": {"image": way}}
    data = ("digits", "scaled")
    nodes = {id: graph.nodes[id] for id in data} | {"batches": Node("batches", "Collate", parameters)}
    edges = tuple(edge for edge in graph.edges if edge.source.node in data)
    return Graph(nodes=nodes, edges=edges), "\n".join(lines)


def test_that_a_function_that_joins_samples_is_shown_with_what_it_gives_once_it_is_trusted(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "ran"
    graph, text = joined_by_hand(mark)
    before = asked(graph, "scaled.output")
    refused = asked(graph, "batches.image")
    assert refused["untrusted"] == ["batches"] and refused["problem"].endswith("trust it to see what it gives.")
    assert before["rows"] == 32 and not mark.exists()
    monkeypatch.setenv("XDG_CONFIG_HOME", asked.config)
    trust([text])
    told = asked(graph, "batches.image")
    assert mark.exists() and told["unlike"] == "float32[32, 1]"
    _, _, batch = first_batch(example("two_models"), tmp_path)
    assert told["table"] == table(batch["image"].sum((2, 3)))


def test_that_a_file_that_is_gone_is_one_sentence_and_the_next_question_is_answered(asked: Asked) -> None:
    graph = example("text_and_image")
    clipart = graph.nodes["clipart"]
    parameters = {**clipart.parameters, "path": "data/none.npz"}
    gone = graph.with_(nodes={**graph.nodes, "clipart": Node("clipart", clipart.type, parameters)})
    told = asked(gone, "clipart.title")
    assert "none.npz" in told["problem"] and "\n" not in told["problem"]
    assert asked(graph, "clipart.title")["kind"] == "text"
    assert isinstance(check(graph).types[end("clipart.title")], Text)


def test_that_a_batch_that_needs_too_much_memory_is_one_sentence(asked: Asked) -> None:
    graph = example("model_after_model")
    huge = Node("first", "nn.Linear", {"out_features": 400_000_000})
    told = asked(graph.with_(nodes={**graph.nodes, "first": huge}), "first.output")
    assert "memory" in told["problem"] and asked(graph, "first.output")["shape"] == [32, 16]


@pytest.mark.soak
@pytest.mark.parametrize("file", sorted([*FOLDER.glob("*.json"), *EXAMPLES.glob("*.json")]), ids=lambda file: file.stem)
def test_that_every_port_of_every_graph_can_be_seen(asked: Asked, file: Path) -> None:
    graph = load(file.read_bytes())
    for each in [each for id in graph.nodes for each in ends_of(graph, id)]:
        told = asked(graph, str(each), file.parent)
        assert "problem" not in told or told.get("untrusted"), each
