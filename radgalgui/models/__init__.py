"""Networks that turn images into vectors, and the files that hold their weights.

Never here: training loops (``radgalgui_training``) and what is done with vectors (``analysis``).
"""
