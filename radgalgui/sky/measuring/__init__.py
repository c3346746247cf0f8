"""Measurements on images of the sky: distances, fluxes, sizes and profiles, as plain functions.

Never here: windows, networks, catalogues, files other than FITS.
"""
