"""How likely a source is: made for a catalogue, stored in it, asked of queries and of whole sets.

Never here: densities (models), opinions and their tests (analysis), how they are fitted (training).
"""
