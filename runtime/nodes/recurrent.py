"""Recurrent layers: step by step through a sequence, what was seen so far in hand."""

from itertools import product
from math import prod

from runtime.check.rules.ranges import unnormalised
from runtime.check.rules.repairs import insert
from runtime.check.rules.sequence import apart, drops_all, other_state, steps_of_rows, together, turned
from runtime.check.rules.work import numbers
from runtime.spec.code import Code, call
from runtime.spec.node import Input, Misfit, Output, node
from runtime.spec.parameter import Bool, Choice, Float, Inferred, Int
from runtime.spec.tensor import Dim, Shapes, Tensor
from runtime.spec.value import counted

STATE = "float32[layers, B, features]"  # of every layer and direction, also where the batch comes first elsewhere


class Recurrent:
    """What RNN, GRU and LSTM share."""

    module: Code

    input = Input("float32[B, L, input_size]", "Sequences: [B, L, features], or [L, B, features] without batch_first.")
    h_0 = Input(STATE, "What is known before the first step; zeros where nothing is wired.", optional=True)
    output = Output("The features of every step.")
    h_n = Output("The features of the last step of each layer and direction, [layers, B, features].")
    input_size = Inferred("Features of a step.")
    hidden_size = Int("Features that are kept from step to step.", 64, least=1)
    num_layers = Int("How many layers lie above each other.", least=1, most=100)
    bias = Bool("Add a learned bias.")
    batch_first = Bool("Sequences come as [B, L, features].", start=True)
    dropout = Float("How likely a number between two layers becomes zero.", least=0.0, most=1.0)
    bidirectional = Bool("Go through the sequence from both ends.")

    def rule(self, input: Tensor, **states: Tensor) -> dict[str, Tensor] | Misfit:
        batch, length = apart(self, input)
        if length == 0:
            return Misfit(f"needs at least one step, got {input}", "input")
        known = {name: Tensor("float32", self.state(name, batch)) for name in self.states()}
        for name, came in states.items():
            if came.shape != known[name].shape:
                return other_state(known[name], came, name)
        missing = [name for name in known if name not in states]
        if states and missing:
            return Misfit(f"is to be wired too where {next(iter(states))} is", missing[0], open=True)
        after = {name.replace("_0", "_n"): each for name, each in known.items()}
        width = self.state("h_0", batch)[-1] * (1 + self.bidirectional)
        return {"output": Tensor("float32", together(self, batch, length, width)), **after}

    def mixes(self, input: Tensor, **states: Tensor) -> bool:
        return steps_of_rows(self, input)

    def states(self) -> tuple[str, ...]:
        """The inputs that hold what is known before."""
        return ("h_0",)

    def state(self, name: str, batch: Dim) -> tuple[Dim, ...]:
        """The shape of what is known before, and after."""
        return ((1 + self.bidirectional) * self.num_layers, batch, self.hidden_size)

    def doubts(self, input: Tensor, **states: Tensor) -> list[Misfit]:
        found = [*turned(self, input), *unnormalised(input)]
        if apart(self, input)[1] == 1:
            turn = insert("torch.transpose", "Insert torch.transpose", dim0=1, dim1=2)
            found.append(Misfit(f"goes through a single step, got {input}", "input", (turn,)))
        if self.dropout and self.num_layers == 1:
            more = ("Set num_layers to 2", (("set", "{node}", "num_layers", 2),))
            none = ("Leave out dropout", (("unset", "{node}", "dropout"),))
            found.append(Misfit("drops nothing: dropout acts between layers, and there is one", None, (more, none)))
        return [*found, *(drops_all(self) if self.num_layers > 1 else [])]

    def forward(self, input: Code, **states: Code) -> Code:
        return call(self.module, input, *states.values())

    gates = 1

    def tensors(self) -> Shapes:
        kept, ways, rows = self.state("h_0", 1)[-1], 1 + self.bidirectional, self.gates * self.hidden_size
        assert isinstance(kept, int)
        found: Shapes = {}
        for layer, way in product(range(self.num_layers), ("", "_reverse")[:ways]):
            end = f"l{layer}{way}"
            found[f"weight_ih_{end}"] = (rows, ways * kept if layer else self.input_size)
            found[f"weight_hh_{end}"] = (rows, kept)
            found |= {f"bias_ih_{end}": (rows,), f"bias_hh_{end}": (rows,)} if self.bias else {}
            found |= {f"weight_hr_{end}": (kept, self.hidden_size)} if kept != self.hidden_size else {}
        return found

    def multiply_adds(self, made: Tensor, input: Tensor, **states: Tensor) -> int:
        return numbers(input) // int(self.input_size) * in_a_step(self.tensors())

    def matrices(self) -> bool:
        return not self.bias

    def summary(self) -> str:
        layers = f", {self.num_layers} layers" if self.num_layers > 1 else ""
        both = ", both ways" if self.bidirectional else ""
        return f"{counted(self.input_size)} → {counted(self.hidden_size)}{layers}{both}"


@node("nn.RNN", "layer", weights=True, words="recurrent sequence time series text elman")
class RNN(Recurrent):
    """Carry features from step to step through one learned layer; forgets soon."""

    nonlinearity = Choice("The curve that features pass through.", ("tanh", "relu"))


@node("nn.GRU", "layer", weights=True, words="recurrent gated sequence time series text")
class GRU(Recurrent):
    """Carry features from step to step, with gates that learn what to keep (Cho et al., 2014)."""

    gates = 3


@node("nn.LSTM", "layer", weights=True, words="recurrent long short term memory sequence time series text")
class LSTM(Recurrent):
    """Carry features and a memory from step to step, with gates that learn what to keep (Hochreiter, 1997)."""

    h_0 = Input(STATE, "What is known before the first step; goes with c_0.", optional=True)
    c_0 = Input(STATE, "The memory before the first step; goes with h_0.", optional=True)
    c_n = Output("The memory after the last step, [layers, B, hidden_size].")
    proj_size = Int("Features that h is reduced to; 0 leaves it as it is.")

    gates = 4

    def states(self) -> tuple[str, ...]:
        return ("h_0", "c_0")

    def state(self, name: str, batch: Dim) -> tuple[Dim, ...]:
        size = self.proj_size if name == "h_0" and self.proj_size else self.hidden_size
        return ((1 + self.bidirectional) * self.num_layers, batch, size)

    def rule(self, input: Tensor, **states: Tensor) -> dict[str, Tensor] | Misfit:
        if self.proj_size >= self.hidden_size:
            repair = (("Set proj_size to 0", (("unset", "{node}", "proj_size"),)),)
            why = f"needs a proj_size below hidden_size, got {self.proj_size} and {self.hidden_size}"
            return Misfit(why, None, repair)
        return super().rule(input, **states)

    def forward(self, input: Code, **states: Code) -> Code:
        return call(self.module, input, *([tuple(states.values())] if states else []))

    def unpacked(self, output: str, h_n: str, c_n: str) -> str:
        return f"{output}, _" if h_n == c_n == "_" else f"{output}, ({h_n}, {c_n})"


def in_a_step(kept: Shapes) -> int:
    """The multiply-adds of one step: each learned matrix is gone through once."""
    return sum(prod(shape) for shape in kept.values() if len(shape) == 2)


class Cell:
    """What the single steps share."""

    input = Input("float32[B, input_size]", "One step of each sample.")
    input_size = Inferred("Features of a step.")
    hidden_size = Int("Features that are kept from step to step.", 64, least=1)
    bias = Bool("Add a learned bias.")

    gates = 1

    def tensors(self) -> Shapes:
        rows = self.gates * self.hidden_size
        found: Shapes = {"weight_ih": (rows, self.input_size), "weight_hh": (rows, self.hidden_size)}
        return found | ({"bias_ih": (rows,), "bias_hh": (rows,)} if self.bias else {})

    def multiply_adds(self, made: Tensor, input: Tensor, **states: Tensor) -> int:
        return numbers(input) // int(self.input_size) * in_a_step(self.tensors())

    def matrices(self) -> bool:
        return not self.bias

    def summary(self) -> str:
        return f"{counted(self.input_size)} → {counted(self.hidden_size)}"


class SimpleCell(Cell):
    """A cell that keeps one row of features."""

    hx = Input("float32[B, H]", "What is known before the step; zeros where nothing is wired.", optional=True)
    output = Output("What is known after the step.")

    def rule(self, input: Tensor, hx: Tensor | None = None) -> Tensor | Misfit:
        made = Tensor("float32", (input.shape[0], self.hidden_size))
        return made if hx is None or hx.shape == made.shape else other_state(made, hx, "hx")


@node("nn.RNNCell", "layer", weights=True, words="recurrent step")
class RNNCell(SimpleCell):
    """One step of an RNN."""

    nonlinearity = Choice("The curve that features pass through.", ("tanh", "relu"))


@node("nn.GRUCell", "layer", weights=True, words="recurrent gated step")
class GRUCell(SimpleCell):
    """One step of a GRU."""

    gates = 3


@node("nn.LSTMCell", "layer", weights=True, words="recurrent long short term memory step")
class LSTMCell(Cell):
    """One step of an LSTM."""

    module: Code

    h_0 = Input("float32[B, H]", "What is known before the step; goes with c_0.", optional=True)
    c_0 = Input("float32[B, H]", "The memory before the step; goes with h_0.", optional=True)
    h_1 = Output("What is known after the step.")
    c_1 = Output("The memory after the step.")

    gates = 4

    def rule(self, input: Tensor, **states: Tensor) -> dict[str, Tensor] | Misfit:
        made = Tensor("float32", (input.shape[0], self.hidden_size))
        odd = next((name for name, came in states.items() if came.shape != made.shape), None)
        if odd:
            return other_state(made, states[odd], odd)
        if len(states) == 1:
            there = next(iter(states))
            missing = "c_0" if there == "h_0" else "h_0"
            return Misfit(f"is to be wired too where {there} is", missing, open=True)
        return {"h_1": made, "c_1": made}

    def forward(self, input: Code, **states: Code) -> Code:
        return call(self.module, input, *([tuple(states.values())] if states else []))
