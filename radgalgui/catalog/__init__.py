"""Sources on disk: the catalogue folder, opened, written, exported.

Never here: networks and neighbour search; ``jobs`` joins those to a catalogue.
"""
