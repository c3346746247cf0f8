"""Measures whether likelihoods and second opinions notice what does not belong in a survey.

Never here: how likelihoods are made, catalogues, windows.
"""
