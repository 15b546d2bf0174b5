"""What a graph names outside of its file: data, weights, and Python that the user writes and trusts."""
