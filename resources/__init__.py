"""What the program shows and ships: icons, fonts, themes, examples; data only, found by importlib.resources."""
