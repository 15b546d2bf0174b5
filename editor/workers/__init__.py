"""Work that is done beside the window, in processes and threads."""
