"""What is done with vectors: neighbours, maps, classifiers, scores.

Never here: files of the catalogue, networks being run, windows.
"""
