"""Transformers: layers of attention and two linear layers, one by one or as a stack (Vaswani et al., 2017)."""

from runtime.check.rules.attention import heads, one_step, padding, square, two_kinds
from runtime.check.rules.sequence import apart, as_many, drops_all, first, steps_of_rows, turned
from runtime.check.rules.work import looked, size
from runtime.spec.code import Code, call
from runtime.spec.emission import settings
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Choice, Float, Inferred, Int
from runtime.spec.signature import signature
from runtime.spec.tensor import Dim, Shapes, Tensor
from runtime.spec.value import counted

MASK = "bool[...] | float32[...]"
PADDED = "bool[B, S] | float32[B, S]"


class Layer:
    """What all of them share."""

    d_model = Inferred("Features of a step.")
    nhead = Int("How many heads; they share the features between them.", 4, least=1)
    dim_feedforward = Int("Features between the two linear layers.", least=1)
    dropout = Float("How likely a number becomes zero, in training only.", least=0.0, most=1.0)
    activation = Choice("The curve between the two linear layers.", ("relu", "gelu"))
    layer_norm_eps = Float("Added to the variance.", least=1e-12)
    batch_first = Bool("Sequences come as [B, L, features].", start=True)
    norm_first = Bool("Normalise before attention and linear layers, not behind them.")
    bias = Bool("Add learned biases.")

    attentions = 1  # of each layer

    def tensors(self) -> Shapes:
        return self._stack("", getattr(self, "num_layers", 0), self.attentions)

    def _stack(self, prefix: str, layers: int, attentions: int) -> Shapes:
        """Of so many layers behind each other, or of one alone where it is no stack."""
        begins = [f"{prefix}layers.{at}." for at in range(layers)] or [prefix]
        return {f"{begin}{name}": shape for begin in begins for name, shape in self._layer(attentions).items()}

    def _layer(self, attentions: int) -> Shapes:
        width, wide = self.d_model, self.dim_feedforward
        found: Shapes = {"linear1.weight": (wide, width), "linear2.weight": (width, wide)}
        for name in ("self_attn", "multihead_attn")[:attentions]:
            found |= {f"{name}.in_proj_weight": (3 * width, width), f"{name}.out_proj.weight": (width, width)}
            found |= {f"{name}.in_proj_bias": (3 * width,), f"{name}.out_proj.bias": (width,)} if self.bias else {}
        for at in range(1, attentions + 2):
            found |= self._norm(f"norm{at}")
        return found | ({"linear1.bias": (wide,), "linear2.bias": (width,)} if self.bias else {})

    def _norm(self, name: str) -> Shapes:
        return {f"{name}.{part}": (self.d_model,) for part in ("weight", "bias")[: 1 + self.bias]}

    def _work(self, looks: Tensor, *others: Tensor) -> int:
        """The multiply-adds of one layer, which attends to its own steps and to those of others."""
        batch, length = map(size, apart(self, looks))
        width = int(self.d_model)
        total = 2 * length * width * int(self.dim_feedforward)
        for other in (looks, *others):
            steps = size(apart(self, other)[1])
            total += 2 * (length + steps) * width**2 + looked(length, steps, width)
        return batch * total

    def summary(self) -> str:
        many = f"{self.num_layers} layers, " if hasattr(self, "num_layers") else ""
        return f"{many}{counted(self.d_model)} features, {self.nhead} heads"

    def _split(self) -> Misfit | None:
        return heads(self.d_model, self.nhead, "nhead")

    def _masks(self, masks: dict[str, Tensor], sizes: dict[str, tuple[Dim, ...]]) -> Misfit | None:
        """`sizes` says for each mask the batch and the steps that it is about: one size for padding, two otherwise."""
        found = []
        for name, mask in masks.items():
            batch, *steps = sizes[name]
            padded = padding(mask, batch, steps[0], name) if len(steps) == 1 else None
            found.append(padded or (square(mask, batch, steps[0], steps[1], self.nhead, name) if steps[1:] else None))
        return first(*found)


class Encoding(Layer):
    """What a layer and a stack of an encoder share."""

    looking = "src_mask"  # the name of the mask of which step may look at which

    src = Input("float32[B, L, d_model]", "Sequences: [B, L, features], or [L, B, features] without batch_first.")
    output = Output("The same shape; each step has looked at all others.")

    def rule(self, src: Tensor, **masks: Tensor) -> Tensor | Misfit:
        batch, length = apart(self, src)
        sizes = {self.looking: (batch, length, length), "src_key_padding_mask": (batch, length)}
        return first(self._split(), self._masks(masks, sizes)) or Tensor("float32", src.shape)

    def multiply_adds(self, made: Tensor, src: Tensor, **masks: Tensor) -> int:
        return int(getattr(self, "num_layers", 1)) * self._work(src)

    def mixes(self, src: Tensor, **masks: Tensor) -> bool:
        return steps_of_rows(self, src)

    def doubts(self, src: Tensor, **masks: Tensor) -> list[Misfit]:
        one = one_step(apart(self, src)[1], src, "src")
        return [*turned(self, src, "src"), *one, *two_kinds(masks), *drops_all(self)]


@node("nn.TransformerEncoderLayer", "layer", weights=True, words="transformer attention bert encoder block")
class TransformerEncoderLayer(Encoding):
    """Self-attention, then two linear layers at every step, each with a shortcut and a norm."""

    src_mask = Input(MASK, "True where a step must not look, [L, L].", optional=True)
    src_key_padding_mask = Input(PADDED, "True where a step is padding.", optional=True)


@node("nn.TransformerEncoder", "layer", weights=True, words="transformer attention bert encoder stack")
class TransformerEncoder(Encoding):
    """Several encoder layers one behind the other, all made alike."""

    like = "nn.TransformerEncoderLayer"
    looking = "mask"

    mask = Input(MASK, "True where a step must not look, [L, L].", optional=True)
    src_key_padding_mask = Input(PADDED, "True where a step is padding.", optional=True)
    num_layers = Int("How many layers.", 6, least=1, most=100)

    def build(self) -> Code:
        layer = call(self.like, self.d_model, self.nhead, **settings(self, self.like, "d_model", "nhead"))
        return call("nn.TransformerEncoder", layer, self.num_layers, enable_nested_tensor=False)


class Decoding(Layer):
    """What a layer and a stack of a decoder share."""

    tgt = Input("float32[B, L, d_model]", "What is made, step by step.")
    memory = Input("float32[B, S, d_model]", "What the encoder made of the source.")
    tgt_mask = Input(MASK, "True where a step of tgt must not look at another, [L, L].", optional=True)
    memory_mask = Input(MASK, "True where a step of tgt must not look at one of memory, [L, S].", optional=True)
    tgt_key_padding_mask = Input("bool[B, L] | float32[B, L]", "True where a step of tgt is padding.", optional=True)
    memory_key_padding_mask = Input(PADDED, "True where a step of memory is padding.", optional=True)
    output = Output("The same shape as tgt.")

    attentions = 2

    def rule(self, tgt: Tensor, memory: Tensor, **masks: Tensor) -> Tensor | Misfit:
        batch, length = apart(self, tgt)
        other, steps = apart(self, memory)
        if other != batch:
            return as_many(batch, "tgt", memory, "memory")
        sizes: dict[str, tuple[Dim, ...]] = {
            "tgt_mask": (batch, length, length),
            "memory_mask": (batch, length, steps),
            "tgt_key_padding_mask": (batch, length),
            "memory_key_padding_mask": (batch, steps),
        }
        return first(self._split(), self._masks(masks, sizes)) or Tensor("float32", tgt.shape)

    def multiply_adds(self, made: Tensor, tgt: Tensor, memory: Tensor, **masks: Tensor) -> int:
        return int(getattr(self, "num_layers", 1)) * self._work(tgt, memory)

    def mixes(self, tgt: Tensor, memory: Tensor, **masks: Tensor) -> bool:
        return steps_of_rows(self, tgt)

    def doubts(self, tgt: Tensor, memory: Tensor, **masks: Tensor) -> list[Misfit]:
        return [*turned(self, tgt, "tgt"), *two_kinds(masks), *drops_all(self)]


@node("nn.TransformerDecoderLayer", "layer", weights=True, words="transformer attention gpt decoder block")
class TransformerDecoderLayer(Decoding):
    """Self-attention, attention to what an encoder made, then two linear layers at every step."""


@node("nn.TransformerDecoder", "layer", weights=True, words="transformer attention gpt decoder stack")
class TransformerDecoder(Decoding):
    """Several decoder layers one behind the other, all made alike."""

    like = "nn.TransformerDecoderLayer"

    num_layers = Int("How many layers.", 6, least=1, most=100)

    def build(self) -> Code:
        layer = call(self.like, self.d_model, self.nhead, **settings(self, self.like, "d_model", "nhead"))
        return call("nn.TransformerDecoder", layer, self.num_layers)


@node("nn.Transformer", "layer", weights=True, words="attention encoder decoder translation sequence")
class Transformer(Layer):
    """An encoder and a decoder, as for translation."""

    src = Input("float32[B, S, d_model]", "The source.")
    tgt = Input("float32[B, L, d_model]", "What is made, step by step.")
    src_mask = Input(MASK, "True where a step of src must not look at another, [S, S].", optional=True)
    tgt_mask = Input(MASK, "True where a step of tgt must not look at another, [L, L].", optional=True)
    memory_mask = Input(MASK, "True where a step of tgt must not look at one of src, [L, S].", optional=True)
    src_key_padding_mask = Input(PADDED, "True where a step of src is padding.", optional=True)
    tgt_key_padding_mask = Input("bool[B, L] | float32[B, L]", "True where a step of tgt is padding.", optional=True)
    memory_key_padding_mask = Input(PADDED, "True where a step of src is padding, for the decoder.", optional=True)
    output = Output("The same shape as tgt.")
    nhead = Int("How many heads; they share the features between them.", least=1)
    num_encoder_layers = Int("How many layers the encoder has.", least=1, most=100)
    num_decoder_layers = Int("How many layers the decoder has.", least=1, most=100)

    def rule(self, src: Tensor, tgt: Tensor, **masks: Tensor) -> Tensor | Misfit:
        batch, steps = apart(self, src)
        other, length = apart(self, tgt)
        if other != batch:
            return as_many(batch, "src", tgt, "tgt")
        sizes: dict[str, tuple[Dim, ...]] = {
            "src_mask": (batch, steps, steps),
            "tgt_mask": (batch, length, length),
            "memory_mask": (batch, length, steps),
            "src_key_padding_mask": (batch, steps),
            "tgt_key_padding_mask": (batch, length),
            "memory_key_padding_mask": (batch, steps),
        }
        return first(self._split(), self._masks(masks, sizes)) or Tensor("float32", tgt.shape)

    def multiply_adds(self, made: Tensor, src: Tensor, tgt: Tensor, **masks: Tensor) -> int:
        encoder, decoder = int(self.num_encoder_layers), int(self.num_decoder_layers)
        return encoder * self._work(src) + decoder * self._work(tgt, src)

    def mixes(self, src: Tensor, tgt: Tensor, **masks: Tensor) -> bool:
        return steps_of_rows(self, tgt)

    def doubts(self, src: Tensor, tgt: Tensor, **masks: Tensor) -> list[Misfit]:
        return [*turned(self, src, "src"), *two_kinds(masks), *drops_all(self)]

    def build(self) -> Code:
        """With an encoder of its own: that which nn.Transformer makes computes validation in another way.

        It takes numbers in a mask of padding for yes and no, and warns of what it cannot do that way.
        """
        like = "nn.TransformerEncoderLayer"
        layer = call(like, self.d_model, self.nhead, **settings(self, like, "d_model", "nhead"))
        eps = {"eps": self.layer_norm_eps} if self.layer_norm_eps != signature("nn.LayerNorm")["eps"] else {}
        norm = call("nn.LayerNorm", self.d_model, **eps, **({} if self.bias else {"bias": False}))
        encoder = call("nn.TransformerEncoder", layer, self.num_encoder_layers, norm, enable_nested_tensor=False)
        others = settings(self, "nn.Transformer", "d_model", "nhead")
        return call("nn.Transformer", self.d_model, self.nhead, custom_encoder=encoder, **others)

    def tensors(self) -> Shapes:
        encoder = self._stack("encoder.", self.num_encoder_layers, 1) | self._norm("encoder.norm")
        return encoder | self._stack("decoder.", self.num_decoder_layers, 2) | self._norm("decoder.norm")

    def summary(self) -> str:
        return f"{self.num_encoder_layers} and {self.num_decoder_layers} layers, {self.nhead} heads"
