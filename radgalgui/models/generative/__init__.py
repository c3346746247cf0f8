"""Networks that draw galaxies: their latents, their likelihoods, and what all of them can do.

Never here: a network itself (`radgalgui.models.networks`), training, files and FITS.
"""
