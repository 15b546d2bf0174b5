"""Losses for sequences whose lengths differ from those of their targets."""

from runtime.check.rules.loss import precise
from runtime.nodes.loss import Reduced
from runtime.spec.node import Example, Input, Misfit, node
from runtime.spec.parameter import Bool, Int
from runtime.spec.tensor import Dim, Loss, Tensor


@node("nn.CTCLoss", "loss", words="connectionist speech handwriting sequence alignment recognition", called="loss")
class CTCLoss(Reduced):
    """For sequences without alignment: how unlikely the target is, however it is spread over the steps."""

    log_probs = Input("float[T, B, C]", "For each step and row the logarithm of a probability a class.")
    targets = Input("index[B, S]", "The classes of each row, padded; none is the blank.", target=True)
    input_lengths = Input("int[B]", "How many steps each row has.", target=True)
    target_lengths = Input("int[B]", "How many classes each row has.", target=True)
    blank = Int("The class that stands for nothing.")
    zero_infinity = Bool("Count a target that is longer than its steps as 0 instead of as infinite.")
    example = Example(log_probs="torch.log_softmax", zero_infinity=True)  # noise has such targets

    def rule(self, log_probs: Tensor, targets: Tensor, input_lengths: Tensor, target_lengths: Tensor) -> Loss | Misfit:
        _, rows, classes = log_probs.shape
        if wrong := precise(log_probs.dtype, "log_probs"):
            return wrong
        if isinstance(classes, int) and self.blank >= classes:
            first = (("Let class 0 be the blank", (("unset", "{node}", "blank"),)),)
            return Misfit(f"has class {self.blank} for the blank, but there are {classes} classes", None, first)
        if isinstance(classes, int) and targets.classes is not None and targets.classes > classes:
            widen = ((f"Give the last layer {targets.classes} outputs", (("widen", "log_probs", targets.classes),)),)
            why = (
                f"has {classes} classes, but labels go up to {targets.classes - 1}, for which torch reads beyond memory"
            )
            return Misfit(why, "log_probs", widen)
        for port, came in (("targets", targets), ("input_lengths", input_lengths), ("target_lengths", target_lengths)):
            if came.shape[0] != rows:
                return Misfit(f"needs one for each of the {rows} rows of {log_probs}, got {came}", port)
        return Loss()

    def below(
        self, log_probs: Tensor, targets: Tensor, input_lengths: Tensor, target_lengths: Tensor
    ) -> dict[str, Dim]:
        return {
            "targets": log_probs.shape[2],
            "input_lengths": log_probs.shape[0] + 1,
            "target_lengths": targets.shape[1] + 1,
        }
