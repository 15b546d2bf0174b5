"""Metrics of amounts: errors and correlations, added up over an epoch by torchmetrics."""

from runtime.check.rules.loss import logarithms, shares
from runtime.check.rules.metric import columns, level, paired, positive
from runtime.check.rules.windows import empty
from runtime.spec.node import Example, Input, Misfit, node
from runtime.spec.parameter import Bool, Choice, Float, Int
from runtime.spec.tensor import Tensor


class Amounts:
    """What metrics of amounts share."""

    input = Input("number[B, ...]", "The model's numbers.")
    target = Input("number[B, ...]", "The right numbers, in the same shape.", target=True)

    over_epoch = True
    rule = paired


class Columns(Amounts):
    """What takes one number a row, or several that stand in columns."""

    input = Input("float[B] | float[B, N]", "One number a row, or several.")
    target = Input("float[B] | float[B, N]", "The right numbers, in the same shape.", target=True)

    rule = level


class OneColumn(Amounts):
    """What takes one number a row."""

    input = Input("float[B, ...]", "One number a row.")
    target = Input("float[B, ...]", "The right number of each row.", target=True)

    rule = columns


@node("metric.MeanSquaredError", "metric", words="mse rmse root regression torchmetrics")
class MeanSquaredError(Amounts):
    """The squared distance to the target, averaged."""

    squared = Bool("Give the average itself; otherwise its root, which has the unit of the target.")

    in_order = True


@node("metric.MeanAbsoluteError", "metric", words="mae l1 regression torchmetrics")
class MeanAbsoluteError(Amounts):
    """The distance to the target, averaged."""

    in_order = True


@node("metric.MeanSquaredLogError", "metric", words="msle regression torchmetrics")
class MeanSquaredLogError(Amounts):
    """The squared distance between logarithms, for amounts of 0 or more whose size varies much."""

    example = Example(input="nn.Softplus", target="nn.Softplus")

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        return positive(input)


@node("metric.MeanAbsolutePercentageError", "metric", words="mape percent relative regression torchmetrics")
class MeanAbsolutePercentageError(Amounts):
    """The distance as a share of the target, averaged; huge where targets are near 0."""


@node("metric.SymmetricMeanAbsolutePercentageError", "metric", words="smape percent relative regression torchmetrics")
class SymmetricMeanAbsolutePercentageError(Amounts):
    """The distance as a share of the mean of both, averaged."""


@node("metric.WeightedMeanAbsolutePercentageError", "metric", words="wmape percent relative regression torchmetrics")
class WeightedMeanAbsolutePercentageError(Amounts):
    """All distances together, as a share of all targets together."""


@node("metric.LogCoshError", "metric", words="regression robust torchmetrics")
class LogCoshError(OneColumn):
    """Half the square of a small distance, nearly the distance itself of a large one, averaged."""


@node("metric.MinkowskiDistance", "metric", words="norm distance regression torchmetrics")
class MinkowskiDistance(Amounts):
    """All distances of an epoch as one: the p-th root of the sum of their p-th powers."""

    p = Float("The power: 1 adds distances, 2 is the usual distance.", 2.0, least=1.0)


@node("metric.CriticalSuccessIndex", "metric", words="csi threat score forecast events rain torchmetrics")
class CriticalSuccessIndex(Amounts):
    """Of all events that were forecast or happened, the share that was both."""

    threshold = Float("Amounts of this or more are an event.", 0.5)

    higher = True  # is better


@node("metric.TweedieDevianceScore", "metric", words="poisson gamma deviance regression counts torchmetrics")
class TweedieDevianceScore(Amounts):
    """How unlikely targets are under a distribution around the model's numbers."""

    power = Float("0 for normal, 1 for Poisson, 2 for gamma distributions.", least=0.0, most=3.0)

    def rule(self, input: Tensor, target: Tensor) -> Misfit | None:
        if 0 < self.power < 1:
            poisson = (("Set power to 1", (("set", "{node}", "power", 1.0),)),)
            return Misfit(
                f"has a power of {self.power}, but there is no such distribution between 0 and 1", None, poisson
            )
        return paired(self, input, target)

    def doubts(self, input: Tensor, target: Tensor) -> list[Misfit]:
        return positive(input) if self.power >= 1 else []


@node("metric.ExplainedVariance", "metric", words="r2 variance regression torchmetrics")
class ExplainedVariance(Columns):
    """The share of the target's variance that the model explains; a constant error does not count."""

    multioutput = Choice("How columns are averaged.", ("uniform_average", "variance_weighted"))

    higher = True  # is better


@node("metric.R2Score", "metric", words="r2 r squared determination regression torchmetrics", called="r2_score")
class R2Score(Columns):
    """How much better the model is than the mean of the targets: 1 is perfect, 0 no better."""

    adjusted = Int("Lower the score by this many explaining variables; 0 leaves it.")
    multioutput = Choice("How columns are averaged.", ("uniform_average", "variance_weighted"))

    higher = True  # is better
    least_rows = 2

    def rule(self, input: Tensor, target: Tensor) -> Misfit | None:
        if input.shape[0] in (0, 1):
            return Misfit(f"needs more than one row, got {input}", "input")
        return level(self, input, target)


@node("metric.RelativeSquaredError", "metric", words="rse regression torchmetrics")
class RelativeSquaredError(OneColumn):
    """The squared error as a share of that of the targets' mean."""

    squared = Bool("Give the share itself; otherwise its root.")


@node("metric.NormalizedRootMeanSquaredError", "metric", words="nrmse rmse regression torchmetrics")
class NormalizedRootMeanSquaredError(Amounts):
    """The root of the mean squared error, as a share of the targets' size."""

    normalization = Choice(
        "What the size is: mean, largest less smallest, deviation, or length.", ("mean", "range", "std", "l2")
    )

    in_order = True

    def rule(self, input: Tensor, target: Tensor) -> Misfit | None:
        return empty(input, 0) or paired(self, input, target)  # of nothing there is no smallest


@node("metric.PearsonCorrCoef", "metric", words="correlation linear regression torchmetrics")
class PearsonCorrCoef(OneColumn):
    """How well a straight line leads from the model's numbers to the targets, from -1 to 1."""

    higher = True  # is better
    least_rows = 2


@node("metric.ConcordanceCorrCoef", "metric", words="ccc lin correlation agreement regression torchmetrics")
class ConcordanceCorrCoef(OneColumn):
    """How close the model's numbers lie to the targets themselves, from -1 to 1."""

    higher = True  # is better
    least_rows = 2


@node("metric.SpearmanCorrCoef", "metric", words="rank correlation order regression torchmetrics")
class SpearmanCorrCoef(OneColumn):
    """How well the order of the model's numbers is that of the targets, from -1 to 1."""

    higher = True  # is better
    least_rows = 2


@node("metric.KendallRankCorrCoef", "metric", words="tau rank correlation order regression torchmetrics")
class KendallRankCorrCoef(OneColumn):
    """Of all pairs of rows, how many more are in the right order than in the wrong one, from -1 to 1."""

    input = Input("float[B]", "One number a row.")
    target = Input("float[B]", "The right number of each row.", target=True)
    variant = Choice("How ties count.", ("a", "b", "c"))

    higher = True  # is better
    least_rows = 2


@node("metric.CosineSimilarity", "metric", words="angle vectors embedding regression torchmetrics")
class CosineSimilarity(Amounts):
    """How far the model's vectors point the way of the targets, averaged over rows."""

    input = Input("float[B, N]", "One vector a row.")
    target = Input("float[B, N]", "The right vectors, in the same shape.", target=True)
    reduction = Choice("Average over the rows, or add them up.", ("mean", "sum"), start="mean")

    higher = True  # is better
    rule = level


@node(
    "metric.KLDivergence",
    "metric",
    words="kullback leibler distribution divergence torchmetrics",
    called="kl_divergence",
)
class KLDivergence:
    """How far the model's distributions lie from the right ones, averaged over rows."""

    p = Input("float[B, N]", "The right probabilities.", target=True)
    q = Input("float[B, N]", "The model's probabilities, in the same shape.")
    log_prob = Bool("Both are logarithms of probabilities.")
    reduction = Choice("Average over the rows, or add them up.", ("mean", "sum"))

    over_epoch = True
    example = Example(p="nn.Softmax", q="nn.Softmax")

    def rule(self, p: Tensor, q: Tensor) -> Misfit | None:
        return paired(self, q, p)

    def doubts(self, p: Tensor, q: Tensor) -> list[Misfit]:
        if self.log_prob:
            return [*logarithms(p, "p"), *logarithms(q, "q")]
        return [*shares(p, "p"), *shares(q, "q")]
