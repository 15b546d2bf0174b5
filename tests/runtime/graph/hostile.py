"""Broken and hostile files: those in tests/graphs/hostile, by what is to become of them, and huge ones made here."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "graphs" / "hostile"
REFUSED, OPENED, SOUND = "refused", "opened", "sound"  # not opened; opened, with problems; nothing wrong with it


def kept(kind: str) -> dict[str, bytes]:
    """The files of one kind by their names."""
    return {file.stem: file.read_bytes() for file in sorted((FOLDER / kind).glob("*.json"))}


def hostile_files() -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of every file, the huge ones last."""
    for kind in (REFUSED, OPENED, SOUND):
        yield from kept(kind).items()
    for made in (huge_refused(), huge_opened()):
        yield from made.items()


def huge_refused() -> dict[str, bytes]:
    """Files that are too large in one way or another."""
    start = b'{"format": "torchweave", "version": 1, "x": '
    return {
        "nested_lists": start + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "nested_objects": start + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
        "nested_and_cut_off": b"[" * 100_000,
        "hundred_megabytes": start + b'"' + b"x" * 100_000_000 + b'"}',
        "long_text": start + b'"' + b"x" * (2**20 + 1) + b'"}',
        "many_nodes": written(nodes={f"n{i}": {"type": "nn.ReLU"} for i in range(20_001)}),
        "many_edges": written(edges=[[f"a.p{i}", "b.q"] for i in range(100_001)]),
        "long_number": start + b"9" * 1_000_000 + b"}",
    }


def huge_opened() -> dict[str, bytes]:
    """Files within every limit that are meant to keep whoever checks them busy."""
    many = range(2_000)
    unknown = {f"n{i}": {"type": "x"} for i in many}
    around = [[f"n{i}.output", f"n{(i + 1) % len(many)}.input"] for i in many]
    star = [[f"n{i}.output", "n0.tensors"] for i in many]
    fields = [f"f{i}" for i in many]
    noise = {"type": "data.Noise", "parameters": {"fields": dict.fromkeys(fields, "float32[3]")}}
    collate = {"type": "Collate", "parameters": {"fields": fields}}
    wide = [[f"noise.{name}", f"batches.{name}"] for name in fields]
    return {
        "ring": written(nodes={id: {"type": "nn.ReLU"} for id in unknown}, edges=around),
        "unknown_ring": written(nodes=unknown, edges=around),
        "star": written(nodes={id: {"type": "torch.cat"} for id in unknown}, edges=star[1:]),
        "crossing": written(
            nodes=unknown, edges=[[f"n{i}.a{j}", f"n{j}.b{i}"] for i in range(100) for j in range(100)]
        ),
        "fields": written(nodes={"noise": noise, "batches": collate}, edges=wide),
        "one_field_often": written(nodes={"batches": {"type": "Collate", "parameters": {"fields": ["a"] * 20_000}}}),
        "parameters": written(nodes={"a": {"type": "nn.ReLU", "parameters": {f"p{i}": i for i in many}}}),
        "optimizers": written(
            nodes={"l": {"type": "nn.MSELoss"}} | {f"n{i}": {"type": "optim.SGD"} for i in many},
            edges=[["l.output", f"n{i}.loss"] for i in many],
        ),
        "loaders": written(nodes={f"n{i}": {"type": "Collate", "parameters": {"fields": ["a"]}} for i in many}),
        "long_names": written(nodes={f"{i}" * 999: {"type": "nn.ReLU"} for i in range(1000, 1100)}),
    }


def written(**parts: Any) -> bytes:
    """A file with these parts."""
    return json.dumps({"format": "torchweave", "version": 1} | parts).encode()
