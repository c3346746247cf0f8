"""Flows: how likely an encoder's vectors are among those of a catalogue, and drawing such vectors.

Never here: fitting them (``radgalgui_training.flows``) and other opinions (``analysis``).
"""
