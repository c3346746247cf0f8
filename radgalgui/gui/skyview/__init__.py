"""The sources on the sky: all of it or a field, linked with the map.

Never here: how directions become places (`radgalgui.sky.projection`), what is chosen (`Session`).
"""
