"""Fitting flows to a catalogue's vectors: presets, cross-fitting, checkpoints, and baselines.

Never here: scoring with fitted flows (``radgalgui.models.flows``) and files of a catalogue.
"""
