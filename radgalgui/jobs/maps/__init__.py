"""Maps of a catalogue's vectors: how one is made, where it is kept, and its axes.

What is computed is `radgalgui.analysis`'s; nothing here knows of windows.
"""
