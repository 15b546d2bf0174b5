"""What a window without a graph shows: the examples as pictures, recent files, where to begin."""
