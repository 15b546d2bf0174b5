"""Bombs: small graphs that ask for more than a machine has, one idea a graph; in each a node called `bomb` is it."""

import json
from collections.abc import Iterator

from tests.runtime.check import bombs_of_numbers
from tests.runtime.check.bomb_parts import (
    Drawn,
    adam,
    alone,
    beside,
    into,
    nested,
    one,
    row,
    told_apart,
    used,
    written,
    zeros,
)

MOST = 2**31 - 1  # what a size may be


def drawn_bombs() -> Iterator[tuple[str, Drawn]]:
    """(name, graph) of every bomb."""
    for family in FAMILIES:
        yield from family()


def bombs() -> Iterator[tuple[str, bytes]]:
    """(name, file) of every bomb; there are 50 MB of them."""
    for name, drawn in drawn_bombs():
        yield name, written(drawn)


MANY = [1] * 100_000


def _long_lists() -> Iterator[tuple[str, Drawn]]:
    """Lists, texts and equations that are long, or that grow when they are worked out."""
    yield "dims_of_a_hundred_thousand", beside("torch.permute", {"dims": MANY})
    yield "size_of_a_million", alone("torch.zeros", {"size": [1] * 990_000})
    yield "shape_of_a_hundred_thousand", beside("torch.reshape", {"shape": MANY})
    yield "parameter_of_a_hundred_thousand", alone("nn.Parameter", {"shape": MANY})
    yield "expand_to_a_hundred_thousand", beside("Tensor.expand", {"sizes": MANY})
    yield "repeat_a_hundred_thousand", beside("Tensor.repeat", {"repeats": MANY})
    yield "flip_a_hundred_thousand", beside("torch.flip", {"dims": MANY})
    yield "mean_of_a_hundred_thousand", beside("torch.mean", {"dim": MANY})
    yield "pad_a_hundred_thousand", beside("F.pad", {"pad": MANY})
    yield "split_into_a_hundred_thousand", beside("torch.split", {"split_size_or_sections": MANY}, out="output_0")
    yield "kernel_of_a_hundred_thousand", beside("nn.Conv2d", {"kernel_size": MANY}, "float32[3, 8, 8]")
    yield "norm_of_a_hundred_thousand", beside("nn.LayerNorm", {"normalized_shape": MANY})
    yield "normalise_a_hundred_thousand", beside("transform.Normalize", {"mean": MANY, "std": MANY})
    yield "movedim_a_hundred_thousand", beside("torch.movedim", {"source": MANY, "destination": MANY})
    yield "roll_a_hundred_thousand", beside("torch.roll", {"shifts": MANY, "dims": MANY})
    yield "huge_dims", beside("torch.permute", {"dims": [2**63 - 1] * 64})


def _long_equations() -> Iterator[tuple[str, Drawn]]:
    """Equations that are long, or that ask for much."""
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    yield "equation_of_a_million", beside("torch.einsum", {"equation": "a" * 1_000_000}, port="operands")
    yield "equation_of_many_operands", beside("torch.einsum", {"equation": "a," * 500_000 + "a->a"}, port="operands")
    yield "equation_of_dots", beside("torch.einsum", {"equation": "..." * 300_000}, port="operands")
    yield (
        "equation_of_all_letters",
        beside("torch.einsum", {"equation": f"{letters}->{letters[::-1]}"}, port="operands"),
    )
    vectors = {f"z{at}": zeros(100_000) for at in range(40)}
    outer = ",".join(letters[:40]) + "->" + letters[:40]
    yield (
        "equation_of_an_outer_product",
        beside(
            "torch.einsum",
            {"equation": outer},
            port="",
            nodes=vectors,
            edges=into(*(f"{id}.operands" for id in vectors)),
        ),
    )


def _long_texts() -> Iterator[tuple[str, Drawn]]:
    """Texts, names and nests that are long or deep."""
    yield "long_text", beside("nn.GELU", {"approximate": "x" * 1_000_000})
    yield "long_dtype", beside("Tensor.to", {"dtype": "float" * 200_000})
    yield (
        "long_path",
        beside("nn.ReLU", {}, nodes={"table": {"type": "data.Table", "parameters": {"path": "../" * 300_000}}}),
    )
    yield "long_note", beside("nn.ReLU", {}, extra={"note": "ü" * 1_000_000})
    yield "long_name_of_a_type", beside("nn." + "R" * 1_000_000, {})
    yield "deep_list", beside("torch.zeros", {"size": json.loads("[" * 50 + "]" * 50)}, port="like")
    yield "deep_object", beside("nn.Linear", {"out_features": json.loads('{"a":' * 50 + "1" + "}" * 50)})
    yield "lists_of_lists", beside("nn.Linear", {"out_features": [[[[1] * 30] * 30] * 30] * 30})
    yield "a_thousand_parameters", beside("nn.ReLU", {f"p{at}": [at] * 100 for at in range(1000)})
    yield "unicode", beside("nn.ReLU", {"\u202e" * 1000 + "ﷺ": "\U0001f4a3" * 100_000})
    yield "combining_name", beside("nn.ReLU", {}, nodes={"a" + "\u0301" * 100_000: {"type": "nn.ReLU"}})


def _long_optimizers() -> Iterator[tuple[str, Drawn]]:
    """Schedules and layers of an optimizer without end."""
    ladder = {"type": "MultiStepLR", "milestones": [10**9] * 500_000}
    yield (
        "milestones_of_10_9",
        beside("nn.ReLU", {}, nodes={"adam": adam(schedule={"type": "MultiStepLR", "milestones": [10**9]})}),
    )
    yield "half_a_million_milestones", beside("nn.ReLU", {}, nodes={"adam": adam(schedule=ladder)})
    yield (
        "warmup_of_10_9",
        beside(
            "nn.ReLU",
            {},
            nodes={"adam": adam(schedule={"type": "StepLR", "step_size": MOST, "gamma": 1e30, "warmup": MOST})},
        ),
    )
    yield (
        "layers_of_an_optimizer",
        beside("nn.ReLU", {}, nodes={"adam": adam(layers=[f"l{at}" for at in range(100_000)])}),
    )


def _huge_data() -> Iterator[tuple[str, Drawn]]:
    """Samples, fields and batches."""
    yield "wide_sample", beside("nn.ReLU", {}, "float32[999999999, 999999999]")
    yield "sample_of_many_dimensions", beside("nn.ReLU", {}, f"float32[{', '.join(['999999999'] * 60)}]")
    yield "sample_of_a_million_dimensions", beside("nn.ReLU", {}, f"float32[{', '.join(['1'] * 300_000)}]")
    yield "sample_of_ten_million_digits", beside("nn.ReLU", {}, f"float32[{'9' * 1_000_000}]")
    yield "length_of_10_18", beside("nn.ReLU", {}, noise={"length": 10**18})
    yield "length_as_long_as_can_be", beside("nn.ReLU", {}, noise={"length": MOST})
    yield "classes_of_10_18", beside("nn.ReLU", {}, noise={"classes": 10**18})
    yield "batch_as_large_as_can_be", beside("nn.ReLU", {}, collate={"batch_size": MOST})
    yield "validation_of_everything", beside("nn.ReLU", {}, collate={"validation": 0.999999999999})
    thousand = {f"f{at}": "float32[3]" for at in range(1000)}
    yield "a_thousand_fields", beside("nn.ReLU", {}, noise={"fields": thousand}, collate={"fields": list(thousand)})
    yield (
        "a_hundred_thousand_fields",
        beside("nn.ReLU", {}, noise={"fields": {f"f{at}": "text" for at in range(100_000)}}),
    )
    yield (
        "a_field_of_many_classes",
        beside(
            "nn.ReLU", {}, noise={"fields": {"x": {"type": "int64[]", "classes": [str(at) for at in range(200_000)]}}}
        ),
    )
    yield "one_name_a_hundred_thousand_times", beside("nn.ReLU", {}, collate={"fields": ["x"] * 100_000})
    yield (
        "a_hundred_thousand_ways",
        beside("nn.ReLU", {}, collate={"collate": {f"f{at}": "pad" for at in range(100_000)}}),
    )


def _growing() -> Iterator[tuple[str, Drawn]]:
    """Nodes in a row of which each makes more of what comes."""
    yield "cat_of_itself", row("torch.cat", {"dim": 1}, 60, "tensors", 2)
    yield "cat_of_ten", row("torch.cat", {"dim": 1}, 60, "tensors", 10)
    yield "stack_of_itself", row("torch.stack", {"dim": 1}, 60, "tensors", 2)
    yield "repeated_twice", row("torch.repeat_interleave", {"repeats": 2, "dim": 1}, 500)
    yield "repeated_as_often_as_can_be", row("torch.repeat_interleave", {"repeats": MOST, "dim": 1}, 500)
    yield "padded", row("F.pad", {"pad": [MOST, MOST]}, 500)
    yield "unsqueezed", row("torch.unsqueeze", {"dim": 1}, 500)
    yield "upsampled", row("nn.Upsample", {"scale_factor": 2.0}, 500, x="float32[3, 8, 8]")
    yield "scaled_up", row("nn.Upsample", {"scale_factor": 1e9}, 40, x="float32[3, 8, 8]")
    yield "added_to_itself", row("torch.add", {}, 300, "input", 1, "other")
    yield "multiplied_batch", row("torch.cat", {"dim": 0}, 60, "tensors", 2)
    yield "squared_batch", row("torch.outer", {}, 40, "input", 1, "vec2", first=("nn.Flatten", {"start_dim": 0}))
    yield "convolved_length", row("nn.Conv1d", {"padding": MOST, "out_channels": 3}, 100)
    ragged: Drawn = {"collate": {"collate": {"x": "pad"}}, "x": "float32[9]"}
    channel = ("torch.unsqueeze", {"dim": 1})
    yield "pooled_lengths", row("nn.MaxPool1d", {"kernel_size": 3}, 100, first=channel, **ragged)
    yield "summed_lengths", row("torch.cat", {"dim": 1}, 40, "tensors", 2, **ragged)
    numbers = ("torch.reshape", {"shape": -1})
    yield "squared_lengths", row("torch.outer", {}, 40, "input", 1, "vec2", first=numbers, **ragged)
    halved = ("torch.slice_copy", {"dim": 1, "step": 2})
    yield "lengths_told_apart", row("torch.cat", {"dim": 1}, 60, "tensors", 2, between=halved, **ragged)


def _definitions() -> Iterator[tuple[str, Drawn]]:
    """Few nodes that stand for very many."""
    linear = {"type": "nn.Linear", "parameters": {"out_features": 8}}
    yield "repeated_10_9", used([linear], {"repeat": 10**9})
    yield "repeated_a_thousand_times", used([linear], {"repeat": 1000})
    yield "ten_uses_50_deep", nested(49, 10, linear)
    yield "ten_uses_50_deep_of_nothing", nested(49, 10, {"type": "nn.ReLU"})
    yield "one_use_50_deep", nested(49, 1, linear)
    yield "repeats_50_deep", nested(49, 1, linear, {"repeat": 1000})
    yield "other_parameters_20_deep", told_apart(20)
    yield "one_use_300_deep", nested(290, 1, {"type": "nn.ReLU"})
    yield "many_definitions", beside("nn.ReLU", {}, definitions={f"d{at}": {} for at in range(100_000)})
    yield (
        "definitions_in_a_circle",
        beside("definition.d0", {}, definitions={f"d{at}": one(f"definition.d{(at + 1) % 100}") for at in range(100)}),
    )
    yield (
        "definition_of_many_parameters",
        beside(
            "definition.d",
            {},
            definitions={"d": {**one("nn.ReLU"), "parameters": {f"p{at}": at for at in range(20_000)}}},
        ),
    )
    yield (
        "definition_of_many_inputs",
        beside("definition.d", {}, definitions={"d": {"nodes": {f"i{at}": {"type": "Input"} for at in range(1_000)}}}),
    )
    yield "wide_inside", used([{"type": "nn.Linear", "parameters": {"out_features": MOST}}] * 2)


def _many_things() -> Iterator[tuple[str, Drawn]]:
    """Many nodes and wires."""
    many = range(200)
    adams = {f"adam_{at}": {"type": "optim.AdamW"} for at in many}
    yield (
        "many_optimizers",
        beside("nn.ReLU", {}, nodes=adams, edges=[["loss.output", f"{id}.loss"] for id in adams]),
    )
    losses = {f"loss_{at}": {"type": "nn.CrossEntropyLoss"} for at in many}
    wires = [
        [f"{end}", f"{id}.{port}"]
        for id in losses
        for end, port in (("head.output", "input"), ("batches.label", "target"))
    ]
    yield (
        "many_losses",
        beside("nn.ReLU", {}, nodes=losses, edges=[*wires, *([f"{id}.output", "adam.loss"] for id in losses)]),
    )
    yield "many_datasets", beside("nn.ReLU", {}, nodes={f"data_{at}": {"type": "data.Digits"} for at in many})
    yield "a_thousand_nodes", beside("nn.ReLU", {}, nodes={f"n{at}": {"type": "nn.ReLU"} for at in range(990)})
    yield (
        "twenty_thousand_wires",
        beside("torch.cat", {"dim": 1}, port="", edges=[["batches.x", f"bomb.p{at}"] for at in range(20_000)]),
    )
    yield (
        "many_wires_into_cat",
        beside(
            "torch.cat",
            {"dim": 1},
            port="",
            nodes={f"z{at}": zeros(4, MOST) for at in many},
            edges=into(*(f"z{at}.tensors" for at in many)),
        ),
    )
    shared = {f"same_{at}": {"type": "nn.Linear", "shares": f"same_{at + 1}"} for at in many}
    yield "shared_in_a_row", beside("nn.ReLU", {}, nodes=shared)


FAMILIES = (
    bombs_of_numbers.beyond_limits,
    bombs_of_numbers.huge_layers,
    bombs_of_numbers.huge_tensors,
    bombs_of_numbers.huge_pictures,
    bombs_of_numbers.huge_by_rule,
    bombs_of_numbers.huge_by_broadcast,
    bombs_of_numbers.huge_indices,
    _long_lists,
    _long_equations,
    _long_texts,
    _long_optimizers,
    _huge_data,
    _growing,
    _definitions,
    _many_things,
)
