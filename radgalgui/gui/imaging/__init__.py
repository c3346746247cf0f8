"""What lies over and beside the pictures of the galaxy: grid, contours, tools, histogram.

Measurements live in `radgalgui.gui.measuring`; no astronomy beyond a WCS's lines is done here.
"""
