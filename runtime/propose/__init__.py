"""A first graph for a data file: what its columns are, and a pipeline that suits them."""
