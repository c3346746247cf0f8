"""Long work as child processes: what is ordered, what it tells, what is kept on disk, how it ends.

Never here: Qt, torch, and the work itself, which is a command of the terminal.
"""
