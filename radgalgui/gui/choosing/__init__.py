"""Choosing many sources: the set, its history, and where it is made and shown; nothing else."""
