"""Copies and files of any view: PNG, PDF and SVG with axes, and FITS cutouts.

By Qt alone: lines and words stay lines and words where a format has them.
"""
