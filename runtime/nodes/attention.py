"""Attention: every step looks at all others and takes from those that matter to it (Vaswani et al., 2017)."""

from typing import Any

from runtime.check.rules.attention import (
    attended,
    every_with_every,
    heads,
    one_step,
    padding,
    square,
    two_kinds,
)
from runtime.check.rules.rows import batch_first
from runtime.check.rules.sequence import apart, as_many, drops_all, first, steps_of_rows, swapped, turned
from runtime.check.rules.work import looked, numbers, size
from runtime.spec.code import Code, call, code
from runtime.spec.emission import settings
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Float, Inferred, Int
from runtime.spec.tensor import Dim, Shapes, Tensor
from runtime.spec.value import counted

MASK = "bool[...] | float32[...]"


@node("nn.MultiheadAttention", "layer", weights=True, words="self cross attention transformer heads")
class MultiheadAttention:
    """Attention by several heads, each with learned weights of its own."""

    module: Code

    query = Input("float32[B, L, embed_dim]", "The steps that look.")
    key = Input("float32[B, S, kdim]", "What they look at; for self-attention the same wire.")
    value = Input("float32[B, S, vdim]", "What they take; mostly the same wire as key.")
    key_padding_mask = Input("bool[B, S] | float32[B, S]", "True where a step of key is padding.", optional=True)
    attn_mask = Input(MASK, "True where a step must not look, [L, S].", optional=True)
    attn_output = Output("What each step took.")
    attn_output_weights = Output("How much each step looked at each other one.", when="need_weights")
    embed_dim = Inferred("Features of a step of query.")
    num_heads = Int("How many heads; they share the features between them.", 4, least=1)
    dropout = Float("How likely a weight becomes zero, in training only.", least=0.0, most=1.0)
    bias = Bool("Add a learned bias.")
    add_bias_kv = Bool("Add a learned step to key and value.")
    add_zero_attn = Bool("Add a step of zeros to key and value.")
    kdim = Inferred("Features of a step of key.")
    vdim = Inferred("Features of a step of value.")
    batch_first = Bool("Sequences come as [B, L, features].", start=True)
    need_weights = Bool("Give the weights too, which takes longer.", False, ours=True)
    average_attn_weights = Bool("One weight for all heads, their average.", True, ours=True)

    def rule(self, query: Tensor, key: Tensor, value: Tensor, **masks: Tensor) -> dict[str, Tensor] | Misfit:
        batch, length = apart(self, query)
        other, steps = apart(self, key)
        wrong = first(
            heads(self.embed_dim, self.num_heads, "num_heads"),
            None if other == batch else as_many(batch, "query", key, "key"),
            None if value.shape[:2] == key.shape[:2] else _other_steps(key, value),
            self._masked(masks, batch, length, steps),
        )
        if wrong:
            return wrong
        steps = steps + int(self.add_bias_kv) + int(self.add_zero_attn)
        shape = (batch, length, steps) if self.average_attn_weights else (batch, self.num_heads, length, steps)
        found = {"attn_output": Tensor("float32", query.shape)}
        return found | ({"attn_output_weights": Tensor("float32", shape)} if self.need_weights else {})

    def mixes(self, query: Tensor, key: Tensor, value: Tensor, **masks: Tensor) -> bool:
        return steps_of_rows(self, query)

    def _masked(self, masks: dict[str, Tensor], batch: Dim, length: Dim, steps: Dim) -> Misfit | None:
        mask, padded = masks.get("attn_mask"), masks.get("key_padding_mask")
        return first(
            padding(padded, batch, steps, "key_padding_mask") if padded else None,
            square(mask, batch, length, steps, self.num_heads, "attn_mask") if mask else None,
        )

    def doubts(self, query: Tensor, key: Tensor, value: Tensor, **masks: Tensor) -> list[Misfit]:
        one = [] if self.add_bias_kv or self.add_zero_attn else one_step(apart(self, key)[1], key, "key")
        return [*turned(self, query, "query"), *one, *two_kinds(masks), *drops_all(self)]

    def build(self) -> Code:
        named: dict[str, Any] = {name: getattr(self, name) for name in ("dropout",) if getattr(self, name)}
        named |= {} if self.bias else {"bias": False}
        named |= {name: True for name in ("add_bias_kv", "add_zero_attn") if getattr(self, name)}
        named |= {name: getattr(self, name) for name in ("kdim", "vdim") if getattr(self, name) != self.embed_dim}
        named |= {"batch_first": True} if self.batch_first else {}
        return call("nn.MultiheadAttention", self.embed_dim, self.num_heads, **named)

    def forward(self, query: Code, key: Code, value: Code, **masks: Code) -> Code:
        named: dict[str, Any] = dict(masks)
        if not self.need_weights:
            named["need_weights"] = False
        elif not self.average_attn_weights:
            named["average_attn_weights"] = False
        return call(self.module, query, key, value, **named)

    def unpacked(self, attn_output: str, attn_output_weights: str = "_") -> str:
        return f"{attn_output}, {attn_output_weights}"

    def tensors(self) -> Shapes:
        width = self.embed_dim
        if self.kdim == self.vdim == width:
            found: Shapes = {"in_proj_weight": (3 * width, width)}
        else:
            sizes = {"q": width, "k": self.kdim, "v": self.vdim}
            found = {f"{letter}_proj_weight": (width, size) for letter, size in sizes.items()}
        found |= {"in_proj_bias": (3 * width,), "out_proj.bias": (width,)} if self.bias else {}
        found |= dict.fromkeys(("bias_k", "bias_v"), (1, 1, width)) if self.add_bias_kv else {}
        return found | {"out_proj.weight": (width, width)}

    def multiply_adds(self, made: Tensor, query: Tensor, key: Tensor, value: Tensor, **masks: Tensor) -> int:
        width, steps = int(self.embed_dim), size(apart(self, key)[1]) + int(self.add_bias_kv) + int(self.add_zero_attn)
        learned = width * (2 * numbers(query) + numbers(key) + numbers(value))
        return learned + looked(numbers(query) // width, steps, width)

    def matrices(self) -> bool:
        return not (self.bias or self.add_bias_kv)

    def summary(self) -> str:
        return f"{counted(self.embed_dim)} features, {self.num_heads} heads"


def _other_steps(key: Tensor, value: Tensor) -> Misfit:
    return Misfit(f"needs a step for each of key, {key}, got {value}", "value", (swapped("value"),))


@node(
    "F.scaled_dot_product_attention",
    "layer",
    words="self attention scores softmax sdpa flash heads causal gpt",
    called="taken",
)
class ScaledDotProductAttention:
    """Take from value by how much query and key agree: attention itself, without weights."""

    query = Input("float[..., L, E]", "The steps that look, [B, L, features] or [B, heads, L, features].")
    key = Input("float[..., S, E]", "What they look at, with as many features.")
    value = Input("float[..., S, V]", "What they take, as many steps as key has.")
    attn_mask = Input(
        "bool[..., L, S] | float[..., L, S]", "True where a step may look, or what is added to scores.", optional=True
    )
    output = Output("What each step took, [..., L, V].")
    dropout_p = Float("How likely a score becomes zero, in training only.", least=0.0, most=1.0)
    is_causal = Bool("No step looks at those behind it.")
    scale = Float("What scores are multiplied by; without it 1 over the root of the features.")
    enable_gqa = Bool("Several heads of query share one head of key and value.")

    def rule(self, query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None) -> Tensor | Misfit:
        return attended(self, query, key, value, attn_mask)

    def multiply_adds(self, made: Tensor, query: Tensor, key: Tensor, value: Tensor, **mask: Tensor) -> int:
        features, taken = size(query.shape[-1]), size(value.shape[-1])
        return looked(numbers(made) // taken, size(key.shape[-2]), features, taken)

    def mixes(self, query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None) -> bool:
        return any(each.rank == 2 and batch_first(each) for each in (query, key, value))

    def doubts(self, query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None) -> list[Misfit]:
        return [*one_step(key.shape[-2], key, "key"), *every_with_every(query, key), *drops_all(self, "dropout_p")]

    def forward(self, query: Code, key: Code, value: Code, **mask: Code) -> Code:
        function = "F.scaled_dot_product_attention"
        dropped = {"dropout_p": code("{} if self.training else 0.0", self.dropout_p)} if self.dropout_p else {}
        others = settings(self, function, "query", "key", "value", "attn_mask", "dropout_p")
        return call(function, query, key, value, **mask, **dropped, **others)

    def summary(self) -> str:
        return "causal" if self.is_causal else ""
