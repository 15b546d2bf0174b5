"""Bombs made of numbers: sizes, counts and rates that are huge, each for itself or together."""

from collections.abc import Iterator

from tests.runtime.check.bomb_parts import (
    Drawn,
    adam,
    alone,
    beside,
    into,
    measured,
    measures,
    zeros,
)

MOST = 2**31 - 1  # what a size may be


def beyond_limits() -> Iterator[tuple[str, Drawn]]:
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


TWO, THREE = [MOST, MOST], [MOST, MOST, MOST]
SERIES, PICTURE, VOLUME = "float32[3, 8]", "float32[3, 8, 8]", "float32[3, 8, 8, 8]"


def huge_layers() -> Iterator[tuple[str, Drawn]]:
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


def huge_tensors() -> Iterator[tuple[str, Drawn]]:
    """The same for tensors that sources and functions make."""
    yield "parameter", alone("nn.Parameter", {"shape": THREE})
    for name in ("zeros", "ones", "full", "randn", "rand"):
        yield name, alone(f"torch.{name}", {"size": THREE})
    yield "randn_like_a_batch", beside("torch.randn", {"size": TWO}, port="like")
    yield "arange", alone("torch.arange", {"start": -MOST, "end": MOST})


def huge_pictures() -> Iterator[tuple[str, Drawn]]:
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


def huge_by_rule() -> Iterator[tuple[str, Drawn]]:
    """The same where a rule makes much of little."""
    yield "expand", beside("Tensor.expand", {"sizes": [*THREE, -1, -1, -1]})
    wide = {"type": "Tensor.expand", "parameters": {"sizes": [10**6, 10**6, -1, -1, -1]}}
    wires = [["batches.x", "wide.input"], ["wide.output", "bomb.input"]]
    yield "expand_and_copy", beside("nn.ReLU", {}, port="", nodes={"wide": wide}, edges=wires)
    yield "repeat", beside("Tensor.repeat", {"repeats": [1, *TWO]})
    yield "tile", beside("torch.tile", {"dims": TWO})
    yield "interleave", beside("torch.repeat_interleave", {"repeats": MOST, "dim": 1})


def huge_by_broadcast() -> Iterator[tuple[str, Drawn]]:
    """The same where two wires, each small enough, meet."""
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


def huge_indices() -> Iterator[tuple[str, Drawn]]:
    """The same in what is only looked up or moved."""
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
