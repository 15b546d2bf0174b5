"""Optimizers: the sinks of a graph; each minimises its losses over the layers upstream.

`settled` names parameters for which what an optimizer keeps of each weight was made: a run goes on with no other.
"""

from typing import Any

from runtime.spec.node import Input, Misfit, node
from runtime.spec.parameter import Bool, Choice, Float, Int, Names, Numbers
from runtime.spec.schedule import MOST, Scheduled, chosen
from runtime.spec.value import in_digits

FAR = 0.1  # for a weight; layers begin with smaller ones


class Optimizer:
    """What all optimizers share: their losses, the layers that they train, and how far a step goes."""

    loss = Input("loss", "What is minimised; several losses are added.", many=True)
    lr = Float("Learning rate: how far a step goes.", least=0.0, most=MOST)
    schedule = Scheduled("How the learning rate changes while training; none lets it stay.")
    clip_grad_norm = Float(
        "Gradients longer than this, all taken together, are scaled down to it.", None, least=0.0, ours=True
    )
    clip_grad_value = Float(
        "Numbers of a gradient beyond this are cut off there.", None, least=0.0, most=MOST, ours=True
    )
    layers = Names("The layers to train; none named means all upstream of the loss.", ours=True)

    def rule(self, loss: list[Any]) -> Misfit | None:
        found = chosen(self.schedule)
        return found[1].wrong(self) if found and hasattr(found[1], "wrong") else None

    def doubts(self, loss: list[Any]) -> list[Misfit]:
        found = chosen(self.schedule)
        doubts = list(found[1].doubts(self)) if found and hasattr(found[1], "doubts") else []
        momentum = getattr(self, "momentum", 0)
        if momentum >= 1:
            less = (("Set momentum to 0.9", (("set", "{node}", "momentum", 0.9),)),)
            doubts.append(Misfit(f"has a momentum of {momentum:g}, with which steps only grow", None, less))
        if not found or not hasattr(found[1], "max_lr"):
            doubts += self._steps()
        return doubts

    def _steps(self) -> list[Misfit]:
        """Learning rates with which steps go nowhere, or too far."""
        if self.lr == 0:
            usual = (("Set lr to 0.001", (("set", "{node}", "lr", 0.001),)),)
            return [Misfit("has a learning rate of 0, so that nothing is learned", None, usual)]
        return []

    def summary(self) -> str:
        if (found := chosen(self.schedule)) is None:
            return f"lr {in_digits(self.lr)}"
        return f"lr {in_digits(getattr(found[1], 'max_lr', self.lr))}, {found[0].name}"


class Descent(Optimizer):
    """What can also climb."""

    maximize = Bool("Climb instead of descend.")


class Decaying(Descent):
    """What also pulls weights towards zero."""

    weight_decay = Float("Pull of the weights towards zero, through the gradient.", least=0.0, most=MOST)


@node("optim.SGD", "optimizer", words="stochastic gradient descent momentum trainer")
class SGD(Decaying):
    """Stochastic gradient descent, with momentum where one is given."""

    lr = Float("Learning rate: how far a step goes.", least=0.0, most=MOST, start=0.01)
    momentum = Float("How much of the last step is kept.", least=0.0, most=MOST)
    dampening = Float("How much less of the gradient goes into the momentum.", least=-MOST, most=MOST)
    nesterov = Bool("Look ahead by Nesterov's rule.")

    def rule(self, loss: list[Any]) -> Misfit | None:
        if self.nesterov and (self.momentum <= 0 or self.dampening != 0):
            repair = (("Set momentum to 0.9", (("set", "{node}", "momentum", 0.9), ("unset", "{node}", "dampening"))),)
            return Misfit("needs a momentum and no dampening for Nesterov's rule", None, repair)
        return super().rule(loss)


class Adams(Decaying):
    """What Adam and its kin share: averages of the gradient and of its square."""

    betas = Numbers(
        "How much of the past average of gradients, and of squares, is kept.", length=2, least=0.0, below=1.0
    )
    eps = Float("Added to what is divided by.", least=0.0, most=MOST)

    def _steps(self) -> list[Misfit]:
        """Every weight moves by about the learning rate in a step, whatever its gradient."""
        if self.lr < FAR:
            return super()._steps()
        far = in_digits(self.lr)
        why = f"moves every weight by about {far} a step, its learning rate, which is more than most weights are"
        return [Misfit(why, None, (("Set lr to 0.001", (("set", "{node}", "lr", 0.001),)),))]


class Decoupled(Adams):
    """What can do without the gradient to pull weights towards zero."""

    decoupled_weight_decay = Bool("Pull weights towards zero directly, as optim.AdamW does.")


@node("optim.Adam", "optimizer", words="adaptive moment trainer")
class Adam(Adams):
    """Gradient descent with a step of its own for every weight (Kingma and Ba, 2014)."""

    settled = ("amsgrad",)

    amsgrad = Bool("Use the largest past average.")


@node("optim.AdamW", "optimizer", words="adaptive moment weight decay trainer")
class AdamW(Adams):
    """Adam with a weight decay of its own (Loshchilov and Hutter, 2017)."""

    settled = ("amsgrad",)

    weight_decay = Float("Pull of the weights towards zero.", least=0.0, most=MOST)
    amsgrad = Bool("Use the largest past average.")


@node("optim.Adamax", "optimizer", words="adaptive infinity norm trainer")
class Adamax(Adams):
    """Adam that divides by the largest gradient of late instead of an average of squares."""


@node("optim.NAdam", "optimizer", words="adaptive moment nesterov trainer")
class NAdam(Decoupled):
    """Adam that looks ahead by Nesterov's rule (Dozat, 2016)."""

    momentum_decay = Float("How quickly the momentum grows to its full size; less is quicker.", least=0.0, most=MOST)


@node("optim.RAdam", "optimizer", words="rectified adaptive moment trainer")
class RAdam(Decoupled):
    """Adam that steps carefully until its averages can be trusted (Liu and others, 2019)."""


@node("optim.Adafactor", "optimizer", words="adaptive memory saving transformer trainer")
class Adafactor(Descent):
    """Keeps its averages by rows and columns, which saves memory (Shazeer and Stern, 2018)."""

    lr = Float("Learning rate: the longest step, as a share of the weights.", least=0.0, most=MOST)
    beta2_decay = Float("How the average of squares forgets: the power of the step's number.", least=-MOST, most=0.0)
    eps = Numbers(
        "Added to squares (none: as little as counts), and the least size of weights.", length=2, gaps=1, least=0.0
    )
    d = Float("Steps longer than this, on average, are shortened.", least=1.0, most=MOST)
    weight_decay = Float("Pull of the weights towards zero.", least=0.0, most=MOST)


@node("optim.Adagrad", "optimizer", words="adaptive sparse features trainer")
class Adagrad(Decaying):
    """Takes smaller steps for weights that had large gradients so far (Duchi and others, 2011)."""

    settled = ("initial_accumulator_value",)

    lr_decay = Float("How quickly steps become shorter.", least=0.0, most=MOST)
    initial_accumulator_value = Float("The sum of squares to begin with.", least=0.0, most=MOST)
    eps = Float("Added to what is divided by.", least=0.0, most=MOST)


@node("optim.Adadelta", "optimizer", words="adaptive trainer")
class Adadelta(Decaying):
    """Chooses the length of steps by the steps before (Zeiler, 2012)."""

    lr = Float("What each step is multiplied by.", least=0.0, most=MOST)
    rho = Float("How much of the past average of squares is kept.", least=0.0, most=1.0)
    eps = Float("Added to what is divided by.", least=0.0, most=MOST)


@node("optim.ASGD", "optimizer", words="averaged stochastic gradient descent trainer")
class ASGD(Decaying):
    """Gradient descent that keeps an average of all weights so far (Polyak and Juditsky, 1992)."""

    lambd = Float("How quickly steps become shorter.", least=0.0, most=1.0)
    alpha = Float("The power with which they do.", least=0.0, most=4.0)
    t0 = Float("The step at which averaging begins.", least=-MOST, most=MOST)


@node("optim.RMSprop", "optimizer", words="adaptive root mean square trainer")
class RMSprop(Decaying):
    """Divides steps by an average of the size of gradients (Hinton, 2012)."""

    settled = ("momentum", "centered")

    alpha = Float("How much of the past average of squares is kept.", least=0.0, most=MOST)
    eps = Float("Added to what is divided by.", least=0.0, most=MOST)
    momentum = Float("How much of the last step is kept.", least=0.0, most=MOST)
    centered = Bool("Divide by the spread of gradients, not by their size.")


@node("optim.Rprop", "optimizer", words="resilient full batch trainer")
class Rprop(Descent):
    """Looks at the sign of gradients alone; for batches that hold all rows (Riedmiller and Braun, 1993)."""

    settled = ("lr",)

    etas = Numbers("What a step is multiplied by where the sign changes, and where it stays.", length=2, above=0.0)
    step_sizes = Numbers("The shortest and the longest step.", length=2, least=-MOST, most=MOST)

    def rule(self, loss: list[Any]) -> Misfit | None:
        if not self.etas[0] < 1 < self.etas[1]:
            usual = (("Use torch's etas", (("unset", "{node}", "etas"),)),)
            return Misfit(f"needs etas below 1 and above 1, got {self.etas}", None, usual)
        return super().rule(loss)


@node("optim.Muon", "optimizer", words="momentum orthogonalized newton schulz matrices hidden layers trainer")
class Muon(Optimizer):
    """For matrices alone: makes each step turn all directions equally (Jordan and others, 2024)."""

    only_matrices = True

    weight_decay = Float("Pull of the weights towards zero.", least=0.0, most=MOST)
    momentum = Float("How much of the past average of gradients is kept.", least=0.0, most=MOST)
    nesterov = Bool("Look ahead by Nesterov's rule.")
    ns_coefficients = Numbers(
        "The polynomial that makes directions equal, step by step.", length=3, least=-MOST, most=MOST
    )
    eps = Float("The least length that a gradient is divided by.", least=0.0, most=MOST)
    ns_steps = Int("How many such steps are taken.", most=99)
    adjust_lr_fn = Choice("How steps are fitted to the shape of a matrix.", ("original", "match_rms_adamw"))
