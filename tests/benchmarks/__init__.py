"""Speed and memory, each figure beside its target: ``make bench``.  Never run by ``make test``."""
