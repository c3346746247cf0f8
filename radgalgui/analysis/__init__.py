"""What is done with vectors: neighbours, maps, metrics.

Never here: files of the catalogue, networks being run, windows.
"""
