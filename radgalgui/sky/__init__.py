"""Images of the sky: reading, cutting, preprocessing and simulating them.

Never here: networks, vectors, catalogues, windows.
"""
