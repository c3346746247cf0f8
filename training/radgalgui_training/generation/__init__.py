"""How well networks draw galaxies: reconstructions, latents and samples, measured and reported.

Never here: networks, training, and anything that prints.
"""
