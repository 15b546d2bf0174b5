"""Bombs: small graphs that ask for more than a machine has, one idea a graph; in each a node called `bomb` is it."""

import json
from collections.abc import Iterator

from tests.runtime.check.bomb_parts import (
    Drawn,
    adam,
    alone,
    beside,
    into,
    measured,
    measures,
    nested,
    one,
    row,
    told_apart,
    used,
    written,
    zeros,
)

MOST = 2**31 - 1  # what a size may be


def bombs() -> Iterator[tuple[str, bytes]]:
    """(name, file) of every bomb."""
    for family in FAMILIES:
        for name, drawn in family():
            yield name, written(drawn)


def _beyond_limits() -> Iterator[tuple[str, Drawn]]:
    """Numbers beyond what a parameter takes."""
    yield "linear_of_10_12", beside("nn.Linear", {"out_features": 10**12})
    yield "linear_of_10_18", beside("nn.Linear", {"out_features": 10**18})
    yield "linear_of_10_400", beside("nn.Linear", {"out_features": 10**400})
    yield "linear_of_10_5000", {"nodes": {"bomb": {"type": "nn.Linear", "parameters": {"out_features": 10**4000}}}}
    yield "linear_of_1e308", beside("nn.Linear", {"out_features": 1e308})
    yield "linear_of_less_than_nothing", beside("nn.Linear", {"out_features": -(10**12)})
    yield "lstm_of_10_9_layers", beside("nn.LSTM", {"num_layers": 10**9})
    yield "gru_of_less_than_nothing", beside("nn.GRU", {"num_layers": -5})
    for type in ("nn.TransformerEncoder", "nn.TransformerDecoder"):
        port = "src" if "En" in type else "tgt"
        yield f"{type[3:].lower()}_of_10_9_layers", beside(type, {"num_layers": 10**9}, port=port)
    both = {"num_encoder_layers": 10**9, "num_decoder_layers": 10**9}
    yield "transformer_of_10_9_layers", beside("nn.Transformer", both, port="src")
    yield "heads_of_10_9", beside("nn.MultiheadAttention", {"num_heads": 10**9}, port="query", out="attn_output")
    yield "one_hot_of_10_15", beside("F.one_hot", {"num_classes": 10**15}, "int64[]", "tensor")
    yield "embedding_of_10_15", beside("nn.Embedding", {"num_embeddings": 10**15}, "int64[]")
    yield "full_of_10_15", alone("torch.full", {"size": [10**15]})
    yield "arange_to_10_15", alone("torch.arange", {"end": 10**15})
    yield "randn_of_10_15", alone("torch.randn", {"size": [10**15, 10**15]})
    yield "chunk_10_9", beside("torch.chunk", {"chunks": 10**9}, out="output_0")
    yield "upsample_10_9", beside("nn.Upsample", {"scale_factor": 10**9}, "float32[3, 8, 8]")
    yield "upsample_1e38", beside("nn.Upsample", {"scale_factor": 1e38}, "float32[3, 8, 8]")
    yield "resize_10_12", beside("transform.Resize", {"size": [10**12, 10**12]}, "float32[3, 8, 8]")
    yield "batch_of_10_12", beside("nn.ReLU", {}, collate={"batch_size": 10**12})
    yield "workers_of_10_6", beside("nn.ReLU", {}, collate={"num_workers": 10**6})
    yield "epochs_of_10_18", beside("nn.ReLU", {}, run={"epochs": 10**18})
    yield "infinite_learning_rate", beside("nn.ReLU", {}, nodes={"adam": adam(lr=1e308)})
    yield "pixel_shuffle_10_9", beside("nn.PixelShuffle", {"upscale_factor": 10**9}, "float32[4, 8, 8]")
    yield "top_10_9", beside("torch.topk", {"k": 10**9}, out="values")
    yield (
        "steps_of_muon",
        beside("nn.ReLU", {}, nodes={"adam": {"type": "optim.Muon", "parameters": {"ns_steps": MOST}}}),
    )
    yield (
        "bins_of_10_15",
        beside("nn.ReLU", {}, nodes={"bins": measured("metric.CalibrationError", {"n_bins": 10**15})}),
    )


TWO, THREE, MANY = [MOST, MOST], [MOST, MOST, MOST], [1] * 100_000
SERIES, PICTURE, VOLUME = "float32[3, 8]", "float32[3, 8, 8]", "float32[3, 8, 8, 8]"


def _huge_layers() -> Iterator[tuple[str, Drawn]]:
    """Numbers that each may be, and together ask for more weights than a machine can hold."""
    yield "wide_linear", beside("nn.Linear", {"out_features": MOST})
    yield (
        "wide_bilinear",
        beside("nn.Bilinear", {"out_features": MOST}, port="input1", edges=[["batches.x", "bomb.input2"]]),
    )
    yield "embedding", beside("nn.Embedding", {"num_embeddings": MOST, "embedding_dim": MOST}, "int64[]")
    yield "bag", beside("nn.EmbeddingBag", {"num_embeddings": MOST, "embedding_dim": MOST}, "int64[5]")
    yield "one_hot", beside("F.one_hot", {"num_classes": MOST}, "int64[64, 64]", "tensor")
    yield "lstm", beside("nn.LSTM", {"hidden_size": MOST, "num_layers": 100})
    yield "gru", beside("nn.GRU", {"hidden_size": MOST, "num_layers": 100, "bidirectional": True})
    yield "cell", beside("nn.LSTMCell", {"hidden_size": MOST}, "float32[8]", out="h_1")
    yield "feedforward", beside("nn.TransformerEncoder", {"dim_feedforward": MOST, "num_layers": 100}, port="src")


def _huge_tensors() -> Iterator[tuple[str, Drawn]]:
    """The same for tensors that sources and functions make."""
    yield "parameter", alone("nn.Parameter", {"shape": THREE})
    for name in ("zeros", "ones", "full", "randn", "rand"):
        yield name, alone(f"torch.{name}", {"size": THREE})
    yield "randn_like_a_batch", beside("torch.randn", {"size": TWO}, port="like")
    yield "arange", alone("torch.arange", {"start": -MOST, "end": MOST})


def _huge_pictures() -> Iterator[tuple[str, Drawn]]:
    """The same for windows, channels and sizes of pictures."""
    for rank, x in enumerate((SERIES, PICTURE, VOLUME), 1):
        yield f"conv_{rank}d_channels", beside(f"nn.Conv{rank}d", {"out_channels": MOST}, x)
        yield f"conv_{rank}d_kernel", beside(f"nn.Conv{rank}d", {"kernel_size": MOST, "padding": MOST}, x)
        yield f"conv_{rank}d_padding", beside(f"nn.Conv{rank}d", {"padding": MOST}, x)
        yield f"transposed_{rank}d", beside(f"nn.ConvTranspose{rank}d", {"stride": MOST, "kernel_size": MOST}, x)
        yield f"zero_pad_{rank}d", beside(f"nn.ZeroPad{rank}d", {"padding": MOST}, x)
        yield f"adaptive_{rank}d", beside(f"nn.AdaptiveAvgPool{rank}d", {"output_size": MOST}, x)
    yield "dilation", beside("nn.Conv2d", {"dilation": MOST}, PICTURE)
    yield "unfold", beside("nn.Unfold", {"padding": MOST, "kernel_size": 1}, PICTURE)
    yield "fold", beside("nn.Fold", {"output_size": MOST, "kernel_size": 1}, "float32[3, 8]")
    yield "pad", beside("F.pad", {"pad": [MOST] * 6}, PICTURE)
    yield "upsample", beside("nn.Upsample", {"size": [MOST, MOST]}, PICTURE)
    yield "interpolate", beside("F.interpolate", {"scale_factor": 2e9}, PICTURE)
    yield "resize", beside("transform.Resize", {"size": TWO}, PICTURE)
    yield "affine_grid", beside("F.affine_grid", {"size": MOST}, "float32[2, 3]", "theta")


def _huge_by_rule() -> Iterator[tuple[str, Drawn]]:
    """The same where a rule makes much of little."""
    yield "expand", beside("Tensor.expand", {"sizes": [*THREE, -1, -1, -1]})
    wide = {"type": "Tensor.expand", "parameters": {"sizes": [10**6, 10**6, -1, -1, -1]}}
    wires = [["batches.x", "wide.input"], ["wide.output", "bomb.input"]]
    yield "expand_and_copy", beside("nn.ReLU", {}, port="", nodes={"wide": wide}, edges=wires)
    yield "repeat", beside("Tensor.repeat", {"repeats": [1, *TWO]})
    yield "tile", beside("torch.tile", {"dims": TWO})
    yield "interleave", beside("torch.repeat_interleave", {"repeats": MOST, "dim": 1})
    yield (
        "outer",
        beside("torch.outer", {}, port="", nodes={"a": zeros(MOST), "b": zeros(MOST)}, edges=into("a.input", "b.vec2")),
    )
    yield (
        "broadcast",
        beside(
            "torch.add",
            {},
            port="",
            nodes={"a": zeros(MOST, 1), "b": zeros(1, MOST)},
            edges=into("a.input", "b.other"),
        ),
    )
    yield (
        "heads_wide",
        beside(
            "nn.MultiheadAttention",
            {"num_heads": 1},
            "float32[100000, 1000000]",
            "query",
            "attn_output",
            edges=[["batches.x", "bomb.key"], ["batches.x", "bomb.value"]],
        ),
    )
    yield "norm", beside("nn.LayerNorm", {"dims": 2}, "float32[999999999, 99999]")
    yield (
        "weights_of_a_loss",
        beside(
            "nn.ReLU", {}, nodes={"loss": {"type": "nn.CrossEntropyLoss", "parameters": {"weight": [1.0] * 1_100_000}}}
        ),
    )
    yield (
        "thresholds",
        beside("nn.ReLU", {}, nodes={"auroc": measured("metric.AUROC", {"thresholds": MOST})}, edges=measures("auroc")),
    )
    yield "unflatten", beside("nn.Unflatten", {"unflattened_size": [MOST, MOST, -1]})
    yield "reshape", beside("torch.reshape", {"shape": [MOST] * 40})
    yield "permute", beside("torch.permute", {"dims": [MOST, -64, 0]})
    yield "diagonal", beside("torch.diagonal", {"offset": -MOST})
    yield "narrow", beside("torch.narrow", {"start": MOST, "length": MOST})
    yield "slices", beside("torch.slice_copy", {"end": MOST, "step": MOST})
    yield "local_norm", beside("nn.LocalResponseNorm", {"size": MOST}, PICTURE)
    yield "prelu", beside("nn.PReLU", {"num_parameters": MOST})
    yield (
        "matmul",
        beside(
            "torch.matmul",
            {},
            port="",
            nodes={"a": zeros(MOST, 1), "b": zeros(1, MOST)},
            edges=into("a.input", "b.other"),
        ),
    )


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
    _beyond_limits,
    _huge_layers,
    _huge_tensors,
    _huge_pictures,
    _huge_by_rule,
    _long_lists,
    _long_equations,
    _long_texts,
    _long_optimizers,
    _huge_data,
    _growing,
    _definitions,
    _many_things,
)
