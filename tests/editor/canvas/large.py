"""Large graphs as people draw them: residual networks, and one with branches, long skips and two heads."""

from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph

BLOCK = ("nn.Conv2d", "nn.BatchNorm2d", "nn.ReLU", "nn.Conv2d", "nn.BatchNorm2d")


def chain(count: int) -> Graph:
    """So many layers, one behind the other, in rows."""
    edits: list[Edit] = [
        ("add", f"layer_{at}", "nn.Linear", {"out_features": 8}, (at % 25 * 200, at // 25 * 120)) for at in range(count)
    ]
    edits += [("connect", f"layer_{at}.output", f"layer_{at + 1}.input") for at in range(count - 1)]
    return applied(Graph(), edits)


def residual(blocks: int) -> Graph:
    """A residual network of seven nodes a block, the example of which the stock canvas stands still."""
    made = Drawing()
    at = made.stem()
    for number in range(blocks):
        at = made.block(f"b{number}", at)
    made.head(at)
    return applied(Graph(), made.edits)


def branched(blocks: int = 24) -> Graph:
    """A network that goes down and up again: residual blocks, branches that join, and a skip across at each depth."""
    made = Drawing()
    at = made.stem()
    skips: list[str] = []
    for number in range(blocks // 2):
        at = made.block(f"down{number}", at)
        if number % 3 == 2:
            skips.append(at)
            at = made.branches(f"fork{number}", at)
    for number in range(blocks // 2):
        at = made.block(f"up{number}", at)
        if skips and number % 3 == 0:
            at = made.joined(f"skip{number}", [at, skips.pop()])
    made.head(at)
    return applied(Graph(), made.edits)


class Drawing:
    """Edits that draw a network piece by piece; each piece gives the name of what comes out of it."""

    def __init__(self) -> None:
        self.edits: list[Edit] = []

    def add(self, id: str, type: str, source: str = "", **parameters: object) -> str:
        """A node behind another one."""
        self.edits.append(("add", id, type, parameters, None))
        if source:
            self.edits.append(("connect", source, f"{id}.input"))
        return f"{id}.output"

    def stem(self) -> str:
        """Data, collate and the first layer."""
        fields = {"image": "float32[3, 32, 32]", "label": "int64[]"}
        self.add("data", "data.Noise", fields=fields, length=256, classes=10)
        self.add("batches", "Collate", fields=["image", "label"])
        self.edits += [("connect", f"data.{name}", f"batches.{name}") for name in fields]
        return self.add("stem", "nn.Conv2d", "batches.image", out_channels=16, kernel_size=3, padding=1)

    def block(self, name: str, at: str) -> str:
        """Convolutions beside a wire that skips them, added up."""
        before = at
        for number, type in enumerate(BLOCK):
            given = {"out_channels": 16, "kernel_size": 3, "padding": 1} if type == "nn.Conv2d" else {}
            at = self.add(f"{name}_{type.rpartition('.')[2].lower()}_{number}", type, at, **given)
        self.add(f"{name}_sum", "torch.add", at)
        self.edits.append(("connect", before, f"{name}_sum.other"))
        return self.add(f"{name}_out", "nn.ReLU", f"{name}_sum.output")

    def branches(self, name: str, at: str) -> str:
        """Four ways of different lengths beside each other, joined."""
        ends = []
        for way in range(4):
            end = at
            for step in range(way + 1):
                end = self.add(f"{name}_{way}_{step}", "nn.Conv2d", end, out_channels=8, kernel_size=1)
            ends.append(end)
        return self.joined(f"{name}_cat", ends)

    def joined(self, name: str, ends: list[str]) -> str:
        """Several as one, with as many channels as before."""
        self.add(name, "torch.cat", dim=1)
        self.edits += [("connect", end, f"{name}.tensors") for end in ends]
        return self.add(f"{name}_mixed", "nn.Conv2d", f"{name}.output", out_channels=16, kernel_size=1)

    def head(self, at: str) -> None:
        """From pictures to classes, with what trains it."""
        at = self.add("pool", "nn.AdaptiveAvgPool2d", at, output_size=1)
        at = self.add("flat", "nn.Flatten", at)
        at = self.add("final", "nn.Linear", at, out_features=10)
        self.add("loss", "nn.CrossEntropyLoss", at)
        self.add("accuracy", "metric.Accuracy", at)
        self.edits += [("connect", "batches.label", f"{id}.target") for id in ("loss", "accuracy")]
        self.add("adam", "optim.AdamW")
        self.edits.append(("connect", "loss.output", "adam.loss"))
