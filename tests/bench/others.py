"""Training as users of Lightning, Ignite and Accelerate write it, as far as their documentation goes."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Subset, TensorDataset

from runtime.graph.model import Graph

LONG = 10**6  # epochs: nobody comes to the end
Hand = Callable[[], None]  # called after each epoch
Loop = Callable[[Hand], None]


@dataclass(frozen=True)
class Case:
    """A graph, and the same by hand: the model, its optimizer, its data, how many rows make a batch."""

    graph: Graph
    model: Callable[[], nn.Module]
    optimizer: Callable[[Any], torch.optim.Optimizer]
    inputs: tuple[str, ...]
    rows: int = 0  # of the drawings that are read, so that an epoch takes a moment; 0: the graph has other data


def with_lightning(case: Case, run: Any, size: int) -> Loop:
    """As its documentation has it, with nothing written."""
    import lightning.pytorch as pl

    class Module(pl.LightningModule):
        """Loss and accuracy, logged for each epoch."""

        def __init__(self, hand: Hand) -> None:
            super().__init__()
            self.model, self.hand = case.model(), hand

        def _step(self, batch: Any, part: str) -> Tensor:
            *inputs, label = batch
            result = self.model(*inputs)
            loss = F.cross_entropy(result, label)
            right = (result.argmax(1) == label).float().mean()
            self.log_dict({f"{part}_loss": loss, f"{part}_accuracy": right}, on_step=False, on_epoch=True)
            return loss

        def training_step(self, batch: Any, _: int) -> Tensor:
            return self._step(batch, "train")

        def validation_step(self, batch: Any, _: int) -> None:
            self._step(batch, "validation")

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return case.optimizer(self.parameters())

        def on_train_epoch_end(self) -> None:
            self.hand()

    def loop(hand: Hand) -> None:
        quiet: dict[str, Any] = dict.fromkeys(
            ("logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary"), False
        )
        trainer = pl.Trainer(accelerator="cpu", max_epochs=LONG, num_sanity_val_steps=0, **quiet)
        trainer.fit(Module(hand), *loaders(case, run, size))

    return loop


def with_ignite(case: Case, run: Any, size: int) -> Loop:
    """As its documentation has it: a trainer and an evaluator with metrics."""
    from ignite.engine import Events, create_supervised_evaluator, create_supervised_trainer
    from ignite.metrics import Accuracy, Loss

    def loop(hand: Hand) -> None:
        def parts(batch: Any, **_: Any) -> tuple[list[Tensor], Tensor]:
            *inputs, label = batch
            return inputs, label

        training, held_out = loaders(case, run, size)
        model = case.model()
        trainer = create_supervised_trainer(
            model,
            case.optimizer(model.parameters()),
            F.cross_entropy,
            prepare_batch=parts,
            model_fn=lambda model, inputs: model(*inputs),
            output_transform=lambda x, y, y_pred, loss: (y_pred, y),
        )
        evaluator = create_supervised_evaluator(
            model, prepare_batch=parts, model_fn=lambda model, inputs: model(*inputs)
        )
        for engine in (trainer, evaluator):
            Accuracy().attach(engine, "accuracy")
            Loss(F.cross_entropy).attach(engine, "loss")

        @trainer.on(Events.EPOCH_COMPLETED)
        def _over() -> None:
            evaluator.run(held_out)
            hand()

        trainer.run(training, max_epochs=LONG)

    return loop


def with_accelerate(case: Case, run: Any, size: int) -> Loop:
    """As its documentation has it, figures as by hand."""
    from accelerate import Accelerator

    def loop(hand: Hand) -> None:
        accelerator = Accelerator(cpu=True)
        model = case.model()
        model, optimizer, training, held_out = accelerator.prepare(
            model, case.optimizer(model.parameters()), *loaders(case, run, size)
        )

        def compared(batch: Any, sums: list[float]) -> Tensor:
            *inputs, label = batch
            result = model(*inputs)
            loss = F.cross_entropy(result, label)
            sums[0] += loss.item() * len(label)
            sums[1] += (result.argmax(1) == label).sum().item()
            return loss

        while True:
            sums = [0.0, 0]
            model.train()
            for batch in training:
                loss = compared(batch, sums)
                optimizer.zero_grad()
                accelerator.backward(loss)
                optimizer.step()
            model.eval()
            with torch.no_grad():
                for batch in held_out:
                    compared(batch, [0.0, 0])
            hand()

    return loop


def loaders(case: Case, run: Any, size: int) -> tuple[DataLoader[Any], DataLoader[Any]]:
    """Torch's own, as the users of those have them.

    Samples that take work are made one at a time, as the loop by hand has them; others lie in memory as tensors.
    """
    names = [*case.inputs, "label"]

    def loader(part: str) -> DataLoader[Any]:
        if not hasattr(run, "batches"):
            batches = [*run.feed(part, 0)]
            held = TensorDataset(*(torch.cat([batch[name] for batch in batches]) for name in names))
            return DataLoader(held, size, shuffle=part == "training")
        batches = run.batches[part]

        def collate(samples: list[dict[str, Any]]) -> list[Tensor]:
            batch = batches.loader.collate_fn(samples)
            return [batch[name] for name in names]

        keys: Any = [(0, row) for row in batches.rows.tolist()]  # as the samples of a program are asked for
        return DataLoader(Subset(batches.loader.dataset, keys), size, shuffle=part == "training", collate_fn=collate)

    return loader("training"), loader("validation")


OTHERS: dict[str, Callable[[Case, Any, int], Loop]] = {
    "Lightning": with_lightning,
    "Ignite": with_ignite,
    "Accelerate": with_accelerate,
}


def there(rival: str) -> bool:
    """Whether a rival is installed; says so where it is not."""
    module = {"Lightning": "lightning", "Ignite": "ignite", "Accelerate": "accelerate"}[rival]
    if importlib.util.find_spec(module) is None:
        print(f"{rival} is not installed: pip install -e .[bench]")
        return False
    return True
