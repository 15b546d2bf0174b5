"""A checked graph as one readable Python program."""
