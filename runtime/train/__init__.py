"""Running a program: the loop, its events, the process, and trust."""
