"""What can be done, and how it is reached: actions, their keys, menus, the search, definitions, the clipboard."""
