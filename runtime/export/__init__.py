"""How a graph leaves: as a notebook, a package that predicts, an ONNX file or a file of torch.export."""
