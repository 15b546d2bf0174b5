"""Losses for what lies near what: pairs, triples and orders, by distances and margins."""

from runtime.check.rules.elementwise import broadcast
from runtime.check.rules.loss import compared, signs, stretched, widen
from runtime.check.rules.repairs import insert
from runtime.nodes.loss import Reduced
from runtime.spec.node import Input, Misfit, node
from runtime.spec.parameter import Bool, Float
from runtime.spec.tensor import Loss, Tensor


@node("nn.HingeEmbeddingLoss", "loss", words="similar pairs distance metric learning", called="loss")
class HingeEmbeddingLoss(Reduced):
    """For pairs: a distance should be small where the target is 1, and beyond a margin where it is -1."""

    input = Input("float[...]", "Distances.")
    target = Input("tensor[...]", "1 for alike, -1 for different, in the same shape.", target=True, gradient=False)
    margin = Float("How far apart the different ones should be.")

    rule = compared

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        return [*signs(target), *stretched(input, target)]


@node("nn.CosineEmbeddingLoss", "loss", words="similar pairs angle siamese metric learning", called="loss")
class CosineEmbeddingLoss(Reduced):
    """For pairs of vectors: they should point the same way where the target is 1, apart where it is -1."""

    input1 = Input("float[B, N]", "One vector a row.")
    input2 = Input("float[B, N]", "Another vector a row.")
    target = Input("tensor[B]", "1 for alike, -1 for different.", target=True, gradient=False)
    margin = Float("Up to which cosine the different ones may be alike.", least=-1.0, most=1.0)

    def rule(self, input1: Tensor, input2: Tensor, target: Tensor) -> Loss | Misfit:
        both = broadcast(input1.shape, input2.shape)
        if both is None:
            repair = widen("input2", input1.shape[1])
            return Misfit(f"needs vectors of one size, got {input1} and {input2}", "input2", repair)
        if broadcast(both[:1], target.shape) is None:
            return Misfit(f"needs one target for each row of {input1}, got {target}", "target")
        return Loss()

    def doubts(self, input1: Tensor, input2: Tensor, target: Tensor) -> list[Misfit]:
        return [*signs(target), *_stretched(input1, input2)]


@node("nn.MarginRankingLoss", "loss", words="order compare preference rank learning", called="loss")
class MarginRankingLoss(Reduced):
    """For orders: the first score should be the higher one where the target is 1, the lower where it is -1."""

    input1 = Input("float[...]", "Scores of the first.")
    input2 = Input("float[...]", "Scores of the second, in the same shape.")
    target = Input("number[...]", "1 or -1, in the same shape.", target=True)
    margin = Float("How far apart the scores should be.")

    def rule(self, input1: Tensor, input2: Tensor, target: Tensor) -> Loss | Misfit:
        for port, other in (("input2", input2), ("target", target)):
            if other.rank != input1.rank:
                wide = insert("torch.unsqueeze", f"Insert torch.unsqueeze before {port}", port, dim=other.rank)
                return Misfit(f"needs as many dimensions as {input1}, got {other}", port, (wide,))
        both = broadcast(input1.shape, input2.shape)
        if both is None:
            return Misfit(
                f"compares {input1} with {input2}, which have different shapes",
                "input2",
                widen("input2", input1.shape[-1]),
            )
        return compared(self, input1.with_shape(*both), target)

    def doubts(self, input1: Tensor, input2: Tensor, target: Tensor) -> list[Misfit]:
        return [*signs(target), *_stretched(input1, input2), *stretched(input1, target)]


@node("nn.TripletMarginLoss", "loss", words="anchor positive negative metric learning siamese face", called="loss")
class TripletMarginLoss(Reduced):
    """For triples of vectors: the anchor should lie nearer to the positive than to the negative, by a margin."""

    anchor = Input("float[B, ..., N]", "One vector a row.")
    positive = Input("number[B, ..., N]", "A vector of the same kind, in the same shape.")
    negative = Input("number[B, ..., N]", "A vector of another kind, in the same shape.")
    margin = Float("How much farther the negative should lie.", least=1e-6)
    p = Float("The power in the distance: 2 as the crow flies, 1 along the axes.", above=0.0)
    eps = Float("Added to differences, against a distance of 0.", least=0.0)
    swap = Bool("Take the distance from positive to negative where that is smaller.")

    def rule(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Loss | Misfit:
        shape = anchor.shape
        for port, other in (("positive", positive), ("negative", negative)):
            if other.rank != anchor.rank:
                return Misfit(f"needs as many dimensions as {anchor}, got {other}", port)
            both = broadcast(shape, other.shape)
            if both is None:
                return Misfit(f"needs the shape of {anchor}, got {other}", port, widen(port, anchor.shape[-1]))
            shape = both
        return Loss()

    def doubts(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> list[Misfit]:
        return [*_stretched(anchor, positive, "positive"), *_stretched(anchor, negative, "negative")]


def _stretched(one: Tensor, other: Tensor, port: str = "input2") -> list[Misfit]:
    """Two that should have one shape."""
    if one.shape == other.shape:
        return []
    return [Misfit(f"compares {one} with {other}, which have different shapes; torch stretches both", port)]
