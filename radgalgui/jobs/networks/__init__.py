"""Classifying networks of the user's own: kept, told about, asked alone and beside the six.

Never here: the networks themselves (`radgalgui.models`), how they are taught, and Qt.
"""
