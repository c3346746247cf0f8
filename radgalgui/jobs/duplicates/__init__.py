"""Sources that a catalogue may hold twice: found, decided upon, and left out.

Never here: how distances are measured, which is `radgalgui.analysis.duplicates`.
"""
