"""The screen of Torchweave: document, canvas, panels, window."""
