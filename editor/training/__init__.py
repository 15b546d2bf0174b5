"""How a training goes: stages, curves, figures of each epoch, log."""
