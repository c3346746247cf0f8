"""Networks of the user's own: encoders told about and removed, classifiers kept and asked, too.

Never here: the networks themselves (`radgalgui.models`), how they are taught, and Qt.
"""
