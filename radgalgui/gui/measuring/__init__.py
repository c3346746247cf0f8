"""Measuring with the mouse on pictures of the sky, and the readout under the pointer.

Never here: how anything is measured, which is `radgalgui.sky.measuring`.
"""
