"""Attention: every step looks at all others and takes from those that matter to it (Vaswani et al., 2017)."""

from typing import Any

from runtime.check.rules.sequence import apart, first, heads, padding, square, turned
from runtime.spec.code import Code, call
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Float, Inferred, Int
from runtime.spec.tensor import Dim, Tensor

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
            heads(self.embed_dim, self.num_heads, "features", "num_heads"),
            None if other == batch else Misfit(f"needs as many samples as query, {batch}, got {key}", "key"),
            None
            if value.shape[:2] == key.shape[:2]
            else Misfit(f"needs a step for each of key, {key}, got {value}", "value"),
            self._masked(masks, batch, length, steps),
        )
        if wrong:
            return wrong
        steps = steps + int(self.add_bias_kv) + int(self.add_zero_attn)
        shape = (batch, length, steps) if self.average_attn_weights else (batch, self.num_heads, length, steps)
        found = {"attn_output": Tensor("float32", query.shape)}
        return found | ({"attn_output_weights": Tensor("float32", shape)} if self.need_weights else {})

    def _masked(self, masks: dict[str, Tensor], batch: Dim, length: Dim, steps: Dim) -> Misfit | None:
        mask, padded = masks.get("attn_mask"), masks.get("key_padding_mask")
        return first(
            padding(padded, batch, steps, "key_padding_mask") if padded else None,
            square(mask, batch, length, steps, self.num_heads, "attn_mask") if mask else None,
        )

    def doubts(self, query: Tensor, key: Tensor, value: Tensor, **masks: Tensor) -> list[Misfit]:
        return turned(self, query, "query")

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

    def matrices(self) -> bool:
        return not (self.bias or self.add_bias_kv)

    def summary(self) -> str:
        return f"{self.embed_dim or '?'} features, {self.num_heads} heads"
