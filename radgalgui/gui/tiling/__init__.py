"""Images in place of points on the map: which source stands for which part, drawn in a thread.

Never here: what is shown, what is chosen (`Session`), how the map moves (`MapView`).
"""
