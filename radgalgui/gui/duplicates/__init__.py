"""Sources that may be there twice, side by side, with what is decided of them; nothing else."""
