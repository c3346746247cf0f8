"""A user's own survey: recognise an input, read its rows, cut its sources out.

Never here: torch, and the building of the catalogue from what was cut.
"""
